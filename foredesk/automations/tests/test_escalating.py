"""Before a promise breaks, the right people hear of it, and somebody else gets the ticket."""

from datetime import UTC, datetime, timedelta

import pytest

from foredesk.automations import escalating as acting
from foredesk.automations import telling
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.notices.models import Notice
from foredesk.routing import being_here
from foredesk.sla import alarming, escalating, promising, standards, timing
from foredesk.sla.escalating import Step
from foredesk.tickets import assigning
from foredesk.tickets.tests.cases import afresh, arrive

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
LONG_BEFORE = MONDAY - timedelta(days=9)
pytestmark = pytest.mark.django_db


@pytest.fixture
def mailed(monkeypatch):
    """The jobs that would write mails: (agent, sentence)."""
    found = []
    monkeypatch.setattr(
        telling.tasks.notify, "defer", lambda **job: found.append((job["agent_id"], job["said"]))
    )
    return found


@pytest.fixture
def ticket(ada, payments):
    """Ada's, of Payments, promised an answer within ten hours from Monday, eight o'clock."""
    promising.promise(
        name="All", conditions={}, targets={"first_reply": {"2": "10h"}}, schedule=None,
        pauses=[], by=SYSTEM, at=LONG_BEFORE,
    )  # fmt: skip
    standards.forget()
    row = arrive(at=MONDAY).ticket
    assigning.hand_to(row, payments, by=SYSTEM, at=MONDAY)
    assigning.assign(row, ada, by=SYSTEM, at=MONDAY)
    timing.retime([row.pk], at=MONDAY)
    return row


def escalations(*steps):
    escalating.set_steps(steps, by=SYSTEM, at=LONG_BEFORE)
    standards.forget()


def pass_time(hours):
    """The clock comes there, and what became due is done; returns the entry of the escalation."""
    at = MONDAY + timedelta(hours=hours)
    alarming.alarm_due(at=at)
    entry = Entry.objects.filter(kind="sla.PromiseAtRisk").latest("id")
    acting.escalate(fact_from(entry.kind, entry.data), entry=entry, at=at)
    return entry


def reasons(ticket):
    rows = Entry.objects.filter(about_id=ticket.pk, kind="automations.TicketEscalated")
    return [(row.data["has_moved"], row.data["reason"]) for row in rows.order_by("id")]


def test_who_has_it_then_the_team_then_the_leads(mailed, ticket, ada, ben, lea, adi):
    escalations(
        Step(333, ("assignee",)), Step(100, ("team", f"agent-{ben.pk}")), Step(0, ("leads",))
    )
    ben.sees = "everything"
    ben.save()
    timing.retime([ticket.pk], at=MONDAY)
    people = []
    for hours in (7, 9.1, 10):
        mailed.clear()
        pass_time(hours)
        people.append({pk for pk, _ in mailed})
    assert people == [{ada.pk}, {ada.pk, ben.pk}, {lea.pk, adi.pk}]
    assert mailed[0][1] == "First reply: the promise is late now."
    under_bells = Notice.objects.filter(kind="promise").values_list("agent_id", "said")
    assert {pk for pk, _ in under_bells} == {ada.pk, ben.pk, lea.pk, adi.pk}
    assert (ada.pk, "First reply: the promise is due in 3 h.") in under_bells


def test_it_goes_to_a_team_a_person_and_whoever_is_free_with_the_reason(
    mailed, ticket, ada, ben, lea, payments, orders
):
    escalations(
        Step(333, (), "free"),
        Step(100, ("team",), f"team-{orders.pk}"),
        Step(0, (), f"agent-{lea.pk}"),
    )
    timing.retime([ticket.pk], at=MONDAY)
    payments.agents.add(ben)
    for one in (ada, ben):
        being_here.set_state(one, "online", by=one, at=MONDAY)
    pass_time(7)
    assert afresh(ticket).assignee == ben
    pass_time(9.1)
    assert (afresh(ticket).team, afresh(ticket).assignee) == (orders, ben)
    assert {pk for pk, _ in mailed} == {ben.pk}  # the team that has it now
    pass_time(10)
    assert afresh(ticket).assignee == lea
    assert reasons(ticket) == [
        (True, "First reply: the promise is due in 3 h. Ben holds the least: 0 of 30."),
        (True, "First reply: the promise is due in 54 min."),
        (True, "First reply: the promise is late now."),
    ]
    given = Entry.objects.filter(kind="tickets.TicketAssigned").latest("id")
    assert (given.actor_kind, given.cause.kind) == ("system", "sla.PromiseAtRisk")


def test_where_nobody_is_free_it_stays_and_says_so(ticket, ada, ben):
    escalations(Step(333, (), "free"), Step(0, (), f"agent-{ben.pk}"))
    timing.retime([ticket.pk], at=MONDAY)
    being_here.set_state(ada, "online", by=ada, at=MONDAY)
    pass_time(7)
    assert afresh(ticket).assignee == ada
    ben.is_active = False
    ben.save()
    pass_time(10)
    assert afresh(ticket).assignee == ada
    assert reasons(ticket) == [
        (False, "First reply: the promise is due in 3 h. Nobody else of the team is online."),
        (False, "First reply: the promise is late now. The person to whom it was to go left."),
    ]


def test_a_job_that_runs_twice_escalates_once(mailed, ticket, ada, lea):
    escalations(Step(0, ("leads",), f"agent-{lea.pk}"))
    timing.retime([ticket.pk], at=MONDAY)
    entry = pass_time(10)
    assigning.assign(ticket, ada, by=lea, at=MONDAY)
    acting.escalate(fact_from(entry.kind, entry.data), entry=entry, at=MONDAY)
    assert afresh(ticket).assignee == ada
    assert len(reasons(ticket)) == 1
    assert Notice.objects.filter(agent=lea, kind="promise").count() == 1


def test_the_sentence_says_how_things_stand():
    fact = fact_from(
        "sla.PromiseAtRisk",
        {
            "ticket_id": 1, "team_id": None, "assignee_id": None, "metric": "first_reply",
            "policy_id": 1, "clock_id": 1, "due_at": MONDAY.isoformat(), "left": 100,
        },
    )  # fmt: skip
    before, after = MONDAY - timedelta(minutes=20), MONDAY + timedelta(minutes=5)
    assert acting.sentence(fact, at=before) == "First reply: the promise is due in 20 min."
    assert acting.sentence(fact, at=after) == "First reply: the promise is 5 min late."
