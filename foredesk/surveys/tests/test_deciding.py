"""Whom to ask, as a table: each line is one thing that speaks against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foredesk.surveys.deciding import Case, why_not
from foredesk.surveys.scales import STEPS, rating_of, steps, word_of

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def decide(**known):
    return why_not(replace(Case(), **known), channels=["email"], every_days=30, at=AT)


@pytest.mark.parametrize(
    ("known", "because"),
    [
        ({}, ""),
        ({"is_solved": False}, "It is not solved any more."),
        ({"is_spam": True}, "It is spam."),
        ({"is_merged": True}, "It was merged into another ticket."),
        ({"was_imported": True}, "It was solved on another desk."),
        ({"channel": "phone"}, "Nobody is asked by this channel."),
        ({"has_wrote": False}, "The customer wrote nothing in it."),
        ({"is_answered": False}, "Nobody answered the customer."),
        ({"is_own_address": True}, "It is an address of our own."),
        ({"has_mailbox": False}, "Its brand has no mailbox to ask from."),
        ({"held": "Mail to x comes back."}, "Mail to x comes back."),
        ({"is_proven": False}, "Nothing proves that the address is theirs."),
        ({"is_opted_out": True}, "They do not want to be asked."),
        ({"asked_at": AT - timedelta(days=29)}, "They were asked not long ago."),
        ({"asked_at": AT - timedelta(days=30)}, ""),
        ({"is_spam": True, "is_opted_out": True}, "It is spam."),
    ],
)
def test_whom_to_ask(known, because):
    assert decide(**known) == because


@pytest.mark.parametrize(
    ("scale", "good", "bad"), [(2, [2], [1]), (3, [3], [1, 2]), (5, [4, 5], [1, 2, 3])]
)
def test_what_is_good(scale, good, bad):
    assert [n for n in range(1, scale + 1) if rating_of(n, scale) == "good"] == good
    assert [score for score, _, rating, _ in steps(scale) if rating == "bad"] == bad
    assert [word_of(n, scale) for n in range(scale + 2)] == ["", *STEPS[scale], ""]
