"""Policies, schedules and escalations: taken, refused, told."""

from datetime import UTC, date, datetime

import pytest

from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.sla import durations, escalating, holidays_of, keeping_hours, promising, standards
from foredesk.sla.escalating import Step
from foredesk.sla.hours import ALWAYS
from foredesk.sla.models import Escalation, Policy, Recalculation, Schedule

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
LUNCH = [("08:00", "12:00"), ("12:30", "18:00")]
WEEK = [LUNCH] * 5 + [[], []]
pytestmark = pytest.mark.django_db


def hours(**fields):
    fields = {"name": "Shop", "time_zone": "Europe/Oslo", "week": WEEK, **fields}
    return keeping_hours.add(**fields, by=SYSTEM, at=AT)


def policy(**fields):
    fields = {
        "name": "Everyone",
        "conditions": {},
        "targets": {"first_reply": {"2": "4h"}},
        "schedule": None,
        "pauses": ["pending"],
        **fields,
    }
    return promising.promise(**fields, by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("text", "plain", "words"),
    [
        ("30 min", "30m", "30 min"),
        ("4 hours", "4h", "4 h"),
        ("1 day", "1d", "1 day"),
        ("2d", "2d", "2 days"),
        ("1,5 h", "1.5h", "1.5 h"),
        ("  ", "", ""),
    ],
)
def test_times_are_read_as_people_write_them(text, plain, words):
    assert durations.parse(text) == plain
    assert durations.words(plain) == words


@pytest.mark.parametrize(
    "text", ["soon", "4", "-1 h", "0 h", "400 d", "1h 30m", "9" * 50 + "h", "٣h "]
)
def test_what_is_no_time_is_refused(text):
    try:
        plain = durations.parse(text)
    except Refused:
        return
    assert durations.seconds(plain, ALWAYS) == 3 * 3600  # a digit is a digit in any script


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "80"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"week": WEEK[:6]}, "seven days"),
        ({"week": [[("8", "12:00")]] * 7}, "no time"),
        ({"week": [[("25:00", "26:00")]] * 7}, "no time"),
        ({"week": [[("12:00", "08:00")]] * 7}, "end after they begin"),
        ({"week": [[("08:00", "12:00"), ("11:00", "13:00")]] * 7}, "overlap"),
        ({"week": [[("08:00", "08:30")] * 13] * 7}, "12 periods"),
        ({"country": "XX"}, "not known"),
        ({"country": "NO", "region": "BY"}, "no region"),
    ],
)
def test_bad_hours_are_refused_with_a_sentence(fields, says):
    with pytest.raises(Refused, match=says):
        hours(**fields)
    assert not Schedule.objects.exists()


def test_hours_are_kept_in_order_and_what_touches_is_one():
    row = hours(week=[[("12:30", "18:00"), ("08:00", "12:00"), ("12:00", "12:30")]] + [[]] * 6)
    assert row.week[0] == [[480, 1080]]
    assert hours(name="Night", week=[[("22:00", "00:00"), ("00:00", "06:00")]] * 7).week[3] == [
        [0, 360],
        [1320, 1440],
    ]


def test_public_holidays_become_days_off_and_give_way_to_people():
    row = hours(country="NO")
    days = dict(row.days_off.values_list("day", "name"))
    assert days[date(2026, 12, 25)]
    assert {day.year for day in days} == {2026, 2027, 2028}
    keeping_hours.close_on(
        row,
        date(2026, 12, 25),
        name="Open a little",
        periods=[("10:00", "12:00")],
        by=SYSTEM,
        at=AT,
    )
    keeping_hours.change(
        row, name="Shop", time_zone="Europe/Oslo", week=WEEK, country="DE", region="BY",
        by=SYSTEM, at=AT,
    )  # fmt: skip
    left = {one.day: one for one in row.days_off.all()}
    assert left[date(2026, 12, 25)].periods == [[600, 720]]
    assert date(2028, 5, 17) not in left
    assert date(2027, 1, 6) in left
    assert holidays_of.keep_all(at=AT.replace(year=2027)) > 0
    found = standards.schedule_hours([row])[row.pk]
    assert found.is_open(datetime(2026, 12, 25, 9, 30, tzinfo=UTC))
    assert not found.is_open(datetime(2026, 12, 26, 9, 30, tzinfo=UTC))
    keeping_hours.work_on(row, date(2026, 12, 25), by=SYSTEM, at=AT)
    assert not row.days_off.filter(day=date(2026, 12, 25)).exists()


def test_hours_in_use_stay():
    row = hours()
    policy(schedule=row)
    with pytest.raises(Refused, match="in use: Everyone"):
        keeping_hours.remove(row, by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="must be some"):
        keeping_hours.change(
            row, name="Shop", time_zone="UTC", week=[[]] * 7, country="", region="",
            by=SYSTEM, at=AT,
        )  # fmt: skip
    assert Schedule.objects.get().time_zone == "Europe/Oslo"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "name"),
        ({"targets": {}}, "at least one"),
        ({"targets": {"first_reply": {"2": ""}}}, "at least one"),
        ({"targets": {"first_reply": {"2": "soon"}}}, "no time"),
        ({"targets": {"first_reply": {"9": "4h"}}}, "priority"),
        ({"targets": {"weather": {"2": "4h"}}}, "nobody measures"),
        ({"conditions": {"field": "weather", "is": "set"}}, "not there"),
    ],
)
def test_bad_promises_are_refused_with_a_sentence(fields, says):
    with pytest.raises(Refused, match=says):
        policy(**fields)
    assert not Policy.objects.exists()
    assert not Recalculation.objects.exists()


def test_nothing_is_promised_in_hours_that_never_are():
    never = hours(week=[[]] * 7)
    with pytest.raises(Refused, match="no open hours"):
        policy(schedule=never)


def test_names_are_taken_once():
    policy()
    hours()
    with pytest.raises(Refused, match="already a promise"):
        policy()
    with pytest.raises(Refused, match="already hours"):
        hours()


def test_only_admins_promise(ada, lea):
    for somebody in (ada, lea):
        with pytest.raises(NotAllowed):
            promising.order([], by=somebody, at=AT)
        with pytest.raises(NotAllowed):
            escalating.set_steps([], by=somebody, at=AT)


def test_a_change_is_told_and_asks_for_a_recalculation(adi):
    row = policy()
    Recalculation.objects.all().delete()
    same = {"name": "Everyone", "conditions": {}, "targets": {"first_reply": {"2": "4 h"}}}
    rest = {"schedule": None, "pauses": ["pending"], "is_active": True}
    promising.change(row, **same, **rest, by=adi, at=AT)
    assert not Recalculation.objects.exists()
    promising.change(row, **same | {"name": "All"}, **rest, by=adi, at=AT)
    entry = Entry.objects.latest("id")
    assert [e.kind for e in Entry.objects.order_by("-id")[:2]] == [
        "sla.RecalculationAsked",
        "sla.PolicyChanged",
    ]
    assert entry.actor_name == "Adi"
    assert Recalculation.objects.get().reason == "The promise “All” was changed."


def test_the_order_of_promises():
    first, second, third = (policy(name=name) for name in ("One", "Two", "Three"))
    promising.order([third.pk, first.pk], by=SYSTEM, at=AT)
    assert list(Policy.objects.values_list("name", flat=True)) == ["Three", "One", "Two"]
    promising.remove(first, by=SYSTEM, at=AT)
    assert list(Policy.objects.values_list("pk", flat=True)) == [third.pk, second.pk]


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([Step(0, ("leads",)), Step(0, ("team",))], "same moment"),
        ([Step(17, ("leads",))], "from the list"),
        ([Step(0)], "must do something"),
        ([Step(0, ("agent-999999",))], "does not work here"),
    ],
)
def test_bad_escalations_are_refused(steps, says):
    with pytest.raises(Refused, match=says):
        escalating.set_steps(steps, by=SYSTEM, at=AT)
    assert not Escalation.objects.exists()


def test_escalations_are_set_as_a_whole(ada):
    steps = [Step(0, (f"agent-{ada.pk}",)), Step(333, ("assignee",))]
    escalating.set_steps(steps, by=SYSTEM, at=AT)
    assert [one.left for one in escalating.current()] == [333, 0]
    known = Entry.objects.count()
    escalating.set_steps(steps, by=SYSTEM, at=AT)
    assert Entry.objects.count() == known
