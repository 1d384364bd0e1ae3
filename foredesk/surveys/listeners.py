"""What follows when a customer said how it was."""

from foredesk.logbook.listening import on
from foredesk.notices import notifying
from foredesk.plumbing.clock import now
from foredesk.surveys import letters, scales
from foredesk.surveys.events import SurveyAnswered
from foredesk.tickets import addressees
from foredesk.tickets.models import Ticket
from foredesk.tickets.rating import BAD

MAIL = letters.KIND
"""Named here so that every process that sends knows what such mails enclose."""


@on(SurveyAnswered)
def tell_of_a_rating(fact: SurveyAnswered, *, entry) -> None:
    """The assignee hears of every answer, the leads of bad ones."""
    ticket = Ticket.objects.filter(pk=fact.ticket_id, spam_at=None).first()
    if ticket is None:
        return
    keys = [addressees.ASSIGNEE, *([addressees.LEADS] if fact.rating == BAD else [])]
    found = addressees.people_of(ticket, keys)
    who = entry.actor_name or "The customer"
    how = f"{who} says: {scales.word_of(fact.score, fact.scale).lower()}"
    why = f", {', '.join(fact.reasons).lower()}" if fact.reasons else ""
    call = " You may call them." if fact.may_call else ""
    notifying.notify(
        [one.pk for one in found],
        ticket,
        kind="rated",
        about=entry.pk,
        said=f"{how}{why}.{call}",
        at=now(),
    )
