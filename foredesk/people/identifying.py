"""Who wrote: find the customer behind an address, or make one."""

from datetime import datetime

from django.db import IntegrityError, transaction

from foredesk.logbook import recording
from foredesk.people.events import CustomerAppeared
from foredesk.people.models import Customer, Identity


def normalise(kind: str, value: str) -> str:
    """The form in which an address is compared: mail addresses without case or outer space."""
    return value.strip().lower() if kind == "email" else value.strip()


def identify(
    *,
    kind: str,
    value: str,
    name: str = "",
    at: datetime,
    is_verified: bool = True,
    is_writing: bool = False,
) -> Customer:
    """The customer reached by this address; a new one is made when nobody is.

    A customer without a name takes `name`, unless the writer is not verified; who `is_writing`
    from an address that could not be reached can be reached again. Safe when two mails of a
    stranger arrive at once. Records CustomerAppeared for a new one.
    """
    value, name = normalise(kind, value), " ".join(name.split())
    for _ in range(2):
        identity = (
            Identity.objects.select_related("customer").filter(kind=kind, value=value).first()
        )
        if identity is not None:
            customer = identity.customer
            if name and not customer.name and is_verified:
                customer.name = name[:200]
                customer.save(update_fields=["name"])
            if is_writing and identity.undeliverable_at is not None:
                identity.undeliverable_at, identity.undeliverable_reason = None, ""
                identity.save(update_fields=["undeliverable_at", "undeliverable_reason"])
            return customer
        try:
            with transaction.atomic():
                customer = Customer.objects.create(name=name[:200], created_at=at)
                Identity.objects.create(customer=customer, kind=kind, value=value)
                recording.record(CustomerAppeared(customer_id=customer.pk), by=customer, at=at)
                return customer
        except IntegrityError:
            continue
    raise RuntimeError(f"The customer of {value} changes faster than it can be read.")
