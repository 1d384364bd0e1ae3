"""Take a machine's report about a mail of ours, if it is about one of ours.

Anybody can write a mail that looks like a bounce. What it says is believed only with proof that its
writer has the mail that we sent: our signed delivery mark, or the Message-ID that nobody can guess,
and then only of an address that this mail went to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from foredesk.channels import marking, posting
from foredesk.channels.kinds.contract import Failure, Ignored, Report
from foredesk.channels.models import Dispatch, DispatchState
from foredesk.people import reaching
from foredesk.people.models import Identity
from foredesk.tickets import bouncing
from foredesk.tickets.models import Message, Ticket


@dataclass(frozen=True)
class _Sent:
    """The message that a report is about, and to whom it went."""

    message: Message
    dispatch: Dispatch


def take(report: Report, *, envelope_id: int, at: datetime) -> Message | None:
    """Do what the report asks for; returns the line in the thread that tells of it, None when it is
    about a mail that belongs to no ticket.

    Within a transaction. Raises Ignored when it is about no mail of ours, or needs no telling.
    """
    own = _own(report)
    if own is not None:
        _take_own(own, report, at=at)
        return None
    sent = _sent(report)
    if sent is None:
        return _unproven(report, envelope_id=envelope_id, at=at)
    concerned = _concerned(report, sent.dispatch)
    if concerned is None:
        raise Ignored("It reports on an address that this mail never went to.")
    if report.kind == "failure":
        return _failed(sent, concerned, envelope_id=envelope_id, at=at)
    if report.kind == "complaint":
        reaching.mark_complaint(concerned.address, at=at)
        text = (
            f"{concerned.address} reported our mail as unwanted. No automatic mail goes there any "
            "more; think before you write again."
        )
    elif report.kind == "delay":
        reason = f": {concerned.reason}" if concerned.reason else "."
        text = f"Mail to {concerned.address} is delayed and is still being tried{reason}"
    elif report.kind == "receipt":
        text = f"The mail program of {concerned.address} says that our mail was opened."
    else:
        raise Ignored("It reports that a mail of ours went its way.")
    return bouncing.note(sent.message.ticket_id, text=text, envelope_id=envelope_id, at=at)


def _why(failure: Failure | None) -> str:
    reason = failure.reason if failure else ""
    reason = reason or "the mail server of the address did not say why"
    if failure and failure.status and failure.status not in reason:
        reason = f"{reason} ({failure.status})"
    return reason


def _failed(sent: _Sent, failure: Failure, *, envelope_id: int, at: datetime) -> Message:
    reason = _why(failure)
    if failure.is_hard:
        reaching.mark_undeliverable(failure.address, reason=reason, at=at)
    is_whole = {one.lower() for one in sent.dispatch.to} == {failure.address}
    if is_whole and sent.dispatch.state in (DispatchState.SENT, DispatchState.UNKNOWN):
        sent.dispatch.state = DispatchState.FAILED
        sent.dispatch.note = f"It came back: {reason}"
        sent.dispatch.save(update_fields=["state", "note"])
    return bouncing.bounce(
        sent.message,
        address=failure.address,
        reason=reason,
        is_whole=is_whole,
        envelope_id=envelope_id,
        at=at,
    )


def _own(report: Report) -> Dispatch | None:
    """The mail of the desk's own that the report proves to know."""
    for mark in (*report.marks, *report.references):
        pk = marking.dispatch_of(mark)
        if pk is not None:
            return Dispatch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    return None


def _take_own(dispatch: Dispatch, report: Report, *, at: datetime) -> None:
    """An address to which the desk writes by itself takes its mail no more, or wants none."""
    if report.kind == "complaint":
        posting.came_back(dispatch, reason="it was reported there as unwanted", at=at)
        return
    if report.kind != "failure":
        raise Ignored("It reports that a mail of ours went its way.")
    address = dispatch.to[0].lower()
    failure = next((one for one in report.failures if one.address == address), None)
    if failure is None and report.failures:
        raise Ignored("Somebody behind the address does not get it; the address itself does.")
    posting.came_back(dispatch, reason=_why(failure), at=at)


def _sent(report: Report) -> _Sent | None:
    """The message of ours that the report proves to know."""
    ids = [found for mark in report.marks if (found := marking.message_of(mark))]
    ours = Message.objects.exclude(delivery="").select_related("ticket")
    message = ours.filter(public_id__in=ids).first() if ids else None
    if message is None and report.references:
        named = ours.filter(external_id__in=report.references)
        message = named.order_by("-pk").first()
    dispatch = Dispatch.objects.filter(message_id=message.pk).first() if message else None
    return _Sent(message, dispatch) if message and dispatch else None


def _concerned(report: Report, dispatch: Dispatch) -> Failure | None:
    """What the report says of a recipient of ours; it may name none of a mail that had one."""
    recipients = {one.lower() for one in dispatch.to}
    for failure in report.failures:
        if failure.address in recipients:
            return failure
    first = report.failures[0] if report.failures else None
    named = next((one for one in report.addresses if one in recipients), None)
    if named is None and len(recipients) == 1:
        # a forwarding behind the address failed, or no address is named: this one may be fine
        [only] = recipients
        return (
            replace(first, address=only, is_hard=False) if first else Failure(only, is_hard=False)
        )
    if named is None:
        return None
    return replace(first, address=named) if first else Failure(named, is_hard=False)


def _unproven(report: Report, *, envelope_id: int, at: datetime) -> Message:
    """Without proof nothing changes. A failure is told where it most likely belongs."""
    if report.kind == "failure":
        for failure in report.failures[:5]:
            identity = Identity.objects.filter(kind="email", value=failure.address).first()
            if identity is None:
                continue
            tickets = Ticket.objects.filter(requester_id=identity.customer_id).order_by("-pk")
            ticket = tickets.first()
            if ticket is None or not ticket.messages.filter(delivery="sent").exists():
                continue
            text = (
                f"A mail server says that a mail to {failure.address} was not delivered, but not "
                "which one, and proves nothing. Nothing was changed."
            )
            return bouncing.note(ticket.pk, text=text, envelope_id=envelope_id, at=at)
    raise Ignored("It is a machine's report about a mail that is not ours.")
