"""Whom to ask, as a table: each line is one thing that speaks against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foredesk.channels import telling
from foredesk.surveys.deciding import Case, why_not
from foredesk.surveys.scales import STEPS, rating_of, steps, word_of
from foredesk.surveys.wording import HELD

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def decide(**known):
    return why_not(replace(Case(), **known), channels=["email"], every_days=30, at=AT)


@pytest.mark.parametrize(
    ("known", "because"),
    [
        ({}, ""),
        ({"is_solved": False}, "not_solved"),
        ({"is_spam": True}, "spam"),
        ({"is_merged": True}, "merged"),
        ({"was_imported": True}, "imported"),
        ({"channel": "phone"}, "channel"),
        ({"has_wrote": False}, "wrote_nothing"),
        ({"is_answered": False}, "not_answered"),
        ({"is_own_address": True}, "own_address"),
        ({"has_mailbox": False}, "no_mailbox"),
        ({"held": "comes_back"}, "comes_back"),
        ({"is_proven": False}, "not_proven"),
        ({"is_opted_out": True}, "opted_out"),
        ({"asked_at": AT - timedelta(days=29)}, "too_soon"),
        ({"asked_at": AT - timedelta(days=30)}, ""),
        ({"is_spam": True, "is_opted_out": True}, "spam"),
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


def test_whatever_holds_automatic_mail_has_words():
    assert set(telling.Cause) <= set(HELD)
