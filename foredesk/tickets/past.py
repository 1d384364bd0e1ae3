"""The past of a ticket as another desk wrote it down: one JSON object on a line. Pure.

    {"id": "INC45", "subject": "Printer", "requester": {"address": "ada@x.example", "name": "Ada"},
     "opened_at": "2016-02-29T01:16:00Z", "channel": "email", "priority": "normal", "team": "IT",
     "assignee": "ben@desk.example", "tags": ["printer"],
     "events": [{"at": "2016-02-29T01:23:00Z", "message": "It is broken."},
                {"at": "2016-02-29T08:53:00Z", "by": "ben@desk.example", "reply": "Look at tray 2.",
                 "status": "solved"}]}

An event may carry several things; times without a zone are UTC.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from foredesk.tickets.models import Priority, Status

CHANNELS = ("email", "chat", "phone", "web", "social", "api")
SAID = ("message", "reply", "note")
LONGEST = 1_000_000  # characters of a line
MOST_EVENTS = 10_000


class UnreadablePast(ValueError):
    """The line can't be taken over; the text says why and what to write instead."""


@dataclass(frozen=True)
class Event:
    """What happened at a moment: what was said, and what was set (status, team, assignee,
    priority); a team or assignee of None was taken away."""

    at: datetime
    by: str
    said: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Past:
    """A ticket of another desk. `key` is its id there."""

    key: str
    subject: str
    address: str
    name: str
    opened_at: datetime
    opened_by: str
    channel: str
    status: str
    priority: int
    team: str | None
    assignee: str | None
    tags: tuple[str, ...]
    events: tuple[Event, ...]


def read(line: str, *, until: datetime | None = None) -> Past:
    """The past on a line, of which nothing is later than `until`. Raises UnreadablePast."""
    if len(line) > LONGEST:
        raise UnreadablePast(f"The line is longer than {LONGEST:,} characters.")
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise UnreadablePast("The line is not JSON.") from None
    if not isinstance(given, dict):
        raise UnreadablePast("The line is not a JSON object.")
    requester = given.get("requester")
    if not isinstance(requester, dict):
        raise UnreadablePast('"requester" needs an object with an "address".')
    opened_at = _time(given, "opened_at")
    past = Past(
        key=_text(given, "id", 200),
        subject=_text(given, "subject", 1000, default="No subject"),
        address=_text(requester, "address", 320),
        name=_text(requester, "name", 200, default=""),
        opened_at=opened_at,
        opened_by=_text(given, "opened_by", 320, default=""),
        channel=_one_of(given, "channel", CHANNELS, "email"),
        status=_one_of(given, "status", tuple(Status.values), Status.NEW),
        priority=_priority(given.get("priority", "normal")),
        team=_name(given.get("team"), "team"),
        assignee=_name(given.get("assignee"), "assignee"),
        tags=_tags(given.get("tags", [])),
        events=_events(given.get("events", []), opened_at),
    )
    if "@" not in past.address:
        raise UnreadablePast('The requester\'s "address" needs to be a mail address.')
    if until is not None and max([past.opened_at, *(one.at for one in past.events)]) > until:
        raise UnreadablePast("Something of it lies in the future.")
    return past


def _events(given: Any, opened_at: datetime) -> tuple[Event, ...]:
    if not isinstance(given, list) or len(given) > MOST_EVENTS:
        raise UnreadablePast(f'"events" needs a list of {MOST_EVENTS:,} at most.')
    found, last = [], opened_at
    for number, one in enumerate(given, 1):
        if not isinstance(one, dict):
            raise UnreadablePast(f"Event {number} is not an object.")
        at = _time(one, "at")
        if at < last:
            raise UnreadablePast(f"Event {number} is earlier than the one before it.")
        last = at
        found.append(Event(at, _text(one, "by", 320, default=""), _said(one), _changed(one)))
    return tuple(found)


def _said(one: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, _text(one, kind, LONGEST)) for kind in SAID if one.get(kind) is not None)


def _changed(one: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    found: list[tuple[str, Any]] = []
    for field in ("team", "assignee"):
        if field in one:
            found.append((field, _name(one[field], field)))
    if "priority" in one:
        found.append(("priority", _priority(one["priority"])))
    if "status" in one:
        found.append(("status", _one_of(one, "status", tuple(Status.values), "")))
    return tuple(found)


def _text(given: dict[str, Any], field: str, longest: int, *, default: str | None = None) -> str:
    value = given.get(field, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise UnreadablePast(f'"{field}" needs a text.')
    if len(value) > longest:
        raise UnreadablePast(f'"{field}" has more than {longest:,} characters.')
    return _clean(value)


def _clean(text: str) -> str:
    """Without what no database takes: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()


def _name(value: Any, field: str) -> str | None:
    if value is None or value == "":
        return None
    return _text({field: value}, field, 320)


def _time(given: dict[str, Any], field: str) -> datetime:
    value = given.get(field)
    try:
        found = datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise UnreadablePast(f'"{field}" needs a time such as 2026-11-28T09:30:00Z.') from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not 1970 <= found.year < 2200:
        raise UnreadablePast(f'"{field}" is in the year {found.year}.')
    return found.astimezone(UTC)


def _one_of(given: dict[str, Any], field: str, known: tuple[str, ...], default: str) -> str:
    value = given.get(field, default)
    if value not in known:
        raise UnreadablePast(f'"{field}" needs one of {", ".join(known)}.')
    return str(value)


def _priority(value: Any) -> int:
    names = {one.label.lower(): one.value for one in Priority}
    if isinstance(value, str) and value in names:
        return names[value]
    if isinstance(value, int) and not isinstance(value, bool) and value in Priority.values:
        return value
    raise UnreadablePast(f'"priority" needs one of {", ".join(names)}.')


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UnreadablePast('"tags" needs a list of texts.')
    found = (_clean(one)[:50] for one in value)
    return tuple(dict.fromkeys(one for one in found if one))[:50]
