"""Try to send a mail of the desk's own, and note what became of it: once, even across a crash."""

from __future__ import annotations

from collections.abc import Callable

from foredesk.channels import handing_over, health, outcomes
from foredesk.channels.mail import composing
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.plumbing.clock import now

Failed = Callable[[str], None]


class TryLater(Exception):
    """The mail could not be handed over now; the text says why."""


def attempt(
    dispatch: Dispatch,
    mailbox: Mailbox,
    letter: composing.Letter,
    *,
    is_last_try: bool,
    mail_from: str = "",
    refused: Failed = lambda reason: None,
) -> None:
    """Hand the letter to the mailbox's server; `refused` hears why when it never will be taken.

    With `mail_from` what can't be delivered comes back there. A try that ended between the handing
    over and the answer is not repeated: it may have been sent. Raises TryLater unless
    `is_last_try`.
    """
    if dispatch.handed_over_at is not None:
        note = "The worker stopped while it was sent: it may have been sent."
        _end(dispatch, DispatchState.UNKNOWN, note)
        return
    dispatch.attempts += 1
    dispatch.mail_from, dispatch.subject = letter.sender.address, letter.subject[:500]
    dispatch.mailbox = mailbox
    dispatch.save()
    talk = outcomes.Talk()
    try:
        receipt = handing_over.send(
            mailbox,
            composing.compose(letter),
            mail_from=mail_from,
            recipients=list(dispatch.to),
            talk=talk,
            hand_over=lambda: _note_hand_over(dispatch),
        )
    except outcomes.TemporaryFailure as why:
        dispatch.transcript, dispatch.handed_over_at = talk.text(), None
        if why.is_mailbox:
            health.sending_failed(mailbox, str(why), at=now())
        if is_last_try:
            _end(dispatch, DispatchState.FAILED, str(why))
            return
        dispatch.note = str(why)
        dispatch.save()
        raise TryLater(str(why)) from why
    except outcomes.PermanentFailure as why:
        dispatch.transcript = talk.text()
        _end(dispatch, DispatchState.FAILED, str(why))
        if why.addresses:
            refused(next(iter(why.addresses.values())))
    except outcomes.LostAnswer as why:
        dispatch.transcript = talk.text()
        _end(dispatch, DispatchState.UNKNOWN, str(why))
    else:
        dispatch.transcript, dispatch.provider_id = talk.text(), receipt.wire_id
        _end(dispatch, DispatchState.SENT, "")
        health.sending_worked(mailbox, at=now())


def _note_hand_over(dispatch: Dispatch) -> None:
    dispatch.handed_over_at = now()
    dispatch.save(update_fields=["handed_over_at"])


def _end(dispatch: Dispatch, state: str, note: str) -> None:
    dispatch.state, dispatch.note, dispatch.at = state, note, now()
    dispatch.save()
