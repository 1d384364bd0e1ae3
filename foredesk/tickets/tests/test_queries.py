"""What a person may see, in every read; lists that show every row once and cost the same."""

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foredesk.people.models import Team
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    falling_due,
    merging,
    noting,
    prioritising,
    progressing,
    queries,
    rating,
    reading,
    replying,
    snoozing,
    spamming,
    splitting,
    views,
)
from foredesk.tickets.falling_due import Due
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.tests.cases import (
    answered,
    arrive,
    draft_with_file,
    inbound_file,
    ticket_of,
)

pytestmark = pytest.mark.django_db
VIEW = {view.key: view for view in views.VIEWS}


# who sees what

TICKETS = ("of no team", "of Payments", "of Orders", "of Payments, but Ben's")
SEES = {
    "ada": TICKETS,  # sees everything
    "lea": TICKETS,
    "adi": TICKETS,
    "lou": TICKETS,
    "ben": ("of no team", "of Orders", "of Payments, but Ben's"),
}


@pytest.fixture
def world(ada, ben, lea, lou, adi, payments, orders):
    """Four tickets of one customer, each with a file, and who looks at them."""
    tickets = {}
    for name in TICKETS:
        file = inbound_file(name.encode(), "a.txt")
        tickets[name] = arrive(subject=f"Tent {name}", files=(file,)).ticket
    assigning.hand_to(tickets["of Payments"], payments, by=adi, at=now())
    assigning.hand_to(tickets["of Orders"], orders, by=adi, at=now())
    assigning.hand_to(tickets["of Payments, but Ben's"], payments, by=adi, at=now())
    assigning.assign(tickets["of Payments, but Ben's"], ben, by=adi, at=now())
    people = {"ada": ada, "ben": ben, "lea": lea, "lou": lou, "adi": adi}
    return tickets, people


@pytest.mark.parametrize("who", SEES)
def test_every_read_shows_what_the_viewer_may_see_and_nothing_else(world, who):
    tickets, people = world
    viewer, seen = people[who], {tickets[name].pk for name in SEES[who]}
    customer = next(iter(tickets.values())).requester_id
    assert {row["id"] for row in queries.list_page(viewer, VIEW["open"]).rows} == seen
    assert queries.counts(viewer, [VIEW["open"]]) == {"open": len(seen)}
    assert {row["id"] for row in queries.find(viewer, "Tent")} == seen
    assert {one.pk for one in queries.tickets_of(viewer, customer)} == seen
    for ticket in tickets.values():
        is_seen = ticket.pk in seen
        message = ticket.messages.get()
        file = message.attachments.get()
        assert (queries.ticket(viewer, ticket.pk) is not None) is is_seen
        assert (queries.row_of(viewer, ticket.pk) is not None) is is_seen
        assert (queries.message(viewer, message.public_id) is not None) is is_seen
        assert (queries.attachment(viewer, file.public_id) is not None) is is_seen
        read = reading.read(viewer, ticket)
        assert {one.pk for one in read.past} == seen - {ticket.pk}
        assert read.past_count == len(seen - {ticket.pk})
        assert {one.pk for one in queries.neighbours(viewer, ticket)} == seen - {ticket.pk}


@pytest.mark.parametrize("who", SEES)
def test_searches_by_number_do_not_look_behind_the_wall(world, who):
    tickets, people = world
    seen = {tickets[name].pk for name in SEES[who]}
    for ticket in tickets.values():
        found = {row["id"] for row in queries.find(people[who], f"#{ticket.pk}")}
        assert (ticket.pk in found) is (ticket.pk in seen)
        listed = queries.list_page(people[who], VIEW["open"], text=str(ticket.pk)).rows
        assert (ticket.pk in {row["id"] for row in listed}) is (ticket.pk in seen)


def test_a_switched_off_agent_sees_nothing_and_no_read_fails(world):
    tickets, people = world
    ada = people["ada"]
    ada.is_active = False
    ticket = tickets["of no team"]
    assert queries.list_page(ada, VIEW["open"]).rows == []
    assert queries.counts(ada, list(views.VIEWS)) == dict.fromkeys(VIEW, 0)
    assert queries.find(ada, "Tent") == []
    assert queries.ticket(ada, ticket.pk) is None
    assert reading.read(ada, ticket).past == []
    assert queries.message(ada, ticket.messages.get().public_id) is None


def test_relatives_behind_the_wall_are_not_named(world):
    tickets, people = world
    ours, theirs = tickets["of Orders"], tickets["of Payments"]
    noting.note(theirs, by=people["adi"], at=now(), body_html="x")
    split = splitting.split(
        theirs,
        message_ids=[theirs.messages.order_by("id").first().pk],
        subject="Split",
        by=people["adi"],
        at=now(),
    )
    assigning.hand_to(split, Team.objects.get(name="Orders"), by=people["adi"], at=now())
    merging.merge(theirs, into=ours, by=people["adi"], at=now())

    def shown(who, ticket):
        found = reading.read(people[who], Ticket.objects.get(pk=ticket.pk)).relatives
        return {pk for related in found.values() for pk in related}

    assert shown("ada", split) == {theirs.pk}
    assert shown("ben", split) == set()
    assert shown("ada", ours) == {theirs.pk}
    assert shown("ben", ours) == set()


def test_failed_replies_are_counted_for_who_may_see_them(world):
    tickets, people = world
    for name in ("of Payments", "of Orders"):
        message = replying.reply(tickets[name], by=people["adi"], at=now(), body_html="x")
        Message.objects.filter(pk=message.pk).update(delivery="failed")
    assert queries.undelivered_count(people["ada"]) == 2
    assert queries.undelivered_count(people["ben"]) == 1


def test_a_file_of_a_draft_is_its_writers_alone(ticket, ada, adi):
    _, file = draft_with_file(ticket, by=ada)
    assert queries.attachment(ada, file.public_id) is not None
    assert queries.attachment(adi, file.public_id) is None
    assert queries.attachment(ada, "nothing") is None


def test_live_topics_are_those_of_ones_own_lists(ada, ben, payments, orders):
    assert queries.topics_of(ben) == [f"agent-{ben.pk}", "team-0", f"team-{orders.pk}"]
    assert set(queries.topics_of(ada)) == {
        f"agent-{ada.pk}", "team-0", f"team-{payments.pk}", f"team-{orders.pk}",
    }  # fmt: skip


# which view shows what


def test_each_view_shows_its_tickets(ada):
    at = now()
    fresh, mine, pending, hold, solved, spam, snoozed, merged = (
        ticket_of(subject=f"No. {n}") for n in range(8)
    )
    assigning.assign(mine, ada, by=ada, at=at)
    progressing.set_status(pending, "pending", by=ada, at=at)
    progressing.set_status(hold, "on_hold", by=ada, at=at)
    progressing.set_status(solved, "solved", by=ada, at=at)
    spamming.mark_as_spam(spam, by=ada, at=at)
    snoozing.snooze(snoozed, until=at + timedelta(days=1), by=ada, at=at)
    merging.merge(merged, into=fresh, by=ada, at=at)
    for one, said in ((pending, "good"), (hold, "bad"), (spam, "bad")):
        rating.rate(Ticket.objects.get(pk=one.pk), said)
    falling_due.fall_due(
        {
            hold.pk: Due("first_reply", at=at - timedelta(minutes=1)),
            solved.pk: Due("first_reply", at=at - timedelta(minutes=1)),
            mine.pk: Due("first_reply", at=at + timedelta(hours=1)),
        }
    )
    expected = {
        "mine": {mine},
        "unassigned": {fresh, pending, hold},
        "late": {hold},
        "pending": {pending},
        "open": {fresh, mine, pending, hold},
        "snoozed": {snoozed},
        "solved": {solved},
        "unhappy": {hold},
        "spam": {spam},
    }
    assert set(expected) == set(VIEW)
    for key, tickets in expected.items():
        shown = {row["id"] for row in queries.list_page(ada, VIEW[key]).rows}
        assert shown == {one.pk for one in tickets}, key
    counts = queries.counts(ada, list(views.VIEWS))
    assert counts == {key: len(tickets) for key, tickets in expected.items()}


@pytest.mark.parametrize("key", ["", "nonsense", "team-", "team-x", "team-99999999", "team-²",
                                 "team-" + "9" * 5000, "team-\x00", "team--1"])  # fmt: skip
def test_there_is_no_view_behind_garbage(key):
    assert views.view_of(key, team_names={1: "Orders"}) is None


# paging


@pytest.fixture
def crowd(ada):
    """130 tickets, many of them with equal times and priorities."""
    at = now()
    rows = []
    requester = ticket_of().requester
    Ticket.objects.all().delete()
    for n in range(130):
        rows.append(
            Ticket(
                subject=f"No. {n}",
                requester=requester,
                channel="email",
                created_at=at,
                activity_at=at - timedelta(minutes=n // 7),
                waiting_since=None if n % 3 == 0 else at - timedelta(minutes=n // 5),
                priority=n % 4 + 1,
            )
        )
    return Ticket.objects.bulk_create(rows)


@pytest.mark.parametrize("sort", queries.SORTS)
def test_paging_shows_every_row_once_in_order(ada, crowd, sort):
    shown, after = [], ""
    for _ in range(10):
        page = queries.list_page(ada, VIEW["open"], sort=sort, after=after)
        shown += page.rows
        after = page.next
        if not after:
            break
    assert len(shown) == 130
    assert len({row["id"] for row in shown}) == 130
    key = {
        "newest": lambda r: (-r["activity_at"].timestamp(), -r["id"]),
        "waiting": lambda r: (r["waiting_since"] or queries._FAR, r["id"]),
        "priority": lambda r: (-r["priority"], -r["activity_at"].timestamp(), -r["id"]),
        "due": lambda r: (r["due_at"] or queries._FAR, r["id"]),
    }[sort]
    assert shown == sorted(shown, key=key)


@pytest.mark.parametrize("sort", queries.SORTS)
def test_rows_that_stand_still_are_shown_once_while_others_move_come_and_go(ada, crowd, sort):
    still = {one.pk for n, one in enumerate(crowd) if n % 2}
    moving = [one for n, one in enumerate(crowd) if not n % 2]
    shown, after, turn = [], "", 0
    while True:
        page = queries.list_page(ada, VIEW["open"], sort=sort, after=after)
        shown += [row["id"] for row in page.rows]
        after = page.next
        if not after:
            break
        for one in moving[turn * 10 : turn * 10 + 5]:
            answered_at = now() + timedelta(seconds=turn)
            Ticket.objects.filter(pk=one.pk).update(
                activity_at=answered_at, waiting_since=answered_at
            )
        for one in moving[turn * 10 + 5 : turn * 10 + 8]:
            prioritising.prioritise(one, 4, by=ada, at=now())
        progressing.set_status(moving[turn * 10 + 9], "solved", by=ada, at=now())
        ticket_of(subject=f"New {turn}")
        turn += 1
        assert turn < 6
    assert sorted(pk for pk in shown if pk in still) == sorted(still)


GARBAGE = [
    "", "~", "~~", "~~~", "x~y", "1~2", "2026-01-01~1", "2026-01-01T00:00:00~1",
    "0001-01-01T00:00:00+23:59~1", "9999-12-31T23:59:59-23:59~1", "9999-12-31~1",
    "2026-01-01T00:00:00+00:00~99999999999999999999999", "2026-01-01T00:00:00+00:00~-5",
    "2026-01-01T00:00:00+00:00~" + "9" * 5000, "4~2026-01-01T00:00:00+00:00~1",
    "99999999999~2026-01-01T00:00:00+00:00~1", "²~2026-01-01T00:00:00+00:00~²", "\x00~\x00",
    "2026-01-01T00:00:00+00:00~1_000", "0001-01-01~1", "' or 1=1 --~1",
]  # fmt: skip


@pytest.mark.parametrize("sort", queries.SORTS)
@pytest.mark.parametrize("cursor", GARBAGE)
def test_a_garbled_cursor_is_harmless(ticket, ada, sort, cursor):
    page = queries.list_page(ada, VIEW["open"], sort=sort, after=cursor)
    assert len(page.rows) <= 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cursor=st.one_of(
        st.text(max_size=60),
        st.builds(
            lambda *parts: "~".join(parts),
            st.one_of(st.datetimes().map(str), st.integers().map(str)),
            st.one_of(st.datetimes().map(str), st.integers().map(str)),
        ),
    ),
    sort=st.sampled_from([*queries.SORTS, "", "nonsense"]),
)
def test_any_cursor_is_harmless(ticket, ada, cursor, sort):
    queries.list_page(ada, VIEW["open"], sort=sort, after=cursor)


SEARCHES = ["%", "_", "\\", "'", '"', "²", "#²", "#", "1" * 15, "1" * 16, "9" * 5000, "x" * 500,
            "\u202e", "テント", "#0", "-1", "٣"]  # fmt: skip


@pytest.mark.parametrize("text", SEARCHES)
def test_any_search_is_harmless_and_signs_of_patterns_are_letters(ticket, ada, text):
    assert queries.find(ada, text) == []
    assert queries.list_page(ada, VIEW["open"], text=text).rows == []


FOUND = [("part of the subject", "en"), ("any case", "TENT"), ("the address", "cleo@"),
         ("the name", "client"), ("with space around", "  tent ")]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), FOUND, ids=[case[0] for case in FOUND])
def test_a_ticket_is_found_by(ticket, ada, name, text):
    assert [row["id"] for row in queries.find(ada, text)] == [ticket.pk]
    assert [r["id"] for r in queries.list_page(ada, VIEW["open"], text=text).rows] == [ticket.pk]


def test_nothing_is_found_by_nothing(ticket, ada):
    assert queries.find(ada, "") == queries.find(ada, "   ") == []


# cost


def _count(read):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


def test_reads_cost_the_same_however_many_rows(ada, payments):
    reads = {
        "list": lambda: queries.list_page(ada, VIEW["open"]),
        "list by text": lambda: queries.list_page(ada, VIEW["open"], text="tent"),
        "counts": lambda: queries.counts(ada, list(views.VIEWS)),
        "find": lambda: queries.find(ada, "tent"),
        "messages": lambda: queries.messages_of(first),
        "reading": lambda: reading.read(ada, first),
        "drafts": lambda: queries.drafts_of(ada, first),
        "tickets of": lambda: [one.assignee for one in queries.tickets_of(ada, first.requester_id)],
    }
    first = ticket_of()
    answered(first, files=(inbound_file(b"a"),))
    draft_with_file(first, by=ada)
    merging.merge(ticket_of(), into=first, by=ada, at=now())
    for _ in range(7):
        ticket_of()
    for read in reads.values():
        read()
    few = {name: _count(read) for name, read in reads.items()}
    for n in range(12):
        answered(first, author=f"p{n}@customer.example", files=(inbound_file(b"%d" % n),))
        assigning.assign(ticket_of(), ada, by=ada, at=now())
        draft_with_file(first, by=ada, data=b"f%d" % n)
        merging.merge(ticket_of(), into=first, by=ada, at=now())
    assert {name: _count(read) for name, read in reads.items()} == few
    assert few["list"] == few["counts"] == few["find"] == 1
