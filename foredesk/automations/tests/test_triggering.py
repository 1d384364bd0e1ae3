"""Triggers: what sets them off, what they do, and how chains of them end."""

from types import SimpleNamespace

import pytest

from foredesk.automations import triggering, writing_rules
from foredesk.automations.models import Run
from foredesk.automations.tests.cases import active, leaf, trigger
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people.models import Team
from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import settle
from foredesk.tickets import prioritising, progressing, tagging
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_the_worker_lets_rules_act():
    active(trigger("Urgent"))
    ticket = cases.ticket_of()
    settle()
    assert cases.afresh(ticket).priority == 4


def test_a_mail_sets_off_a_rule_that_names_itself_and_its_grounds(payments, hear):
    rule = active(
        trigger(
            "Cards to Payments",
            conditions=[leaf("message", "contains", ["card"])],
            steps=[{"do": "team", "to": str(payments.pk)}, {"do": "priority", "to": "3"}],
        )
    )
    ticket = cases.ticket_of(text="My card was declined")
    other = cases.ticket_of(text="Where is my tent?")
    hear()
    row = cases.afresh(ticket)
    assert (row.team_id, row.priority) == (payments.pk, 3)
    assert cases.afresh(other).team_id is None
    run = Run.objects.get()
    assert run.did == ["handed it to Payments", "set the priority to High"]
    assert run.because == [
        {"said": "this message contains card", "found": "Tent My card was declined"}
    ]
    done = cases.last_fact(ticket)
    assert (done.actor_kind, done.actor_id, done.actor_name) == ("rule", rule.pk, rule.name)
    assert done.cause_id == run.entry_id
    assert done.depth == 1


def test_a_rule_that_fails_does_nothing_half(payments, ada, hear):
    active(
        trigger(
            "Half", steps=[{"do": "priority", "to": "4"}, {"do": "team", "to": str(payments.pk)}]
        )
    )
    payments.delete()
    ticket = cases.ticket_of()
    hear()
    assert cases.afresh(ticket).priority == 2
    run = Run.objects.get()
    assert (run.state, run.did) == ("failed", [])
    assert run.reason == "The team that it hands tickets to was removed. Choose another one."


def test_rules_run_in_their_order_and_one_can_be_the_last(hear):
    first = active(trigger("First", steps=[{"do": "add_tags", "tags": "one"}]))
    active(trigger("Second", steps=[{"do": "add_tags", "tags": "two"}], stops=True))
    active(trigger("Third", steps=[{"do": "add_tags", "tags": "three"}]))
    active(trigger("On tags", on=("tags",), steps=[{"do": "priority", "to": "4"}]))
    ticket = cases.ticket_of()
    hear()
    assert cases.afresh(ticket).tags == ["one", "two"]
    # The tags of the first rule set off the last one; those of the second must not.
    assert Run.objects.filter(rule__name="On tags").count() == 1
    assert Run.objects.earliest("id").rule_id == first.pk


def test_two_rules_that_feed_each_other_stop_and_say_so(ada, hear):
    up = active(
        trigger(
            "Up", on=("priority",), conditions=[leaf("priority", "any_of", ["1"])],
            steps=[{"do": "priority", "to": "4"}],
        )
    )  # fmt: skip
    active(
        trigger(
            "Down", on=("priority",), conditions=[leaf("priority", "any_of", ["4"])],
            steps=[{"do": "priority", "to": "1"}],
        )
    )  # fmt: skip
    ticket = cases.ticket_of()
    hear()
    prioritising.prioritise(ticket, 1, by=ada, at=now())
    hear()
    # Both act on Ada's change, one after the other; what they did sets them off once more.
    runs = list(Run.objects.order_by("id").values_list("rule__name", "state"))
    assert runs == [
        ("Up", "done"), ("Down", "done"), ("Up", "stopped"), ("Up", "done"),
        ("Down", "stopped"), ("Down", "stopped"),
    ]  # fmt: skip
    assert Run.objects.filter(rule=up, state="stopped").get().reason == (
        "“Up” acted already in this chain of causes: it would go in circles."
    )


def test_a_chain_of_four_rules_ends_after_three(ada, hear):
    for number in range(4):
        active(
            trigger(
                f"Step {number}", on=("tags",),
                conditions=[leaf("added_tags", "any_of", [f"t{number}"])],
                steps=[{"do": "add_tags", "tags": f"t{number + 1}"}],
            )
        )  # fmt: skip
    ticket = cases.ticket_of()
    hear()
    tagging.change_tags(ticket, add=["t0"], by=ada, at=now())
    hear()
    assert cases.afresh(ticket).tags == ["t0", "t1", "t2", "t3"]
    last = Run.objects.latest("id")
    assert (last.rule.name, last.state) == ("Step 3", "stopped")
    assert last.reason.startswith("3 rules set each other off")


@pytest.mark.parametrize(
    ("chain", "stops"),
    [
        ([("customer", 5, 0)], False),
        ([("rule", 7, 1), ("customer", 5, 0)], True),
        ([("rule", 8, 1), ("agent", 7, 0)], False),
        ([("rule", 8, 2), ("rule", 9, 1), ("agent", 1, 0)], False),
        ([("rule", 8, 3), ("rule", 9, 2), ("rule", 6, 1), ("agent", 1, 0)], True),
        ([("system", None, 3), ("system", None, 2)], True),
    ],
)
def test_when_a_chain_is_stopped(chain, stops):
    entries = [SimpleNamespace(actor_kind=k, actor_id=i, depth=d) for k, i, d in chain]
    assert bool(triggering.why_stopped(7, "Seven", entries)) is stops


def test_the_value_before_is_known(ada, hear):
    active(
        trigger(
            "Back from hold", on=("status",), conditions=[leaf("was_status", "any_of", ["on_hold"])]
        )
    )
    one, two = cases.ticket_of(), cases.ticket_of()
    progressing.set_status(one, "on_hold", by=ada, at=now())
    hear()
    for ticket in (one, two):
        progressing.set_status(ticket, "open", by=ada, at=now())
    hear()
    assert [cases.afresh(one).priority, cases.afresh(two).priority] == [4, 2]


def test_a_listener_that_runs_twice_acts_once(ada, hear):
    active(trigger("Note", steps=[{"do": "note", "text": "Look at {{ ticket.number }}"}]))
    ticket = cases.ticket_of()
    hear()
    entry = Entry.objects.get(kind="tickets.MessageReceived", about_id=ticket.pk)
    from foredesk.logbook import listening

    listening.run_listeners(entry.pk)
    notes = ticket.messages.filter(is_public=False)
    assert [(one.author_kind, one.author_name, one.body_text) for one in notes] == [
        ("rule", "Note", f"Look at #{ticket.pk}")
    ]


def test_a_rule_that_is_off_or_has_nothing_to_do_leaves_no_trace(ada, hear):
    rule = active(trigger("Normal", steps=[{"do": "priority", "to": "2"}]))
    cases.ticket_of()
    hear()
    assert not Run.objects.exists()
    writing_rules.switch(rule, is_active=False, by=SYSTEM, at=now())
    off = writing_rules.add(trigger("Off"), by=SYSTEM, at=now())
    ticket = cases.ticket_of()
    hear()
    assert cases.afresh(ticket).priority == 2
    assert not off.runs.exists()


def test_a_machines_answer_sets_nothing_off(hear):
    active(trigger("Any"))
    first = cases.arrive()
    hear()
    Run.objects.all().delete()
    cases.answered(first.ticket, is_auto_reply=True)
    hear()
    assert not Run.objects.exists()


def test_a_fact_that_no_rule_is_about_asks_the_database_nothing(
    ada, django_assert_num_queries, payments, hear
):
    active(trigger("On status", on=("status",)))
    ticket = cases.ticket_of()
    hear()
    entry = Entry.objects.filter(kind="tickets.MessageReceived").latest("id")
    from foredesk.automations import rulebook
    from foredesk.logbook.facts import fact_from

    rulebook.rulebook()
    fact = fact_from(entry.kind, entry.data)
    with django_assert_num_queries(0):
        assert triggering.consider(fact, entry=entry, at=now()) == []
    assert ticket.priority == 2
    assert Team.objects.count() == 1
