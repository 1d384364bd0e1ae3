"""P3 of the fault plan: no pattern of the package can be made to hang."""

import re

import pytest

from score import worst_prefixes

FOUND = worst_prefixes.patterns()


def test_the_patterns_are_found():
    assert len(FOUND) > 80
    assert any(place.startswith("foredesk/channels/mail/cutting") for place, _ in FOUND)


@pytest.mark.parametrize(
    "bad",
    [
        re.compile(r"\s*\[#\d+\]"),
        re.compile(r"^BEGIN:VEVENT$.*?^END:VEVENT$", re.M | re.S),
        re.compile(r"([a-z]+)*;"),
    ],
)
def test_a_hanging_pattern_would_be_noticed(bad):
    worst = worst_prefixes.texts(bad)
    assert any(worst_prefixes.seconds(bad, one, limit=0.2) > 0.2 for one in worst)


@pytest.mark.parametrize(("place", "pattern"), FOUND, ids=[f"{place}" for place, _ in FOUND])
def test_every_pattern_survives_its_worst_prefix(place, pattern):
    for text in worst_prefixes.texts(pattern, tries=1):
        if worst_prefixes.seconds(pattern, text, limit=0.2) > 0.2:  # a second look: noise
            assert worst_prefixes.seconds(pattern, text, limit=0.2) <= 0.2, (place, text[:40])
