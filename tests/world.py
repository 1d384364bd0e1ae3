"""A small desk with one of everything, and six people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from foredesk.analytics import arranging as dashboards
from foredesk.analytics.models import Dashboard
from foredesk.automations import triggering, writing_texts
from foredesk.automations.models import Macro, Rule, Run, Sequence, Template
from foredesk.automations.tests.cases import active, macro, template, trigger
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
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.notices.models import Notice
from foredesk.people import branding
from foredesk.people import queries as people
from foredesk.people.models import Agent, Brand, Team
from foredesk.plumbing.clock import now
from foredesk.routing import arranging
from foredesk.routing.models import Skill, Tier
from foredesk.sla import keeping_hours, promising
from foredesk.sla.models import Policy, Schedule
from foredesk.surveys.models import Survey
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
    brand: Brand
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
    routine: Rule
    run: Run
    doing: int
    macro: Macro
    template: Template
    sequence: Sequence
    hours: Schedule
    board: Dashboard
    policy: Policy
    skill: Skill
    tier: Tier
    notice: Notice
    survey: Survey
    signed_in: dict[str, str] = field(default_factory=dict)
    """The keys of their sessions."""

    def client(self, who: str) -> Client:
        """A browser in which `who` is signed in, as new."""
        client = Client(raise_request_exception=False)
        if who != "nobody":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.signed_in[who]
        return client


@contextmanager
def lasting() -> Iterator[World]:
    """A world for several tests, each of which undoes what it did; afterwards it never was."""
    with transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    """Make the world; within a transaction that somebody rolls back."""
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
        html="<p>Where <b>is</b> it?</p>",
        is_rich=True,
        whole_text="> all of it",
        files=(file,),
        invitation=cases.invitation(),
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
    envelope = Envelope.objects.create(
        kind="email", mailbox=mailbox, road="smtp", fingerprint="f", blob=blob,
        received_at=at, state=EnvelopeState.UNREADABLE, reason="Garbled.",
    )  # fmt: skip
    message.envelope_id = envelope.pk
    message.save(update_fields=["envelope_id"])
    return World(
        people=cast,
        signed_in={who: _signed_in(agent) for who, agent in cast.items()},
        payments=payments,
        brand=branding.add(name="Leirplass", by=SYSTEM, at=at),
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
        envelope=envelope,
        mailbox=mailbox,
        rule=SenderRule.objects.create(value="spam.example", is_allowed=False, at=at),
        job=_failed_job(),
        notice=Notice.objects.create(
            agent=cast["adi"], ticket=ticket, kind="rule", said="Look.", key="rule:1", at=at
        ),
        survey=Survey.objects.create(
            ticket=other, customer=other.requester, solved_at=at, at=at,
            ends_at=at + timedelta(days=14),
        ),
        **_rulebook(ticket, message.pk, at=at),
        **_promises(cast["ada"], at=at),
    )  # fmt: skip


def _rulebook(ticket: Ticket, message_id: int, *, at: datetime) -> dict[str, Any]:
    """A rule that acted on the ticket, and what rules write with."""
    routine = active(trigger("Mark", steps=[{"do": "add_tags", "tags": "by-rule"}]))
    heard = Entry.objects.get(kind="tickets.MessageReceived", data__message_id=message_id)
    triggering.consider(fact_from(heard.kind, heard.data), entry=heard, at=at)
    found = template("Thanks")
    steps = [{"do": "mail", "hours": 24, "template": found.pk}]
    return {
        "routine": routine,
        "run": Run.objects.get(),
        "doing": Entry.objects.get(kind="tickets.TagsChanged", actor_kind="rule").pk,
        "macro": macro(SYSTEM),
        "template": found,
        "sequence": writing_texts.save_sequence(
            None, {"name": "After", "steps": steps}, by=SYSTEM, at=at
        ),
    }


def _promises(ada: Agent, *, at: datetime) -> dict[str, Any]:
    """Hours, a promise, a skill and a tier."""
    needs = {"all": [{"field": "language", "is": "any_of", "value": ["de"]}]}
    week = [[("08:00", "12:00")]] * 7
    return {
        "board": _board(ada, at=at),
        "hours": keeping_hours.add(name="Day", time_zone="UTC", week=week, by=SYSTEM, at=at),
        "policy": promising.promise(
            name="All", conditions={}, targets={"first_reply": {"2": "4h"}}, schedule=None,
            pauses=[], by=SYSTEM, at=at,
        ),
        "skill": arranging.set_skill(
            None, name="German", needs=needs, agents=[ada], by=SYSTEM, at=at
        ),
        "tier": arranging.set_tier(None, name="Gold", rank=1, needs=needs, by=SYSTEM, at=at),
    }  # fmt: skip


def _board(ada: Agent, *, at: datetime) -> Dashboard:
    """A dashboard of Ada's that everybody sees."""
    board = dashboards.make(name="Board", cards=[{"kind": "ages"}], by=ada, at=at)
    Dashboard.objects.filter(pk=board.pk).update(given_to=["admin", "lead", "agent", "light"])
    return board


def _signed_in(agent: Agent) -> str:
    client = Client()
    client.force_login(agent)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _failed_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " values ('default', 'logbook.deliver', '{\"entry_id\": 1}', 'failed', 1) returning id"
        )
        return cursor.fetchone()[0]


def snapshot() -> dict[str, str]:
    """A print of every table of the product's own rooms, and of the jobs that wait; answers that
    are kept for who asks next are none of what somebody writes."""
    with connection.cursor() as cursor:
        cursor.execute(_prints())
        return dict(zip(_tables(), cursor.fetchone(), strict=True))


@cache
def _tables() -> tuple[str, ...]:
    rooms = [app.label for app in apps.get_app_configs() if app.name.startswith("foredesk.")]
    own = (model._meta for model in apps.get_models(include_auto_created=True))
    names = [meta.db_table for meta in own if meta.app_label in rooms and meta.managed]
    return (*sorted({*names} - {"analytics_answer"}), "procrastinate_jobs")


@cache
def _prints() -> str:
    """One statement for all: asking each table by itself takes longer than most requests."""
    one = "(select md5(coalesce(string_agg(r::text, chr(10) order by r::text), '')) from {} r)"
    rows = dict.fromkeys(_tables(), "{0}") | {
        "procrastinate_jobs": "(select id, status from {0})",
    }
    return "select " + ", ".join(
        one.format(form.format(f'"{name}"')) for name, form in rows.items()
    )


def changed(before: dict[str, str]) -> list[str]:
    """The tables that are no longer as in an earlier snapshot."""
    after = snapshot()
    return [name for name in after if after[name] != before.get(name)]
