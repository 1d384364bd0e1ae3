"""Mail the weekly review: when its time has come, once for each week, or when somebody wants it.

That a week was sent and the jobs that send it share one commit, so neither a restart nor a second
worker sends it twice; each job writes to one address, once (channels/posting.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from foredesk.analytics import narrowing, weeks
from foredesk.analytics.events import (
    ReviewAddressConfirmed,
    ReviewCameBack,
    ReviewMailSet,
    ReviewSent,
)
from foredesk.analytics.models import ReviewMail, ReviewReader
from foredesk.analytics.weeks import Week
from foredesk.channels import posting
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, must_lead
from foredesk.people.queries import workspace
from foredesk.people.refusing import Refused
from foredesk.plumbing.ids import public_id

PURPOSE = "review"
MOST_READERS = 100
LONGEST_ADDRESS = 254


def settings() -> ReviewMail:
    """When it goes out."""
    return ReviewMail.objects.first() or ReviewMail(id=1)


def readers() -> list[ReviewReader]:
    """To whom it goes: people of the desk by name, then addresses outside. Who was deactivated gets
    nothing and is not among them."""
    found = ReviewReader.objects.select_related("agent").exclude(agent__is_active=False)
    return sorted(found, key=lambda one: (one.agent is None, str(one.agent or one.address).lower()))


def set_mail(
    *,
    is_on: bool,
    weekday: int,
    hour: int,
    agents: Sequence[Agent],
    addresses: Sequence[str],
    by: Actor | Doer,
    at: datetime,
) -> None:
    """When the review goes out, and to whom. Records ReviewMailSet.

    What was due before it is switched on, or before its time is moved, is not sent. Raises
    NotAllowed, Refused.
    """
    must_lead(by)
    if not 0 <= weekday <= 6 or not 0 <= hour <= 23:
        raise Refused("Choose a day of the week and an hour from 0 to 23.")
    wanted = _addresses(addresses)
    if len(agents) + len(wanted) > MOST_READERS:
        raise Refused(f"The review goes to {MOST_READERS} people at most.")
    if is_on and not agents and not wanted:
        raise Refused("Choose who gets the review before you switch it on.")
    with transaction.atomic():
        row, before = _row(), _said()
        known = {one["address"] for one in before["readers"]}
        new = [one for one in wanted if one not in known]
        if new and isinstance(by, Agent) and not narrowing.sees_all(by):
            raise NotAllowed(
                "An address outside gets the figures of all tickets, and you see only those of "
                "your teams. Ask somebody who sees all."
            )
        was = (row.is_on, row.weekday, row.hour)
        row.is_on, row.weekday, row.hour = is_on, weekday, hour
        if was != (is_on, weekday, hour):
            passed = _week_due(row, at=at).monday
            row.sent_for = max(passed, row.sent_for) if row.sent_for else passed
        row.save()
        ReviewReader.objects.exclude(agent=None).exclude(agent__in=agents).delete()
        ReviewReader.objects.filter(agent=None).exclude(address__in=wanted).delete()
        ReviewReader.objects.bulk_create(
            [ReviewReader(agent=one) for one in agents]
            + [ReviewReader(address=one) for one in wanted],
            ignore_conflicts=True,
        )
        after = _said()
        if after != before:
            recording.record(ReviewMailSet(before=before, after=after), by=by, at=at)


def confirm(reader_id: int, *, by: Actor | Doer, at: datetime) -> None:
    """The address is right all the same: write there again. Records ReviewAddressConfirmed.

    Raises NotAllowed.
    """
    must_lead(by)
    with transaction.atomic():
        row = ReviewReader.objects.select_for_update(of=("self",)).filter(pk=reader_id).first()
        if row is None or not row.failed_address:
            return
        address = row.failed_address
        row.failed_address, row.failure, row.failed_at = "", "", None
        row.save()
        recording.record(ReviewAddressConfirmed(address=address), by=by, at=at)


def note_failure(address: str, reason: str, *, at: datetime) -> None:
    """The review came back from there. Records ReviewCameBack, once."""
    rows = ReviewReader.objects.select_for_update(of=("self",)).select_related("agent")
    with transaction.atomic():
        for row in rows:
            if row.where.lower() != address.lower() or row.is_held:
                continue
            row.failed_address, row.failure, row.failed_at = address.lower(), reason[:500], at
            row.save()
            fact = ReviewCameBack(address=address, reason=reason[:500])
            recording.record(fact, by=SYSTEM, at=at)


def send(week: Week, *, by: Actor | Doer, at: datetime) -> list[str]:
    """Send the review of a week now; returns to whom. Records ReviewSent.

    Raises NotAllowed, Refused when it would reach nobody.
    """
    must_lead(by)
    if not posting.may_post():
        raise Refused("No mailbox of this desk can send mail. Set one up, then send the review.")
    with transaction.atomic():
        to = _queue(week, key=public_id())
        if not to:
            raise Refused("Nobody gets the review by mail yet. Choose who, then send it.")
        recording.record(ReviewSent(week=week.key, to=to, is_due=False), by=by, at=at)
        return to


def send_due(*, at: datetime) -> list[str]:
    """Send what is due, if it was not sent; returns to whom. Records ReviewSent.

    A desk that was down sends the last week's when it is back. While no mailbox can send it waits.
    """
    if not ReviewMail.objects.filter(is_on=True).exists():
        return []
    with transaction.atomic():
        row = _row()
        week = _week_due(row, at=at)
        is_sent = row.sent_for is not None and row.sent_for >= week.monday
        if not row.is_on or is_sent or not posting.may_post():
            return []
        row.sent_for = week.monday
        row.save(update_fields=["sent_for"])
        to = _queue(week, key=week.key)
        if to:
            recording.record(ReviewSent(week=week.key, to=to, is_due=True), by=SYSTEM, at=at)
        return to


def last_due(row: ReviewMail, *, at: datetime) -> datetime:
    """The last moment at which it was due, by the desk's clock."""
    zone = ZoneInfo(workspace().time_zone)
    local = at.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - row.weekday) % 7)
    moment = datetime.combine(day, time(row.hour), zone)
    if moment > at:
        moment = datetime.combine(day - timedelta(days=7), time(row.hour), zone)
    return moment


def next_due(row: ReviewMail, *, at: datetime) -> datetime:
    """The next moment at which it will be due."""
    zone = ZoneInfo(workspace().time_zone)
    day = last_due(row, at=at).astimezone(zone).date() + timedelta(days=7)
    return datetime.combine(day, time(row.hour), zone)


def _week_due(row: ReviewMail, *, at: datetime) -> Week:
    """The week whose review was due last."""
    zone = ZoneInfo(workspace().time_zone)
    return weeks.last_complete(now=last_due(row, at=at), zone=zone)


def _queue(week: Week, *, key: str) -> list[str]:
    from foredesk.analytics import tasks

    found = [one for one in readers() if not one.is_held]
    for one in found:
        tasks.send_review.defer(
            reader_id=one.pk, monday=week.monday.isoformat(), key=f"review:{key}:{one.pk}"
        )
    return [one.where for one in found]


def _row() -> ReviewMail:
    ReviewMail.objects.bulk_create([ReviewMail(id=1)], ignore_conflicts=True)
    return ReviewMail.objects.select_for_update().get(pk=1)


def _said() -> dict:
    """All of it as plain data."""
    row = settings()
    found = ReviewReader.objects.select_related("agent").order_by("pk")
    return {
        "is_on": row.is_on,
        "weekday": row.weekday,
        "hour": row.hour,
        "readers": [{"agent_id": one.agent_id, "address": one.address} for one in found],
    }


def _addresses(given: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in given:
        address = text.strip()
        if not address:
            continue
        try:
            if len(address) > LONGEST_ADDRESS:
                raise ValidationError("long")
            validate_email(address)
        except ValidationError:
            raise Refused(f"“{address[:60]}” is no mail address.") from None
        found.setdefault(address.lower(), address.lower())
    inside = Agent.objects.filter(is_active=True, email__in=found).values_list("email", flat=True)
    if inside:
        raise Refused(f"{inside[0]} belongs to somebody of the desk. Choose them in the list.")
    return list(found.values())
