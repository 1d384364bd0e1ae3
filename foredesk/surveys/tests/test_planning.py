"""How customers are asked is set by admins, and only in ways that work."""

import pytest

from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.surveys import planning, queries, wording
from foredesk.surveys.planning import BadPlan

pytestmark = pytest.mark.django_db


def test_a_new_desk_asks_nobody():
    plan = queries.plan()
    assert (plan.is_on, plan.delay_hours, plan.every_days, plan.open_days) == (False, 24, 30, 14)


def test_what_changed_is_told(adi):
    planning.change(is_on=True, scale=3, delay_hours=24, by=adi, at=now())
    plan = queries.plan()
    assert (plan.is_on, plan.scale) == (True, 3)
    assert plan.since is not None
    fact = Entry.objects.get(kind="surveys.SurveyPlanChanged")
    assert fact.data == {
        "before": {"is_on": False, "scale": 5}, "after": {"is_on": True, "scale": 3},
    }  # fmt: skip
    planning.change(is_on=True, by=adi, at=now())
    assert queries.plan().since == plan.since
    assert Entry.objects.filter(kind="surveys.SurveyPlanChanged").count() == 1


def test_only_admins_set_it(lea):
    with pytest.raises(NotAllowed):
        planning.change(is_on=True, by=lea, at=now())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scale", 4), ("delay_hours", -1), ("delay_hours", 721), ("delay_hours", True),
        ("every_days", 0), ("open_days", 61), ("text", "Hello"), ("text", "{choices} {choices}"),
        ("text", "{choices} {password}"), ("text", "{choices}" + "x" * 4000), ("text", "\x00"),
        ("subject", ""), ("subject", "{choices}"), ("subject", "x" * 151),
        ("good_reasons", [str(n) for n in range(11)]), ("bad_reasons", ["x" * 61]),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_so_is_refused(adi, field, value):
    with pytest.raises(BadPlan) as why:
        planning.change(**{field: value}, by=adi, at=now())
    assert why.value.field == field
    assert not Entry.objects.filter(kind="surveys.SurveyPlanChanged").exists()


def test_reasons_are_kept_clean(adi):
    wanted = ["Fast ", "", "Fast", " Kind\tpeople"]
    planning.change(good_reasons=wanted, channels=["fax", "email"], by=adi, at=now())
    plan = queries.plan()
    assert (plan.good_reasons, plan.channels) == (["Fast", "Kind people"], ["email"])


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {name},", "Hello Cleo,"),
        ("Hello {agent},", "Hello,"),
        ("{name}{brand}", "CleoHalden"),
        ("{other}{name}", "Cleo"),
    ],
)
def test_places_are_filled(text, filled):
    assert wording.fill(text, {"name": "Cleo", "brand": "Halden"}) == filled
