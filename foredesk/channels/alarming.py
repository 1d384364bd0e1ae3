"""Tell the admins by mail that a brake holds automatic mail."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from foredesk.channels.events import AutomaticMailHeld
from foredesk.people.models import Agent, Role
from foredesk.people.queries import workspace


def tell_admins(fact: AutomaticMailHeld) -> int:
    """One mail to each active admin; returns to how many."""
    subject, text = _words(fact)
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
