"""Who wrote: find the customer behind an address, or make one."""

from datetime import datetime

from django.db import connection, transaction

from foredesk.logbook import recording
from foredesk.people.events import CustomerAppeared
from foredesk.people.models import Customer, Identity
from foredesk.plumbing import inserting


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
        customer, unreachable = _found(kind, value)
        if customer is not None:
            if name and not customer.name and is_verified:
                customer.name = name[:200]
                customer.save(update_fields=["name"])
            if is_writing and unreachable is not None:
                Identity.objects.filter(pk=unreachable).update(
                    undeliverable_at=None, undeliverable_reason=""
                )
            return customer
        customer = Customer(name=name[:200], created_at=at)
        with transaction.atomic(savepoint=False):
            if _made(customer, Identity(kind=kind, value=value)):
                recording.record(CustomerAppeared(customer_id=customer.pk), by=customer, at=at)
                return customer
    raise RuntimeError(f"The customer of {value} changes faster than it can be read.")


_CUSTOMER = [field.attname for field in Customer._meta.concrete_fields]
_FIND = f"""
    select {", ".join(f'c."{field.column}"' for field in Customer._meta.concrete_fields)},
      case when i.undeliverable_at is not null then i.id end
    from people_identity i join people_customer c on c.id = i.customer_id
    where i.kind = %s and i.value = %s
"""  # noqa: S608  (our own names)


def _found(kind: str, value: str) -> tuple[Customer | None, int | None]:
    """Who has the address, and its row's number when it can't be reached."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [kind, value])
        row = cursor.fetchone()
    if row is None:
        return None, None
    return Customer.from_db(connection.alias, _CUSTOMER, row[:-1]), row[-1]


_MAKE = f"""
    with taken as (
      insert into people_identity (customer_id, {inserting.names(Identity, but="customer_id")})
      values (nextval(pg_get_serial_sequence('people_customer', 'id')),
        {inserting.marks(Identity, but="customer_id")})
      on conflict (kind, value) do nothing returning customer_id)
    insert into people_customer (id, {inserting.names(Customer)})
    select customer_id, {inserting.marks(Customer)} from taken returning id
"""  # noqa: S608  (our own names)


def _made(customer: Customer, identity: Identity) -> bool:
    """Write both, unless somebody else has the address by now."""
    given = [*inserting.values(identity, but="customer_id"), *inserting.values(customer)]
    return inserting.written(customer, _MAKE, given)
