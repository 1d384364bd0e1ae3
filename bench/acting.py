"""Rules: `python -m bench.acting` asks 200 of them about each fact, and time rules about a million
tickets.

BENCH_RULES=100000 chooses another number of tickets.
"""

from __future__ import annotations

import os
import time
from typing import Any

from bench.desk import seeded

USUAL = 1_000_000
ACTIVE = 200
FACTS = 300


def main() -> None:
    """Seed, write rules, ask them, print what it took."""
    size = int(os.environ.get("BENCH_RULES") or USUAL)
    with seeded(size):
        print(_facts(), flush=True)
        print(_time(size), flush=True)


def _facts() -> str:
    """CPU of this process per fact, with 200 active rules on its occasion and none."""
    from django.db import transaction

    from foredesk.automations import triggering
    from foredesk.logbook.models import Entry
    from foredesk.plumbing.clock import now
    from foredesk.tickets.events import MessageReceived
    from foredesk.tickets.models import Ticket

    ids = list(Ticket.objects.order_by("-id").values_list("id", flat=True)[:FACTS])

    def ask() -> float:
        entry = Entry(kind=MessageReceived.kind(), actor_kind="customer", depth=0, data={})
        begun = time.process_time()
        for pk in ids:
            fact = MessageReceived(
                ticket_id=pk, team_id=None, assignee_id=None, message_id=0, customer_id=0,
                channel="email",
            )  # fmt: skip
            with transaction.atomic():
                triggering.consider(fact, entry=entry, at=now())
        return 1000 * (time.process_time() - begun) / len(ids)

    ask()
    without = ask()
    for number in range(ACTIVE):
        activate(trigger(number))
    ask()
    return (
        f"{ACTIVE} active rules on a fact, none fits: {ask():.2f} ms CPU per fact; "
        f"without rules {without:.3f} ms."
    )


def trigger(number: int) -> dict[str, Any]:
    """Four conditions, of which the text of the first message is one; the last one never holds."""
    return {
        "name": f"Rule {number}",
        "kind": "trigger",
        "when": {"occasions": ["wrote"], "channels": []},
        "conditions": {
            "all": [
                {"field": "priority", "is": "at_least", "value": 1},
                {"field": "text", "is": "lacks", "value": [f"order {number}x"]},
                {"field": "domain", "is": "none_of", "value": [f"shop{number}.example"]},
                {"field": "tags", "is": "any_of", "value": [f"tag-{number}"]},
            ]
        },
        "steps": [{"do": "priority", "to": "4"}],
        "stops": False,
    }


def _time(size: int) -> str:
    """The first look of a rule over every ticket, and the looks after it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from foredesk.automations import automating
    from foredesk.plumbing.clock import now

    activate(
        {
            "name": "Quiet",
            "kind": "automation",
            "when": {"since": "activity", "hours": 72},
            "conditions": {"all": [{"field": "tags", "is": "any_of", "value": ["no-such-tag"]}]},
            "steps": [{"do": "priority", "to": "4"}],
            "stops": False,
        }
    )
    rule = automating.rulebook().automations[0]
    begun, looks = time.perf_counter(), 0
    while True:
        before = rule.row.__class__.objects.get(pk=rule.pk).swept_id
        automating.act_on_time(at=now())
        looks += 1
        if rule.row.__class__.objects.get(pk=rule.pk).swept_id == before:
            break
    first = time.perf_counter() - begun
    with CaptureQueriesContext(connection) as asked:
        begun = time.perf_counter()
        automating.act_on_time(at=now())
        later = time.perf_counter() - begun
    return (
        f"A rule on time over {size:,} tickets: the first {looks} looks {first:.1f} s in all; each "
        f"look after them {1000 * later:.1f} ms, {len(asked)} statements."
    )


def activate(data: dict[str, Any]) -> None:
    """Write a rule and switch it on."""
    from foredesk.automations import writing_rules
    from foredesk.logbook.actors import SYSTEM
    from foredesk.plumbing.clock import now

    rule = writing_rules.add(data, by=SYSTEM, at=now())
    writing_rules.switch(rule, is_active=True, by=SYSTEM, at=now())


if __name__ == "__main__":
    main()
