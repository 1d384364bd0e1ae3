"""Agree on what somebody is to do, carry it over until it is done, and judge what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from foredesk.analytics.events import PointAgreed, PointDone, PointJudged, PointRemoved
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.models import AgreedPoint, Verdict
from foredesk.analytics.weeks import Week
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Agent
from foredesk.people.permissions import must_lead
from foredesk.people.refusing import Refused

LONGEST = 200  # characters
MOST = 100  # points that are not done
KEEP, MORE, STOP = "keep", "more", "stop"
VERDICTS = {KEEP: "Keep", MORE: "One more week", STOP: "Stop"}
"""What is kept or stopped is settled; what is tried on comes up again next week."""


@dataclass(frozen=True)
class Tried:
    """A point that had a week to show what it does; `verdict` is "" until somebody said it."""

    point: AgreedPoint
    verdict: str


def agree(
    week: Week,
    text: str,
    *,
    by: Actor | Doer,
    at: datetime,
    agent: Agent | None = None,
    due: date | None = None,
    measure: str = "",
) -> AgreedPoint:
    """A new point of the week's review. Records PointAgreed. Raises NotAllowed, Refused."""
    must_lead(by)
    said = " ".join(text.replace("\x00", "").split())
    if not said:
        raise Refused("Say what was agreed.")
    if len(said) > LONGEST:
        raise Refused(f"A point has {LONGEST} characters at most. Put the rest into the notes.")
    if measure and measure not in MEASURES:
        raise Refused(f"Nobody measures “{measure[:60]}”.")
    if agent is not None and not agent.is_active:
        raise Refused(f"{agent.name} works here no longer. Choose somebody else.")
    if due is not None and not 1971 <= due.year <= 9000:
        raise Refused(f"{due} is no day to have it done by.")
    with transaction.atomic():
        if AgreedPoint.objects.filter(done_in=None).count() >= MOST:
            raise Refused(f"{MOST} points are not done yet. Do some of them first.")
        row = AgreedPoint.objects.create(
            text=said, agent=agent, due=due, measure=measure, made_in=week.monday, made_at=at
        )
        fact = PointAgreed(
            week=week.key,
            point_id=row.pk,
            text=said,
            agent_id=agent.pk if agent else None,
            due=due.isoformat() if due else "",
            measure=measure,
        )
        recording.record(fact, by=by, at=at)
        return row


def finish(point_id: int, week: Week, *, is_done: bool, by: Actor | Doer, at: datetime) -> None:
    """Tick a point in the week's review, or take the tick back. Records PointDone.

    Raises NotAllowed, Refused.
    """
    must_lead(by)
    with transaction.atomic():
        row = _locked(point_id)
        if (row.done_in is not None) == is_done:
            return
        row.done_in = week.monday if is_done else None
        row.save(update_fields=["done_in"])
        fact = PointDone(week=week.key, point_id=row.pk, is_done=is_done)
        recording.record(fact, by=by, at=at)


def remove(point_id: int, week: Week, *, by: Actor | Doer, at: datetime) -> None:
    """Take a point away that should not be there. Records PointRemoved. Raises NotAllowed."""
    must_lead(by)
    with transaction.atomic():
        row = AgreedPoint.objects.select_for_update().filter(pk=point_id).first()
        if row is None:
            return
        fact = PointRemoved(week=week.key, point_id=row.pk, text=row.text)
        row.delete()
        recording.record(fact, by=by, at=at)


def judge(point_id: int, week: Week, verdict: str, *, by: Actor | Doer, at: datetime) -> None:
    """Say in the week's review whether what was tried is kept. Records PointJudged.

    Raises NotAllowed, Refused.
    """
    must_lead(by)
    if verdict not in VERDICTS:
        raise Refused("Keep it, try it one more week, or stop it.")
    with transaction.atomic():
        row = _locked(point_id)
        if row not in [one.point for one in tried_in(week)]:
            raise Refused("This point was not up for a verdict in this week.")
        before = Verdict.objects.filter(point=row, monday=week.monday).first()
        if before is not None and before.value == verdict:
            return
        Verdict.objects.update_or_create(point=row, monday=week.monday, defaults={"value": verdict})
        was_settled = before is not None and before.value != MORE
        if verdict != MORE:
            row.done_in = row.done_in or week.monday
        elif was_settled:
            row.done_in = None
        row.save(update_fields=["done_in"])
        fact = PointJudged(week=week.key, point_id=row.pk, verdict=verdict)
        recording.record(fact, by=by, at=at)


def agreed_in(week: Week) -> list[AgreedPoint]:
    """The points that the week's review shows: of its own meeting and carried over from earlier
    ones until the week in which they were done, the oldest first."""
    still = Q(done_in=None) | Q(done_in__gte=week.monday)
    found = AgreedPoint.objects.filter(still, made_in__lte=week.monday)
    return list(found.select_related("agent"))


def tried_in(week: Week) -> list[Tried]:
    """What was agreed a week before, or tried on since, each with the verdict of this week."""
    last = week.moved(-1).monday
    tried_on = Verdict.objects.filter(monday=last, value=MORE).values("point")
    found = AgreedPoint.objects.filter(Q(made_in=last) | Q(pk__in=tried_on))
    verdicts = dict(
        Verdict.objects.filter(monday=week.monday, point__in=found).values_list("point", "value")
    )
    return [Tried(one, verdicts.get(one.pk, "")) for one in found.select_related("agent")]


def _locked(point_id: int) -> AgreedPoint:
    row = AgreedPoint.objects.select_for_update().filter(pk=point_id).first()
    if row is None:
        raise Refused("This point is not there any more.")
    return row
