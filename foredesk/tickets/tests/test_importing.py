"""Another desk's history is taken over: with its times, with nothing set in motion, once."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people.models import Customer, Team
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import importing, past
from foredesk.tickets.models import Message, Participant, Ticket
from foredesk.tickets.tests.cases import arrive

pytestmark = pytest.mark.django_db


def at(hour, minute=0):
    return datetime(2016, 2, 29, hour, minute, tzinfo=UTC)


def line(number=1, address="cleo@x.example", **changed):
    return past.read(
        json.dumps(
            {
                "id": f"INC{number}",
                "subject": f"Printer {number}",
                "requester": {"address": address, "name": "Cleo"},
                "opened_at": at(1).isoformat(),
                **changed,
            }
        )
    )


def story(ada, number=1):
    """Asked, answered by Ada, handed on, solved, opened again, closed."""
    return line(
        number,
        team="IT",
        tags=["printer"],
        events=[
            {"at": at(2).isoformat(), "message": "It is broken."},
            {"at": at(3).isoformat(), "by": ada.email, "reply": "Tray 2.", "status": "pending"},
            {"at": at(4).isoformat(), "by": "gone@old.example", "note": "Hm", "team": "Print",
             "assignee": ada.email, "priority": "urgent"},
            {"at": at(5).isoformat(), "status": "solved"},
            {"at": at(6).isoformat(), "message": "No.", "status": "open"},
            {"at": at(7).isoformat(), "status": "closed", "assignee": None},
        ],
    )  # fmt: skip


def take(*pasts, source="old", by=SYSTEM):
    return take_all(pasts, source=source, by=by)


def take_all(pasts, *, source="old", by=SYSTEM):
    return list(importing.take_over(pasts, source=source, by=by, at=now()))[-1]


def test_everything_keeps_its_time(ada):
    take(story(ada))
    ticket = Ticket.objects.get()
    assert (ticket.created_at, ticket.solved_at, ticket.closed_at) == (at(1), at(7), at(7))
    assert (ticket.first_reply_at, ticket.activity_at, ticket.customer_wrote_at) == (
        at(3), at(6), at(6),
    )  # fmt: skip
    assert (ticket.status, ticket.team.name, ticket.assignee, ticket.priority) == (
        "closed", "Print", None, 4,
    )  # fmt: skip
    assert (ticket.waiting_since, ticket.tags, ticket.preview) == (None, ["printer"], "No.")
    said = Message.objects.order_by("id").values_list("author_kind", "author_name", "at")
    assert list(said) == [
        ("customer", "Cleo", at(2)),
        ("agent", "Ada", at(3)),
        ("agent", "gone@old.example", at(4)),
        ("customer", "Cleo", at(6)),
    ]
    assert [m.is_public for m in Message.objects.order_by("id")] == [True, True, False, True]
    assert Customer.objects.get().created_at == at(1)
    assert Participant.objects.get().customer == ticket.requester
    facts = Entry.objects.filter(about_id=ticket.pk, about_kind="ticket").order_by("id")
    assert [(e.kind.partition(".")[2], e.at.hour, e.actor_id) for e in facts][:4] == [
        ("TicketOpened", 1, ticket.requester_id),
        ("MessageReceived", 2, ticket.requester_id),
        ("ReplyWritten", 3, ada.pk),
        ("StatusChanged", 3, ada.pk),
    ]
    assert facts.last().kind == "tickets.TicketImported"


def test_nothing_is_set_in_motion(ada):
    before = ProcrastinateJob.objects.count()
    with CaptureQueriesContext(connection) as seen:
        take(story(ada))
    assert ProcrastinateJob.objects.count() == before
    assert not [one for one in seen if "pg_notify" in one["sql"] and "ticket-" in one["sql"]]
    assert not Message.objects.exclude(delivery="").exists()


def test_twice_changes_nothing(ada):
    first = take(story(ada), line(2))
    rows = list(Ticket.objects.values()), Entry.objects.count()
    again = take(story(ada), line(2), line(2))
    assert (first.came, first.known, again.came, again.known) == (2, 0, 0, 3)
    assert (list(Ticket.objects.values()), Entry.objects.count()) == rows
    assert take(line(2), source="another").came == 1


def test_the_same_ticket_twice_in_one_file_comes_once():
    taken = take(line(1), line(1))
    assert (taken.came, taken.known, Ticket.objects.count()) == (1, 1, 1)


def test_what_was_broken_off_is_gone_on_with(monkeypatch):
    monkeypatch.setattr(importing, "TOGETHER", 2)
    going = importing.take_over(map(line, range(5)), source="old", by=SYSTEM, at=now())
    assert next(going).came == 2
    going.close()

    def broken():
        yield from map(line, range(5))
        raise OSError("the file ends in the middle")

    with pytest.raises(OSError, match="middle"):
        take_all(broken())
    assert Ticket.objects.count() == 4
    taken = take(*map(line, range(5)))
    assert (taken.came, taken.known, Ticket.objects.count()) == (1, 4, 5)


def test_customers_and_teams_are_those_of_this_desk():
    here = arrive(author="cleo@x.example", name="").ticket.requester
    Team.objects.create(name="it")
    take(line(1, " CLEO@x.example ", team="IT"), line(2, "new@x.example", team="Else"))
    here.refresh_from_db()
    assert here.name == "Cleo"
    assert Ticket.objects.get(subject="Printer 1").requester == here
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Else", "it"]
    new = Ticket.objects.get(subject="Printer 2").requester
    assert (new.name, Entry.objects.filter(kind="people.CustomerAppeared").count()) == ("Cleo", 2)


def test_a_batch_costs_the_same_however_many_it_holds():
    asked = []
    for some in ([line(1, "a@x.example")], [line(n, f"c{n}@x.example") for n in range(2, 40)]):
        with CaptureQueriesContext(connection) as seen:
            take(*some)
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 20


def test_only_who_may(ada):
    with pytest.raises(NotAllowed):
        take(line(1), by=ada)
    assert not Ticket.objects.exists()
