"""A week is looked back at: against the four before it, by the desk's days, as one may see it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foredesk.analytics import asking, counting, questions, recounting, reviewing, setting_up, weeks
from foredesk.analytics.models import Answer
from foredesk.analytics.tests.weeks_of import tallied
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.tests.cases import ticket_of

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
QUESTIONS, ASKED = 17, 19
"""Of all measures, and in how many statements: the open tickets of weeks take three."""
WEEK = weeks.week(2026, 47, now=AT, zone=OSLO)


def look(viewer=None):
    return reviewing.look_back(WEEK, viewer=viewer, at=AT, zone=OSLO)


def by_name(looked):
    return {one.measure.name: one for one in looked.changes}


def test_a_week_against_the_four_before_it():
    ticket = tallied(WEEK, OSLO, seconds=1000, created=60)
    for n, seconds in enumerate((1200, 1300, 1200, 1300, 9000), 1):
        tallied(WEEK.moved(-n), OSLO, seconds=seconds, ticket=ticket, created=10 * n)
    looked = look()
    first, created = by_name(looked)["first_reply"], by_name(looked)["created"]
    assert (first.now.value, first.now.n) == (1014.5, 30)
    assert (first.before.value, first.before.n) == (1264.5, 120)  # not the fifth week
    assert list(first.course) == [None] * 6 + [9014.5, 1314.5, 1214.5, 1314.5, 1214.5, 1014.5]
    assert (created.now.value, created.before.value) == (60, 25)  # a week's average
    assert list(created.course[-3:]) == [20, 10, 60]
    assert set(by_name(looked)) == {"first_reply", "created", "backlog"}
    assert looked.headline.startswith("Mostly a hard week") or "first answers" in looked.headline
    assert looked.wins[0].title == "First response: 17 min"


def test_open_tickets_are_those_of_the_weeks_end():
    for n, created in ((5, 40), (3, 8), (0, 12)):
        tallied(WEEK.moved(-n), OSLO, created=created, replies=0)
    found = by_name(look())["backlog"]
    assert found.now.value == 60
    assert found.before.value == 46  # at the ends of the weeks before: 40, 48, 48, 48
    assert list(found.course[-6:]) == [40, 40, 48, 48, 48, 60]


def test_the_week_begins_at_the_desks_midnight(ada):
    begin = datetime(2026, 11, 15, 23, tzinfo=UTC)
    for at in (begin - timedelta(seconds=1), begin):
        replying.reply(
            ticket_of(at=at - timedelta(hours=1)), by=ada, at=at, body_html="Here.", then="solved"
        )
    counting.step(at=now())
    recounting.go_on(seconds=10)
    counting.go_on(seconds=10)
    found = by_name(look())
    assert (found["first_reply"].now.n, found["first_reply"].before.n) == (1, 1)
    assert look().headline == "A quiet week: of so few tickets nothing can be told."


def test_who_sees_some_tickets_gets_their_figures(ben, ada, payments):
    ticket = tallied(WEEK, OSLO)
    ticket.team = payments
    ticket.save(update_fields=["team"])
    assert by_name(look(ada))["created"].now.n == 30
    assert look(ben).changes == []
    assert look(ben).headline == "Nothing came in this week."


def test_a_target_stands_beside_its_measure():
    tallied(WEEK, OSLO)
    setting_up.aim({"first_reply": 1300.0}, by=SYSTEM, at=now())
    assert by_name(look())["first_reply"].is_met is True


def test_a_review_asks_the_database_a_few_questions(ada, django_assert_num_queries):
    """Of the hours of desk and promises, of targets, and of all kept answers; what is not kept
    is asked and kept."""
    tallied(WEEK, OSLO)
    with django_assert_num_queries(4 + ASKED + QUESTIONS):
        first = look()
    with django_assert_num_queries(4):
        assert look() == first
    with django_assert_num_queries(4):  # whoever sees all shares the answers
        assert look(ada) == first
    assert Answer.objects.count() == QUESTIONS


def test_who_sees_some_tickets_is_told_what_they_may_see_now(
    ben, payments, django_assert_num_queries
):
    ticket = tallied(WEEK, OSLO)
    assert by_name(look(ben))["created"].now.n == 30
    ticket.team = payments  # without a fact, so that nothing outdates an answer
    ticket.save(update_fields=["team"])
    with django_assert_num_queries(3 + ASKED):
        assert look(ben).changes == []
    assert not Answer.objects.exists()


def test_what_was_counted_meanwhile_is_in_the_next_review():
    ticket = tallied(WEEK, OSLO)
    assert by_name(look())["first_reply"].now.n == 30
    tallied(WEEK, OSLO, ticket=ticket, created=0)
    Answer.objects.update(stale_at=AT - timedelta(seconds=61))
    assert by_name(look())["first_reply"].now.n == 60


def test_a_review_of_kept_answers_is_what_asking_says():
    ticket = tallied(WEEK, OSLO, seconds=1000, created=60)
    tallied(WEEK.moved(-1), OSLO, seconds=1300, ticket=ticket, created=10)
    look()
    period, clock = WEEK.period(now=AT, zone=OSLO), reviewing.clock_now()
    for name, change in by_name(look()).items():
        question = questions.Question(name, period.since, period.until, clock)
        assert change.now == asking.figure(question), name
