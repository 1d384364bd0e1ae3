"""Counting fact by fact, and everything anew: the same tallies, whatever happens in between."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foredesk.analytics import counting, outdating, recounting, setting_up, tallying
from foredesk.analytics.calendars import calendars
from foredesk.analytics.models import Recount, Standing, Tally
from foredesk.analytics.tallying import tally
from foredesk.logbook import listening
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people.models import Team
from foredesk.plumbing.clock import now
from foredesk.sla import keeping_hours, promising, recalculating, timing
from foredesk.surveys import answering, asking, planning
from foredesk.surveys.models import Survey
from foredesk.tickets import (
    assigning,
    closing,
    merging,
    noting,
    prioritising,
    progressing,
    replying,
    spamming,
    splitting,
    starting,
    unsending,
)
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.tests.cases import answered, arrive

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
WEEK = [[("08:00", "16:00")]] * 5 + [[], []]
COLUMNS = ("ticket_id", *tallying._FIELDS)


def together(test):
    """Positions in the logbook wait for every transaction of the server."""
    return pytest.mark.alone(pytest.mark.django_db(transaction=True)(test))


def at(hours):
    return MONDAY + timedelta(hours=hours)


def hours(name="Shop", when=MONDAY, **fields):
    fields = {"time_zone": "UTC", "week": WEEK, **fields}
    return keeping_hours.add(name=name, **fields, by=SYSTEM, at=when)


def tallies(**wanted):
    return sorted(Tally.objects.filter(**wanted).values_list(*COLUMNS), key=repr)


def anew():
    """All tallies as a full recount makes them out of nothing."""
    Tally.objects.all().delete()
    with transaction.atomic():
        recounting.ask("A test.", at=now())
    recounting.go_on(seconds=60)
    return tallies()


def listen():
    """What the worker does: promises follow the tickets."""
    for pk in list(Entry.objects.order_by("id").values_list("pk", flat=True)):
        if pk not in _heard:
            _heard.add(pk)
            listening.run_listeners(pk)


_heard: set[int] = set()


@pytest.fixture
def counted(transactional_db):
    """Counting has begun, with nothing in the desk."""
    _heard.clear()
    counting.step(at=MONDAY)
    recounting.go_on(seconds=5)
    return counting


def busy_day(ada, ben, orders):
    """A story in steps: nearly everything that can happen to tickets."""
    planning.change(is_on=True, delay_hours=0, by=SYSTEM, at=at(-1))
    one = arrive(verdict="pass", at=at(0)).ticket
    two = arrive(author="dan@other.example", name="Dan", subject="Poles", at=at(0.5)).ticket
    yield
    replying.reply(one, by=ada, at=at(1), body_html="<p>Look</p>")
    noting.note(two, by=ben, at=at(1), body_html="<p>Hm</p>")
    yield
    answered(one, verdict="pass", at=at(2))
    assigning.assign(two, ben, by=ada, at=at(2))
    back = replying.reply(one, by=ada, at=at(2.5), body_html="<p>No</p>", undo_seconds=60)
    yield
    unsending.unsend(back, by=ada, at=at(2.51))
    replying.reply(one, by=ada, at=at(3), body_html="<p>Yes</p>", then="solved")
    assigning.hand_to(two, orders, by=ada, at=at(3))
    yield
    answered(one, verdict="pass", at=at(4))
    prioritising.prioritise(two, 4, by=ben, at=at(4))
    told = starting.start(
        by=ada, at=at(4), address="eva@x.example", name="Eva", subject="Call", body_text="Hi",
        is_told=True,
    )  # fmt: skip
    yield
    progressing.set_status(one, "solved", by=ada, at=at(5))
    merging.merge(told, into=two, by=ada, at=at(5))
    spam = arrive(author="spam@spam.example", subject="Win", at=at(5)).ticket
    spamming.mark_as_spam(spam, by=ada, at=at(5.1))
    yield
    Message.objects.update(delivery="sent")
    assert asking.ask_due(at=at(6)) == 1
    Message.objects.update(delivery="sent")
    answering.answer(Survey.objects.get(ticket=one), score=5, at=at(7))
    yield
    answering.answer(Survey.objects.get(ticket=one), score=2, at=at(8))
    closing.close(one, by=SYSTEM, at=at(200))
    three = arrive(author="fay@x.example", subject="Two things", at=at(30)).ticket
    answered(three, author="fay@x.example", at=at(31))
    chosen = [three.messages.order_by("id").last().pk]
    splitting.split(three, message_ids=chosen, subject="Another", by=ada, at=at(32))
    spamming.restore_from_spam(spam, by=ada, at=at(33))
    yield


@together
def test_counting_by_facts_equals_a_full_recount_row_by_row(counted, ada, ben, orders):
    shop = hours(when=at(-100))
    setting_up.measure_by(shop, by=SYSTEM, at=at(-100))
    promise(None, at(-90))
    for _ in busy_day(ada, ben, orders):
        listen()
        counting.go_on(seconds=60)
    found = tallies()
    assert len(found) > 40
    assert {row[1] for row in found} >= {"promise_broken", "next_reply", "reopened", "open"}
    assert [row[1] for row in found if row[1].startswith("rated")] == ["rated_bad"]
    assert [row[1] for row in found if row[1].startswith("survey")] == ["survey_answered"]
    assert anew() == found


@together
def test_a_crash_in_the_middle_of_a_step_counts_nothing_twice_and_misses_nothing(
    counted, ada, ben, orders, monkeypatch
):
    for number, _ in enumerate(busy_day(ada, ben, orders)):
        before = tallies(), Standing.objects.get().entry
        with monkeypatch.context() as broken:
            broken.setattr(outdating, "outdate", dies)
            with pytest.raises(Died):
                counting.step(at=now())
        assert (tallies(), Standing.objects.get().entry) == before, number
        counting.go_on(seconds=60)
    assert tallies() == anew() != []


class Died(Exception):
    """The worker ends here."""


def dies(*_, **__):
    raise Died


@together
def test_a_recount_that_is_broken_off_goes_on_where_it_was(counted, monkeypatch):
    for number in range(5):
        arrive(author=f"c{number}@x.example", at=at(number))
    counting.go_on(seconds=60)
    wanted = tallies()
    Tally.objects.all().delete()
    monkeypatch.setattr(recounting, "TOGETHER", 2)
    with transaction.atomic():
        recounting.ask("A test.", at=now())
    assert recounting.step(at=now())
    with monkeypatch.context() as broken:
        broken.setattr(tallying, "tally", dies)
        with pytest.raises(Died):
            recounting.step(at=now())
    row = Recount.objects.get(finished_at=None)
    assert (row.done, row.total, len({t[0] for t in tallies()})) == (2, 5, 2)
    assert recounting.go_on(seconds=60) == 2
    assert tallies() == wanted
    assert not Recount.objects.filter(finished_at=None).exists()


@together
def test_what_happens_while_all_is_counted_anew_is_counted_too(counted, ada, monkeypatch):
    first = arrive(at=at(0)).ticket
    arrive(author="b@x.example", at=at(0))
    counting.go_on(seconds=60)
    monkeypatch.setattr(recounting, "TOGETHER", 1)
    with transaction.atomic():
        recounting.ask("A test.", at=now())
    recounting.step(at=now())
    replying.reply(first, by=ada, at=at(1), body_html="<p>Look</p>")
    counting.go_on(seconds=60)
    recounting.go_on(seconds=60)
    assert [row[2] for row in tallies(what="first_reply")] == [""]
    assert tallies() == anew()


@together
def test_what_was_there_before_counting_began_is_counted_once(transactional_db, ada):
    ticket = arrive(at=at(0)).ticket
    counting.go_on(seconds=60)
    replying.reply(ticket, by=ada, at=at(1), body_html="<p>Look</p>")
    counting.go_on(seconds=60)
    recounting.go_on(seconds=60)
    counting.go_on(seconds=60)
    assert Tally.objects.filter(what="created").count() == 1
    assert Tally.objects.get(what="first_reply").value == 3600
    assert tallies() == anew()


@together
def test_a_fact_of_an_open_transaction_is_counted_when_it_is_there(counted):
    """Positions wait for transactions that began before; a second connection holds one open."""
    other = connection.copy()
    try:
        other.ensure_connection()
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("select pg_current_xact_id()")
        arrive(at=at(0))
        assert counting.go_on(seconds=60) == 0
        other.rollback()
    finally:
        other.close()
    assert counting.go_on(seconds=60) > 0
    assert Tally.objects.filter(what="created").count() == 1


# From here on one transaction does: tickets are tallied directly.


def promise(schedule, when, name="Everyone"):
    return promising.promise(
        name=name, conditions={"all": []}, targets={"first_reply": dict.fromkeys("1234", "4h")},
        schedule=schedule, pauses=["pending"], by=SYSTEM, at=when,
    )  # fmt: skip


def counted_now(*tickets):
    tally([one.pk for one in tickets], known=calendars())
    return tallies()


@pytest.mark.django_db
def test_late_facts_land_in_the_period_in_which_they_happened(ada):
    ticket = arrive(at=at(0)).ticket
    replying.reply(ticket, by=ada, at=at(50), body_html="<p>Look</p>")
    counted_now(ticket)
    progressing.set_status(ticket, "solved", by=ada, at=at(49))
    counted_now(ticket)
    reply, solve = Tally.objects.get(what="first_reply"), Tally.objects.get(what="solved")
    assert (reply.at, reply.made_at, reply.agent_id) == (at(50), at(0), ada.pk)
    assert solve.at == at(50)  # it can't have been solved before it was answered and pending


@pytest.mark.django_db
def test_a_deleted_ticket_leaves_no_tallies(ada):
    ticket = arrive(at=at(0)).ticket
    assert counted_now(ticket)
    number = ticket.pk
    ticket.delete()
    assert tally([number], known=calendars()) == 0
    assert tallies() == []


@pytest.mark.django_db
def test_tallying_asks_as_often_for_many_tickets_as_for_one():
    tickets = [arrive(author=f"c{n}@x.example", at=at(n)).ticket for n in range(12)]
    known = calendars()
    asked = []
    for some in (tickets[:1], tickets[1:]):
        with CaptureQueriesContext(connection) as seen:
            assert tally([one.pk for one in some], known=known)
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 8
    with CaptureQueriesContext(connection) as seen:
        assert tally([one.pk for one in tickets], known=known) == 0
    assert len(seen) <= 4


@pytest.mark.django_db
def test_changing_and_removing_hours_and_promises_rewrites_nothing(ada):
    shop, long = hours(when=at(-200)), hours("Long", at(-200), week=[[("00:00", "24:00")]] * 7)
    setting_up.measure_by(shop, by=SYSTEM, at=at(-200))
    policy = promise(long, at(-100))
    plain = arrive(at=at(0)).ticket
    replying.reply(plain, by=ada, at=at(10), body_html="<p>1</p>", then="solved")
    under = arrive(author="b@x.example", at=at(0)).ticket
    timing.retime([under.pk], at=at(0))
    replying.reply(under, by=ada, at=at(10), body_html="<p>2</p>", then="solved")
    before = counted_now(plain, under)
    found = dict(Tally.objects.filter(what="first_reply").values_list("ticket_id", "open_value"))
    assert found == {plain.pk: 8 * 3600, under.pk: 10 * 3600}
    week = [[("10:00", "11:00")]] * 7
    same = {"time_zone": "UTC", "country": "NO", "region": "", "by": SYSTEM, "at": at(400)}
    keeping_hours.change(shop, name="Shop", week=week, **same)
    keeping_hours.change(long, name="Long", week=week, **same)
    assert counted_now(plain, under) == before
    promising.remove(policy, by=SYSTEM, at=at(500))
    recalculating.go_on(seconds=60)
    keeping_hours.remove(long, by=SYSTEM, at=at(501))
    keeping_hours.remove(shop, by=SYSTEM, at=at(501))
    assert counted_now(plain, under) == before
    assert calendars().hours(None, at(600)) is None


@pytest.mark.django_db
def test_public_holidays_and_days_off_hold_in_the_logbook(ada):
    shop = hours(when=at(-3000), country="NO")
    setting_up.measure_by(shop, by=SYSTEM, at=at(-3000))
    christmas = datetime(2026, 12, 25, 12, tzinfo=UTC)
    assert not calendars().hours(None, christmas).is_open(christmas)
    keeping_hours.close_on(shop, MONDAY.date(), by=SYSTEM, at=at(-2000))
    known = calendars()
    assert not known.hours(None, at(0)).is_open(at(1))
    assert known.hours(None, at(-2500)).is_open(at(1))
    keeping_hours.work_on(shop, MONDAY.date(), by=SYSTEM, at=at(-1000))
    keeping_hours.close_on(
        shop, christmas.date(), periods=[("12:00", "13:00")], by=SYSTEM, at=at(1)
    )
    assert calendars().hours(None, at(0)).is_open(at(1))
    assert calendars().hours(None, christmas).is_open(christmas)
    keeping_hours.remove(shop, by=SYSTEM, at=at(2))
    assert not calendars().hours(None, at(0)).is_open(christmas)


@pytest.mark.django_db
def test_spam_goes_and_comes_back_with_its_numbers(ada):
    ticket = arrive(at=at(0)).ticket
    before = counted_now(ticket)
    assert len(before) == 2
    spamming.mark_as_spam(ticket, by=ada, at=at(1))
    assert counted_now(ticket) == []
    spamming.restore_from_spam(ticket, by=ada, at=at(2))
    assert [row for row in counted_now(ticket) if row[1] != "first_touch"] == before


@pytest.mark.django_db
def test_old_mail_of_a_first_import_is_not_counted():
    old, new = arrive(at=at(0), is_old=True).ticket, arrive(author="b@x.example", at=at(0)).ticket
    counted_now(old, new)
    assert set(Tally.objects.values_list("ticket_id", flat=True)) == {new.pk}
    assert Ticket.objects.count() == 2
    assert Team.objects.count() == 0
