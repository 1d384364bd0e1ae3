"""The rows of the list, each drawn once for all who see the same of it."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from markupsafe import Markup

from foredesk.design import keeping, ticket_rows, wording
from foredesk.desk.tickets import due_chips
from foredesk.people import queries as people
from foredesk.realtime import presence
from foredesk.tickets import listing
from foredesk.tickets.views import View

CHANNELS = {
    "email": ("mail", "By email"),
    "chat": ("chat", "By chat"),
    "phone": ("phone", "By phone"),
    "web": ("globe", "By web form"),
    "api": ("server", "By the API"),
}
PRIORITIES = {1: "low", 2: "normal", 3: "high", 4: "urgent"}
STATUSES = {"on_hold": "hold"}


def channel(kind: str) -> dict[str, str]:
    """Icon and words of a channel."""
    icon, label = CHANNELS.get(kind, ("mail", f"By {kind}"))
    return {"icon": icon, "label": label}


def status(kind: str) -> str:
    """The name by which the design knows a status."""
    return STATUSES.get(kind, kind)


class _Shown(NamedTuple):
    """All that a row of the list shows; it is drawn once for all who see the same."""

    row: listing.Row
    query: str
    language: str | None
    time: str
    is_current: bool
    due: tuple[tuple[str, Any], ...]
    chip: tuple[str, str, str] | None
    brand: str
    assignee: str
    presence: tuple[tuple[str, Any], ...]


_drawn = keeping.Place(1000)


def drawn(
    rows: list[listing.Row],
    *,
    viewer: Any,
    view: View,
    at: datetime,
    current: int | None,
    names: dict[int, str],
    query: str,
) -> Markup:
    """The rows as the list shows them, with who is on them now; "" for none."""
    there = _present(rows, viewer=viewer, at=at, names=names)
    zone, language = timezone.get_current_timezone(), wording.language()
    times = wording.list_times([row.activity_at for row in rows], now=at, zone=zone)
    shown = [  # as _Shown has it; most of them were drawn before
        (
            row,
            query,
            language,
            time,
            row.id == current,
            _due(row, at) if row.due else (),
            None if row.status == "open" and not row.snoozed_until else _chip_of(row, view, at),
            people.brand_card(row.brand_id).short_name if row.brand_id else "",
            names.get(row.assignee_id, "") if row.assignee_id else "",
            there.get(row.id, ()),
        )
        for row, time in zip(rows, times, strict=True)
    ]
    finished = [_drawn.get(one) for one in shown]
    missing = [n for n, markup in enumerate(finished) if markup is None]
    fresh = ticket_rows.each(_prepared(_Shown(*shown[n])) for n in missing)
    for n, markup in zip(missing, fresh, strict=True):
        finished[n] = _drawn[shown[n]] = markup
    return Markup("\n".join(finished))  # type: ignore[arg-type]  # noqa: S704  (all are there now)


def _due(row: listing.Row, at: datetime) -> tuple[tuple[str, Any], ...]:
    return tuple((due_chips.chip(row.due_at, row.promise, at=at) or {}).items())


def _prepared(shown: _Shown) -> dict[str, Any]:
    """The row as `ticket_rows` wants it, by what it shows alone."""
    row, name = shown.row, shown.row.requester__name or "Unknown"
    chips = [_chip(shown.brand, "globe")] if shown.brand else []
    if row.merged_into_id is not None:
        chips.append(_chip("Merged", "merge"))
    if shown.chip is not None:
        chips.append(_chip(*shown.chip))
    assignee = row.assignee_id is not None and {
        "name": shown.assignee,
        "initials": wording.initials(shown.assignee),
        "hue": wording.hue(f"agent-{row.assignee_id}"),
    }
    return {
        "id": row.id,
        "url": f"/tickets/{row.id}/?{shown.query}",
        "name": name,
        "initials": wording.initials(name),
        "hue": wording.hue(f"customer-{row.requester_id}"),
        "subject": row.subject,
        "time": shown.time,
        "at": row.activity_at.isoformat(timespec="seconds"),
        "channel": channel(row.channel),
        "priority": PRIORITIES[row.priority],
        "unread": not row.has_been_read,
        "current": shown.is_current,
        "due": dict(shown.due) or None,
        "chips": chips,
        "assignee": assignee or None,
        "presence": dict(shown.presence) or None,
    }


def _chip_of(row: listing.Row, view: View, at: datetime) -> tuple[str, str, str] | None:
    """What the view itself doesn't already say: label, icon, tone."""
    if row.snoozed_until and row.snoozed_until > at:
        zone = timezone.get_current_timezone()
        return wording.moment(row.snoozed_until, now=at, zone=zone), "snooze", ""
    if row.status == "pending" and view.key == "pending":
        return None
    return _STATUS_CHIPS.get(row.status)


_STATUS_CHIPS = {
    "new": ("New", "", "accent"),
    "pending": ("Waiting", "pause", ""),
    "on_hold": ("On hold", "pause", ""),
    "closed": ("Closed", "lock", ""),
}


def _chip(label: str, icon: str = "", tone: str = "") -> dict[str, str]:
    return {"label": label, "icon": icon, "tone": tone}


def _present(
    rows: list[listing.Row], *, viewer: Any, at: datetime, names: dict[int, str]
) -> dict[int, tuple[tuple[str, Any], ...]]:
    """The first other agent on each ticket; somebody typing goes before somebody reading."""
    found: dict[int, tuple[tuple[str, Any], ...]] = {}
    for one in presence.present_on([f"ticket-{row.id}" for row in rows], at=at):
        pk = int(one.topic.removeprefix("ticket-"))
        if one.agent_id == viewer.pk or (pk in found and one.state != "typing"):
            continue
        name = names.get(one.agent_id, "Somebody")
        found[pk] = (
            ("kind", "typing" if one.state == "typing" else "looking"),
            ("name", name.split()[0]),
            ("initials", wording.initials(name)),
            ("hue", wording.hue(f"agent-{one.agent_id}")),
        )
    return found
