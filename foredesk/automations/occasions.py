"""What can set a trigger off: each occasion with its words and the facts behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from foredesk.logbook.facts import Fact
from foredesk.people import queries as people
from foredesk.sla import events as promises
from foredesk.surveys import events as surveys
from foredesk.tickets import events


def _always(fact: Any) -> bool:
    return True


def _is_a_persons(fact: events.MessageReceived) -> bool:
    return not fact.is_auto_reply


def _is_before(fact: promises.PromiseAtRisk) -> bool:
    return fact.left > 0


@dataclass(frozen=True)
class Occasion:
    """`words` follow "When"; `fits` narrows the fact. `changes` is the field that it is about, for
    which the value before is known; `is_message`: a channel can be chosen; `is_offered`: whether
    this desk has a use for it."""

    key: str
    words: str
    facts: tuple[type[Fact], ...]
    fits: Callable[[Any], bool] = _always
    changes: str = ""
    is_message: bool = False
    is_offered: Callable[[], bool] = lambda: True


OCCASIONS: dict[str, Occasion] = {
    one.key: one
    for one in (
        Occasion(
            "wrote",
            "a customer writes",
            (events.MessageReceived,),
            _is_a_persons,
            is_message=True,
        ),
        Occasion(
            "wrote_first",
            "a customer writes a new ticket",
            (events.MessageReceived,),
            lambda fact: fact.is_first and not fact.is_auto_reply,
            is_message=True,
        ),
        Occasion(
            "wrote_again",
            "a customer writes again",
            (events.MessageReceived,),
            lambda fact: not fact.is_first and not fact.is_auto_reply,
            is_message=True,
        ),
        Occasion("opened", "a ticket is opened", (events.TicketOpened,)),
        Occasion("replied", "an agent answers", (events.ReplyWritten,)),
        Occasion(
            "replied_first",
            "an agent answers for the first time",
            (events.ReplyWritten,),
            lambda fact: fact.is_first,
        ),
        Occasion("noted", "somebody writes a note", (events.NoteWritten,)),
        Occasion("status", "the status changes", (events.StatusChanged,), changes="status"),
        Occasion("solved", "a ticket is solved", (events.TicketSolved,), changes="status"),
        Occasion("reopened", "a ticket is reopened", (events.TicketReopened,), changes="status"),
        Occasion("priority", "the priority changes", (events.PriorityChanged,), changes="priority"),
        Occasion("team", "the team changes", (events.TeamChanged,), changes="team"),
        Occasion("assignee", "the assignee changes", (events.TicketAssigned,), changes="assignee"),
        Occasion(
            "brand",
            "the brand changes",
            (events.BrandChanged,),
            changes="brand",
            is_offered=lambda: bool(people.brands_in_use()),
        ),
        Occasion("tags", "tags change", (events.TagsChanged,), changes="tags"),
        Occasion("subject", "the subject changes", (events.SubjectChanged,)),
        Occasion(
            "failed", "an answer can’t be delivered", (events.ReplyFailed, events.ReplyBounced)
        ),
        Occasion("woken", "a snoozed ticket comes back", (events.TicketWoken,)),
        Occasion("at_risk", "a promise is at risk", (promises.PromiseAtRisk,), _is_before),
        Occasion("broken", "a promise is broken", (promises.PromiseBroken,)),
        Occasion("kept", "a promise is kept", (promises.PromiseKept,)),
        Occasion("rated", "a customer says how it was", (surveys.SurveyAnswered,)),
    )
}


def heard_facts() -> tuple[type[Fact], ...]:
    """Every kind of fact that some occasion is about."""
    return tuple(dict.fromkeys(fact for one in OCCASIONS.values() for fact in one.facts))


def of(fact: Fact) -> tuple[str, ...]:
    """The keys of the occasions that `fact` is."""
    return tuple(
        one.key for one in OCCASIONS.values() if isinstance(fact, one.facts) and one.fits(fact)
    )


def kinds(when: Mapping[str, Any]) -> tuple[str, ...]:
    """The stored kinds of the facts that can set off a trigger with this `when`."""
    known = [OCCASIONS[key] for key in when.get("occasions", ()) if key in OCCASIONS]
    return tuple(dict.fromkeys(fact.kind() for one in known for fact in one.facts))


def is_set_off(
    when: Mapping[str, Any], keys: tuple[str, ...], *, actor_kind: str, channel: str = ""
) -> bool:
    """Whether a fact that is these occasions, done by such an actor, sets off a trigger.

    `channels` narrows messages; empty means any. A first message is two facts, an opening and a
    message: a trigger on both is set off by the message.
    """
    wanted = when.get("occasions", ())
    hits = [key for key in keys if key in wanted]
    if not hits:
        return False
    channels = when.get("channels") or ()
    if channels and any(OCCASIONS[key].is_message for key in hits) and channel not in channels:
        return False
    is_customers = actor_kind == "customer" and {"wrote", "wrote_first"} & set(wanted)
    return not (hits == ["opened"] and is_customers)
