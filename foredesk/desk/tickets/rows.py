"""One row of the list, prepared for the template."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from foredesk.design import wording
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


def prepare(
    rows: list[dict[str, Any]],
    *,
    viewer: Any,
    view: View,
    at: datetime,
    current: int | None,
    names: dict[int, str],
    query: str,
) -> list[dict[str, Any]]:
    """Rows of queries.list_page as `ticket_rows` wants them, with who is on them now."""
    zone = timezone.get_current_timezone()
    there = _present(rows, viewer=viewer, at=at, names=names)
    prepared = []
    for row in rows:
        wrote = row["customer_wrote_at"]
        name = row["requester__name"] or "Unknown"
        prepared.append(
            {
                "id": row["id"],
                "url": f"/tickets/{row['id']}/?{query}",
                "name": name,
                "initials": wording.initials(name),
                "hue": wording.hue(f"customer-{row['requester_id']}"),
                "subject": row["subject"],
                "time": wording.list_time(row["activity_at"], now=at, zone=zone),
                "at": row["activity_at"].isoformat(timespec="seconds"),
                "channel": channel(row["channel"]),
                "priority": PRIORITIES[row["priority"]],
                "unread": bool(wrote and (row["seen_at"] is None or row["seen_at"] < wrote)),
                "current": row["id"] == current,
                "due": due_chips.chip(row["due_at"], row["due"], at=at),
                "chips": [*_brand(row), *_chips(row, view, at)],
                "assignee": _assignee(row),
                "presence": there.get(row["id"]),
            }
        )
    return prepared


def _assignee(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["assignee_id"] is None:
        return None
    name = row["assignee__name"]
    return {
        "name": name,
        "initials": wording.initials(name),
        "hue": wording.hue(f"agent-{row['assignee_id']}"),
    }


def _brand(row: dict[str, Any]) -> list[dict[str, str]]:
    """The brand, where it is not the organisation itself."""
    pk = row["brand_id"]
    return [_chip(people.brand_card(pk).short_name, "globe")] if pk else []


def _chips(row: dict[str, Any], view: View, at: datetime) -> list[dict[str, str]]:
    """What the view itself doesn't already say."""
    chips = []
    if row["merged_into_id"]:
        chips.append(_chip("Merged", "merge"))
    if row["snoozed_until"] and row["snoozed_until"] > at:
        until = wording.moment(row["snoozed_until"], now=at, zone=timezone.get_current_timezone())
        chips.append(_chip(until, "snooze"))
    elif row["status"] == "new":
        chips.append(_chip("New", tone="accent"))
    elif row["status"] == "pending" and view.key != "pending":
        chips.append(_chip("Waiting", "pause"))
    elif row["status"] == "on_hold":
        chips.append(_chip("On hold", "pause"))
    elif row["status"] == "closed":
        chips.append(_chip("Closed", "lock"))
    return chips


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
