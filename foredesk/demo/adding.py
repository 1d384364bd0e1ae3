"""Put the demo beside people who are real."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from foredesk.demo import loading
from foredesk.people.models import Agent


def add(*, at: datetime) -> None:
    """Load the demo into a desk that somebody set up. Nobody can sign in as the demo's people:
    their password is known to everybody.

    Raises loading.UnableToLoad, files.storing.UnableToStore.
    """
    with transaction.atomic():
        loading.load(at=at)
        Agent.objects.filter(is_demo=True).update(password=make_password(None))
