"""What is kept for a moment: forgotten by age, by word, by a fact, and again with the commit."""

import pytest
from django.db import transaction

from foredesk.logbook import freshness
from foredesk.logbook.freshness import LISTS, PRESENCE, Kept


@pytest.fixture
def clock(monkeypatch):
    at = [100.0]
    monkeypatch.setattr(freshness, "monotonic", lambda: at[0])
    return at


@pytest.fixture
def make(monkeypatch):
    monkeypatch.setattr(freshness, "_everything", [])

    def build(**options):
        asked = []
        return Kept(lambda: asked.append(1) or len(asked), **options)

    return build


def test_it_is_read_anew_after_its_time(clock, make):
    kept = make(seconds=2)
    assert [kept(), kept()] == [1, 1]
    clock[0] += 1.9
    assert kept() == 1
    clock[0] += 0.1
    assert kept() == 2


def test_a_word_forgets_it_and_only_what_is_old_enough(clock, make):
    kept = make()
    assert kept() == 1
    kept.forget()
    assert kept() == 2
    clock[0] += 0.4
    kept.forget(older_than=0.5)
    assert kept() == 2
    kept.forget(older_than=0.3)
    assert kept() == 3
    freshness.forget_all()
    assert kept() == 4


def test_a_fact_or_who_comes_and_goes_forgets_what_waits_for_it(clock, make):
    lists, presence, neither = make(until=LISTS), make(until=PRESENCE), make()
    assert [lists(), presence(), neither()] == [1, 1, 1]
    freshness.touch(LISTS)
    assert [lists(), presence(), neither()] == [2, 1, 1]
    freshness.touch(PRESENCE)
    assert [lists(), presence(), neither()] == [2, 2, 1]


def test_what_was_being_read_while_it_was_forgotten_is_not_kept(clock, monkeypatch):
    monkeypatch.setattr(freshness, "_everything", [])
    answers = ["old", "new"]

    def read():
        found = answers.pop(0)
        if found == "old":
            kept.forget()  # another thread has changed it
        return found

    kept = Kept(read)
    assert [kept(), kept(), kept()] == ["old", "new", "new"]


@pytest.mark.django_db(transaction=True)
def test_a_change_is_forgotten_again_when_it_is_committed(clock, make):
    kept = make()
    with transaction.atomic():
        kept.forget()
        assert kept() == 1  # others still read what was before the commit
    assert kept() == 2
