"""What the lists show, page by page, and who is found by which words."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    falling_due,
    listing,
    merging,
    prioritising,
    progressing,
    rating,
    snoozing,
    spamming,
    views,
)
from foredesk.tickets.falling_due import Due
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import (
    ticket_of,
)

pytestmark = pytest.mark.django_db
VIEW = {view.key: view for view in views.VIEWS}

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
        shown = {row.id for row in listing.page(ada, VIEW[key]).rows}
        assert shown == {one.pk for one in tickets}, key
    counts = listing.counts(ada, list(views.VIEWS))
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


@pytest.mark.parametrize("sort", listing.SORTS)
def test_paging_shows_every_row_once_in_order(ada, crowd, sort):
    shown, after = [], ""
    for _ in range(10):
        page = listing.page(ada, VIEW["open"], sort=sort, after=after)
        shown += page.rows
        after = page.next
        if not after:
            break
    assert len(shown) == 130
    assert len({row.id for row in shown}) == 130
    waiting = {one.pk: one.waiting_since for one in crowd}
    key = {
        "newest": lambda r: (-r.activity_at.timestamp(), -r.id),
        "waiting": lambda r: (waiting[r.id] or listing._FAR, r.id),
        "priority": lambda r: (-r.priority, -r.activity_at.timestamp(), -r.id),
        "due": lambda r: (r.due_at or listing._FAR, r.id),
    }[sort]
    assert shown == sorted(shown, key=key)


@pytest.mark.parametrize("sort", listing.SORTS)
def test_rows_that_stand_still_are_shown_once_while_others_move_come_and_go(ada, crowd, sort):
    still = {one.pk for n, one in enumerate(crowd) if n % 2}
    moving = [one for n, one in enumerate(crowd) if not n % 2]
    shown, after, turn = [], "", 0
    while True:
        page = listing.page(ada, VIEW["open"], sort=sort, after=after)
        shown += [row.id for row in page.rows]
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


@pytest.mark.parametrize("sort", listing.SORTS)
@pytest.mark.parametrize("cursor", GARBAGE)
def test_a_garbled_cursor_is_harmless(ticket, ada, sort, cursor):
    page = listing.page(ada, VIEW["open"], sort=sort, after=cursor)
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
    sort=st.sampled_from([*listing.SORTS, "", "nonsense"]),
)
def test_any_cursor_is_harmless(ticket, ada, cursor, sort):
    listing.page(ada, VIEW["open"], sort=sort, after=cursor)


SEARCHES = ["%", "_", "\\", "'", '"', "²", "#²", "#", "1" * 15, "1" * 16, "9" * 5000, "x" * 500,
            "\u202e", "テント", "#0", "-1", "٣"]  # fmt: skip


@pytest.mark.parametrize("text", SEARCHES)
def test_any_search_is_harmless_and_signs_of_patterns_are_letters(ticket, ada, text):
    assert listing.find(ada, text) == []
    assert listing.page(ada, VIEW["open"], text=text).rows == []


FOUND = [("part of the subject", "en"), ("any case", "TENT"), ("the address", "cleo@"),
         ("the name", "client"), ("with space around", "  tent ")]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), FOUND, ids=[case[0] for case in FOUND])
def test_a_ticket_is_found_by(ticket, ada, name, text):
    assert [row["id"] for row in listing.find(ada, text)] == [ticket.pk]
    assert [r.id for r in listing.page(ada, VIEW["open"], text=text).rows] == [ticket.pk]


def test_nothing_is_found_by_nothing(ticket, ada):
    assert listing.find(ada, "") == listing.find(ada, "   ") == []
