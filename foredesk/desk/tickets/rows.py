"""The rows of the list, each drawn once for all who see the same of it."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone, translation
from markupsafe import Markup

from foredesk.design import keeping, ticket_rows, wording
from foredesk.desk.tickets import due_chips
from foredesk.people import queries as people
from foredesk.realtime import presence
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

    id: int
    query: str
    language: str | None
    requester_id: int
    name: str
    subject: str
    time: str
    activity_at: datetime
    channel: str
    priority: int
    is_unread: bool
    is_current: bool
    due: tuple[tuple[str, Any], ...]
    chip: tuple[str, str, str] | None
    is_merged: bool
    brand: str
    assignee_id: int | None
    assignee: str | None
    presence: tuple[tuple[str, Any], ...]


_drawn = keeping.Place(1000)


def drawn(
    rows: list[dict[str, Any]],
    *,
    viewer: Any,
    view: View,
    at: datetime,
    current: int | None,
    names: dict[int, str],
    query: str,
) -> Markup:
    """Rows of queries.list_page as the list shows them, with who is on them now; "" for none."""
    there = _present(rows, viewer=viewer, at=at, names=names)
    zone, language = timezone.get_current_timezone(), translation.get_language()
    shown = []
    for row in rows:
        pk, wrote, due = row["id"], row["customer_wrote_at"], row["due"]
        shown.append(
            _Shown(
                pk,
                query,
                language,
                row["requester_id"],
                row["requester__name"] or "Unknown",
                row["subject"],
                wording.list_time(row["activity_at"], now=at, zone=zone),
                row["activity_at"],
                row["channel"],
                row["priority"],
                bool(wrote and (row["seen_at"] is None or row["seen_at"] < wrote)),
                pk == current,
                tuple((due_chips.chip(row["due_at"], due, at=at) or {}).items()) if due else (),
                _chip_of(row, view, at),
                row["merged_into_id"] is not None,
                people.brand_card(row["brand_id"]).short_name if row["brand_id"] else "",
                row["assignee_id"],
                row["assignee__name"],
                tuple(there[pk].items()) if pk in there else (),
            )
        )
    finished = {one: _drawn.get(one) for one in shown}
    missing = [one for one, markup in finished.items() if markup is None]
    for one, markup in zip(missing, ticket_rows.each(map(_prepared, missing)), strict=True):
        finished[one] = _drawn[one] = markup
    return Markup("\n").join(finished.values())  # type: ignore[arg-type]  # all are there now


def _prepared(row: _Shown) -> dict[str, Any]:
    """The row as `ticket_rows` wants it, by what it shows alone."""
    chips = [_chip(row.brand, "globe")] if row.brand else []
    if row.is_merged:
        chips.append(_chip("Merged", "merge"))
    if row.chip is not None:
        chips.append(_chip(*row.chip))
    assignee = row.assignee_id is not None and {
        "name": row.assignee,
        "initials": wording.initials(row.assignee or ""),
        "hue": wording.hue(f"agent-{row.assignee_id}"),
    }
    return {
        "id": row.id,
        "url": f"/tickets/{row.id}/?{row.query}",
        "name": row.name,
        "initials": wording.initials(row.name),
        "hue": wording.hue(f"customer-{row.requester_id}"),
        "subject": row.subject,
        "time": row.time,
        "at": row.activity_at.isoformat(timespec="seconds"),
        "channel": channel(row.channel),
        "priority": PRIORITIES[row.priority],
        "unread": row.is_unread,
        "current": row.is_current,
        "due": dict(row.due) or None,
        "chips": chips,
        "assignee": assignee or None,
        "presence": dict(row.presence) or None,
    }


def _chip_of(row: dict[str, Any], view: View, at: datetime) -> tuple[str, str, str] | None:
    """What the view itself doesn't already say: label, icon, tone."""
    if row["snoozed_until"] and row["snoozed_until"] > at:
        zone = timezone.get_current_timezone()
        return wording.moment(row["snoozed_until"], now=at, zone=zone), "snooze", ""
    if row["status"] == "pending" and view.key == "pending":
        return None
    return _STATUS_CHIPS.get(row["status"])


_STATUS_CHIPS = {
    "new": ("New", "", "accent"),
    "pending": ("Waiting", "pause", ""),
    "on_hold": ("On hold", "pause", ""),
    "closed": ("Closed", "lock", ""),
}


def _chip(label: str, icon: str = "", tone: str = "") -> dict[str, str]:
    return {"label": label, "icon": icon, "tone": tone}


def _present(
    rows: list[dict[str, Any]], *, viewer: Any, at: datetime, names: dict[int, str]
) -> dict[int, dict[str, Any]]:
    """The first other agent on each ticket; somebody typing goes before somebody reading."""
    found: dict[int, dict[str, Any]] = {}
    for one in presence.present_on([f"ticket-{row['id']}" for row in rows], at=at):
        pk = int(one.topic.removeprefix("ticket-"))
        if one.agent_id == viewer.pk or (pk in found and one.state != "typing"):
            continue
        name = names.get(one.agent_id, "Somebody")
        found[pk] = {
            "kind": "typing" if one.state == "typing" else "looking",
            "name": name.split()[0],
            "initials": wording.initials(name),
            "hue": wording.hue(f"agent-{one.agent_id}"),
        }
    return found
