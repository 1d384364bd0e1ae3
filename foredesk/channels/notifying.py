"""Mails to agents about their tickets; they can be answered from any mail program.

Each carries a token for this ticket and this agent in its Message-ID and in its reply address
(tickets/agent_tokens.py). The text is plain: nothing that a customer wrote is ever run or loaded.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.conf import settings

from foredesk.channels import account_mail, addressing, health, smtp, taking_turns, tasks
from foredesk.channels.mail import composing, reply_address
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.people.models import Agent
from foredesk.people.permissions import can_reply
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import agent_tokens, visibility
from foredesk.tickets.answering_by_mail import ABOVE
from foredesk.tickets.models import Message, Ticket

log = logging.getLogger(__name__)

ASSIGNED, WROTE, RULE = "assigned", "wrote", "rule"
PURPOSE = "notification"
LONGEST = 20_000  # characters of the customer's message


class TryLater(Exception):
    """The mail could not be handed over now; the text says why."""


def notify(
    ticket_id: int, agent_id: int, *, why: str, about: int, is_last_try: bool, said: str = ""
) -> None:
    """Write to the agent, once for each `why` and `about` (the entry, message or run that it is
    about); `said` is the name of the rule that wants it.

    Nothing is sent to agents who do not want it, may not see the ticket, or are reading it now; nor
    while the desk sends no mail. While its mailbox has no turn, the job comes again. Raises
    TryLater unless `is_last_try`.
    """
    ticket = Ticket.objects.select_related("requester").filter(pk=ticket_id).first()
    agent = Agent.objects.filter(pk=agent_id).first()
    if ticket is None or agent is None or not is_wanted(agent, ticket, why, at=now()):
        return
    mailbox = _mailbox(ticket)
    if mailbox is None:
        return
    dispatch, _ = Dispatch.objects.get_or_create(
        key=f"{why}:{about}:{agent.pk}",
        defaults={
            "purpose": PURPOSE, "ticket_id": ticket.pk, "mailbox": mailbox, "to": [agent.email],
            "at": now(), "started_at": now(),
        },
    )  # fmt: skip
    if dispatch.state != DispatchState.TRYING:
        return
    if mailbox.send_retry_at and mailbox.send_retry_at > now() and not is_last_try:
        raise TryLater(mailbox.send_error)
    with taking_turns.turn(mailbox.pk) as is_mine:
        if is_mine:
            letter = letter_for(ticket, agent, mailbox, why, dispatch, said)
            _send(dispatch, mailbox, letter, is_last_try)
        else:
            later = tasks.notify.configure(
                schedule_in={"seconds": taking_turns.seconds_until_again()}
            )
            later.defer(ticket_id=ticket_id, agent_id=agent_id, why=why, about=about, said=said)


def is_wanted(agent: Agent, ticket: Ticket, why: str, *, at: datetime) -> bool:
    """Whether this agent is told by mail, as their profile says; a rule tells also those who read
    the ticket now."""
    if why == RULE:
        return (
            agent.is_active
            and not ticket.is_demo
            and visibility.visible_to(agent).filter(pk=ticket.pk).exists()
        )
    wish = agent.mail_on_assignment if why == ASSIGNED else agent.mail_on_message
    if not wish or not agent.is_active or ticket.is_demo or ticket.is_spam:
        return False
    if not visibility.visible_to(agent).filter(pk=ticket.pk).exists():
        return False
    here = presence.present_on([f"ticket-{ticket.pk}"], at=at)
    return all(one.agent_id != agent.pk for one in here)


def letter_for(
    ticket: Ticket, agent: Agent, mailbox: Mailbox, why: str, dispatch: Dispatch, said: str = ""
) -> composing.Letter:
    """What the agent reads; the same dispatch gives the same letter."""
    message = _shown(ticket, dispatch)
    kind = agent_tokens.REPLY if can_reply(agent) else agent_tokens.NOTE
    token = agent_tokens.token_for(ticket, agent, kind)
    once = hashlib.sha256(dispatch.key.encode()).hexdigest()[:16]
    domain = addressing.domain_of(mailbox)
    name = workspace().name
    return composing.Letter(
        message_id=f"{token}.{once}@{domain}",
        at=dispatch.started_at,
        sender=composing.Person(mailbox.address, name),
        to=(composing.Person(agent.email, agent.name),),
        reply_to=composing.Person(reply_address.signed(mailbox.address, token), name),
        subject=f"[#{ticket.pk}] {ticket.subject}",
        text=_text(ticket, agent, message, why, kind, said),
        references=(f"ticket.{ticket.public_id}@{domain}",),
        is_automatic=True,
    )


def _shown(ticket: Ticket, dispatch: Dispatch) -> Message | None:
    """The customer's message that it is about, or the last one before it."""
    why, _, rest = dispatch.key.partition(":")
    found = Message.objects.filter(ticket=ticket, author_kind="customer")
    if why == WROTE:
        return found.filter(pk=rest.partition(":")[0]).first()
    return found.filter(at__lte=dispatch.started_at).order_by("-id").first()


def _text(
    ticket: Ticket, agent: Agent, message: Message | None, why: str, kind: str, said: str
) -> str:
    asker = ticket.requester.name or (message.author_address if message else "") or "the customer"
    writer = asker
    if message is not None and message.author_name:
        writer = f"{message.author_name} ({message.author_address})"
    lines = [f"\u2014 {ABOVE} \u2014", ""]
    if why == ASSIGNED:
        lines += [f"This ticket is yours now. {writer} wrote:" if message else "This ticket is yours now."]  # fmt: skip  # noqa: E501
    elif why == RULE:
        lines += [f"The rule “{said}” tells you of this ticket." + (f" {writer} wrote:" if message else "")]  # fmt: skip  # noqa: E501
    else:
        lines += [f"{writer} wrote on your ticket:"]
    if message is not None:
        if message.is_unverified:
            lines += ["", "NOT VERIFIED: this may not be from whom it says."]
        lines += ["", message.body_text[:LONGEST].strip(), ""]
    if kind == agent_tokens.REPLY:
        lines += [f"Answer this mail, and {asker} gets your answer."]
    else:
        lines += ["Answer this mail to write a note for your colleagues."]
    lines += [f"{settings.SITE_URL}/tickets/{ticket.pk}/", ""]
    if why != RULE:
        lines += ["You choose in your profile which of these mails you get."]
    return "\n".join(lines)


def _mailbox(ticket: Ticket) -> Mailbox | None:
    """The ticket's own mailbox if it can send, else one that can."""
    own = addressing.mailbox_of(ticket)
    if own is not None and own.can_send:
        return own
    return account_mail.sending_mailbox()


def _send(
    dispatch: Dispatch, mailbox: Mailbox, letter: composing.Letter, is_last_try: bool
) -> None:
    if dispatch.handed_over_at is not None:
        note = "The worker stopped while it was sent: it may have been sent."
        _end(dispatch, DispatchState.UNKNOWN, note)
        return
    dispatch.attempts += 1
    dispatch.mail_from, dispatch.subject = letter.sender.address, letter.subject[:500]
    dispatch.mailbox = mailbox
    dispatch.save()
    talk = smtp.Talk()
    try:
        smtp.send(
            mailbox,
            composing.compose(letter),
            mail_from="",
            recipients=list(dispatch.to),
            talk=talk,
            hand_over=lambda: _note_hand_over(dispatch),
        )
    except smtp.TemporaryFailure as why:
        dispatch.transcript, dispatch.handed_over_at = talk.text(), None
        if why.is_mailbox:
            health.sending_failed(mailbox, str(why), at=now())
        if is_last_try:
            _end(dispatch, DispatchState.FAILED, str(why))
            return
        dispatch.note = str(why)
        dispatch.save()
        raise TryLater(str(why)) from why
    except smtp.PermanentFailure as why:
        dispatch.transcript = talk.text()
        _end(dispatch, DispatchState.FAILED, str(why))
    except smtp.LostAnswer as why:
        dispatch.transcript = talk.text()
        _end(dispatch, DispatchState.UNKNOWN, str(why))
    else:
        dispatch.transcript = talk.text()
        _end(dispatch, DispatchState.SENT, "")
        health.sending_worked(mailbox, at=now())


def _note_hand_over(dispatch: Dispatch) -> None:
    dispatch.handed_over_at = now()
    dispatch.save(update_fields=["handed_over_at"])


def _end(dispatch: Dispatch, state: str, note: str) -> None:
    dispatch.state, dispatch.note, dispatch.at = state, note, now()
    dispatch.save()
