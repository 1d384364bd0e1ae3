"""Rules as they are written: checked, kept in versions, ordered, cautioned, rehearsed."""

from datetime import timedelta

import pytest

from foredesk.automations import cautioning, queries, rehearsing, wording, writing_rules
from foredesk.automations.checking import BadRule
from foredesk.automations.models import Rule, Run
from foredesk.automations.tests.cases import active, automation, leaf, trigger
from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import prioritising, tagging
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


def test_every_version_is_kept_with_what_was_changed(lea):
    rule = writing_rules.add(trigger("Cards"), by=lea, at=now())
    data = trigger(
        "Cards", conditions=[leaf("subject", "contains", ["card"])],
        steps=[{"do": "priority", "to": "4"}, {"do": "add_tags", "tags": "cards"}], stops=True,
    )  # fmt: skip
    writing_rules.change(rule, data, seen=1, by=lea, at=now())
    same = writing_rules.change(rule, data, seen=2, by=lea, at=now())
    assert same.version == 2
    assert [(one.version, one.by, one.what) for one in queries.versions_of(rule)] == [
        (2, "Lea", "changed the conditions, added step 2, let it stop later rules"),
        (1, "Lea", "made this rule"),
    ]
    with pytest.raises(BadRule, match="Somebody else"):
        writing_rules.change(rule, trigger("Other"), seen=1, by=lea, at=now())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Give the rule a name"),
        ({"name": "x" * 81}, "80 characters"),
        ({"kind": "magic"}, "when something happens, or when time"),
        ({"when": {"occasions": []}}, "what sets the rule off"),
        ({"when": {"occasions": ["moon"]}}, "not there"),
        ({"when": {"occasions": ["wrote"], "channels": ["pigeon"]}}, "channel"),
        ({"conditions": {"all": [leaf("moon", "any_of", ["full"])]}}, "not there"),
        ({"conditions": {"all": [leaf("team", "any_of", ["99"])]}}, "not there"),
        ({"conditions": None}, "A condition"),
        ({"steps": []}, "Add a step"),
        ({"steps": [{"do": "explode"}]}, "not there"),
        ({"steps": [{"do": "team", "to": "99"}]}, "Choose: Team"),
        ({"steps": [{"do": "add_tags", "tags": "a b!"}]}, "can't be a tag"),
        ({"steps": [{"do": "note", "text": "{{ secret }}"}]}, "no variable secret"),
        ({"steps": [{"do": "snooze", "days": "soon"}]}, "number from"),
        ({"steps": [{"do": "priority", "to": "4"}] * 21}, "20 steps"),
        ({"steps": "all"}, "list"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_a_sentence(change, sentence):
    from foredesk.logbook.actors import SYSTEM

    with pytest.raises(BadRule, match=sentence):
        writing_rules.add({**trigger(), **change}, by=SYSTEM, at=now())
    assert not Rule.objects.exists()


@pytest.mark.parametrize("hours", ["", "soon", 0, -3, 10_000, "nan", "inf"])
def test_a_time_that_is_none_is_refused(hours, lea):
    with pytest.raises(BadRule, match="wait"):
        writing_rules.add(automation(hours=hours), by=lea, at=now())


def test_agents_write_no_rules(ada, lou):
    for agent in (ada, lou):
        with pytest.raises(NotAllowed):
            writing_rules.add(trigger(), by=agent, at=now())


def test_rules_are_put_in_order_and_removed_ones_still_explain(lea, hear):
    first, second = active(trigger("First"), by=lea), active(trigger("Second"), by=lea)
    writing_rules.move(second, up=True, by=lea, at=now())
    assert [one.name for one in queries.rules()] == ["Second", "First"]
    ticket = cases.ticket_of()
    hear()
    entry = Entry.objects.get(kind="tickets.PriorityChanged")
    writing_rules.remove(second, by=lea, at=now())
    assert [one.name for one in queries.rules()] == ["First"]
    why = queries.why(ticket, entry.pk)
    assert (why.version.data["name"], why.cause.kind) == ("Second", "tickets.MessageReceived")
    assert queries.why(cases.ticket_of(), entry.pk) is None
    assert first.runs.count() == 0


def test_a_rule_about_a_team_that_went_is_not_switched_on(lea, payments):
    rule = writing_rules.add(
        trigger(conditions=[leaf("team", "any_of", [str(payments.pk)])]), by=lea, at=now()
    )
    payments.delete()
    from foredesk.people import directory

    directory.forget()
    with pytest.raises(BadRule, match="not there"):
        writing_rules.switch(rule, is_active=True, by=lea, at=now())


HIGH = [{"do": "priority", "to": "3"}]
LOW = [{"do": "priority", "to": "1"}]


@pytest.mark.parametrize(
    ("mine", "other", "said"),
    [
        (trigger(steps=HIGH), trigger(steps=HIGH), []),
        (
            trigger(steps=HIGH),
            trigger(steps=LOW),
            ["Rule 2 also sets the priority. It wins, because it runs later."],
        ),
        (
            trigger(steps=HIGH, stops=True),
            trigger(steps=LOW),
            [
                "Rule 2 also sets the priority. This rule wins, because it runs first and no later "
                "rule touches the ticket."
            ],
        ),
        (trigger(steps=HIGH), trigger(steps=LOW, on=("solved",)), []),
        (
            trigger(steps=HIGH, on=("wrote_first",)),
            trigger(steps=LOW, on=("wrote",)),
            ["Rule 2 also sets the priority. It wins, because it runs later."],
        ),
        (
            trigger(steps=HIGH, conditions=[leaf("channel", "any_of", ["email"])]),
            trigger(steps=LOW, conditions=[leaf("channel", "any_of", ["chat"])]),
            [],
        ),
        (
            trigger(on=("priority",), steps=HIGH),
            trigger(on=("tags",)),
            [
                "Its own steps can set it off again. It acts once in a chain, then it stops.",
            ],
        ),
        (
            trigger(on=("priority",), steps=HIGH, conditions=[leaf("actor", "none_of", ["rule"])]),
            trigger(on=("tags",)),
            [],
        ),
        (
            trigger(on=("priority",), steps=[{"do": "add_tags", "tags": "a"}]),
            trigger(on=("tags",), steps=LOW),
            [
                "Rule 2 and this rule can set each other off. A chain stops after 3 rules, "
                "and none acts twice in it."
            ],
        ),
    ],
)
def test_contradictions_and_loops_are_seen_before(mine, other, said):
    found = cautioning.cautions(mine, number=1, others=[cautioning.Other(2, other)])
    assert found == said


def test_the_dry_run_changes_nothing_and_says_what_would_have_changed(lea, ada, ben):
    card = cases.ticket_of(subject="My card", text="declined")
    cases.ticket_of(subject="Tent")
    done = cases.ticket_of(subject="Another card")
    prioritising.prioritise(done, 3, by=ada, at=now())
    data = trigger(on=("wrote",), conditions=[leaf("message", "contains", ["card"])], steps=HIGH)
    found = rehearsing.rehearse(data, viewer=lea, last=50, at=now())
    assert (found.looked, found.fitting, found.changing) == (3, 2, 1)
    assert [(one.number, one.changes) for one in found.shown] == [(card.pk, ("High",))]
    assert cases.afresh(card).priority == 2
    assert not Run.objects.exists()

    never = rehearsing.rehearse(trigger(on=("solved",)), viewer=lea, last=50, at=now())
    assert (never.looked, never.fitting) == (3, 0)
    late = rehearsing.rehearse(
        automation(hours=24), viewer=lea, last=50, at=now() + timedelta(days=2)
    )
    assert late.changing == 3


def test_the_dry_run_costs_the_same_for_many_tickets(lea, django_assert_max_num_queries):
    for _ in range(12):
        cases.ticket_of()
    data = trigger(conditions=[leaf("message", "contains", ["tent"])], steps=HIGH)
    with django_assert_max_num_queries(8):
        assert rehearsing.rehearse(data, viewer=lea, last=200, at=now()).changing == 12


def test_one_ticket_shows_every_condition(lea, ben, orders, payments, ada):
    ticket = cases.ticket_of(subject="My card")
    tagging.change_tags(ticket, add=["vip"], by=ada, at=now())
    data = trigger(
        conditions=[
            leaf("tags", "any_of", ["vip"]),
            {"any": [leaf("priority", "at_least", 4), leaf("subject", "contains", ["tent"])]},
        ],
        steps=[{"do": "team", "to": str(payments.pk)}],
    )
    trial = rehearsing.try_on(data, ticket.pk, viewer=lea, at=now())
    assert (trial.is_set_off, trial.fits) == (True, False)
    assert trial.conditions == (
        ("a tag is vip", "vip", True),
        ("the priority is at least 4", "Normal", False),
        ("the subject contains tent", "My card", False),
    )
    assert trial.changes == (("hand it to the team Payments", "Payments"),)
    from foredesk.tickets import assigning

    assigning.hand_to(ticket, payments, by=ada, at=now())
    assert rehearsing.try_on(data, ticket.pk, viewer=ben, at=now()) is None
    assert rehearsing.rehearse(data, viewer=ben, last=50, at=now()).looked == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (trigger(on=("wrote", "solved")), "a customer writes or a ticket is solved"),
        (trigger(channels=("email",)), "a customer writes by Email"),
        (automation(hours=72), "the last message was at least 3 days ago"),
    ],
)
def test_a_rule_reads_as_a_sentence(data, said):
    assert wording.when(data["kind"], data["when"]) == said
