"""Send what waits: claim, commit, send outside any transaction, mark, repeat.

The far side can only have a mail after its last dot was sent. That moment is committed before, so
that whatever dies when, a mail is either surely not sent and tried again, or flagged.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta

from django.db import transaction

from foredesk.channels import (
    addressing,
    enclosing,
    handing_over,
    health,
    outcomes,
    signing,
    taking_turns,
)
from foredesk.channels.mail import composing, statuses
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.files import reading, storing
from foredesk.people import reaching
from foredesk.plumbing.clock import now
from foredesk.tickets import delivery
from foredesk.tickets.models import Delivery, Message

log = logging.getLogger(__name__)

GIVE_UP = timedelta(days=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
TRIES_FOR_ALL = 4  # after that a mail leaves without the recipients who are still put off
DEAD = timedelta(minutes=15)  # longer than any sending takes


class GivenUp(Exception):
    """This try was given up for dead meanwhile: it must not send any more."""


def send_due(ticket_id: int, *, job_id: int | None = None, is_rerun: bool = False) -> None:
    """Send the replies of a ticket that are due, oldest first.

    `is_rerun` says that this job ran before and did not come to its end: what it had in hand is
    judged first.
    """
    if is_rerun and job_id is not None:
        _judge_own_past(ticket_id, job_id)
    while (message := _claim(ticket_id, job_id)) is not None:
        dispatch = Dispatch.objects.select_related("mailbox").get(message_id=message.pk)
        with taking_turns.turn(dispatch.mailbox_id or 0, ticket_id) as is_mine:
            if not is_mine:
                _step_back(message, dispatch)
                return
            _send(message, dispatch)


def recover_stuck(*, at: datetime) -> list[int]:
    """Judge messages whose sender died: tried again, or flagged when they may have been sent.

    Returns the tickets that have something to send again.
    """
    tickets = []
    for message in delivery.stuck(older_than=DEAD, at=at):
        if _judge(message, at=at):
            tickets.append(message.ticket_id)
    return tickets


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: a minute, doubling up to four hours."""
    return min(FIRST_WAIT * 2 ** max(0, min(tries, 20) - 1), LONGEST_WAIT)


def _claim(ticket_id: int, job_id: int | None) -> Message | None:
    """Take the oldest due message and open its dispatch, in one commit."""
    at = now()
    with transaction.atomic():
        message = delivery.claim(ticket_id, at=at)
        if message is None:
            return None
        mailbox = addressing.mailbox_of(message.ticket)
        delivery.stamp(message, external_id=addressing.new_message_id(mailbox))
        dispatch, _ = Dispatch.objects.get_or_create(
            message_id=message.pk,
            defaults={
                "purpose": enclosing.kind_of(message)
                or ("automatic" if message.author_kind == "system" else "reply"),
                "ticket_id": ticket_id,
                "at": at,
                "started_at": at,
            },
        )
        if message.attempts <= 1:
            dispatch.started_at = at
        dispatch.mailbox = mailbox
        dispatch.state = DispatchState.TRYING
        dispatch.attempts += 1
        dispatch.at = at
        dispatch.job_id = job_id
        dispatch.handed_over_at = None
        dispatch.save()
    return message


def _step_back(message: Message, dispatch: Dispatch) -> None:
    """As it was before the claim: others of this mailbox are being sent, and this comes after."""
    from foredesk.channels import tasks

    with transaction.atomic():
        if _still_mine(dispatch):
            delivery.give_back(message)
            later = tasks.send_due.configure(
                schedule_in={"seconds": taking_turns.seconds_until_again()}
            )
            later.defer(ticket_id=message.ticket_id)


def _send(message: Message, dispatch: Dispatch) -> None:
    mailbox = dispatch.mailbox
    try:
        data, recipients = _compose(message, dispatch)
    except addressing.Unaddressable as why:
        _end(message, dispatch, DispatchState.FAILED, str(why))
        return
    except (reading.Missing, storing.UnableToStore) as why:
        _wait(message, dispatch, str(why), at=now())
        return
    if mailbox is None or not mailbox.can_send:
        _end(message, dispatch, DispatchState.KEPT, "No outgoing mail is set up.")
        return
    if mailbox.send_retry_at and mailbox.send_retry_at > now():
        later = mailbox.send_retry_at + timedelta(seconds=random.uniform(1, 20))  # noqa: S311
        _wait(message, dispatch, mailbox.send_error, at=now(), retry_at=later)
        return
    _hand_over(message, dispatch, mailbox, data, recipients)


def _hand_over(
    message: Message, dispatch: Dispatch, mailbox: Mailbox, data: bytes, recipients: list[str]
) -> None:
    talk = outcomes.Talk()
    try:
        receipt = handing_over.send(
            mailbox,
            data,
            mail_from=_return_path(message, dispatch, mailbox),
            recipients=recipients,
            talk=talk,
            hand_over=lambda: _note_hand_over(dispatch),
            takes_partly=message.attempts >= TRIES_FOR_ALL,
        )
    except outcomes.TemporaryFailure as why:
        dispatch.transcript = talk.text()
        retry_at = health.sending_failed(mailbox, str(why), at=now()) if why.is_mailbox else None
        _wait(message, dispatch, str(why), at=now(), retry_at=retry_at)
    except outcomes.PermanentFailure as why:
        dispatch.transcript = talk.text()
        _end(message, dispatch, DispatchState.FAILED, str(why))
        _mark_unreachable(why.addresses)
    except outcomes.LostAnswer as why:
        dispatch.transcript = talk.text()
        _end(message, dispatch, DispatchState.UNKNOWN, str(why))
    except GivenUp:
        log.warning("Message %s was given up for dead while it was being sent", message.pk)
    else:
        dispatch.transcript = talk.text()
        dispatch.provider_id = receipt.wire_id
        _end(message, dispatch, DispatchState.SENT, "; ".join(receipt.refused.values()))
        _mark_unreachable(receipt.refused)
        health.sending_worked(mailbox, at=now())


def _mark_unreachable(refused: dict[str, str]) -> None:
    """Remember the addresses that the server itself says do not exist."""
    for address, said in refused.items():
        code = statuses.code_in(said)
        if code.startswith("5") and statuses.is_hard(code):
            with transaction.atomic():
                reason = f"{statuses.meaning(code)} ({code})"
                reaching.mark_undeliverable(address, reason=reason, at=now())


def _compose(message: Message, dispatch: Dispatch) -> tuple[bytes, list[str]]:
    letter = addressing.letter_for(message, dispatch.mailbox, at=now())
    recipients = addressing.recipients_of(letter, message)
    data = composing.compose(letter)
    if dispatch.mailbox is not None and not dispatch.mailbox.provider_out:
        data = signing.sign(dispatch.mailbox, data)  # providers sign by themselves
    dispatch.mail_from = letter.sender.address
    dispatch.to = recipients
    dispatch.subject = letter.subject
    dispatch.blob = storing.keep(data)
    dispatch.save(update_fields=["mail_from", "to", "subject", "blob"])
    return data, recipients


def _return_path(message: Message, dispatch: Dispatch, mailbox: Mailbox) -> str:
    """Where bounces go; none from what the desk wrote by itself."""
    if message.author_kind == "system":
        return ""
    return dispatch.mail_from or mailbox.address


def _note_hand_over(dispatch: Dispatch) -> None:
    """Commit that from now on the far side may have it. Raises GivenUp when it isn't ours now."""
    at = now()
    is_mine = Dispatch.objects.filter(
        pk=dispatch.pk, attempts=dispatch.attempts, state=DispatchState.TRYING
    ).update(handed_over_at=at)
    if not is_mine:
        raise GivenUp
    dispatch.handed_over_at = at


def _end(message: Message, dispatch: Dispatch, state: str, note: str) -> None:
    """What became of it, on the message and on its dispatch, in one commit."""
    at = now()
    with transaction.atomic():
        if not _still_mine(dispatch):
            return
        dispatch.state, dispatch.note, dispatch.at = state, note, at
        dispatch.save(update_fields=["state", "note", "at", "transcript", "provider_id"])
        if state == DispatchState.SENT:
            delivery.mark_sent(message, at=at, note=note)
        elif state == DispatchState.KEPT:
            delivery.mark_kept(message, at=at, note=note)
        elif state == DispatchState.FAILED:
            delivery.mark_failed(message, reason=note, at=at)
        else:
            delivery.mark_unknown(message, reason=note, at=at)


def _wait(
    message: Message,
    dispatch: Dispatch,
    reason: str,
    *,
    at: datetime,
    retry_at: datetime | None = None,
) -> None:
    """Another try later, or the end after five days."""
    from foredesk.channels import tasks

    if at - dispatch.started_at > GIVE_UP:
        _end(message, dispatch, DispatchState.FAILED, f"Given up after five days. {reason}")
        return
    retry_at = retry_at or at + wait_after(message.attempts)
    with transaction.atomic():
        if not _still_mine(dispatch):
            return
        dispatch.note, dispatch.handed_over_at = reason, None
        dispatch.save(update_fields=["note", "handed_over_at", "transcript"])
        delivery.release(message, retry_at=retry_at, reason=reason)
        tasks.send_due.configure(schedule_at=retry_at).defer(ticket_id=message.ticket_id)


def _still_mine(dispatch: Dispatch) -> bool:
    return (
        Dispatch.objects.select_for_update()
        .filter(pk=dispatch.pk, attempts=dispatch.attempts, state=DispatchState.TRYING)
        .exists()
    )


def _judge_own_past(ticket_id: int, job_id: int) -> None:
    held = Message.objects.filter(ticket_id=ticket_id, delivery=Delivery.SENDING).first()
    if held and Dispatch.objects.filter(message_id=held.pk, job_id=job_id).exists():
        _judge(held, at=now())


def _judge(message: Message, *, at: datetime) -> bool:
    """Whether a message whose sender died is to be sent again; else it is flagged."""
    with transaction.atomic():
        dispatch = Dispatch.objects.select_for_update().filter(message_id=message.pk).first()
        if dispatch is not None and dispatch.handed_over_at is not None:
            reason = (
                "The worker stopped after it had handed the mail over and before it heard the "
                "answer: it may have been sent."
            )
            dispatch.state, dispatch.note = DispatchState.UNKNOWN, reason
            dispatch.save(update_fields=["state", "note"])
            delivery.mark_unknown(message, reason=reason, at=at)
            return False
        if dispatch is not None:
            dispatch.attempts += 1  # fences off the dead one, should it wake up
            dispatch.save(update_fields=["attempts"])
        delivery.release(message, retry_at=at, reason="")
    return True
