"""What this room does after facts about tickets."""

from foredesk.automations import following_up, occasions, triggering
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import Fact
from foredesk.logbook.listening import on
from foredesk.plumbing.clock import now
from foredesk.tickets.events import MessageReceived


@on(*occasions.heard_facts())
def act_by_the_rules(fact: Fact, *, entry) -> None:
    """Triggers that it sets off and that fit act, in order."""
    triggering.consider(fact, entry=entry, at=now())


@on(MessageReceived)
def end_follow_ups(fact: MessageReceived, *, entry) -> None:
    """Who writes again needs no follow-up of what was solved before."""
    if not fact.is_auto_reply:
        following_up.stop(
            fact.ticket_id,
            because="The customer wrote.",
            by=SYSTEM.because(entry),
            at=now(),
            begun_by=entry.at,
        )
