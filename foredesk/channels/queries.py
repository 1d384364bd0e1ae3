"""Every read of mailboxes, envelopes and dispatches that others may ask."""

from __future__ import annotations

from django.db.models import Q

from foredesk.channels.models import Dispatch, Envelope, EnvelopeState, Mailbox
from foredesk.people import permissions
from foredesk.people.models import Agent
from foredesk.tickets import visibility
from foredesk.tickets.models import Ticket


def own_addresses() -> frozenset[str]:
    """All addresses of all mailboxes, lower case; they never become customers."""
    return frozenset(
        address.lower()
        for main, more in Mailbox.objects.values_list("address", "more_addresses")
        for address in (main, *more)
    )


def mailboxes() -> list[Mailbox]:
    """All mailboxes, active ones first, by address."""
    return list(Mailbox.objects.select_related("team").order_by("-is_active", "address"))


def mailbox(pk: int) -> Mailbox | None:
    return Mailbox.objects.select_related("team").filter(pk=pk).first()


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
