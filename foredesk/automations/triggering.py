"""Ask the triggers about a fact: those that fit act, in their order.

Loops end: a chain of causes is three deep at most, no rule acts twice in it, and after a rule with
"no later rule touches this ticket" none of the later ones does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from foredesk.automations import occasions, running
from foredesk.automations.fields import TRIGGER_FIELDS, Happening
from foredesk.automations.models import Run
from foredesk.automations.rulebook import Active, asked_at, rulebook
from foredesk.logbook.facts import Fact
from foredesk.logbook.models import Entry
from foredesk.tickets.conditions import evaluating
from foredesk.tickets.conditions.pictures import Picture, pictures_of
from foredesk.tickets.locking import TicketGone, locked

DEEPEST = 3
Draw = Callable[[bool], Picture | None]


def consider(fact: Fact, *, entry: Entry, at: datetime) -> list[Run]:
    """Run the triggers that `fact` sets off and that fit its ticket; returns their runs.

    Within a transaction. The ticket's picture is drawn once, and again after a rule acted on it.
    """
    ticket_id = getattr(fact, "ticket_id", None)
    if ticket_id is None:
        return []
    book = rulebook()
    keys, channel = occasions.of(fact), getattr(fact, "channel", "")
    asked = [
        one
        for one in asked_at(book, keys)
        if occasions.is_set_off(one.when, keys, actor_kind=entry.actor_kind, channel=channel)
    ]
    if not asked:
        return []
    chain = chain_of(entry)
    asked = _not_after_a_stop(asked, chain, book.stops)
    runs: list[Run] = []
    happening = _happening(ticket_id, asked, fact, entry)
    if happening is None or not any(_fits(one, happening, at) for one in asked):
        return []
    try:
        with locked(ticket_id):
            happening = _happening(ticket_id, asked, fact, entry)
            for rule in asked:
                if happening is None:
                    break
                run = _run(rule, happening, chain, entry=entry, at=at)
                if run is None:
                    continue
                runs.append(run)
                happening = _happening(ticket_id, asked, fact, entry)
                if rule.stops and run.state == "done":
                    break
    except TicketGone:
        return runs
    return runs


def is_asked(fact: Fact) -> bool:
    """Whether any active trigger is about such a fact."""
    by_occasion = rulebook().by_occasion
    return bool(by_occasion) and any(key in by_occasion for key in occasions.of(fact))


def _happening(ticket_id: int, asked: list[Active], fact: Fact, entry: Entry) -> Happening | None:
    with_text = any(one.needs_text for one in asked)
    picture = pictures_of([ticket_id], with_text=with_text).get(ticket_id)
    return Happening(picture, fact, entry.actor_kind, entry.at) if picture else None


def _fits(rule: Active, happening: Happening, at: datetime) -> bool:
    return evaluating.fits(rule.conditions, happening, at=at, fields=TRIGGER_FIELDS)


def _run(
    rule: Active, happening: Happening, chain: list[Entry], *, entry: Entry, at: datetime
) -> Run | None:
    if not _fits(rule, happening, at):
        return None
    verdict = evaluating.evaluate(rule.conditions, happening, at=at, fields=TRIGGER_FIELDS)
    because = running.grounds(verdict, happening, "trigger")
    reason = why_stopped(rule.pk, rule.name, chain)
    ticket_id = happening.picture.id
    if reason:
        return running.stop(rule, ticket_id, reason=reason, because=because, entry=entry, at=at)
    return running.run(rule, ticket_id, because=because, entry=entry, at=at)


def chain_of(entry: Entry) -> list[Entry]:
    """The entry, what caused it, and so on; four at most, since no chain gets longer."""
    chain: list[Entry] = []
    here: Entry | None = entry
    while here is not None and len(chain) <= DEEPEST:
        chain.append(here)
        here = here.cause
    return chain


def why_stopped(rule_id: int, name: str, chain: list[Any]) -> str:
    """Why a rule must not act at the end of this chain of causes; "" when it may. Pure."""
    acted = [one.actor_id for one in chain if one.actor_kind == "rule"]
    if rule_id in acted:
        return f"“{name}” acted already in this chain of causes: it would go in circles."
    if len(acted) >= DEEPEST or chain[0].depth >= DEEPEST:
        return f"{DEEPEST} rules set each other off before it: longer chains are stopped."
    return ""


def _not_after_a_stop(
    asked: list[Active], chain: list[Entry], stops: frozenset[int]
) -> list[Active]:
    """Without the rules behind one that let no later rule touch the ticket."""
    acted = [pk for pk in stops if any(_is_of(one, pk) for one in chain)]
    if not acted:
        return asked
    places = [(one.position, one.pk) for one in map(_rule_of, acted) if one]
    edge = min(places, default=None)
    return [one for one in asked if edge is None or (one.position, one.pk) <= edge]


def _is_of(entry: Entry, rule_id: int) -> bool:
    return entry.actor_kind == "rule" and entry.actor_id == rule_id


def _rule_of(pk: int) -> Active | None:
    book = rulebook()
    return next((r for rules in book.by_occasion.values() for r in rules if r.pk == pk), None)
