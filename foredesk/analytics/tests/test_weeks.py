"""Weeks have the names of ISO 8601 and begin at the desk's midnight."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from foredesk.analytics import weeks
from foredesk.people.refusing import Refused

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (NOW, "2026-W47"),
        (datetime(2026, 11, 29, 22, 59, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 29, 23, 0, tzinfo=UTC), "2026-W48"),  # midnight in Oslo
        (datetime(2027, 1, 6, tzinfo=UTC), "2026-W53"),
    ],
)
def test_the_last_week_that_is_over(at, key):
    assert weeks.last_complete(now=at, zone=OSLO).key == key


def test_a_week_has_a_name_and_neighbours():
    week = weeks.week(2026, 46, now=NOW, zone=OSLO)
    assert (week.monday, week.sunday) == (date(2026, 11, 9), date(2026, 11, 15))
    assert (week.moved(-1).key, week.moved(1).key) == ("2026-W45", "2026-W47")
    assert weeks.Week(date(2025, 12, 29)).key == "2026-W01"
    period = week.period(now=NOW, zone=OSLO)
    assert period.since == datetime(2026, 11, 8, 23, tzinfo=UTC)
    before = week.moved(-1).weeks_until(4, now=NOW, zone=OSLO)
    assert (before.first, before.last, before.days) == (date(2026, 10, 12), date(2026, 11, 8), 28)


@pytest.mark.parametrize(
    ("year", "number", "words"),
    [
        (2026, 48, "not over yet"),
        (2026, 54, "There is no week 54"),
        (2026, 0, "There is no week 0"),
        (99999, 1, "There is no week 1 in 99999"),
        (1000, 1, "before 1971"),
    ],
)
def test_what_is_no_week(year, number, words):
    with pytest.raises(Refused, match=words):
        weeks.week(year, number, now=NOW, zone=OSLO)
