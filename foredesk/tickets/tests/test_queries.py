"""What a person may see, in every read; lists that show every row once and cost the same."""

import pytest
from django.test.utils import CaptureQueriesContext

from foredesk.people.models import Team
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    listing,
    merging,
    noting,
    queries,
    reading,
    replying,
    splitting,
    views,
)
from foredesk.tickets.models import Message, Seen
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
    assert {row.id for row in listing.page(viewer, VIEW["open"]).rows} == seen
    assert listing.counts(viewer, [VIEW["open"]]) == {"open": len(seen)}
    assert {row["id"] for row in listing.find(viewer, "Tent")} == seen
    assert {one.pk for one in queries.tickets_of(viewer, customer)} == seen
    for ticket in tickets.values():
        is_seen = ticket.pk in seen
        message = ticket.messages.get()
        file = message.attachments.get()
        assert (queries.ticket(viewer, ticket.pk) is not None) is is_seen
        assert (queries.message(viewer, message.public_id) is not None) is is_seen
        assert (queries.attachment(viewer, file.public_id) is not None) is is_seen
        read = reading.read(viewer, ticket.pk)
        assert (read is not None) is is_seen
        reading.read(viewer, ticket.pk, seen_until=now())
        assert Seen.objects.filter(ticket=ticket, agent=viewer).exists() is is_seen
        if read is not None:
            assert read.ticket == ticket
            assert {one.pk for one in read.past} == seen - {ticket.pk}
            assert read.past_count == len(seen - {ticket.pk})
        assert {one.pk for one in queries.neighbours(viewer, ticket)} == seen - {ticket.pk}


@pytest.mark.parametrize("who", SEES)
def test_searches_by_number_do_not_look_behind_the_wall(world, who):
    tickets, people = world
    seen = {tickets[name].pk for name in SEES[who]}
    for ticket in tickets.values():
        found = {row["id"] for row in listing.find(people[who], f"#{ticket.pk}")}
        assert (ticket.pk in found) is (ticket.pk in seen)
        listed = listing.page(people[who], VIEW["open"], text=str(ticket.pk)).rows
        assert (ticket.pk in {row.id for row in listed}) is (ticket.pk in seen)


def test_a_switched_off_agent_sees_nothing_and_no_read_fails(world):
    tickets, people = world
    ada = people["ada"]
    ada.is_active = False
    ticket = tickets["of no team"]
    assert listing.page(ada, VIEW["open"]).rows == []
    assert listing.counts(ada, list(views.VIEWS)) == dict.fromkeys(VIEW, 0)
    assert listing.find(ada, "Tent") == []
    assert queries.ticket(ada, ticket.pk) is None
    assert reading.read(ada, ticket.pk) is None
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
        found = reading.read(people[who], ticket.pk).relatives
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


# cost


def _count(read):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


def test_reads_cost_the_same_however_many_rows(ada, payments):
    reads = {
        "list": lambda: listing.page(ada, VIEW["open"]),
        "list by text": lambda: listing.page(ada, VIEW["open"], text="tent"),
        "counts": lambda: listing.counts(ada, list(views.VIEWS)),
        "find": lambda: listing.find(ada, "tent"),
        "messages": lambda: queries.messages_of(first),
        "reading": lambda: reading.read(ada, first.pk),
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
