"""Mails to agents about their tickets; they can be answered from any mail program.

Each carries a token for this ticket and this agent in its Message-ID and in its reply address
(tickets/agent_tokens.py). The text is plain: nothing that a customer wrote is ever run or loaded.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.conf import settings

from foredesk.channels import account_mail, addressing, taking_turns, tasks, trying
from foredesk.channels.mail import composing, reply_address
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.channels.trying import TryLater
from foredesk.people.models import Agent
from foredesk.people.permissions import can_reply
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import agent_tokens, visibility
from foredesk.tickets.answering_by_mail import ABOVE
from foredesk.tickets.models import Message, Ticket

log = logging.getLogger(__name__)

ASSIGNED, WROTE, RULE, PROMISE = "assigned", "wrote", "rule", "promise"
PURPOSE = "notification"
LONGEST = 20_000  # characters of the customer's message


def notify(
    ticket_id: int, agent_id: int, *, why: str, about: int, is_last_try: bool, said: str = ""
) -> None:
    """Write to the agent, once for each `why` and `about` (the entry, message or run that it is
    about); `said` is the name of the rule that wants it, or what is to be said of a promise.

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
            trying.attempt(dispatch, mailbox, letter, is_last_try=is_last_try)
        else:
            later = tasks.notify.configure(
                schedule_in={"seconds": taking_turns.seconds_until_again()}
            )
            later.defer(ticket_id=ticket_id, agent_id=agent_id, why=why, about=about, said=said)


def is_wanted(agent: Agent, ticket: Ticket, why: str, *, at: datetime) -> bool:
    """Whether this agent is told by mail, as their profile says; rules and promises tell also those
    who read the ticket now."""
    if why in (RULE, PROMISE):
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
    elif why == PROMISE:
        lines += [said + (f" {writer} wrote:" if message else "")]
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
    if why not in (RULE, PROMISE):
        lines += ["You choose in your profile which of these mails you get."]
    return "\n".join(lines)


def _mailbox(ticket: Ticket) -> Mailbox | None:
    """The ticket's own mailbox if it can send, else one that can."""
    own = addressing.mailbox_of(ticket)
    if own is not None and own.can_send:
        return own
    return account_mail.sending_mailbox()
