"""Whether an address of a customer can be reached by mail, and whether mail is welcome there."""

from __future__ import annotations

from datetime import datetime

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people.events import AddressFailed, CustomerComplained
from foredesk.people.models import Identity


def mark_undeliverable(address: str, *, reason: str, at: datetime) -> None:
    """Mail to `address` comes back for good; within a transaction.

    Records AddressFailed the first time. An address that nobody has is no news.
    """
    identity = _identity(address)
    if identity is None or identity.undeliverable_at is not None:
        return
    identity.undeliverable_at, identity.undeliverable_reason = at, reason[:500]
    identity.save(update_fields=["undeliverable_at", "undeliverable_reason"])
    fact = AddressFailed(
        customer_id=identity.customer_id, address=identity.value, reason=reason[:500]
    )
    recording.record(fact, by=SYSTEM, at=at)


def mark_complaint(address: str, *, at: datetime) -> None:
    """Mail of ours is unwanted at `address`: no machine of ours writes there any more.

    Within a transaction. Records CustomerComplained the first time.
    """
    identity = _identity(address)
    if identity is None or identity.complained_at is not None:
        return
    identity.complained_at = at
    identity.save(update_fields=["complained_at"])
    fact = CustomerComplained(customer_id=identity.customer_id, address=identity.value)
    recording.record(fact, by=SYSTEM, at=at)


def _identity(address: str) -> Identity | None:
    value = address.strip().lower()
    rows = Identity.objects.select_for_update(of=("self",))
    return rows.filter(kind="email", value=value).first()
