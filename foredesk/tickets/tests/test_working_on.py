"""How long somebody worked on a ticket: believed as far as there was time, told once a visit."""

from datetime import timedelta

import pytest

from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from foredesk.tickets import working_on
from foredesk.tickets.models import Visit

pytestmark = pytest.mark.django_db
START = now()


def beat(ticket, by, after, seconds, *, is_over=False):
    at = START + timedelta(seconds=after)
    working_on.work(ticket, seconds=seconds, is_over=is_over, by=by, at=at)


def told():
    found = Entry.objects.filter(kind="tickets.TicketWorkedOn").order_by("id")
    return [(one.actor_id, one.data["seconds"], (one.at - START).seconds) for one in found]


def test_a_visit_is_one_fact(ticket, ada):
    beat(ticket, ada, 0, 0)
    beat(ticket, ada, 15, 15)
    beat(ticket, ada, 30, 4)
    assert told() == []
    beat(ticket, ada, 40, 10, is_over=True)
    assert told() == [(ada.pk, 29, 40)]
    assert not Visit.objects.exists()


def test_nobody_worked_longer_than_there_was_time(ticket, ada):
    beat(ticket, ada, 0, 500)
    beat(ticket, ada, 15, 500)
    beat(ticket, ada, 15, 500)
    beat(ticket, ada, 10, 500)
    beat(ticket, ada, 20, -500)
    beat(ticket, ada, 30, 500, is_over=True)
    assert told() == [(ada.pk, 30, 30)]


def test_a_long_visit_is_told_every_five_minutes(ticket, ada):
    for after in range(0, 661, 15):
        beat(ticket, ada, after, 15)
    assert told() == [(ada.pk, 300, 300), (ada.pk, 300, 600)]


def test_two_people_work_apart(ticket, ada, lea):
    for one in (ada, lea):
        beat(ticket, one, 0, 0)
    beat(ticket, ada, 10, 10, is_over=True)
    beat(ticket, lea, 20, 5, is_over=True)
    assert told() == [(ada.pk, 10, 10), (lea.pk, 5, 20)]


def test_who_left_without_a_word_has_worked_until_the_last(ticket, ada, lea):
    beat(ticket, ada, 0, 0)
    beat(ticket, ada, 15, 9)
    beat(ticket, lea, 100, 0)
    assert working_on.end_silent(at=START + timedelta(seconds=150)) == 1
    assert told() == [(ada.pk, 9, 15)]


def test_a_look_without_work_is_no_fact(ticket, ada):
    beat(ticket, ada, 0, 0)
    beat(ticket, ada, 15, 0, is_over=True)
    assert told() == []
    assert not Visit.objects.exists()
