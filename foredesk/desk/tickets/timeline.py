"""The thread as it is read: days, messages, and one line for each thing that was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from foredesk.design import wording
from foredesk.desk.tickets import attachments, bodies, message_cards, saying
from foredesk.tickets import scheduling

TOGETHER = 60  # seconds within which one person's doings share a line


def build(
    messages: list[Any],
    entries: list[Any],
    *,
    viewer: Any,
    at: datetime,
    agents: dict[int, str],
    teams: dict[int, str],
    surveys: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Items in time order: {"type": "day" | "msg" | "event", …}."""
    zone = timezone.get_current_timezone()
    words = saying.Words(agents, teams, _comments(entries, surveys))
    lines = _lines(entries, words)
    stamped = [(message.at, 1, message_cards.shown(message, viewer=viewer)) for message in messages]
    stamped += [(line["when"], 0, line) for line in lines]
    stamped.sort(key=lambda one: (one[0], one[1]))
    items: list[dict[str, Any]] = []
    last_day = None
    for when, _, item in stamped:
        day = when.astimezone(zone).date()
        item["clock"] = wording.clock(when, zone=zone)
        if day != last_day:
            items.append({"type": "day", "label": wording.day(when, now=at, zone=zone)})
            last_day = day
        if item["type"] == "event" and _joins(items[-1], item):
            items[-1]["text"] = items[-1]["text"].rstrip(".") + Markup(", ") + item["words"]
        else:
            items.append(item)
    return items


def _comments(entries: list[Any], surveys: Sequence[dict[str, Any]]) -> dict[int, str]:
    """What a customer wrote with the last answer to each survey, by its entry."""
    last = {
        entry.data["survey_id"]: entry.pk
        for entry in entries
        if entry.kind == "surveys.SurveyAnswered"
    }
    return {last[one["id"]]: one["comment"] for one in surveys if one["id"] in last}


def _joins(last: dict[str, Any], line: dict[str, Any]) -> bool:
    """Whether a doing belongs on the line before: the same person, moments ago."""
    if last["type"] != "event" or last["who"] != line["who"]:
        return False
    return (line["when"] - last["when"]).total_seconds() < TOGETHER


def _undone(entries: list[Any]) -> set[tuple[Any, Any]]:
    """(who, when) of replies that were taken back and of the taking back.

    All facts of one doing share both, so what a withdrawn reply moved and moved back needs no line.
    """
    back = {
        entry.data["message_id"]: entry
        for entry in entries
        if entry.kind == "tickets.ReplyWithdrawn"
    }
    found = {(entry.actor_id, entry.at) for entry in back.values()}
    for entry in entries:
        if entry.kind == "tickets.ReplyWritten" and entry.data["message_id"] in back:
            found.add((entry.actor_id, entry.at))
    return found


def _lines(entries: list[Any], words: saying.Words) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    undone = _undone(entries)
    for entry in entries:
        if (entry.actor_id, entry.at) in undone and entry.kind != "tickets.ReplyWithdrawn":
            continue
        said = words.say(entry)
        if said is None:
            continue
        icon, text = said
        name = entry.actor_name or "Foredesk"
        is_rule = entry.actor_kind == "rule" and entry.actor_id is not None
        if entry.actor_kind == "rule":
            name = f"The rule “{name}”" if is_rule else f"The follow-up “{name}”"
        lines.append(
            {
                "type": "event",
                "id": entry.pk,
                "when": entry.at,
                "who": (entry.actor_kind, entry.actor_id, entry.at if is_rule else None),
                "why": f"/tickets/{entry.data['ticket_id']}/why/{entry.pk}/" if is_rule else "",
                "icon": icon,
                "words": text,
                "text": Markup("%s %s") % (name, text),
            }
        )
    return lines


def scheduled(
    drafts: list[Any], ticket: Any, *, viewer: Any, agents: dict[int, str]
) -> list[dict[str, Any]]:
    """Replies that wait for their time, as the thread shows them."""
    return [
        {
            "pk": draft.pk,
            "name": agents.get(draft.agent_id, "Somebody"),
            "initials": wording.initials(agents.get(draft.agent_id, "?")),
            "hue": wording.hue(f"agent-{draft.agent_id}"),
            "body": bodies.letter(draft.body_html, {}),
            "send_at": draft.send_at,
            "send_at_input": timezone.localtime(draft.send_at).strftime("%Y-%m-%dT%H:%M"),
            "held": draft.held_reason
            or (scheduling.HELD if scheduling.is_overtaken(draft, ticket) else ""),
            "is_mine": draft.agent_id == viewer.pk,
            "files": [attachments.shown(one) for one in draft.files],
        }
        for draft in drafts
    ]
