"""Find the customers behind many addresses of another desk, or make them, in a few statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from foredesk.logbook import recording
from foredesk.people.events import CustomerAppeared
from foredesk.people.identifying import identify, normalise
from foredesk.people.models import Customer, Identity
from foredesk.plumbing import copying

Wanted = Mapping[str, tuple[str, datetime]]
"""By address the name there and when the customer was first seen."""


def identify_many(kind: str, wanted: Wanted) -> dict[str, Customer]:
    """The customers reached by these addresses, each as `identify` finds or makes it.

    Records CustomerAppeared for new ones as something past: nothing is set in motion. In the
    caller's transaction.
    """
    asked = {normalise(kind, value): (value, *more) for value, more in wanted.items()}
    found = _known(kind, asked)
    for value, customer in found.items():
        name = _tidy(asked[value][1])
        if name and not customer.name:
            customer.name = name
            customer.save(update_fields=["name"])
    missing = {value: asked[value][1:] for value in asked if value not in found}
    try:
        with transaction.atomic():
            found.update(_make(kind, missing))
    except IntegrityError:  # one of them wrote in this moment
        for value, (name, at) in missing.items():
            found[value] = identify(kind=kind, value=value, name=name, at=at)
    return {given[0]: found[value] for value, given in asked.items()}


def _known(kind: str, asked: Mapping[str, object]) -> dict[str, Customer]:
    rows = Identity.objects.filter(kind=kind, value__in=list(asked)).select_related("customer")
    return {row.value: row.customer for row in rows}


def _make(kind: str, missing: Wanted) -> dict[str, Customer]:
    numbers = copying.take_ids(Customer, len(missing))
    made = {
        value: Customer(pk=pk, name=_tidy(name), created_at=at)
        for pk, (value, (name, at)) in zip(numbers, missing.items(), strict=True)
    }
    Customer.objects.bulk_create(made.values())
    Identity.objects.bulk_create(
        Identity(customer=customer, kind=kind, value=value) for value, customer in made.items()
    )
    recording.record_past(
        (CustomerAppeared(customer_id=one.pk), one.as_actor(), one.created_at)
        for one in made.values()
    )
    return made


def _tidy(name: str) -> str:
    return " ".join(name.split())[:200]
