"""What is written to customers leaves the house."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from foredesk.channels.models import SENDS, Dispatch, DispatchState, Mailbox
from foredesk.design import wording
from foredesk.operations.checks.finding import Finding
from foredesk.tickets.models import Delivery, Message

LABEL = "Mail out"
ADVICE = "Open Sent mail: each mail says what became of it, and can be sent again in its ticket."
RANK = 75
STUCK, OVERDUE, DAY = timedelta(minutes=15), timedelta(minutes=10), timedelta(days=1)


def look(*, at: datetime) -> Iterator[Finding]:
    can_send = Mailbox.objects.filter(SENDS, is_active=True).exists()
    stuck = Message.objects.filter(delivery=Delivery.SENDING, claimed_at__lt=at - STUCK).count()
    overdue = Message.objects.filter(delivery=Delivery.QUEUED, send_at__lt=at - OVERDUE).count()
    ended = Dispatch.objects.filter(at__gte=at - DAY, is_demo=False)
    failed = ended.filter(state=DispatchState.FAILED).count()
    unsure = ended.filter(state=DispatchState.UNKNOWN).count()
    said = [
        _count(stuck, "hangs", "hang"),
        _count(overdue, "waits too long", "wait too long"),
        _count(failed, "failed in the last day", "failed in the last day"),
        _count(unsure, "may or may not have left", "may or may not have left"),
    ]
    troubles = [one for one in said if one]
    if troubles:
        yield Finding("bad" if stuck or overdue else "warn", f"{', '.join(troubles)}.")
        return
    last = Dispatch.objects.filter(state=DispatchState.SENT, is_demo=False).order_by("-id").first()
    if not can_send:
        yield Finding("off", "No outgoing server is set up: what is written is kept here.")
    elif last is None:
        yield Finding("ok", "Nothing was sent yet.")
    else:
        yield Finding("ok", f"The last mail left {wording.ago(last.at, now=at)}.")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} mail {one}" if number == 1 else f"{number} mails {many}" if number else ""
