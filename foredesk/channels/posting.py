"""Post a mail of the desk's own to one address, once for each key, and know when it comes back.

It carries our signed mark in its Message-ID too, so a mail server's report proves by it that its
writer has this very mail. What comes back is told by DeskMailFailed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from foredesk.channels import account_mail, addressing, marking, taking_turns, trying
from foredesk.channels.events import DeskMailFailed
from foredesk.channels.mail import composing
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.channels.trying import TryLater
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now

__all__ = ["NoTurn", "Paper", "TryLater", "came_back", "may_post", "post"]


class NoTurn(Exception):
    """The mailbox is busy with others; come again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("The mailbox is busy.")
        self.seconds = seconds


@dataclass(frozen=True)
class Paper:
    """What a mail says: as text, as HTML, with files."""

    subject: str
    text: str
    html: str = ""
    files: tuple[composing.Part, ...] = ()


def may_post() -> bool:
    """Whether any mailbox can send it."""
    return account_mail.sending_mailbox() is not None


def post(paper: Paper, *, to: str, key: str, purpose: str, is_last_try: bool) -> None:
    """Send it, unless it was sent for this `key` before. Raises NoTurn, and TryLater
    unless `is_last_try`.

    Without a mailbox that sends, nothing is sent and nothing is noted: look at `may_post` first.
    """
    mailbox = account_mail.sending_mailbox()
    if mailbox is None:
        return
    dispatch, _ = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose, "mailbox": mailbox, "to": [to], "at": now(), "started_at": now(),
        },
    )  # fmt: skip
    if dispatch.state != DispatchState.TRYING:
        return
    if mailbox.send_retry_at and mailbox.send_retry_at > now() and not is_last_try:
        raise TryLater(mailbox.send_error)
    with taking_turns.turn(mailbox.pk) as is_mine:
        if not is_mine:
            raise NoTurn(taking_turns.seconds_until_again())
        dispatch.refresh_from_db()
        if dispatch.state != DispatchState.TRYING:
            return
        trying.attempt(
            dispatch,
            mailbox,
            _letter(paper, dispatch, mailbox),
            is_last_try=is_last_try,
            mail_from=addressing.sender_address(mailbox),
            refused=lambda reason: _refused(dispatch, reason),
        )


def came_back(dispatch: Dispatch, *, reason: str, at: datetime) -> None:
    """Its address does not take it. Within a transaction. Records DeskMailFailed, once."""
    note = f"It came back: {reason}"
    if dispatch.state == DispatchState.FAILED and dispatch.note == note:
        return
    dispatch.state, dispatch.note = DispatchState.FAILED, note
    dispatch.save(update_fields=["state", "note"])
    fact = DeskMailFailed(purpose=dispatch.purpose, address=dispatch.to[0], reason=reason[:500])
    recording.record(fact, by=SYSTEM, at=at)


def _refused(dispatch: Dispatch, reason: str) -> None:
    with transaction.atomic():
        came_back(dispatch, reason=reason, at=now())


def _letter(paper: Paper, dispatch: Dispatch, mailbox: Mailbox) -> composing.Letter:
    mark = marking.dispatch_mark(dispatch.pk)
    return composing.Letter(
        message_id=f"{mark}@{addressing.domain_of(mailbox)}",
        at=dispatch.started_at,
        sender=composing.Person(addressing.sender_address(mailbox), workspace().name),
        to=(composing.Person(dispatch.to[0]),),
        subject=paper.subject,
        text=paper.text,
        html=paper.html,
        files=paper.files,
        is_automatic=True,
        more={marking.DELIVERY_FIELD: mark, **marking.of_a_machine()},
    )
