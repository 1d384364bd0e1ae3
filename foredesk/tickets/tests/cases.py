"""Tickets for tests: a mail of Cleo's arrives, and what became of it."""

import json
from itertools import count

from foredesk.files import storing
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from foredesk.tickets import drafting, importing, past, receiving
from foredesk.tickets.arrivals import Address, InboundFile, InboundMessage
from foredesk.tickets.models import Message, Ticket

_numbers = count(1)
CLEO = "cleo@customer.example"


def arrive(author=CLEO, name="Cleo Client", at=None, **fields) -> Message:
    """A message of a customer, received as a channel would hand it over."""
    fields.setdefault("external_id", f"case{next(_numbers)}@customer.example")
    fields.setdefault("text", "Where is my tent?")
    fields.setdefault("subject", "Tent")
    at = at or now()
    inbound = InboundMessage(
        channel="email", account="1", author=Address(author, name), at=at, **fields
    )
    return receiving.receive(inbound, at=at)


def invitation(organiser=CLEO) -> dict:
    """An invitation to a meeting as a channel hands it over."""
    return {
        "method": "REQUEST",
        "uid": "tent-1",
        "summary": "Try the tent",
        "location": "Hall 5",
        "description": "",
        "starts": "2026-03-10T13:00:00+00:00",
        "ends": "2026-03-10T14:00:00+00:00",
        "is_recurring": False,
        "recurrence_id": "",
        "sequence": 1,
        "organiser": {"address": organiser, "name": "Cleo Client", "answer": ""},
        "attendees": [{"address": "help@halden.example", "name": "Help", "answer": "needs-action"}],
    }


def ticket_of(**fields) -> Ticket:
    """The ticket that a first mail opened."""
    return arrive(**fields).ticket


def taken_over(*, at, **given) -> Ticket:
    """A ticket of Cleo's that was opened on another desk and is taken over now."""
    told = {
        "id": f"old{next(_numbers)}",
        "subject": "Tent",
        "requester": {"address": CLEO},
        "opened_at": at.isoformat(),
        **given,
    }
    taken = [past.read(json.dumps(told))]
    list(importing.take_over(taken, source="another desk", by=SYSTEM, at=now()))
    return Ticket.objects.latest("pk")


def answered(ticket: Ticket, **fields) -> Message:
    """A further mail of the same customer in this ticket."""
    last = ticket.messages.exclude(external_id="").order_by("-id").first()
    assert last is not None
    return arrive(references=(last.external_id,), **fields)


def afresh(ticket: Ticket) -> Ticket:
    """The ticket as the database holds it."""
    return Ticket.objects.get(pk=ticket.pk)


def state(ticket: Ticket) -> dict:
    """Every column of the ticket."""
    return Ticket.objects.filter(pk=ticket.pk).values().get()


def facts(ticket: Ticket) -> list[str]:
    """Names of the ticket's facts in order."""
    found = Entry.objects.filter(about_kind="ticket", about_id=ticket.pk).order_by("id")
    return [kind.removeprefix("tickets.") for kind in found.values_list("kind", flat=True)]


def last_fact(ticket: Ticket) -> Entry:
    """The ticket's latest entry."""
    found = Entry.objects.filter(about_kind="ticket", about_id=ticket.pk).order_by("id").last()
    assert found is not None
    return found


def inbound_file(data=b"hello", name="note.txt", **fields) -> InboundFile:
    """A stored file as a channel hands it over."""
    blob = storing.keep(data)
    return InboundFile(sha256=blob.sha256, size=blob.size, name=name, **fields)


def draft_with_file(
    ticket, *, by, kind="reply", name="label.pdf", data=b"%PDF-1.7", body="<p>Hi</p>"
):
    """A draft of `by` that holds one file; returns (draft, attachment)."""
    draft = drafting.save(ticket, kind=kind, by=by, at=now(), body_html=body)
    blob = storing.keep(data)
    return draft, drafting.attach(draft, blob, name=name, content_type="application/pdf")
