"""B1: the worker is killed while rules act and tickets are dealt; each ticket gets both once."""

import random
from collections import Counter
from itertools import count

from faults.counting import Outcome, times
from faults.rig import Rig
from tests.peers.desk import until

MAILS, KILLS, PEOPLE = 80, 8, 3

ACTS = """select split_part(t.subject, ' ', 1), e.kind, count(*) from logbook_entry e
    join tickets_ticket t on t.id = e.about_id and e.about_kind = 'ticket'
    where t.subject like %s
    and (e.kind = 'routing.TicketRouted'
         or e.actor_kind = 'rule' and e.kind in ('tickets.TeamChanged', 'tickets.TagsChanged'))
    group by 1, 2"""
KINDS = ("routing.TicketRouted", "tickets.TeamChanged", "tickets.TagsChanged")

SETUP = """
from foredesk.automations import writing_rules
from foredesk.logbook.actors import SYSTEM
from foredesk.people import inviting, teaming
from foredesk.plumbing.clock import now
from foredesk.routing import arranging, being_here
keep = dict(by=SYSTEM, at=now())
team = teaming.add(name="{name}", icon="users", **keep)
for number in range({people}):
    agent = inviting.add_agent(email=f"{name}-{{number}}@shop.example", name=f"P {{number}}",
        role="agent", teams=[team], **keep)
    being_here.set_state(agent, "online", **keep)
    arranging.hold_at_most(agent, {{"email": 1000}}, **keep)
arranging.give_out(team, way="turns", is_sticky=False, overflow_minutes=None, overflow_to=None,
    return_minutes=None, **keep)
rule = writing_rules.add({{"name": "{name}", "kind": "trigger", "stops": False,
    "when": {{"occasions": ["wrote_first"], "channels": []}},
    "conditions": {{"all": [{{"field": "subject", "is": "contains", "value": ["{name}-"]}}]}},
    "steps": [{{"do": "team", "to": str(team.pk)}}, {{"do": "add_tags", "tags": "ruled"}}]}},
    **keep)
writing_rules.switch(rule, is_active=True, **keep)
"""


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("B1 acting dies")
    name = rig.named("b1")
    rig.run(SETUP.format(name=name, people=PEOPLE))
    until_it_acts(rig, name)
    chance = random.Random(7)
    pauses = [chance.uniform(0.3, 1.5) for _ in range(times(KILLS, scale, most=100, least=2))]
    mails = times(MAILS, scale, most=1000, least=20)
    killer = rig.start_killing("worker", pauses, outcome)
    promised = rig.hand_over(name, range(mails), outcome)
    promised |= rig.hand_over_during(killer, name, mails, outcome)
    rig.settle_in(outcome, hurries=True)
    rig.settle_jobs(outcome)
    acts = Counter({(mark, kind): count for mark, kind, count in rig.ask(ACTS, f"{name}-%")})
    for kind in KINDS:
        found = Counter({mark: count for (mark, one), count in acts.items() if one == kind})
        outcome.count_in(promised, found)
    return outcome


def until_it_acts(rig: Rig, name: str) -> None:
    """Hand over mails until the rule acts on one: a worker knows of a new rule after a second at
    most, and what comes before is nobody's."""
    numbers = count()

    def acts() -> bool:
        rig.hand_over(f"{name}-first", [next(numbers)], Outcome("the first"))
        return bool(rig.ask(ACTS, f"{name}-first-%"))

    until(acts)
