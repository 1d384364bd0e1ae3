"""Before a promise breaks, the right people hear of it."""

from datetime import UTC, datetime, timedelta

import pytest

from foredesk.automations import escalating as telling
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.sla import alarming, escalating, promising, standards, timing
from foredesk.sla.escalating import Step
from foredesk.tickets import assigning
from foredesk.tickets.tests.cases import arrive

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """The jobs that would write mails: (agent, sentence)."""
    found = []
    monkeypatch.setattr(
        telling.tasks.notify, "defer", lambda **job: found.append((job["agent_id"], job["said"]))
    )
    return found


def test_who_has_it_then_the_team_then_the_leads(told, ada, ben, lea, adi, payments):
    steps = [
        Step(333, tell_assignee=True),
        Step(100, tell_team=True, agents=(ben.pk,)),
        Step(0, tell_leads=True),
    ]
    escalating.set_steps(steps, by=SYSTEM, at=MONDAY - timedelta(days=9))
    promising.promise(
        name="All", conditions={}, targets={"first_reply": {"2": "10h"}}, schedule=None,
        pauses=[], by=SYSTEM, at=MONDAY - timedelta(days=9),
    )  # fmt: skip
    standards.forget()
    ticket = arrive(at=MONDAY).ticket
    assigning.hand_to(ticket, payments, by=SYSTEM, at=MONDAY)
    assigning.assign(ticket, ada, by=SYSTEM, at=MONDAY)
    timing.retime([ticket.pk], at=MONDAY)
    people = []
    for hours in (7, 9.1, 10):
        alarming.alarm_due(at=MONDAY + timedelta(hours=hours))
        entry = Entry.objects.filter(kind="sla.PromiseAtRisk").latest("id")
        told.clear()
        telling.tell(fact_from(entry.kind, entry.data), about=entry.pk)
        people.append({pk for pk, _ in told})
    assert people == [{ada.pk}, {ada.pk, ben.pk}, {lea.pk, adi.pk}]
    assert "First reply: the promise is" in told[0][1]
    standards.forget()


def test_the_sentence_says_how_things_stand():
    fact = fact_from(
        "sla.PromiseAtRisk",
        {
            "ticket_id": 1, "team_id": None, "assignee_id": None, "metric": "first_reply",
            "policy_id": 1, "clock_id": 1, "due_at": MONDAY.isoformat(), "left": 100,
        },
    )  # fmt: skip
    before, after = MONDAY - timedelta(minutes=20), MONDAY + timedelta(minutes=5)
    assert telling.sentence(fact, at=before) == "First reply: the promise is due in 20 min."
    assert telling.sentence(fact, at=after) == "First reply: the promise is 5 min late."
