"""Answers that are kept: read in one statement, worked out again when they are no longer true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foredesk.analytics import answering, asking, tallying
from foredesk.analytics.answering import answers, refresh
from foredesk.analytics.calendars import calendars
from foredesk.analytics.models import Answer, Standing
from foredesk.analytics.questions import Question
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, replying
from foredesk.tickets.tests.cases import arrive

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
UTCZ = ZoneInfo("UTC")
pytestmark = pytest.mark.django_db


def at(hours):
    return MONDAY + timedelta(hours=hours)


def ask(measure="created", since=0, until=48, **more):
    return Question(measure, at(since), at(until), **more)


def figure(question, *, when=0):
    return answers([("figure", question)], at=later(when))[0]


def later(seconds=0):
    return _now + timedelta(seconds=seconds)


_now = now()


@pytest.fixture(autouse=True)
def desk(ada, payments):
    """One ticket, answered after an hour; it was counted."""
    Standing.objects.create(id=1, counted_at=at(20))
    ticket = arrive(at=at(8)).ticket
    replying.reply(ticket, by=ada, at=at(9), body_html="<p>1</p>")
    count(ticket)
    return ticket


def count(*tickets):
    tallying.tally([one.pk for one in tickets], known=calendars())


def test_every_kind_is_what_asking_says_kept_or_not(desk):
    asked = [
        ("figure", ask("first_reply")),
        ("figure", ask("solve_flow")),
        ("figure", ask("backlog")),
        ("by_day", ask("first_reply"), UTCZ),
        ("by_day", ask("backlog"), UTCZ),
        ("by_hour", ask(), UTCZ),
        ("by", ask("first_reply"), "agent"),
        ("by", ask("first_reply"), "channel"),
        ("by", ask("created"), "team"),
    ]
    wanted = [getattr(asking, kind)(question, *more) for kind, question, *more in asked]
    for _ in range(2):
        assert [one.value for one in answers(asked, at=later())] == wanted
    assert Answer.objects.count() == len(asked)


def test_a_page_reads_all_in_one_statement():
    asked = [("figure", ask(until=hour)) for hour in range(1, 13)]
    answers(asked, at=later())
    with CaptureQueriesContext(connection) as seen:
        answers(asked + asked, at=later(1))
    assert len(seen) == 1
    with CaptureQueriesContext(connection) as seen:
        answers(asked, at=later(65))
    assert len(seen) == 2  # and once a minute says that it is still wanted


def test_what_counting_changed_is_shown_for_a_minute_then_worked_out():
    assert figure(ask()).value.n == 1
    count(arrive(author="b@x.example", at=at(10)).ticket)
    stale = Answer.objects.get().stale_at
    assert figure(ask(), when=30).value.n == 1
    late = (stale - _now).total_seconds() + 61
    assert figure(ask(), when=late).value.n == 2
    assert Answer.objects.get().stale_at is None


def test_the_worker_works_out_what_is_no_longer_true():
    figure(ask())
    figure(ask("solved"))
    count(arrive(author="b@x.example", at=at(10)).ticket)
    assert refresh(at=later(10)) == 0  # not so often
    assert refresh(at=later(21)) == 1
    assert refresh(at=later(21)) == 0
    with CaptureQueriesContext(connection) as seen:
        assert figure(ask()).value.n == 2
    assert len(seen) == 1


def test_what_nobody_asked_for_of_late_is_left_alone_and_forgotten_after_a_day():
    figure(ask())
    count(arrive(author="b@x.example", at=at(10)).ticket)
    assert refresh(at=later(700)) == 0
    assert answering.forget_old(at=later(80_000)) == 0
    assert answering.forget_old(at=later(90_000)) == 1


@pytest.mark.parametrize(
    ("question", "is_touched"),
    [
        (ask(), True),
        (ask(since=-48, until=0), False),
        (ask("first_reply"), False),
        (ask("solve_flow"), True),
        (ask("backlog", since=-48, until=4), False),
        (ask("backlog"), True),
        (ask("resolution_rate"), True),
        (ask("first_contact"), True),
        (ask("first_contact", since=-48, until=0), True),
        (ask("first_contact", since=-480, until=-240), False),
        (ask("resolution_rate", since=-48, until=0), False),
    ],
    ids=lambda value: getattr(value, "measure", None),
)
def test_only_what_is_made_of_what_changed_is_worked_out_again(question, is_touched):
    figure(question)
    count(arrive(author="b@x.example", at=at(10)).ticket)
    assert (Answer.objects.get().stale_at is not None) is is_touched


def test_backlog_is_outdated_from_where_it_differs(desk, ada):
    before, after = ask("backlog", until=24), ask("backlog", since=24, until=72)
    for question in (before, after):
        figure(question)
    replying.reply(desk, by=ada, at=at(50), body_html="<p>2</p>", then="solved")
    count(desk)
    stale = Answer.objects.filter(stale_at__isnull=False)
    assert [row.until for row in stale] == [at(72)]


def test_it_says_as_of_when_it_is():
    first = figure(ask())
    assert first.at == at(20)  # as of when was counted last
    Standing.objects.update(counted_at=later(100))
    assert figure(ask(), when=100).at == later(100)
    count(arrive(author="b@x.example", at=at(10)).ticket)
    assert figure(ask()).at == later()


def test_everybody_gets_the_answers_of_what_they_see(desk, ada, ben, lea, adi, orders):
    wanted = {None: 1, lea: 1, adi: 1, ada: 1, ben: 1}
    assert {v: figure(ask(viewer=v)).value.n for v in wanted} == wanted
    assert Answer.objects.count() == 2  # all who see everything share theirs; Ben has his own
    team = lea.teams.model.objects.create(name="Others")
    assigning.hand_to(desk, team, by=ada, at=at(10))
    count(desk)
    assert figure(ask(viewer=ben)).value.n == 1  # kept
    assert figure(ask(viewer=ben), when=61).value.n == 0
    ben.sees = "everything"
    assert figure(ask(viewer=ben)).value.n == 1


def test_an_answer_whose_viewer_sees_otherwise_by_now_is_not_worked_out_again(ben):
    figure(ask(viewer=ben))
    count(arrive(author="b@x.example", at=at(10)).ticket)
    ben.sees = "everything"
    ben.save()
    assert refresh(at=later(21)) == 0
    assert not Answer.objects.exists()


def test_refused_is_refused_and_nothing_is_kept():
    with pytest.raises(Refused):
        figure(replace(ask(), measure="happiness"))
    assert not Answer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_answer_of_a_moment_in_which_is_counted_is_not_trusted():
    """Another process counts: what was read before it commits would never be marked."""
    with _other() as other:
        other.execute("select 1 from analytics_standing for update")
        figure(ask())
        assert Answer.objects.get().stale_at is not None
        other.execute("update analytics_standing set changes = changes + 1")
    assert refresh(at=later(21)) == 1
    assert Answer.objects.get().stale_at is None


def _other():
    given = connection.get_connection_params()
    names = ("dbname", "host", "port", "user", "password")
    return psycopg.connect(**{name: given[name] for name in names if given.get(name)})


def test_an_old_answer_is_worked_out_whatever_was_counted(desk):
    figure(ask())
    with transaction.atomic():
        desk.delete()
    assert figure(ask(), when=60).value.n == 1
    assert figure(ask(), when=901).value.n == 0
