"""Courses of promises, from tables of what happened."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foredesk.sla import clockwork
from foredesk.sla.clockwork import courses, instants, used
from foredesk.sla.hours import ALWAYS, Hours
from foredesk.sla.timelines import Moment

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday


def at(minutes):
    return START + timedelta(minutes=minutes)


def told(*words):
    """ "0 asked", "5 status pending" … as moments."""
    found = []
    for word in words:
        minutes, kind, *value = word.split()
        found.append(Moment(at(int(minutes)), kind, *value))
    return found


OPENED = ("0 opened customer", "0 asked")


def course(metric, *words, pauses=()):
    """(state, counted minutes an hour after the last word) of the only course of a metric."""
    found = [one for one in courses(told(*words), pauses=pauses) if one.metric == metric]
    last = max(int(word.split()[0]) for word in words)
    return [(one.state, used(one, ALWAYS, at=at(last + 60)) / 60) for one in found]


@pytest.mark.parametrize(
    ("metric", "words", "pauses", "expected"),
    [
        # --- the first reply
        ("first_reply", OPENED, (), [("running", 60)]),
        ("first_reply", (*OPENED, "10 answered"), (), [("fulfilled", 10)]),
        ("first_reply", (*OPENED, "5 asked", "10 answered"), (), [("fulfilled", 10)]),
        ("first_reply", (*OPENED, "10 status solved"), (), [("cancelled", 10)]),
        ("first_reply", (*OPENED, "10 answered", "10 status solved"), (), [("fulfilled", 10)]),
        ("first_reply", (*OPENED, "10 gone"), (), [("cancelled", 10)]),
        ("first_reply", (*OPENED, "10 spam"), (), [("paused", 10)]),
        ("first_reply", (*OPENED, "10 spam", "30 restored"), (), [("running", 70)]),
        ("first_reply", (*OPENED, "10 status pending"), ("pending",), [("paused", 10)]),
        ("first_reply", (*OPENED, "10 status pending"), (), [("running", 70)]),
        ("first_reply", (*OPENED, "10 snoozed"), ("pending",), [("running", 70)]),
        ("first_reply", (*OPENED, "10 snoozed", "40 woken"), ("snoozed",), [("running", 70)]),
        ("first_reply", (*OPENED, "10 snoozed", "40 status open"), ("snoozed",), [("running", 70)]),
        # an agent who opens a ticket with a message answers nobody by it
        ("first_reply", ("0 opened agent", "0 answered"), (), []),
        ("first_reply", ("0 opened agent", "0 answered", "5 answered"), (), []),
        ("first_reply", ("0 opened agent", "0 answered", "5 asked"), (), [("running", 60)]),
        (
            "first_reply",
            ("0 opened agent", "0 answered", "5 asked", "9 answered"),
            (),
            [("fulfilled", 4)],
        ),
        ("first_reply", ("0 opened agent", "0 asked", "9 answered"), (), [("fulfilled", 9)]),
        # solved unanswered and asked again: another clock
        (
            "first_reply",
            (*OPENED, "10 status solved", "50 status open", "50 asked", "55 answered"),
            (),
            [("cancelled", 10), ("fulfilled", 5)],
        ),
        # --- the next reply
        ("next_reply", (*OPENED, "10 answered"), (), []),
        ("next_reply", (*OPENED, "10 answered", "20 asked", "25 asked"), (), [("running", 65)]),
        (
            "next_reply",
            (*OPENED, "10 answered", "20 asked", "25 asked", "30 answered", "40 asked"),
            (),
            [("fulfilled", 10), ("running", 60)],
        ),
        (
            "next_reply",
            (*OPENED, "10 answered", "20 asked", "30 status solved"),
            (),
            [("cancelled", 10)],
        ),
        # --- updates
        ("periodic_update", (*OPENED, "10 answered"), (), [("running", 60)]),
        (
            "periodic_update",
            (*OPENED, "10 answered", "30 answered", "50 status solved"),
            (),
            [("fulfilled", 20), ("cancelled", 20)],
        ),
        ("periodic_update", (*OPENED, "10 answered", "10 status solved"), (), []),
        (
            "periodic_update",
            (*OPENED, "10 answered", "10 status pending", "30 status open"),
            ("pending",),
            [("running", 60)],
        ),
        # --- solving
        ("full_resolution", (*OPENED, "30 status solved"), (), [("fulfilled", 30)]),
        ("full_resolution", (*OPENED, "30 status closed"), (), [("fulfilled", 30)]),
        ("full_resolution", (*OPENED, "30 gone"), (), [("cancelled", 30)]),
        (
            "full_resolution",
            (*OPENED, "10 status pending", "40 status open", "50 status solved"),
            ("pending",),
            [("fulfilled", 20)],
        ),
        # reopened: the same clock goes on, the solved time does not count
        (
            "full_resolution",
            (*OPENED, "30 status solved", "90 status open"),
            (),
            [("running", 90)],
        ),
        (
            "full_resolution",
            (*OPENED, "30 status solved", "31 status closed"),
            (),
            [("fulfilled", 30)],
        ),
        (
            "requester_wait",
            (*OPENED, "10 status open", "20 status pending", "40 status on_hold", "50 status open"),
            (),
            [("running", 90)],
        ),
        (
            "agent_work",
            (*OPENED, "10 status open", "20 status pending", "40 status on_hold", "50 status open"),
            (),
            [("running", 80)],
        ),
        # on hold by ourselves stops a solving only where the policy says so
        ("full_resolution", (*OPENED, "10 status on_hold"), ("pending",), [("running", 70)]),
        ("full_resolution", (*OPENED, "10 status on_hold"), ("on_hold",), [("paused", 10)]),
    ],
)
def test_courses(metric, words, pauses, expected):
    assert course(metric, *words, pauses=pauses) == expected


def test_marks_are_reached_across_pauses_and_nights():
    hours = Hours(ZoneInfo("UTC"), (((480, 720), (750, 1080)),) * 5 + ((), ()))
    (one,) = [
        one
        for one in courses(
            told(*OPENED, "60 status pending", "120 status open"), pauses=("pending",)
        )
        if one.metric == "full_resolution"
    ]
    # one hour before the pause, then from 10:00; lunch from 12:00 to 12:30; closes at 18:00
    found = instants(one, hours, [1800, 3600, 3600 * 3 + 1, 3600 * 8.5, 3600 * 9])
    words = [f"{moment:%a %H:%M:%S}" for moment in found]
    assert words == [
        "Mon 08:30:00",
        "Mon 09:00:00",
        "Mon 12:30:01",
        "Mon 18:00:00",
        "Tue 08:30:00",
    ]


def test_a_clock_that_stands_still_reaches_nothing_more():
    found = courses(told(*OPENED, "60 status pending"), pauses=("pending",))
    (one,) = [one for one in found if one.metric == "full_resolution"]
    assert instants(one, ALWAYS, [600, 3600, 3601]) == [at(10), at(60), None]
    never = Hours(ZoneInfo("UTC"), ((),) * 7)
    (one,) = [one for one in courses(told(*OPENED)) if one.metric == "first_reply"]
    assert instants(one, never, [1]) == [None]


def test_the_events_of_a_course():
    told_ = told(*OPENED, "10 status pending", "30 status open", "60 status solved")
    (one,) = [one for one in courses(told_, pauses=("pending",)) if one.metric == "full_resolution"]
    assert clockwork.events(one, breached_at=at(40)) == [
        ("activate", at(0)),
        ("pause", at(10)),
        ("resume", at(30)),
        ("breach", at(40)),
        ("fulfil", at(60)),
    ]
