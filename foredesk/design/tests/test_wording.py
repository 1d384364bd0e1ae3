"""Times, sizes and names, each case named for its situation."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foredesk.design import wording

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)  # a Wednesday
OSLO = ZoneInfo("Europe/Oslo")
AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-30), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=8, seconds=59), "8 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=27, hours=23), "27 d"),
        (timedelta(days=30), "Feb"),
        (timedelta(days=90), "Dec"),
        (timedelta(days=182), "Sep"),
        (timedelta(days=184), "2025"),
        (timedelta(days=800), "2023"),
    ],
)
def test_a_list_says_how_long_ago(age, text):
    assert wording.list_time(NOW - age, now=NOW, zone=OSLO) == text


def test_a_month_is_that_of_the_reader():
    at = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    assert wording.list_time(at, now=NOW, zone=UTC) == "Jan"
    assert wording.list_time(at, now=NOW, zone=AUCKLAND) == "Feb"


def test_the_clock_is_that_of_the_reader():
    at = datetime(2026, 3, 4, 9, 6, tzinfo=UTC)
    assert wording.clock(at, zone=OSLO) == "10:06"
    assert wording.clock(at, zone=AUCKLAND) == "22:06"


@pytest.mark.parametrize(
    ("at", "zone", "text"),
    [
        (datetime(2026, 3, 4, 0, 5, tzinfo=UTC), UTC, "Today"),
        (datetime(2026, 3, 3, 23, 55, tzinfo=UTC), UTC, "Yesterday"),
        (datetime(2026, 3, 3, 23, 55, tzinfo=UTC), OSLO, "Today"),
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), UTC, "Monday 2 March"),
        (datetime(2025, 12, 24, 12, 0, tzinfo=UTC), UTC, "24 December 2025"),
    ],
)
def test_a_day_in_a_thread_has_a_heading(at, zone, text):
    assert wording.day(at, now=NOW, zone=zone) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (500, "8 minutes ago"),
        (3600, "1 hour ago"),
        (180_000, "2 days ago"),
    ],
)
def test_a_sentence_says_how_long_ago(seconds, text):
    assert wording.ago(NOW - timedelta(seconds=seconds), now=NOW) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=48), "48 s"),
        (timedelta(minutes=22, seconds=40), "22 min"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(days=2, hours=4), "2 d 4 h"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_a_span_has_two_units_at_most(length, text):
    assert wording.span(length) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (219_136, "214 KB"),
        (1_048_575, "1.0 MB"),
        (1_258_291, "1.2 MB"),
        (15_728_640, "15 MB"),
        (3 * 1024**4, "3.0 TB"),
    ],
)
def test_sizes_read_like_a_file_manager(size, text):
    assert wording.file_size(size) == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amara Okafor", "AO"),
        ("Ana María del Solar", "AS"),
        ("mira", "MI"),
        ("help@halden.example", "HE"),
        ("amara.okafor@mail.example", "AO"),
        ("Åsa Öberg", "ÅÖ"),
        ("山田 太郎", "山太"),
        ("(no name)", "NA"),
        ("Kim Lee (Tours)", "KL"),
        ("", "?"),
        ("  ", "?"),
    ],
)
def test_an_avatar_carries_two_letters(name, letters):
    assert wording.initials(name) == letters


def test_a_hue_stays_with_its_person_and_all_seven_occur():
    assert wording.hue("abc") == wording.hue("abc")
    assert {wording.hue(n) for n in range(100)} == set(range(1, 8))
