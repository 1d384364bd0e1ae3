"""What stands around every page of insights: the sidebar's lists, the choices of the bar."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.analytics import arranging, dashboards, queries
from foredesk.desk.insights.asked import LENGTHS, Asked
from foredesk.people import queries as people
from foredesk.realtime import topics
from foredesk.tickets import queries as tickets


def context(request: HttpRequest, *, current: str = "") -> dict[str, Any]:
    """The sidebar's list of dashboards; `current` is the key of the one that is open."""
    me: Any = request.user
    own = [(one.key, one.name, "star") for one in arranging.dashboards_of(me)]
    items = [
        {
            "label": _(name),
            "icon": icon,
            "url": reverse("dashboard", args=[key]),
            "current": "page" if key == current else False,
        }
        for key, name, icon in [(d.key, d.name, d.icon) for d in dashboards.BUILT_IN] + own
    ]
    return {
        "own_sidebar": True,
        "own_page": current,
        "dashboards": items,
        "counted": queries.counted(),
        "has_any": queries.has_any(),
        "numbers_token": topics.sign(["numbers"], viewer_id=me.pk),
    }


def choices(
    asked: Asked, *, lengths: tuple[str, ...] = ("1", "7", "28"), has_clock: bool = True
) -> dict[str, Any]:
    """The segments and menus of the bar: period, clock where there is one, team."""
    return {
        "lengths": [
            {
                "label": _(LENGTHS[days]),
                "url": f"?{asked.query(days=days)}",
                "pressed": days == asked.days,
            }
            for days in lengths
        ],
        "clocks": [
            {"label": label, "url": f"?{asked.query(clock=value)}", "pressed": asked.clock == name}
            for name, label, value in (
                ("open", _("Open hours"), None),
                ("calendar", _("Calendar"), "calendar"),
            )
        ]
        if asked.has_hours and has_clock
        else [],
        "teams": _teams(asked),
        "words": asked.words,
        "first": asked.period.first.isoformat(),
        "last": asked.period.last.isoformat(),
        "kept": [
            (name, value)
            for name, value in parse_qsl(asked.query(days=None))
            if name not in ("from", "to")
        ],
    }


def _teams(asked: Asked) -> dict[str, Any]:
    names, now = people.team_names(), dict(asked.where).get("team", "")
    mine = [pk for pk in tickets.team_ids(asked.viewer) if pk in names]
    options: list[tuple[str, int | None, bool]] = [(_("All teams"), None, now == "")]
    options += [(names[pk], pk, now == pk) for pk in sorted(mine, key=lambda pk: names[pk].lower())]
    chosen = next((label for label, _pk, is_now in options if is_now), _("No team"))
    return {
        "chosen": chosen,
        "options": [
            {"label": label, "url": f"?{asked.query(team=pk)}", "current": is_now}
            for label, pk, is_now in options
        ],
    }
