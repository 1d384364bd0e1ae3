"""Give the tickets that wait to those who are free: one hand deals at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_work
from foredesk.routing import gathering, lining_up, reassigning
from foredesk.routing.deciding import Candidate, Choice, Waiting, choose
from foredesk.routing.events import TicketOverflowed, TicketReturned, TicketRouted
from foredesk.routing.gathering import Staff
from foredesk.routing.lining_up import Place
from foredesk.routing.models import Availability, Distribution, Skill, State
from foredesk.tickets import assigning, queries, visibility
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.models import LIVE, WORKED_ON, Ticket
from foredesk.tickets.placing import place

_DEALING = 0x466F7265_64657361  # an advisory lock of this room: "Foredesa"


@dataclass(frozen=True)
class Dealt:
    """How many tickets found somebody, and how many wait on of those that there was a free place
    for, or that had waited long enough for another team."""

    given: int
    waiting: int


def distribute(*, at: datetime, for_ticket: int | None = None) -> Dealt:
    """Give out what waits in every team that wants it, one hand after the other; `for_ticket` only
    when that one still waits when it is this hand's turn.

    Who deals may have looked before the latest came: so nobody leaves it to them. Records
    TicketAssigned and TicketRouted with the reason, TicketOverflowed for what waited too long.
    Nobody gets more than they can hold.
    """
    ways = gathering.distributions()
    if not ways:
        return Dealt(0, 0)
    with transaction.atomic():
        take_turn()
        if for_ticket is not None and not _waits(for_ticket):
            return Dealt(0, 0)
        staff = gathering.staff()
        wanted = lining_up.placeable(ways, staff, at=at)
        if wanted is None:
            return Dealt(0, 0)
        line = lining_up.line_up(wanted, at=at)
        given = _deal(line, ways, staff, at=at)
        return Dealt(given, len(line) - given)


def _waits(ticket_id: int) -> bool:
    return Ticket.objects.filter(pk=ticket_id, assignee=None).exists()


def _deal(
    line: list[Place], ways: Mapping[int | None, Distribution], staff: Staff, *, at: datetime
) -> int:
    """Go along the line as long as anybody has room; what nobody can take holds up nobody."""
    channels = {spot.ticket.channel for spot in line}
    closely = lining_up.Closely(line, places=staff.places(channels), at=at)
    given = 0
    for spot in line:
        way, one = ways[spot.team_id], spot.ticket
        choice = None
        if staff.has_room(spot.team_id, one.channel):
            near = closely.of(one.id)
            if near is None:
                continue
            people = staff.of(spot.team_id)
            choice = choose(near, people, way=way.way, is_sticky=way.is_sticky)
        if choice is None or choice.agent is None:
            _overflow(one, way, at=at)
        elif _give(one, choice, at=at):
            given += 1
            more = choice.agent.with_one_more(one.channel, at=at)
            staff.people[more.id] = more
    return given


def take_turn() -> None:
    """Wait until nobody else deals, and let nobody until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_DEALING])


def _give(one: Waiting, choice: Choice, *, at: datetime) -> bool:
    """Whether it worked: somebody may have taken it, or the person may have left, meanwhile."""
    assert choice.agent is not None
    agent = choice.agent.agent
    try:
        with transaction.atomic():
            row = assigning.assign(Ticket(pk=one.id), agent, by=SYSTEM, at=at, seen=None)
            fact = TicketRouted(**place(row), agent_id=agent.pk, reason=choice.reason)
            recording.record(fact, by=SYSTEM, at=at)
            reassigning.note_turn(agent.pk, at=at)
    except (Conflict, UnableToChange):
        return False
    return True


def _overflow(one: Waiting, way: Distribution, *, at: datetime) -> None:
    if way.overflow_minutes is None or way.overflow_to is None:
        return
    if at - one.since < timedelta(minutes=way.overflow_minutes):
        return
    row = Ticket.objects.get(pk=one.id)
    row = assigning.hand_to(row, way.overflow_to, by=SYSTEM, at=at)
    fact = TicketOverflowed(
        **place(row), before=way.team_id, after=way.overflow_to.pk, minutes=way.overflow_minutes
    )
    recording.record(fact, by=SYSTEM, at=at)


def take_next(agent: Agent, *, at: datetime) -> Ticket | None:
    """Give `agent` the ticket that goes first of those they may see and can take; None when nothing
    waits for them. Records what distribute does. Raises NotAllowed for light agents."""
    if not can_work(agent):
        raise NotAllowed("Light agents read and write notes. Ask an agent to take the ticket.")
    teams = [None, *visibility.team_ids(agent)]
    me = _as_candidate(agent)
    line = lining_up.line_up(lining_up.of_teams(teams), at=at)
    closely = lining_up.Closely(line, places=1, at=at)
    for one in filter(None, (closely.of(spot.ticket.id) for spot in line)):
        if not one.needs <= me.skills or agent.pk in one.let_go_by:
            continue
        if queries.ticket(agent, one.id) is None:
            continue
        choice = Choice(me, f"{agent.name} asked for the next ticket.")
        if _give(one, choice, at=at):
            return Ticket.objects.get(pk=one.id)
    return None


def _as_candidate(agent: Agent) -> Candidate:
    skills = Skill.objects.filter(agents=agent).values_list("name", flat=True)
    return Candidate(agent.pk, agent.name, frozenset(skills), agent=agent)


def give_back(*, at: datetime) -> int:
    """Put back what waits for an answer of somebody who went away too long ago, in teams that want
    it; returns how many. Records TicketAssigned and TicketReturned."""
    count = 0
    for way in gathering.distributions().values():
        if way.return_minutes is None:
            continue
        edge = at - timedelta(minutes=way.return_minutes)
        gone = Availability.objects.filter(
            state__in=(State.AWAY, State.OFFLINE), since__lte=edge
        ).values_list("agent_id", flat=True)
        stuck = Ticket.objects.filter(
            LIVE,
            status__in=WORKED_ON,
            team=way.team,
            assignee__in=list(gone),
            waiting_since__isnull=False,
        )
        for row in stuck.order_by("waiting_since")[:200]:
            count += _put_back(row, way.return_minutes, at=at)
    return count


def _put_back(row: Ticket, minutes: int, *, at: datetime) -> int:
    holder = row.assignee_id
    if holder is None:
        return 0
    try:
        with transaction.atomic():
            row = assigning.assign(row, None, by=SYSTEM, at=at, seen=holder)
            fact = TicketReturned(**place(row), agent_id=holder, minutes=minutes)
            recording.record(fact, by=SYSTEM, at=at)
    except (Conflict, UnableToChange):
        return 0
    return 1
