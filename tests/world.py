"""A small desk with one of everything, and six people who look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.test import Client

from foredesk.channels.models import (
    Dispatch,
    DispatchState,
    Envelope,
    EnvelopeState,
    Mailbox,
    SenderRule,
)
from foredesk.conftest import _agent
from foredesk.files import storing
from foredesk.people import queries as people
from foredesk.people.models import Agent, Team
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, delivery, drafting, replying
from foredesk.tickets.models import Attachment, Message, Ticket
from foredesk.tickets.tests import cases

PEOPLE = ("nobody", "lou", "ben", "ada", "lea", "adi")
"""A stranger, a light agent, an agent who sees only Orders, an agent, a lead, an admin."""

RAW = b"From: cleo@customer.example\r\nSubject: Tent\r\n\r\nHello\r\n"


@dataclass
class World:
    """What there is. Ben may see nothing of `ticket`, which belongs to Payments."""

    people: dict[str, Agent]
    payments: Team
    ticket: Ticket
    other: Ticket
    message: Message
    file: Attachment
    waiting: Message
    failed: Message
    drafts: dict[str, Attachment]
    dispatch: Dispatch
    envelope: Envelope
    mailbox: Mailbox
    rule: SenderRule
    job: int
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """A browser in which `who` is signed in."""
        if who not in self.clients:
            self.clients[who] = Client(raise_request_exception=False)
            if who != "nobody":
                self.clients[who].force_login(self.people[who])
        return self.clients[who]


def build() -> World:
    """Make the world; within a test's transaction."""
    at = now()
    payments, orders = (Team.objects.create(name=name) for name in ("Payments", "Orders"))
    cast = {
        "lou": _agent("Lou", "light"),
        "ben": _agent("Ben", "agent", teams=[orders], sees="teams"),
        "ada": _agent("Ada", "agent", teams=[payments]),
        "lea": _agent("Lea", "lead"),
        "adi": _agent("Adi", "admin"),
    }
    people.workspace()
    mailbox = Mailbox.objects.create(
        name="Help", address="help@halden.example", is_default=True, created_at=at, changed_at=at
    )
    file = cases.inbound_file(b"\x89PNG\r\n\x1a\n", "tent.png", content_type="image/png")
    message = cases.arrive(
        html="<p>Where <b>is</b> it?</p>", is_rich=True, whole_text="> all of it", files=(file,)
    )
    ticket = message.ticket
    assigning.hand_to(ticket, payments, by=cast["adi"], at=at)
    failed = replying.reply(ticket, by=cast["lea"], at=at, body_html="<p>Lost</p>")
    claimed = delivery.claim(ticket.pk, at=at)
    assert claimed is not None
    delivery.mark_failed(claimed, reason="No such person.", at=at)
    waiting = replying.reply(ticket, by=cast["ada"], at=at, body_html="<p>x</p>", undo_seconds=60)
    drafts = {}
    for who, agent in cast.items():
        draft = drafting.save(ticket, kind="note", by=agent, at=at, body_html="<p>n</p>")
        blob = storing.keep(who.encode())
        drafts[who] = drafting.attach(draft, blob, name="a.txt", content_type="text/plain")
    other = cases.ticket_of(subject="Poles")
    assigning.hand_to(other, payments, by=cast["adi"], at=at)
    blob = storing.keep(RAW)
    return World(
        people=cast,
        payments=payments,
        ticket=Ticket.objects.get(pk=ticket.pk),
        other=other,
        message=message,
        file=message.attachments.get(),
        waiting=waiting,
        failed=failed,
        drafts=drafts,
        dispatch=Dispatch.objects.create(
            message_id=failed.pk, ticket_id=ticket.pk, mailbox=mailbox, blob=blob,
            to=["cleo@customer.example"], subject="Re: Tent", state=DispatchState.FAILED,
            at=at, started_at=at,
        ),
        envelope=Envelope.objects.create(
            kind="email", mailbox=mailbox, road="smtp", fingerprint="f", blob=blob,
            received_at=at, state=EnvelopeState.UNREADABLE, reason="Garbled.",
        ),
        mailbox=mailbox,
        rule=SenderRule.objects.create(value="spam.example", is_allowed=False, at=at),
        job=_failed_job(),
    )  # fmt: skip


def _failed_job() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " values ('default', 'logbook.deliver', '{\"entry_id\": 1}', 'failed', 1) returning id"
        )
        return cursor.fetchone()[0]


def snapshot() -> dict[str, Any]:
    """Every row of the product's own tables, and how many jobs wait."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    rooms = [app.label for app in apps.get_app_configs() if app.name.startswith("foredesk.")]
    found: dict[str, Any] = {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in rooms and model._meta.managed
    }
    found["jobs"] = list(ProcrastinateJob.objects.order_by("id").values_list("id", "status"))
    return found


def changed(before: dict[str, Any]) -> list[str]:
    """The tables that are no longer as in an earlier snapshot."""
    after = snapshot()
    return [name for name in after if after[name] != before.get(name)]
