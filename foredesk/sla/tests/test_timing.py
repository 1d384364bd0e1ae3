"""Clocks follow what really happens to tickets."""

from datetime import UTC, datetime, timedelta

import pytest

from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.listening import run_listeners
from foredesk.logbook.models import Entry
from foredesk.people import branding
from foredesk.sla import (
    alarming,
    escalating,
    keeping_hours,
    promising,
    recalculating,
    standards,
    timing,
)
from foredesk.sla.escalating import Step
from foredesk.sla.models import Clock, Cover, Policy, Recalculation
from foredesk.tickets import (
    merging,
    prioritising,
    progressing,
    rebranding,
    replying,
    spamming,
    unsending,
)
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import afresh, answered, arrive

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
BEFORE = MONDAY - timedelta(days=30)


def at(hours):
    return MONDAY + timedelta(hours=hours)


@pytest.fixture(autouse=True)
def fresh_standards(db):
    standards.forget()
    yield
    standards.forget()


def promise(name="Everyone", *, by=SYSTEM, when=BEFORE, conditions=None, schedule=None, **targets):
    targets = targets or {"first_reply": "4h", "next_reply": "2h", "full_resolution": "24h"}
    policy = promising.promise(
        name=name,
        conditions=conditions or {"all": []},
        targets={m: dict.fromkeys("1234", t) for m, t in targets.items()},
        schedule=schedule,
        pauses=["pending"],
        by=by,
        at=when,
    )
    Recalculation.objects.all().delete()
    standards.forget()
    return policy


def clock(ticket, metric="first_reply", **fields):
    return Clock.objects.get(ticket_id=ticket.pk, metric=metric, **fields)


def kinds(ticket):
    found = Entry.objects.filter(about_kind="ticket", about_id=ticket.pk, kind__startswith="sla.")
    return [
        kind.removeprefix("sla.") for kind in found.order_by("id").values_list("kind", flat=True)
    ]


def timed(ticket, hours):
    timing.retime([ticket.pk], at=at(hours))
    return afresh(ticket)


def test_a_mail_starts_the_clocks_and_dates_the_ticket():
    promise()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    assert ticket.due_at == at(4)
    assert ticket.due == {
        "what": "first_reply",
        "policy": "Everyone",
        "since": at(0).isoformat(),
        "soon": at(4 * 2 / 3).isoformat(),
        "urgent": at(3.6).isoformat(),
    }
    assert clock(ticket).due_at == at(4)
    assert clock(ticket, "full_resolution").due_at == at(24)
    assert kinds(ticket) == []


def test_listeners_keep_the_time(ada):
    promise()
    ticket = arrive(at=at(0)).ticket
    for entry in Entry.objects.filter(about_id=ticket.pk):
        run_listeners(entry.pk)
    assert afresh(ticket).due_at == at(4)


def test_an_answer_in_time_keeps_the_promise(ada):
    promise()
    ticket = arrive(at=at(0)).ticket
    replying.reply(ticket, by=ada, at=at(3), body_html="<p>Hello</p>")
    ticket = timed(ticket, 3)
    assert clock(ticket).state == "fulfilled"
    assert clock(ticket).breached_at is None
    assert kinds(ticket) == ["PromiseKept"]
    # pending stops the solving clock: 3 of 24 hours are used, nothing is due
    assert (ticket.due_at, ticket.due["left"]) == (None, 21 * 3600)
    assert timing.retime([ticket.pk], at=at(3.5)) == 0
    assert kinds(ticket) == ["PromiseKept"]


def test_a_late_answer_is_late_once(ada):
    promise()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    assert alarming.alarm_due(at=at(3.9)) == 0
    assert alarming.alarm_due(at=at(4)) == 1
    assert alarming.alarm_due(at=at(4.1)) == 0
    replying.reply(ticket, by=ada, at=at(5), body_html="<p>Sorry</p>")
    ticket = timed(ticket, 5)
    assert clock(ticket).breached_at == at(4)
    assert kinds(ticket) == ["PromiseBroken"]
    assert [kind for kind, _ in clock(ticket).events] == ["activate", "breach", "fulfil"]


def test_escalations_come_in_their_order_and_the_latest_alone_after_a_pause_of_the_desk():
    steps = [Step(333, ("assignee",)), Step(100, ("team",)), Step(0, ("leads",))]
    escalating.set_steps(steps, by=SYSTEM, at=BEFORE)
    promise(first_reply="10h")
    ticket = timed(arrive(at=at(0)).ticket, 0)
    assert clock(ticket).alarm_at == at(6.67)
    alarming.alarm_due(at=at(6.7))
    alarming.alarm_due(at=at(9.5))
    alarming.alarm_due(at=at(10))
    assert kinds(ticket) == ["PromiseAtRisk", "PromiseAtRisk", "PromiseBroken", "PromiseAtRisk"]
    asleep = timed(arrive(at=at(0)).ticket, 0)
    alarming.alarm_due(at=at(12))
    assert kinds(asleep) == ["PromiseBroken", "PromiseAtRisk"]
    (last,) = Entry.objects.filter(about_id=asleep.pk, kind="sla.PromiseAtRisk")
    assert last.data["left"] == 0


def test_a_reply_that_was_taken_back_answers_nobody(ada):
    promise()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    message = replying.reply(ticket, by=ada, at=at(1), body_html="<p>Oh</p>", undo_seconds=10)
    timed(ticket, 1)
    unsending.unsend(message, by=ada, at=at(1))
    ticket = timed(ticket, 1)
    assert ticket.due_at == at(4)
    assert clock(ticket).state == "running"


def test_the_customer_s_answer_starts_the_clock_again(ada):
    promise()
    ticket = arrive(at=at(0)).ticket
    replying.reply(ticket, by=ada, at=at(1), body_html="<p>Which size?</p>")
    answered(ticket, at=at(9))
    ticket = timed(ticket, 9)
    assert ticket.due_at == at(11)
    assert ticket.due["what"] == "next_reply"
    # one hour of solving time was used before the pause
    assert clock(ticket, "full_resolution").due_at == at(9 + 23)


def test_spam_is_promised_nothing_and_restored_goes_on(ada):
    promise()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    spamming.mark_as_spam(ticket, by=ada, at=at(1))
    assert timed(ticket, 1).due is None
    spamming.restore_from_spam(ticket, by=ada, at=at(5))
    assert timed(ticket, 5).due_at == at(8)


def test_what_is_merged_is_promised_in_its_target(ada):
    promise()
    target, source = arrive(at=at(0)).ticket, arrive(at=at(1), subject="Again").ticket
    replying.reply(target, by=ada, at=at(2), body_html="<p>Hi</p>")
    for one in (target, source):
        timed(one, 2)
    merging.merge(source, into=target, by=ada, at=at(3))
    timing.retime([source.pk, target.pk], at=at(3))
    assert clock(source).state == "cancelled"
    assert afresh(source).due is None


def test_a_change_of_priority_moves_the_due_time(ada):
    promising.promise(
        name="By priority",
        conditions={},
        targets={"first_reply": {"2": "8 h", "4": "30 min"}},
        schedule=None,
        pauses=[],
        by=SYSTEM,
        at=BEFORE,
    )
    standards.forget()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    assert ticket.due_at == at(8)
    prioritising.prioritise(ticket, 4, by=ada, at=at(0.1))
    assert timed(ticket, 0.1).due_at == at(0.5)
    prioritising.prioritise(ticket, 3, by=ada, at=at(0.2))
    ticket = timed(ticket, 0.2)
    assert ticket.due is None
    assert clock(ticket).state == "cancelled"


def test_the_first_policy_that_fits_counts_and_a_change_is_told(ada):
    high = {"all": [{"field": "priority", "is": "at_least", "value": 3}]}
    promise("High", conditions=high, first_reply="1h")
    promise("Everyone", first_reply="4h")
    ticket = timed(arrive(at=at(0)).ticket, 0)
    assert Cover.objects.get(pk=ticket.pk).policy.name == "Everyone"
    prioritising.prioritise(ticket, 3, by=ada, at=at(0.2))
    ticket = timed(ticket, 0.2)
    assert Cover.objects.get(pk=ticket.pk).because == high["all"]
    assert ticket.due_at == at(1)
    assert kinds(ticket) == ["PolicyApplied"]


def test_hours_and_a_longer_promise_keep_the_paused_time(ada):
    shop = keeping_hours.add(
        name="Shop",
        time_zone="UTC",
        week=[[("08:00", "12:00"), ("12:30", "18:00")]] * 5 + [[], []],
        by=SYSTEM,
        at=BEFORE,
    )
    policy = promise(schedule=shop, full_resolution="1d")
    ticket = arrive(at=at(0)).ticket
    progressing.set_status(ticket, "pending", by=ada, at=at(1))
    progressing.set_status(ticket, "open", by=ada, at=at(3))
    ticket = timed(ticket, 3)
    assert clock(ticket, "full_resolution").due_at == at(24 + 2 + 0.5 - 0.5)
    promising.change(
        policy, name="Everyone", conditions={}, targets={"full_resolution": {"2": "2 h"}},
        schedule=shop, pauses=["pending"], is_active=True, by=SYSTEM, at=at(3.2),
    )  # fmt: skip
    assert recalculating.go_on(seconds=30) == 1
    row = Recalculation.objects.get()
    assert (row.done, row.total, row.changed) == (1, 1, 1)
    assert row.finished_at is not None
    assert afresh(ticket).due_at == at(4)


def test_what_was_late_before_a_promise_was_made_tells_nobody():
    ticket = arrive(at=at(0)).ticket
    escalating.set_steps([Step(0, ("leads",))], by=SYSTEM, at=BEFORE)
    promise(when=at(100), first_reply="4h")
    ticket = timed(ticket, 101)
    assert clock(ticket).breached_at == at(4)
    assert clock(ticket).level == 1
    assert kinds(ticket) == []


def test_a_recalculation_goes_on_after_a_restart(monkeypatch):
    tickets = [arrive(at=at(0)).ticket for _ in range(5)]
    promise(first_reply="4h")
    monkeypatch.setattr(recalculating, "TOGETHER", 2)
    recalculating.ask("Try.", by=SYSTEM, at=at(1))
    assert not recalculating.step(at=at(1)), "not every process has heard of it"
    assert recalculating.step(at=at(2))
    assert Recalculation.objects.get().done == 2
    assert recalculating.go_on(seconds=30) == 2
    assert Recalculation.objects.get().changed == 5
    assert {afresh(one).due_at for one in tickets} == {at(4)}


def test_one_fact_asks_little(django_assert_num_queries):
    promise()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    standards.standards()
    with django_assert_num_queries(5):
        timing.retime([ticket.pk], at=at(1))


def test_many_tickets_ask_no_more_than_one(django_assert_num_queries):
    promise()
    many = [arrive(at=at(0)).ticket.pk for _ in range(10)]
    standards.standards()
    with django_assert_num_queries(9):
        timing.retime(many, at=at(0))
    assert Ticket.objects.exclude(due_at=None).count() == 10


def test_without_promises_nothing_is_kept(django_assert_num_queries):
    ticket = arrive(at=at(0)).ticket
    standards.standards()
    with django_assert_num_queries(2):
        timing.retime([ticket.pk], at=at(0))


def test_another_brand_may_promise_something_else(ada):
    leir = branding.add(name="Leirplass", by=SYSTEM, at=BEFORE)
    promise("Everyone")
    needs = {"all": [{"field": "brand", "is": "any_of", "value": [str(leir.pk)]}]}
    promise("Rental", conditions=needs, first_reply="1h")
    promising.order(list(Policy.objects.order_by("-pk").values_list("pk", flat=True)),
                    by=SYSTEM, at=BEFORE)  # fmt: skip
    standards.forget()
    ticket = timed(arrive(at=at(0)).ticket, 0)
    assert clock(ticket).due_at == at(4)
    rebranding.rebrand(ticket, leir, by=ada, at=at(0.5))
    run_listeners(Entry.objects.get(kind="tickets.BrandChanged").pk)
    assert clock(ticket).due_at == at(1)
