"""A customer says that they do not want to be asked again, or takes it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foredesk.logbook import recording
from foredesk.people.models import Customer
from foredesk.surveys.events import SurveysDeclined, SurveysWelcomed
from foredesk.surveys.models import OptOut


def decline(customer: Customer, *, at: datetime) -> None:
    """No brand of this desk asks the customer again. Records SurveysDeclined the first time."""
    with transaction.atomic():
        _, is_new = OptOut.objects.get_or_create(customer=customer, defaults={"at": at})
        if is_new:
            recording.record(SurveysDeclined(customer_id=customer.pk), by=customer, at=at)


def welcome(customer: Customer, *, at: datetime) -> None:
    """They may be asked again. Records SurveysWelcomed when they had declined."""
    with transaction.atomic():
        if OptOut.objects.filter(customer=customer).delete()[0]:
            recording.record(SurveysWelcomed(customer_id=customer.pk), by=customer, at=at)
