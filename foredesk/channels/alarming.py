"""Tell the admins by mail what can't wait: a brake that holds, a disk that fills."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from foredesk.channels.events import AutomaticMailHeld
from foredesk.people.models import Agent, Role
from foredesk.people.queries import workspace


def tell_of_a_brake(fact: AutomaticMailHeld) -> int:
    """One mail to each active admin; returns to how many."""
    return tell_admins(*_words(fact))


def tell_admins(subject: str, text: str) -> int:
    """One mail to each active admin, with the way to the health page; returns to how many."""
    admins = Agent.objects.filter(is_active=True, role=Role.ADMIN).values_list("email", flat=True)
    link = f"{settings.ENV.url.rstrip('/')}/health/"
    for address in admins:
        EmailMessage(subject, f"{text}\n\n{link}\n", to=[address]).send()
    return len(admins)


def _words(fact: AutomaticMailHeld) -> tuple[str, str]:
    name = workspace().name
    if fact.brake == "address":
        return (
            f"{name}: a mail loop was stopped",
            f"{fact.address} got {fact.limit} automatic mails from this desk in a short time and "
            "gets no more for now. A machine there may answer ours: look at its tickets. You are "
            "told once a day.",
        )
    return (
        f"{name}: automatic mail is stopped",
        f"More than {fact.limit} automatic mails were due within a minute. The rest is held back, "
        "so that nobody outside is flooded. Somebody may write to you in the names of strangers: "
        "look at the newest tickets. You are told once an hour.",
    )
