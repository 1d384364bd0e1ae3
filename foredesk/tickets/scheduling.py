"""Answer later: the reply waits as a draft with a time, and is written when its time has come.

Nothing of the ticket changes before. When the customer writes meanwhile the reply is held: it was
written without knowing that, so a person looks at it first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_reply
from foredesk.tickets import cleaning, replying, writing
from foredesk.tickets.conflicts import UnableToChange, must_be_open
from foredesk.tickets.events import ReplyHeld, ReplyScheduled, ReplyUnscheduled
from foredesk.tickets.locking import TicketGone, locked
from foredesk.tickets.models import Attachment, Draft, Message, Ticket
from foredesk.tickets.placing import place

log = logging.getLogger(__name__)

KIND = "scheduled"
LONGEST = timedelta(days=366)
HELD = "The customer wrote after this was scheduled. Read it again, then send it or take it back."


def schedule(
    ticket: Ticket,
    *,
    by: Agent,
    at: datetime,
    send_at: datetime,
    body_html: str,
    to: str = "",
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    then: str = "pending",
    sender: dict[str, str] | None = None,
    draft_id: int | None = None,
) -> Draft:
    """Keep a reply until `send_at`; files come with the draft. Records ReplyScheduled.

    Raises NotAllowed, UnableToChange: for a time in the past or beyond a year, for bad input, and
    when this agent has a reply waiting on this ticket already.
    """
    if not can_reply(by):
        raise NotAllowed("Light agents write notes. Ask an agent to answer the customer.")
    _must_be_ahead(send_at, at)
    if then not in replying.THEN:
        raise UnableToChange(f"“{then}” is not a status to leave a ticket in.")
    copies = ", ".join(one["value"] for one in writing.addresses(cc))
    blind = ", ".join(one["value"] for one in writing.addresses(bcc))
    html = cleaning.clean(body_html)
    with locked(ticket.pk) as row:
        must_be_open(row)
        if row.is_spam:
            raise UnableToChange("This ticket is marked as spam. Restore it before you answer.")
        if Draft.objects.filter(ticket=row, agent=by, kind=KIND).exists():
            raise UnableToChange(
                "A reply of yours waits on this ticket already. Change its time or take it back."
            )
        source = _source(row, by, draft_id)
        has_files = source is not None and source.attachments.exists()
        if not writing.text_of(html) and not has_files and "<img" not in html:
            raise UnableToChange("Write something first.")
        if len(html) > writing.LONGEST_BODY:
            raise UnableToChange("This is too long for one message. Attach it as a file.")
        draft = Draft.objects.create(
            ticket=row, agent=by, kind=KIND, body_html=html, to=to, cc=copies, bcc=blind,
            updated_at=at, send_at=send_at, scheduled_at=at, then=then, sender=sender or {},
        )  # fmt: skip
        if source is not None:
            Attachment.objects.filter(draft=source).update(draft=draft)
            source.delete()
        fact = ReplyScheduled(**place(row), draft_id=draft.pk, send_at=send_at.isoformat())
        recording.record(fact, by=by, at=at)
    return draft


def move(draft: Draft, *, send_at: datetime, by: Agent, at: datetime) -> Draft:
    """Another time, which also lets a held reply go. Records ReplyScheduled.

    Raises NotAllowed, UnableToChange.
    """
    _must_be_ahead(send_at, at)
    with locked(draft.ticket_id) as row:
        found = _mine(draft, by)
        found.send_at, found.scheduled_at, found.held_reason = send_at, at, ""
        found.save(update_fields=["send_at", "scheduled_at", "held_reason"])
        fact = ReplyScheduled(**place(row), draft_id=found.pk, send_at=send_at.isoformat())
        recording.record(fact, by=by, at=at)
    return found


def send_now(draft: Draft, *, by: Agent, at: datetime, undo_seconds: int = 0) -> Message:
    """Write the reply at once. Raises NotAllowed, UnableToChange."""
    with transaction.atomic():
        return _write(_mine(draft, by), at=at, undo_seconds=undo_seconds)


def take_back(draft: Draft, *, by: Agent, at: datetime) -> Draft:
    """Into its writer's composer again, before what they began meanwhile. Records
    ReplyUnscheduled. Any agent who may answer can do that. Raises NotAllowed, UnableToChange."""
    if not can_reply(by):
        raise NotAllowed("Light agents write notes. Ask an agent to take it back.")
    with locked(draft.ticket_id) as row:
        found = _waiting(draft)
        own, _ = Draft.objects.select_for_update().get_or_create(
            ticket=row, agent_id=found.agent_id, kind="reply", defaults={"updated_at": at}
        )
        own.body_html = found.body_html + own.body_html
        own.cc, own.bcc = own.cc or found.cc, own.bcc or found.bcc
        own.revision, own.updated_at = own.revision + 1, at
        own.save()
        Attachment.objects.filter(draft=found).update(draft=own)
        fact = ReplyUnscheduled(**place(row), draft_id=found.pk)
        found.delete()
        recording.record(fact, by=by, at=at)
        recording.poke((f"draft-{row.pk}-{own.agent_id}",))
    return own


def send_due(*, at: datetime, limit: int = 200) -> int:
    """Write the replies whose time has come; returns how many. What can't go is held."""
    due = Draft.objects.filter(kind=KIND, held_reason="", send_at__lte=at).order_by("send_at")
    count = 0
    for draft in due.select_related("agent", "ticket")[:limit]:
        try:
            with locked(draft.ticket_id) as row:
                found = Draft.objects.filter(pk=draft.pk, held_reason="", send_at__lte=at).first()
                if found is None:
                    continue
                if is_overtaken(found, row):
                    _hold(found, row, HELD, by=SYSTEM, at=at)
                    continue
                _write(found, at=at, undo_seconds=0)
                count += 1
        except (NotAllowed, UnableToChange) as why:
            with locked(draft.ticket_id) as row:
                _hold(draft, row, str(why), by=SYSTEM, at=at)
        except TicketGone:
            continue
    return count


def is_overtaken(draft: Draft, ticket: Ticket) -> bool:
    """Whether the customer wrote since the reply was scheduled."""
    wrote_at = ticket.customer_wrote_at
    return bool(wrote_at and draft.scheduled_at and wrote_at > draft.scheduled_at)


def _write(draft: Draft, *, at: datetime, undo_seconds: int) -> Message:
    return replying.reply(
        draft.ticket,
        by=draft.agent,
        at=at,
        body_html=draft.body_html,
        to=draft.to,
        cc=draft.cc.split(","),
        bcc=draft.bcc.split(","),
        then=draft.then or "pending",
        undo_seconds=undo_seconds,
        sender=draft.sender,
        draft_id=draft.pk,
    )


def _hold(draft: Draft, ticket: Ticket, why: str, *, by: Actor | Doer, at: datetime) -> None:
    log.info("The scheduled reply %s is held: %s", draft.pk, why)
    if Draft.objects.filter(pk=draft.pk, held_reason="").update(held_reason=why):
        fact = ReplyHeld(**place(ticket), draft_id=draft.pk, reason=why)
        recording.record(fact, by=by, at=at)


def _must_be_ahead(send_at: datetime, at: datetime) -> None:
    if not at < send_at <= at + LONGEST:
        raise UnableToChange("Choose a time in the future, a year from now at most.")


def _source(ticket: Ticket, by: Agent, draft_id: int | None) -> Draft | None:
    if not draft_id:
        return None
    rows = Draft.objects.select_for_update().filter(pk=draft_id, ticket=ticket, agent=by)
    return rows.exclude(kind=KIND).first()


def _waiting(draft: Draft) -> Draft:
    found = Draft.objects.select_for_update().filter(pk=draft.pk, kind=KIND).first()
    if found is None:
        raise UnableToChange("Too late: it was sent or taken back meanwhile.")
    return found


def _mine(draft: Draft, by: Agent) -> Draft:
    found = _waiting(draft)
    if found.agent_id != by.pk:
        raise UnableToChange("Only the person who wrote a reply can send it or change its time.")
    return found
