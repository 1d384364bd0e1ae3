"""The calculator: hard tables, and properties beside a walk over every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foredesk.sla.hours import ALWAYS, Hours, NeverOpen

OSLO, NEW_YORK = ZoneInfo("Europe/Oslo"), ZoneInfo("America/New_York")
LUNCH = ((8 * 60, 12 * 60), (12 * 60 + 30, 18 * 60))
WEEK = (LUNCH,) * 5 + (((600, 840),), ())
SHOP = Hours(OSLO, WEEK)
NIGHT = Hours(OSLO, (((0, 360), (1320, 1440)),) * 7)


def oslo(text):
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "start", "end", "minutes"),
    [
        (SHOP, "2026-11-20T15:40", "2026-11-20T16:00", 20),
        (SHOP, "2026-11-20T17:40", "2026-11-21T10:40", 60),
        (SHOP, "2026-11-20T11:50", "2026-11-20T12:40", 20),
        (SHOP, "2026-11-20T12:00", "2026-11-20T12:30", 0),
        (SHOP, "2026-11-22T00:00", "2026-11-22T23:59", 0),
        (SHOP, "2026-11-23T07:00", "2026-11-23T19:00", 570),
        (SHOP, "2026-11-16T00:00", "2026-11-23T00:00", 5 * 570 + 240),
        (SHOP, "2026-11-20T16:00", "2026-11-20T15:00", 0),
        # the night of 29 March has no 02:00 to 03:00, that of 25 October has it twice
        (NIGHT, "2026-03-29T00:00", "2026-03-29T06:00", 300),
        (NIGHT, "2026-10-25T00:00", "2026-10-25T06:00", 420),
        (NIGHT, "2026-10-24T22:00", "2026-10-25T06:00", 540),
    ],
)
def test_open_minutes(hours, start, end, minutes):
    assert hours.seconds_between(oslo(start), oslo(end)) == minutes * 60


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20T15:40", 60, "2026-11-20T16:40"),
        ("2026-11-20T17:40", 60, "2026-11-21T10:40"),
        ("2026-11-20T11:30", 30, "2026-11-20T12:00"),
        ("2026-11-20T11:30", 31, "2026-11-20T12:31"),
        ("2026-11-21T20:00", 1, "2026-11-23T08:01"),
        ("2026-11-20T15:40", 570, "2026-11-23T11:10"),
        ("2026-11-20T15:40", 0, "2026-11-20T15:40"),
    ],
)
def test_when_a_span_has_passed(start, minutes, due):
    assert SHOP.after(oslo(start), minutes * 60) == oslo(due)


def test_days_off_close_and_short_days_end_early():
    feast = Hours(
        OSLO,
        WEEK,
        {
            date(2026, 12, 24): ((480, 720),),
            date(2026, 12, 25): (),
            date(2026, 12, 27): ((600, 660),),
        },
    )
    assert feast.seconds_between(oslo("2026-12-24T00:00"), oslo("2026-12-26T00:00")) == 4 * 3600
    assert feast.after(oslo("2026-12-24T11:30"), 3600) == oslo("2026-12-26T10:30")
    assert feast.is_open(oslo("2026-12-27T10:30"))


def test_a_date_that_never_was_is_closed():
    apia = Hours(ZoneInfo("Pacific/Apia"), (((0, 1440),),) * 7)
    assert apia.on(date(2011, 12, 30)) == ()
    start = datetime(2011, 12, 29, 10, tzinfo=UTC)
    assert apia.seconds_between(start, start + timedelta(days=3)) == 3 * 86400


def test_a_day_is_as_long_as_most_days_are():
    assert SHOP.day_seconds == 570 * 60
    assert Hours(UTC, ((),) * 7).day_seconds == 86400
    assert ALWAYS.day_seconds == 86400


def test_nothing_is_ever_due_without_open_hours():
    with pytest.raises(NeverOpen):
        Hours(UTC, ((),) * 7).after(oslo("2026-11-20T15:40"), 1)


def test_the_calendar_counts_every_second():
    start = oslo("2026-03-28T12:00")
    assert ALWAYS.seconds_between(start, oslo("2026-03-29T12:00")) == 23 * 3600
    assert ALWAYS.after(start, 60) == start + timedelta(minutes=1)
    assert ALWAYS.seconds_between(start, start - timedelta(1)) == 0


ZONES = [
    "UTC",
    "Europe/Oslo",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Tehran",
]


@st.composite
def periods(draw):
    marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    marks = marks[: len(marks) // 2 * 2]
    return tuple(zip(marks[::2], marks[1::2], strict=True))


@st.composite
def schedules(draw):
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    week = tuple(draw(periods()) for _ in range(7))
    return Hours(zone, week, draw(st.dictionaries(NEAR.map(datetime.date), periods(), max_size=3)))


# Around the clock changes of two years, where mistakes live.
CHANGES = ["2011-12-30", "2026-03-08", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01"]
NEAR = st.builds(
    lambda day, minutes: (
        datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(minutes=minutes)
    ),
    st.sampled_from(CHANGES),
    st.integers(-2 * 1440, 2 * 1440),
)


def walked(hours, start, end):
    """Open minutes by looking at the wall clock in every minute."""
    minutes, at = 0, start
    while at < end:
        wall = at.astimezone(hours.zone)
        day = hours.exceptions.get(wall.date(), hours.week[wall.weekday()])
        now = wall.hour * 60 + wall.minute
        minutes += any(begin <= now < stop for begin, stop in day)
        at += timedelta(minutes=1)
    return minutes


@given(schedules(), NEAR, st.integers(0, 3 * 1440))
@example(NIGHT, datetime(2026, 10, 24, 20, tzinfo=UTC), 1440)
@settings(max_examples=60, deadline=None)
def test_equal_to_a_walk_over_every_minute(hours, start, minutes):
    end = start + timedelta(minutes=minutes)
    assert hours.seconds_between(start, end) == 60 * walked(hours, start, end)


@given(schedules(), NEAR, NEAR, NEAR)
@settings(max_examples=200, deadline=None)
def test_adjacent_spans_add_up_and_nothing_is_negative(hours, one, two, three):
    first, middle, last = sorted((one, two, three))
    parts = hours.seconds_between(first, middle), hours.seconds_between(middle, last)
    assert min(parts) >= 0
    assert sum(parts) == hours.seconds_between(first, last)
    assert hours.seconds_between(last, first) == 0


@given(schedules(), NEAR, st.integers(1, 40 * 3600))
@settings(max_examples=200, deadline=None)
def test_after_is_the_first_instant_by_which_it_has_passed(hours, start, seconds):
    try:
        due = hours.after(start, seconds)
    except NeverOpen:
        assert not any(hours.week)
        return
    assert hours.seconds_between(start, due) == seconds
    assert hours.seconds_between(start, due - timedelta(seconds=1)) == seconds - 1
