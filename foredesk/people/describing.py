"""Say better who a customer is."""

from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.people.events import CustomerChanged
from foredesk.people.models import Agent, Customer, Organisation
from foredesk.people.permissions import NotAllowed, can_work


def describe(
    customer: Customer, *, name: str, notes: str, organisation: str, by: Agent, at: datetime
) -> Customer:
    """Set name, notes and organisation (by its name; empty takes it off).

    Records CustomerChanged with what changed, and nothing when nothing did. Raises NotAllowed.
    """
    if not can_work(by):
        raise NotAllowed("Light agents read and write notes. Ask an agent to change the customer.")
    name, organisation = " ".join(name.split()), " ".join(organisation.split())
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        company = None
        if organisation:
            company = Organisation.objects.filter(name__iexact=organisation).first()
            company = company or Organisation.objects.create(name=organisation)
        wanted = {"name": name, "notes": notes.strip(), "organisation_id": company and company.pk}
        before = {key: getattr(row, key) for key in wanted if getattr(row, key) != wanted[key]}
        if not before:
            return row
        for key, value in wanted.items():
            setattr(row, key, value)
        row.save()
        after = {key: wanted[key] for key in before}
        recording.record(
            CustomerChanged(customer_id=row.pk, before=before, after=after), by=by, at=at
        )
        return row
