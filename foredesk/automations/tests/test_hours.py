"""Conditions on opening hours: the moment that counts, the sentence, the grounds, the dry run."""

from datetime import UTC, datetime

import pytest

from foredesk.automations import automating, queries, rehearsing, triggering, wording
from foredesk.automations.checking import BadRule, check
from foredesk.automations.models import Run
from foredesk.automations.tests.cases import active, automation, leaf, trigger
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.sla import keeping_hours
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
LUNCH = [("09:00", "12:00"), ("13:00", "17:00")]
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
MORNING, NOON, NIGHT = (MONDAY.replace(hour=h, minute=30) for h in (9, 12, 22))


@pytest.fixture
def shop(db):
    """Open from Monday to Friday but for an hour at noon, in UTC."""
    return keeping_hours.add(
        name="Shop", time_zone="UTC", week=[LUNCH] * 5 + [[], []], by=SYSTEM, at=MONDAY
    )


def heard(ticket, at):
    """What the triggers do about the ticket's latest message."""
    entry = Entry.objects.filter(about_id=ticket.pk, kind="tickets.MessageReceived").latest("id")
    return triggering.consider(fact_from(entry.kind, entry.data), entry=entry, at=at)


def test_a_message_counts_by_the_moment_at_which_it_came(shop):
    active(trigger("Late", conditions=[leaf("happened", "out_of_hours", [str(shop.pk)])]))
    tickets = [cases.ticket_of(at=at) for at in (MORNING, NOON, NIGHT)]
    acted = [len(heard(one, at=MORNING)) for one in tickets]  # the worker comes when it is open
    assert acted == [0, 1, 1]
    run = Run.objects.first()
    assert run.because == [
        {"said": "this happened outside the hours Shop", "found": "2026-11-02T12:30+00:00"}
    ]


def test_a_ticket_keeps_the_hours_in_which_it_arrived(shop):
    inside = leaf("arrived", "in_hours", [str(shop.pk)])
    active(trigger("Early", on=("wrote_again",), conditions=[inside]))
    early, late = cases.ticket_of(at=MORNING), cases.ticket_of(at=NIGHT)
    for one in (early, late):
        cases.answered(one, at=NIGHT)
    assert [len(heard(one, at=NIGHT)) for one in (early, late)] == [1, 0]


def test_time_alone_can_ask_when_a_ticket_arrived(shop):
    outside = leaf("arrived", "out_of_hours", [str(shop.pk)])
    active(automation("Old", since="created", hours=24, conditions=[outside]))
    early, late = cases.ticket_of(at=MORNING), cases.ticket_of(at=NIGHT)
    assert automating.act_on_time(at=MONDAY.replace(day=5)) == 1
    assert [cases.afresh(one).priority for one in (early, late)] == [2, 4]
    with pytest.raises(BadRule, match="not there"):
        check(automation(conditions=[leaf("happened", "in_hours", [str(shop.pk)])]))


def test_the_dry_run_shows_each_condition_with_the_moment(shop, lea):
    data = check(trigger(conditions=[leaf("happened", "in_hours", [str(shop.pk)])]))
    early, late = cases.ticket_of(at=MORNING), cases.ticket_of(at=NIGHT)
    assert [one.number for one in rehearsing.rehearse(data, viewer=lea, last=50, at=NIGHT).shown] == [early.pk]  # fmt: skip  # noqa: E501
    trial = rehearsing.try_on(data, late.pk, viewer=lea, at=NIGHT)
    assert trial.conditions == (
        ("this happened within the hours Shop", "2026-11-02T22:30+00:00", False),
    )
    assert wording.conditions("trigger", data["conditions"]) == trial.conditions[0][0]


def test_hours_that_went_are_neither_open_nor_closed(shop):
    rules = [
        active(trigger(name, conditions=[leaf("happened", operator, [str(shop.pk)])]))
        for name, operator in (("In", "in_hours"), ("Out", "out_of_hours"))
    ]
    keeping_hours.remove(shop, by=SYSTEM, at=MONDAY)
    assert heard(cases.ticket_of(at=MORNING), at=MORNING) == []
    assert heard(cases.ticket_of(at=NIGHT), at=NIGHT) == []
    with pytest.raises(BadRule, match="not there"):
        check(trigger(conditions=[leaf("happened", "in_hours", [str(shop.pk)])]))
    assert [rule.name for rule in queries.rules()] == [one.name for one in rules]


def test_the_hours_are_read_once_for_many_rules(shop, django_assert_num_queries):
    from foredesk.sla import being_open

    being_open.forget()
    key = str(shop.pk)
    with django_assert_num_queries(3):  # the schedules, twice, and their days off
        assert [being_open.is_open(key, at=at) for at in (MORNING, NOON)] == [True, False]
        assert being_open.is_open("x", at=NOON) is None
