"""Questions: figures, series, breakdowns, what lies behind them, who sees what, what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from foredesk.analytics import asking, questions
from foredesk.analytics.calendars import calendars
from foredesk.analytics.questions import Figure, Question
from foredesk.analytics.tallying import tally
from foredesk.people import branding
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.tickets import assigning, replying
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import arrive

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
pytestmark = pytest.mark.django_db


def at(hours):
    return MONDAY + timedelta(hours=hours)


def ask(measure, since=0, until=48, **more):
    return Question(measure, at(since), at(until), **more)


@pytest.fixture
def desk(ada, ben, orders, payments):
    """Three tickets: answered after 1 h by Ada, after 3 h by Ben and solved, and never."""
    one, two, three = (arrive(author=f"c{n}@x.example", at=at(8 + n)).ticket for n in range(3))
    assigning.hand_to(one, payments, by=ada, at=at(8.5))
    assigning.hand_to(two, orders, by=ada, at=at(9.5))
    replying.reply(one, by=ada, at=at(9), body_html="<p>1</p>")
    replying.reply(two, by=ben, at=at(12), body_html="<p>2</p>", then="solved")
    assigning.hand_to(three, payments, by=ada, at=at(30))
    Ticket.objects.filter(pk=one.pk).update(tags=["tent"])
    tally([one.pk, two.pk, three.pk], known=calendars())
    return one, two, three


def test_figures(desk):
    found = asking.figure(ask("first_reply"))
    assert (found.n, found.value, found.p90, found.mean) == (2, 7200, 10_080, 7200)
    assert found.is_thin
    assert asking.figure(ask("created")) == Figure(3, 3)
    assert asking.figure(ask("solve_flow")) == Figure(1 / 3, 3, part=1)
    assert asking.figure(ask("first_reply", until=9)) == questions.NOTHING
    assert asking.figure(ask("created", until=8)) == Figure(0, 0)
    assert asking.figure(ask("first_reply", clock="open")) == questions.NOTHING


def test_the_end_of_a_period_is_not_in_it_and_the_one_before_is_as_long(desk):
    question = ask("created", since=9, until=10)
    assert asking.figure(question).n == 1
    assert (question.before().since, question.before().until) == (at(8), at(9))
    assert asking.figure(question.before()).n == 1


def test_by_the_day_of_creation_or_of_the_end(desk):
    late = ask("first_reply", since=8.5, until=48)
    assert asking.figure(late).n == 2
    assert asking.figure(replace(late, is_cohort=True)).n == 1


def test_breakdowns_and_narrowing(desk, ada, ben, orders, payments):
    one, two, _ = desk
    by_agent = dict(asking.by(ask("first_reply"), "agent"))
    assert {key: figure.value for key, figure in by_agent.items()} == {ada.pk: 3600, ben.pk: 10_800}
    assert dict(asking.by(ask("first_reply"), "tag"))["tent"].n == 1
    assert asking.figure(ask("first_reply", where=(("team", orders.pk),))).n == 1
    assert asking.figure(ask("created", where=(("team", None),))).n == 3
    assert asking.figure(ask("first_reply", where=(("tag", "tent"),))).value == 3600
    assert asking.figure(ask("first_reply", where=(("tag", None),))).value == 10_800
    assert asking.figure(ask("first_reply", where=(("customer", two.requester_id),))).n == 1
    assert asking.tickets(ask("first_reply")) == (
        [(two.pk, 10_800, at(12)), (one.pk, 3600, at(9))],
        2,
    )
    assert asking.tickets(ask("first_reply"), limit=1, offset=1)[0] == [(one.pk, 3600, at(9))]


def test_days_are_those_of_a_time_zone(desk):
    series = asking.by_day(ask("created", since=-1, until=23), OSLO)
    assert [(day, figure.n) for day, figure in series] == [(date(2026, 11, 2), 3)]
    assert asking.by_hour(ask("created"), OSLO) == {(0, 9): 1, (0, 10): 1, (0, 11): 1}


def test_backlog_is_of_a_moment_and_lies_with_whom_it_lay(desk, ada, orders, payments):
    one, _, three = desk
    level = [asking.figure(ask("backlog", until=hour)).n for hour in (8, 9, 10.5, 12.5, 40)]
    assert level == [0, 1, 3, 2, 2]
    assert dict(asking.by(ask("backlog", until=20), "team")) == {
        payments.pk: Figure(1, 1),
        None: Figure(1, 1),
    }
    assert asking.figure(ask("backlog", until=40, where=(("team", payments.pk),))).n == 2
    assert asking.figure(ask("backlog", until=40, where=(("agent", ada.pk),))).n == 1
    days = asking.by_day(ask("backlog", since=-24, until=48), ZoneInfo("UTC"))
    assert [figure.n for _, figure in days] == [0, 2, 2]
    in_payments = ask("backlog", since=-24, until=48, where=(("team", payments.pk),))
    assert [figure.n for _, figure in asking.by_day(in_payments, ZoneInfo("UTC"))] == [0, 1, 2]
    behind, many = asking.tickets(ask("backlog", until=20))
    assert ({pk for pk, _, _ in behind}, many) == ({one.pk, three.pk}, 2)


def test_everybody_sees_the_numbers_of_the_tickets_that_they_see(desk, ada, ben, lea, orders):
    _, two, three = desk
    assert asking.figure(ask("created", viewer=lea)).n == 3
    assert asking.figure(ask("created", viewer=ben)).n == 1
    assert [pk for pk, _, _ in asking.tickets(ask("created", viewer=ben))[0]] == [two.pk]
    assert asking.figure(ask("backlog", viewer=ben)).n == 0
    assert len(asking.by(ask("first_reply", viewer=ben), "customer")) == 1
    with pytest.raises(NotAllowed, match="single persons"):
        asking.by(ask("first_reply", viewer=ben), "agent")
    Ticket.objects.filter(pk=three.pk).update(assignee=ben)
    assert asking.figure(ask("created", viewer=ben)).n == 2
    lea.is_active = False
    assert asking.figure(ask("created", viewer=lea)).n == 0


REFUSED = {
    "nobody measures it": lambda: asking.figure(ask("happiness")),
    "no such breakdown": lambda: asking.by(ask("created"), "weather; drop table"),
    "hours are asked otherwise": lambda: asking.by(ask("created"), "hour"),
    "a level has no hours": lambda: asking.by_hour(ask("backlog"), OSLO),
    "no such filter": lambda: asking.figure(ask("created", where=(("1=1 or", 3),))),
    "no number": lambda: asking.figure(ask("created", where=(("team", "all"),))),
    "no such number": lambda: asking.figure(ask("created", where=(("team", 10**30),))),
    "true is no team": lambda: asking.figure(ask("created", where=(("team", True),))),
    "a NUL": lambda: asking.figure(ask("created", where=(("channel", "\x00"),))),
    "upside down": lambda: asking.figure(ask("created", since=5, until=4)),
    "upside down by day": lambda: asking.by_day(ask("backlog", since=5, until=5), OSLO),
    "a century": lambda: asking.by_day(ask("created", until=24 * 36_500), OSLO),
    "upside down behind": lambda: asking.tickets(ask("created", since=5, until=4)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cant_be_asked_is_refused_in_a_sentence(name):
    with pytest.raises(Refused) as why:
        REFUSED[name]()
    assert str(why.value).endswith(".")


def test_a_team_that_is_gone_has_no_numbers(desk):
    assert asking.figure(ask("created", where=(("team", 987_654),))) == Figure(0, 0)


def test_a_brand_is_asked_of_the_ticket_as_it_is_now(desk, adi):
    second = branding.add(name="Second", by=adi, at=at(0))
    ticket = Ticket.objects.get(tags=["tent"])
    Ticket.objects.filter(pk=ticket.pk).update(brand=second)
    found = dict(asking.by(ask("first_reply"), "brand"))
    assert found[second.pk].value == 3600
    assert found[None].n == asking.figure(ask("first_reply")).n - 1
    assert asking.figure(ask("first_reply", where=(("brand", second.pk),))).n == 1
    assert asking.figure(ask("first_reply", where=(("brand", None),))).n == found[None].n


def test_who_comes_back_within_a_week_was_not_helped_at_the_first_contact(desk, ada):
    """KPI 12: the second ticket of c1 makes its first contact fail, whatever it is about."""
    one, two, _three = desk
    replying.reply(one, by=ada, at=at(13), body_html="<p>x</p>")
    tally([one.pk], known=calendars())  # two answers: it is no longer of one touch
    assert asking.figure(ask("first_contact")) == Figure(1.0, 1, part=1)
    later = [
        arrive(author="c1@x.example", at=at(12 + 7 * 24)).ticket,  # a week later to the second
        arrive(author="c0@x.example", at=at(13)).ticket,  # somebody else
    ]
    tally([one.pk for one in later], known=calendars())
    assert asking.figure(ask("first_contact")) == Figure(1.0, 1, part=1)
    again = arrive(author="c1@x.example", at=at(12 + 7 * 24 - 1)).ticket
    tally([again.pk], known=calendars())
    assert asking.figure(ask("first_contact")) == Figure(0.0, 1, part=0)
    assert asking.by_day(ask("first_contact"), OSLO)[0][1] == Figure(0.0, 1, part=0)
    assert asking.by(ask("first_contact"), "customer") == [
        (two.requester_id, Figure(0.0, 1, part=0))
    ]
