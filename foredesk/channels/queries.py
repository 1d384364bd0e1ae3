"""Every read of mailboxes, envelopes and dispatches that others may ask."""

from __future__ import annotations

<<<<<<< HEAD
from django.db.models import Q

from foredesk.channels.models import Dispatch, Envelope, EnvelopeState, Mailbox
from foredesk.people import permissions
from foredesk.people.models import Agent
from foredesk.tickets import visibility
from foredesk.tickets.models import Ticket
=======
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from foredesk.channels.models import (
    INTERVAL,
    Dispatch,
    DispatchState,
    Envelope,
    EnvelopeState,
    Mailbox,
)
from foredesk.files import reading
from foredesk.people.models import Agent
from foredesk.people.permissions import can_administer, can_see_health
from foredesk.tickets.visibility import visible_to

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Rows, newest first; `after` leads to the next page, 0 when there is none."""

    rows: list
    after: int
>>>>>>> mail


def own_addresses() -> frozenset[str]:
    """All addresses of all mailboxes, lower case; they never become customers."""
    return frozenset(
        address.lower()
        for main, more in Mailbox.objects.values_list("address", "more_addresses")
        for address in (main, *more)
    )


def mailboxes() -> list[Mailbox]:
<<<<<<< HEAD
    """All mailboxes, active ones first, by address."""
    return list(Mailbox.objects.select_related("team").order_by("-is_active", "address"))
=======
    """All mailboxes with their teams: the default one first, then by name."""
    return list(Mailbox.objects.select_related("team").order_by("-is_default", "name", "pk"))
>>>>>>> mail


def mailbox(pk: int) -> Mailbox | None:
    return Mailbox.objects.select_related("team").filter(pk=pk).first()


<<<<<<< HEAD
def can_send() -> bool:
    """Whether any mail leaves the house."""
    return Mailbox.objects.filter(is_active=True).exclude(smtp_host="").exists()


def dispatches(
    viewer: Agent, *, state: str = "", before: int | None = None, limit: int
) -> list[Dispatch]:
    """Mails on their way out, newest first, from below the id `before`.

    Agents see the mails of the tickets that they may see; mails about accounts are for admins,
    since their links open accounts.
    """
    found = Dispatch.objects.filter(_may_read(viewer)).select_related("mailbox")
    if state:
        found = found.filter(state=state)
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def dispatch(viewer: Agent, pk: int) -> Dispatch | None:
    """One mail that went out, or is kept; None when the viewer may not read it."""
    found = Dispatch.objects.filter(_may_read(viewer), pk=pk)
    return found.select_related("mailbox").first()


def _may_read(viewer: Agent) -> Q:
    rule = visibility.rule(viewer)
    mine = Q(ticket_id__isnull=False)
    if rule:
        mine &= Q(ticket_id__in=Ticket.objects.filter(rule).values("pk"))
    return mine | Q(ticket_id=None) if permissions.can_administer(viewer) else mine


def envelopes_aside(
    *, state: str = EnvelopeState.UNREADABLE, before: int | None = None, limit: int
) -> list[Envelope]:
    """What arrived and made no message, newest first, from below the id `before`."""
    found = Envelope.objects.filter(state=state).select_related("mailbox", "blob")
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def envelope(pk: int) -> Envelope | None:
    return Envelope.objects.select_related("mailbox").filter(pk=pk).first()


def unreadable_count() -> int:
    """How many mails could not be read."""
    return Envelope.objects.filter(state=EnvelopeState.UNREADABLE).count()
=======
def deaf_mailboxes(*, at: datetime, patience: timedelta = timedelta(minutes=2)) -> list[Mailbox]:
    """Mailboxes whose mail does not come in: failing for longer than `patience`, or nobody looked
    for three times the interval."""
    silent = at - timedelta(seconds=3 * INTERVAL)
    return list(
        Mailbox.objects.filter(is_active=True)
        .exclude(imap_host="")
        .filter(
            Q(failing_since__lt=at - patience)
            | Q(last_success_at__lt=silent, failing_since=None)
            | Q(last_success_at=None, changed_at__lt=silent)
        )
        .order_by("name")
    )


def mute_mailboxes(*, at: datetime, patience: timedelta = timedelta(minutes=2)) -> list[Mailbox]:
    """Mailboxes that could not send for longer than `patience`."""
    failing = Mailbox.objects.filter(is_active=True, send_failing_since__lt=at - patience)
    return list(failing.exclude(smtp_host="").order_by("name"))


def set_aside(viewer: Agent, *, state: str = "unreadable", after: int = 0) -> Page:
    """A page of what could not be read, or was ignored; for those who look after the desk."""
    if not can_see_health(viewer) or state not in ("unreadable", "ignored"):
        return Page([], 0)
    found = Envelope.objects.filter(state=state).select_related("mailbox")
    return _page(found, after)


def unreadable_count() -> int:
    """How much mail waits for a person because it could not be read."""
    return Envelope.objects.filter(state=EnvelopeState.UNREADABLE).count()


def envelope(viewer: Agent, pk: int) -> Envelope | None:
    """One envelope of a ticket that the viewer may see; any for who looks after the desk."""
    found = Envelope.objects.select_related("mailbox", "blob").filter(pk=pk).first()
    if found is None or can_see_health(viewer):
        return found
    if found.message_id is None:
        return None
    is_seen = visible_to(viewer).filter(messages__pk=found.message_id).exists()
    return found if is_seen else None


def raw_of(envelope: Envelope) -> bytes:
    """The bytes as they came. Raises files.reading.Missing."""
    if envelope.blob_id is None:
        raise reading.Missing("The mail server never handed its bytes over.")
    return reading.read(envelope.blob_id)


def dispatches(viewer: Agent, *, state: str = "", after: int = 0) -> Page:
    """A page of the mail that left or was kept: of tickets that the viewer may see.

    Account mail can hold links that sign in: it is for admins alone.
    """
    allowed = Q(ticket_id__in=visible_to(viewer).values("pk"))
    if can_administer(viewer):
        allowed |= Q(ticket_id=None)
    found = Dispatch.objects.filter(allowed).select_related("mailbox")
    if state in DispatchState.values:
        found = found.filter(state=state)
    return _page(found, after)


def dispatch(viewer: Agent, pk: int) -> Dispatch | None:
    """One of `dispatches`."""
    found = Dispatch.objects.select_related("mailbox", "blob").filter(pk=pk).first()
    if found is None:
        return None
    if found.ticket_id is None:
        return found if can_administer(viewer) else None
    return found if visible_to(viewer).filter(pk=found.ticket_id).exists() else None


def dispatch_of(viewer: Agent, message_id: int) -> Dispatch | None:
    """The evidence of what became of a message."""
    pk = Dispatch.objects.filter(message_id=message_id).values_list("pk", flat=True).first()
    return dispatch(viewer, pk) if pk else None


def content_of(dispatch: Dispatch) -> bytes | None:
    """The bytes of a mail that left or was kept; None when they were not kept."""
    return reading.read(dispatch.blob_id) if dispatch.blob_id else None


def _page(found: QuerySet, after: int) -> Page:
    if after > 0:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, rows[-1].pk if more else 0)
>>>>>>> mail
