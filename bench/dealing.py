"""Who gets what: `python -m bench.dealing` gives 500 waiting tickets to 50 people who are online,
then deals again when all of them are full, and when one of them has one place.

BENCH_WAITING=100 chooses another number of tickets. Skills, tiers and who knows which customer are
asked of every ticket, as a desk with all of them would.
"""

from __future__ import annotations

import os
import time
from statistics import median

from bench.desk import seeded

USUAL = 500
PEOPLE = 50
SEEDED = 5_000


def main() -> None:
    """Seed, arrange, deal, print what it took."""
    waiting = int(os.environ.get("BENCH_WAITING") or USUAL)
    with seeded(SEEDED):
        print(_deal(waiting), flush=True)
        print(_at_the_limit(waiting), flush=True)


def _deal(waiting: int) -> str:
    """One dealing of all that waits, and one that finds nobody free."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from foredesk.plumbing.clock import now
    from foredesk.routing import distributing

    _arrange(waiting)
    begun, clock = time.process_time(), time.perf_counter()
    with transaction.atomic():  # the desk's own clockwork stays out of it
        distributing.take_turn()
        with CaptureQueriesContext(connection) as asked:
            given = distributing.distribute(at=now()).given
    cpu, wall = time.process_time() - begun, time.perf_counter() - clock
    begun = time.process_time()
    left = distributing.distribute(at=now())
    idle = time.process_time() - begun
    return (
        f"{given} of {waiting} waiting tickets to {PEOPLE} people: {wall:.2f} s, "
        f"{1000 * cpu / max(1, given):.2f} ms CPU and {len(asked) / max(1, given):.1f} statements "
        f"each; a dealing that finds {left.waiting} waiting: {1000 * idle:.0f} ms CPU."
    )


def _at_the_limit(waiting: int) -> str:
    """The same tickets wait again, and all are full; then one of them has one place."""
    from django.db import transaction

    from foredesk.logbook.actors import SYSTEM
    from foredesk.people.models import Agent
    from foredesk.plumbing.clock import now
    from foredesk.routing import arranging, distributing
    from foredesk.tickets.models import Ticket

    people = list(Agent.objects.filter(name__startswith="P "))
    mine = Ticket.objects.filter(assignee__in=people)
    ids = list(mine.order_by("-id").values_list("id", flat=True)[:waiting])
    others = Ticket.objects.exclude(pk__in=ids).filter(channel="email").order_by("-id")
    held = list(others.values_list("id", flat=True)[:PEOPLE])
    arranging.set_measure(most={"email": 1}, away_minutes=600, by=SYSTEM, at=now())
    with transaction.atomic():
        distributing.take_turn()  # the desk's own clockwork stays out of it
        mine.update(status="solved")
        waits = {"status": "open", "snoozed_until": None, "spam_at": None, "closed_at": None}
        Ticket.objects.filter(pk__in=ids).update(assignee=None, channel="email", **waits)
        for number, one in zip(held, people, strict=True):
            Ticket.objects.filter(pk=number).update(assignee=one, **waits)
        nobody = _dealing()
        Ticket.objects.filter(pk=held[0]).update(status="solved")
        one_place = _dealing()
        transaction.set_rollback(True)
    return f"{waiting} wait and nobody has a place: {nobody}; one has one: {one_place}."


def _dealing() -> str:
    """What one dealing takes: the middle of five, none of which is kept."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from foredesk.plumbing.clock import now
    from foredesk.routing import distributing

    took, statements, given = [], 0, 0
    for _ in range(5):
        with transaction.atomic():
            begun = time.process_time()
            with CaptureQueriesContext(connection) as asked:
                given = distributing.distribute(at=now()).given
            took.append(1000 * (time.process_time() - begun))
            statements = len(asked)
            transaction.set_rollback(True)
    return f"{median(took):.1f} ms CPU, {statements} statements, {given} given"


def _arrange(waiting: int) -> None:
    """A team of 50 online, skills and tiers, and so many tickets that wait in it."""
    from foredesk.logbook.actors import SYSTEM
    from foredesk.people import inviting, teaming
    from foredesk.plumbing.clock import now
    from foredesk.routing import arranging, being_here
    from foredesk.tickets.models import Ticket

    keep = {"by": SYSTEM, "at": now()}
    team = teaming.add(name="Crowd", icon="users", **keep)
    people = [
        inviting.add_agent(
            email=f"p{number}@shop.example", name=f"P {number}", role="agent", teams=[team], **keep
        )
        for number in range(PEOPLE)
    ]
    for number in range(5):
        needs = {"field": "subject", "is": "contains", "value": [f"order {number}"]}
        arranging.set_skill(
            None, name=f"Skill {number}", needs={"all": [needs]}, agents=people[number::5], **keep
        )
        customers = {"field": "domain", "is": "any_of", "value": [f"shop{number}.example"]}
        arranging.set_tier(
            None, name=f"Tier {number}", rank=number + 1, needs={"all": [customers]}, **keep
        )
    ids = list(Ticket.objects.order_by("-id").values_list("id", flat=True)[:waiting])
    Ticket.objects.filter(pk__in=ids).update(
        team=team, assignee=None, status="open", snoozed_until=None, spam_at=None, closed_at=None
    )
    for one in people:
        being_here.set_state(one, "online", **keep)
    arranging.give_out(
        team, way="load", is_sticky=True, overflow_minutes=None, overflow_to=None,
        return_minutes=None, **keep,
    )  # fmt: skip


if __name__ == "__main__":
    main()
