"""What this room does after facts about tickets."""

from typing import Any

from foredesk.automations import escalating, following_up, occasions, triggering
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import Fact
from foredesk.logbook.listening import on
from foredesk.plumbing.clock import now
from foredesk.sla.events import PromiseAtRisk
from foredesk.tickets.events import MessageReceived


@on(*occasions.heard_facts(), only_if=triggering.is_asked)
def act_by_the_rules(fact: Fact, *, entry) -> None:
    """Triggers that it sets off and that fit act, in order."""
    triggering.consider(fact, entry=entry, at=now())


@on(PromiseAtRisk)
def escalate_a_promise(fact: PromiseAtRisk, *, entry) -> None:
    """Before a promise breaks, and when it did, people are told and the ticket is moved."""
    escalating.escalate(fact, entry=entry, at=now())


def _is_further(fact: Any) -> bool:
    """A first message has no follow-up yet that it could end."""
    return not fact.is_first


@on(MessageReceived, only_if=_is_further)
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
