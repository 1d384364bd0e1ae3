"""Automations: they act when time has passed, once, and read only what can be due."""

from datetime import timedelta

import pytest

from foredesk.automations import automating, timing, writing_rules
from foredesk.automations.models import Run
from foredesk.automations.tests.cases import active, automation, leaf
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.tickets import progressing, snoozing, tagging
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def quiet(days, ada, status="pending", **fields):
    """A ticket without a message for so long."""
    at = now() - days * DAY
    ticket = cases.ticket_of(at=at, **fields)
    return progressing.set_status(ticket, status, by=ada, at=at)


def test_it_acts_on_quiet_tickets_once_until_somebody_writes(ada):
    rule = active(
        automation(
            "Remind", hours=72, conditions=[leaf("status", "any_of", ["pending"])],
            steps=[{"do": "add_tags", "tags": "reminded"}],
        )
    )  # fmt: skip
    old, young, open_one = quiet(4, ada), quiet(2, ada), quiet(4, ada, status="open")
    at = now()
    assert automating.act_on_time(at=at) == 1
    assert automating.act_on_time(at=at) == 0
    assert [cases.afresh(one).tags for one in (old, young, open_one)] == [["reminded"], [], []]
    run = Run.objects.get()
    assert run.because[0]["said"] == "the last message was at least 3 days ago"
    assert (run.rule_id, run.entry_id) == (rule.pk, 0)

    tagging.change_tags(old, remove=["reminded"], by=ada, at=at)
    assert automating.act_on_time(at=at + timedelta(hours=1)) == 0  # due for the same silence
    cases.answered(old, at=at)
    progressing.set_status(old, "pending", by=ada, at=at)
    assert automating.act_on_time(at=at + DAY) == 1  # the young one
    assert automating.act_on_time(at=at + 4 * DAY) == 1
    assert Run.objects.filter(ticket=old).count() == 2


def test_what_becomes_due_by_a_change_is_found_too(ada):
    active(automation("Hold", hours=24, conditions=[leaf("tags", "any_of", ["vip"])]))
    ticket = quiet(3, ada, status="open")
    assert automating.act_on_time(at=now()) == 0
    tagging.change_tags(ticket, add=["vip"], by=ada, at=now())
    assert automating.act_on_time(at=now()) == 1
    assert cases.afresh(ticket).priority == 4


def test_a_changed_rule_looks_at_every_ticket_again(ada):
    rule = active(automation("Old", hours=1000))
    ticket = quiet(4, ada)
    assert automating.act_on_time(at=now()) == 0
    writing_rules.change(rule, automation("Old", hours=24), by=SYSTEM, at=now())
    assert automating.act_on_time(at=now()) == 1
    assert cases.afresh(ticket).priority == 4


def test_a_look_reads_only_what_came_due_since_the_last(ada, django_assert_num_queries):
    active(automation("Quiet", hours=24, conditions=[leaf("subject", "contains", ["nothing"])]))
    for _ in range(3):
        quiet(4, ada)
    at = now()
    automating.act_on_time(at=at + timedelta(minutes=5))
    with django_assert_num_queries(3):  # the rule, what has passed, what has changed
        automating.act_on_time(at=at + timedelta(minutes=6))


def test_a_failing_step_is_kept_with_its_reason_and_not_tried_again(ada):
    active(automation("Snooze", steps=[{"do": "snooze", "days": 3.0}], since="solved", hours=24))
    ticket = quiet(4, ada, status="solved")
    assert automating.act_on_time(at=now()) == 0
    assert automating.act_on_time(at=now()) == 0
    run = Run.objects.get()
    assert (run.state, run.reason) == (
        "failed",
        "A solved ticket has nothing to wait for. Reopen it first.",
    )
    assert not cases.afresh(ticket).is_snoozed(now())


def test_many_tickets_are_taken_in_portions(ada, monkeypatch):
    monkeypatch.setattr(automating, "AT_ONCE", 2)
    monkeypatch.setattr(automating, "ROUNDS", 2)
    tickets = [quiet(3, ada) for _ in range(5)]
    active(automation("Many", hours=24))
    assert automating.act_on_time(at=now()) == 4
    assert automating.act_on_time(at=now()) == 1
    assert {cases.afresh(one).priority for one in tickets} == {4}


@pytest.mark.parametrize("since", list(timing.MOMENTS))
def test_every_moment_is_found_by_an_index(since, ada, hear):
    """The planner is told not to read the whole table, and still finds a way."""
    from django.db import connection

    at, requester = now(), cases.ticket_of().requester
    young = {"created_at": at, "activity_at": at, "channel": "email", "requester": requester}
    Ticket.objects.bulk_create(Ticket(subject=f"No. {n}", **young) for n in range(1000))
    data = automation(since=since, hours=1)
    found = Ticket.objects.filter(timing.candidates(data["when"], data["conditions"], at=now()))
    column = timing.MOMENTS[since].column
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_bitmapscan = off")
        sql, params = found.order_by(column, "id").values("id").query.sql_with_params()
        cursor.execute(f"explain {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan
    assert f"Index Cond: ({column} <=" in plan


def test_a_snoozed_ticket_is_as_due_as_any(ada):
    active(automation("Quiet", hours=24))
    ticket = quiet(3, ada)
    snoozing.snooze(ticket, until=now() + DAY, by=ada, at=now())
    assert automating.act_on_time(at=now()) == 1


@pytest.mark.parametrize(("hours", "words"), [(0.5, "0.5 hours"), (1, "1 hour"), (36, "36 hours"),
                                              (48, "2 days"), (72, "3 days")])  # fmt: skip
def test_times_are_said_as_people_say_them(hours, words):
    assert timing.words(hours) == words


def test_what_happened_on_another_desk_is_no_reason_to_act(ada):
    active(automation("Remind", hours=72, conditions=[leaf("status", "any_of", ["pending"])]))
    ticket = cases.taken_over(at=now() - 30 * DAY, status="pending")
    assert automating.act_on_time(at=now()) == 0
    Ticket.objects.filter(pk=ticket.pk).update(activity_at=now())
    assert automating.act_on_time(at=now() + 4 * DAY) == 1  # what happened here counts
