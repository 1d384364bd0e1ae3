"""Who waits, in the order in which they go; a ticket is looked at closely when somebody is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from foredesk.routing.deciding import Waiting, in_order
from foredesk.routing.gathering import Staff, tickets_waiting
from foredesk.routing.models import Distribution, Tier
from foredesk.tickets.conditions import pictures
from foredesk.tickets.conditions.evaluating import GROUPS, evaluate
from foredesk.tickets.models import LIVE, WORKED_ON, Ticket
from foredesk.tickets.views import AWAKE

MOST = 500
FEW, MANY = 4, 100
SINCE = Coalesce("waiting_since", "created_at")


@dataclass(frozen=True)
class Place:
    """A place in the line: what its row says, without a closer look."""

    team_id: int | None
    ticket: Waiting


def placeable(ways: Mapping[int | None, Distribution], staff: Staff, *, at: datetime) -> Q | None:
    """What somebody of its team has room for, and what waited so long that another team gets it;
    None when there can be no such ticket."""
    found: Q | None = None
    for team_id, way in ways.items():
        team = Q(team=team_id)
        if staff.of(team_id):
            full = staff.full(team_id)
            part = team & ~Q(channel__in=full) if full else team
            found = part if found is None else found | part
        if way.overflow_minutes is not None and way.overflow_to is not None:
            part = team & Q(since__lte=at - timedelta(minutes=way.overflow_minutes))
            found = part if found is None else found | part
    return found


def of_teams(team_ids: Sequence[int | None]) -> Q:
    """Whatever waits in these teams; None is no team."""
    wanted = Q(team__in=[pk for pk in team_ids if pk is not None])
    return wanted | Q(team=None) if None in team_ids else wanted


def line_up(wanted: Q, *, at: datetime) -> list[Place]:
    """The unassigned tickets that are `wanted`, who goes first first. One question, and two or
    three more where there are tiers."""
    found = Ticket.objects.alias(since=SINCE).filter(
        LIVE & AWAKE & Q(status__in=WORKED_ON, assignee=None) & wanted
    )
    rows = list(
        found.order_by("-priority", "created_at").values_list(
            "pk", "team_id", "channel", "priority", SINCE, "due_at"
        )[:MOST]
    )
    teams = {row[0]: row[1] for row in rows}
    ranks = _ranks(list(teams), at=at)
    tickets = [
        Waiting(pk, channel, priority, since, rank=ranks.get(pk, 0), due_at=due_at)
        for pk, _, channel, priority, since, due_at in rows
    ]
    return [Place(teams[one.id], one) for one in in_order(tickets)]


def _ranks(ids: list[int], *, at: datetime) -> dict[int, int]:
    """The tiers of those who have one."""
    if not ids:
        return {}
    tiers = [(one.rank, one.needs) for one in Tier.objects.all() if one.needs]
    if not tiers:
        return {}
    with_text = any(_reads_text(needs) for _, needs in tiers)
    seen = pictures.pictures_of(ids, with_text=with_text)
    ranks = {
        pk: next((rank for rank, needs in tiers if evaluate(needs, picture, at=at).fits), 0)
        for pk, picture in seen.items()
    }
    return {pk: rank for pk, rank in ranks.items() if rank}


def _reads_text(needs: Mapping[str, Any]) -> bool:
    parts = [one for group in GROUPS for one in needs.get(group, ())]
    return needs.get("field") == "text" or any(_reads_text(one) for one in parts)


class Closely:
    """What deciding needs of the tickets in a line, read ahead: as many as there are `places` for,
    then twice as many each time, so that one free place costs little and many cost few questions.
    """

    def __init__(self, line: Sequence[Place], *, places: int, at: datetime) -> None:
        self._ids, self._at = [one.ticket.id for one in line], at
        self._next = min(max(places, FEW), MANY)
        self._places = {pk: place for place, pk in enumerate(self._ids)}
        self._known: dict[int, Waiting] = {}

    def of(self, pk: int) -> Waiting | None:
        """The ticket looked at closely; None when it went meanwhile."""
        place = self._places.pop(pk, None)
        if pk not in self._known and place is not None:
            ahead = self._ids[place : place + self._next]
            self._known.update((one.id, one) for one in tickets_waiting(ahead, at=self._at))
            self._next = min(2 * self._next, MANY)
        return self._known.get(pk)
