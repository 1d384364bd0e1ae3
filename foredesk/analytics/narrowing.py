"""Narrow the tallies down to those of a question: by its period, by what it asks for alone, and by
what its viewer may see. As SQL, in which tallies are called t."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from foredesk.analytics.defining import Count, Duration, Level, Measure, Share
from foredesk.analytics.questions import Question
from foredesk.people.models import Agent, Role, Sees
from foredesk.people.permissions import NotAllowed, can_lead
from foredesk.people.refusing import Refused
from foredesk.tickets import visibility

NARROWED: dict[str, type] = {
    "team": int,
    "agent": int,
    "channel": str,
    "priority": int,
    "customer": int,
    "brand": int,
    "tag": str,
    "promise": str,
}
"""What a number can be narrowed to, and how that is named: None is none at all."""
LONGEST = timedelta(days=3660)
COLUMNS = {
    "team": "t.team_id",
    "agent": "t.agent_id",
    "channel": "t.channel",
    "priority": "t.priority",
    "customer": "t.customer_id",
    "promise": "t.detail",
}


def must_be_open(question: Question, *, dimension: str = "") -> None:
    """Raises NotAllowed: figures of single persons are for leads and admins, one's own for all.

    Whoever gives answers that are kept asks this first.
    """
    viewer = question.viewer
    if viewer is None or can_lead(viewer):
        return
    others = [pk for name, pk in question.where if name == "agent" and pk not in (None, viewer.pk)]
    if others or dimension == "agent":
        raise NotAllowed("Figures of single persons are for leads and admins. Ask one of them.")


def must_be_fit(question: Question) -> None:
    """Raises Refused for a period that can't be told, and for what nobody can be narrowed to."""
    must_be_open(question)
    if question.until <= question.since:
        raise Refused("The period ends before it begins.")
    if question.until - question.since > LONGEST:
        raise Refused("A period has ten years at most.")
    for name, wanted in question.where:
        kind = NARROWED.get(name)
        if kind is None:
            raise Refused(f"Numbers can’t be narrowed by “{name[:40]}”.")
        if wanted is not None and not (type(wanted) is kind and _is_fit(wanted)):
            raise Refused(f"There is no {name} “{str(wanted)[:40]}”.")


def _is_fit(wanted: Any) -> bool:
    return "\x00" not in wanted if isinstance(wanted, str) else abs(wanted) < 2**63


def whats(definition: Measure) -> list[str]:
    """What a figure is made of."""
    if isinstance(definition, Share):
        return sorted({definition.part, *definition.whole})
    assert isinstance(definition, Duration | Count | Level)
    return [definition.tallied]


def made_of(question: Question) -> tuple[list[str], datetime]:
    """What a figure is made of, and up to when: what comes after the period may change it."""
    found, definition = whats(question.definition), question.definition
    if isinstance(definition, Share) and definition.quiet:
        return sorted({*found, "created"}), question.until + timedelta(seconds=definition.quiet)
    return found, question.until


def is_cohort(question: Question) -> bool:
    """Whether it asks by the day of creation."""
    definition = question.definition
    return question.is_cohort or (isinstance(definition, Share) and definition.is_cohort)


def column_of(question: Question) -> str:
    """The time that a period is about; "" for a level, which is of the period's end."""
    if isinstance(question.definition, Level):
        return ""
    return "made_at" if is_cohort(question) else "at"


def value_of(question: Question) -> str:
    """The length by the clock that it asks for."""
    return "t.open_value" if question.clock == "open" else "t.value"


def behind(question: Question) -> tuple[str, list[Any]]:
    """The tallies that a figure is made of, as a condition with its values. Raises Refused."""
    where, values = tallies(question, whats(question.definition), column=column_of(question))
    if isinstance(question.definition, Duration):
        where += f" and {value_of(question)} is not null"
    return where, values


def tallies(question: Question, whats: Sequence[str], *, column: str) -> tuple[str, list[Any]]:
    """The tallies of these names whose `column` is in the period; without a column those that last
    at its end. Raises Refused."""
    must_be_fit(question)
    parts: list[str] = ["t.what = any(%s)"]
    values: list[Any] = [list(whats)]
    if column:
        parts += [f"t.{column} >= %s", f"t.{column} < %s"]
        values += [question.since, question.until]
    else:
        parts += ["t.at < %s", "t.until >= %s"]
        values += [question.until, question.until]
    for name, wanted in question.where:
        if name == "tag" and wanted is None:
            parts.append("t.ticket_id in (select id from tickets_ticket where tags = '{}')")
            continue
        if name == "brand" and wanted is None:
            parts.append("t.ticket_id not in (select id from tickets_ticket where brand_id > 0)")
            continue
        if name == "tag":
            parts.append("t.ticket_id in (select id from tickets_ticket where tags @> array[%s])")
        elif name == "brand":
            parts.append("t.ticket_id in (select id from tickets_ticket where brand_id = %s)")
        elif wanted is None:
            parts.append(f"{COLUMNS[name]} is null")
            continue
        else:
            parts.append(f"{COLUMNS[name]} = %s")
        values.append(wanted)
    if question.viewer is not None and not question.viewer.is_active:
        parts.append("false")
    elif question.viewer is not None and not sees_all(question.viewer):
        parts.append(
            "t.ticket_id in (select id from tickets_ticket "
            "where team_id = any(%s) or team_id is null or assignee_id = %s)"
        )
        values += [visibility.team_ids(question.viewer), question.viewer.pk]
    return " and ".join(parts), values


def sees_all(viewer: Agent) -> bool:
    """Whether they may see every ticket, as `visibility` says."""
    return viewer.role == Role.ADMIN or viewer.sees == Sees.EVERYTHING
