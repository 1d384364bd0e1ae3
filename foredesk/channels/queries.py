"""Every read of mailboxes, envelopes and dispatches that others may ask."""

from __future__ import annotations

from django.db.models import Count, Q

from foredesk.channels.models import (
    SENDS,
    Consent,
    Dispatch,
    Envelope,
    EnvelopeState,
    Mailbox,
    SenderRule,
)
from foredesk.files import reading
from foredesk.people import permissions
from foredesk.people.brands import OWN
from foredesk.people.models import Agent
from foredesk.tickets import visibility
from foredesk.tickets.models import Ticket


def mailboxes() -> list[Mailbox]:
    """All mailboxes, active ones first, by address."""
    return list(Mailbox.objects.select_related("team").order_by("-is_active", "address"))


def mailboxes_by_brand() -> dict[int, list[Mailbox]]:
    """The mailboxes of each brand by address; 0 is the organisation itself."""
    found: dict[int, list[Mailbox]] = {}
    for box in Mailbox.objects.order_by("address"):
        found.setdefault(box.brand_id or OWN, []).append(box)
    return found


def mailbox(pk: int) -> Mailbox | None:
    return Mailbox.objects.select_related("team", "consent").filter(pk=pk).first()


def has_consent(mailbox: Mailbox) -> bool:
    """Whether somebody has signed in at Google or Microsoft for it."""
    return Consent.objects.filter(mailbox=mailbox, is_lost=False).exists()


def can_send() -> bool:
    """Whether any mail leaves the house."""
    return Mailbox.objects.filter(SENDS, is_active=True).exists()


def dispatches(
    viewer: Agent, *, state: str = "", before: int | None = None, limit: int
) -> list[Dispatch]:
    """Mails on their way out, newest first, from below the id `before`.

    Agents see the mails of the tickets that they may see; mails about accounts and surveys are for
    admins, since their links open accounts and answer for customers.
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


def raw_of(envelope: Envelope) -> bytes:
    """The bytes of what arrived. Raises files.reading.Missing."""
    if envelope.blob_id is None:
        raise reading.Missing("The mail server never handed its bytes over.")
    return reading.read(envelope.blob_id)


ACTING = ("survey",)
"""Mails about tickets whose links act in the name of their reader: none for colleagues."""


def _may_read(viewer: Agent) -> Q:
    rule = visibility.rule(viewer)
    mine = Q(ticket_id__isnull=False) & ~Q(purpose__in=ACTING)
    if rule:
        mine &= Q(ticket_id__in=Ticket.objects.filter(rule).values("pk"))
    if permissions.can_administer(viewer):
        return mine | Q(ticket_id=None) | Q(purpose__in=ACTING)
    return mine


ASIDE = (EnvelopeState.SUSPENDED, EnvelopeState.UNREADABLE)


def envelopes_aside(*, state: str = "", before: int | None = None, limit: int) -> list[Envelope]:
    """What arrived and waits for a person, newest first, from below the id `before`."""
    found = Envelope.objects.filter(state__in=[state] if state in ASIDE else ASIDE)
    if before:
        found = found.filter(pk__lt=before)
    return list(found.select_related("mailbox", "blob").order_by("-pk")[:limit])


def envelope(pk: int) -> Envelope | None:
    return Envelope.objects.select_related("mailbox").filter(pk=pk).first()


def aside_counts() -> dict[str, int]:
    """How many mails are suspended and how many could not be read, by state."""
    rows = Envelope.objects.filter(state__in=ASIDE).values_list("state").annotate(n=Count("pk"))
    found = {str(state): number for state, number in rows}
    return {str(state): found.get(str(state), 0) for state in ASIDE}


def aside_count() -> int:
    """How many mails wait for a person."""
    return Envelope.objects.filter(state__in=ASIDE).count()


def sender_rules(*, before: int | None = None, limit: int = 100) -> list[SenderRule]:
    """Allowed and blocked senders, newest rule first, from below the id `before`."""
    found = SenderRule.objects.all()
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def sender_rule(pk: int) -> SenderRule | None:
    return SenderRule.objects.filter(pk=pk).first()


def is_used(mailbox: Mailbox) -> bool:
    """Whether mail came or went through this mailbox, so that tickets may answer from it."""
    return (
        Envelope.objects.filter(mailbox=mailbox).exists()
        or Dispatch.objects.filter(mailbox=mailbox).exists()
    )


def last_posts(purpose: str, addresses: list[str]) -> dict[str, Dispatch]:
    """The last mail of the desk's own to each of `addresses`, by address."""
    found = Dispatch.objects.filter(purpose=purpose, to__overlap=addresses).order_by("pk")
    return {one.to[0]: one for one in found if one.to}
