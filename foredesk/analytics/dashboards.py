"""Dashboards: which cards a person looks at. Two come with the desk, people make their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Cards = list[dict[str, Any]]


@dataclass(frozen=True)
class BuiltIn:
    """A dashboard that every desk has. `icon` is its picture in the sidebar."""

    key: str
    name: str
    icon: str
    cards: Cards


BUILT_IN = (
    BuiltIn(
        "overview",
        "Team overview",
        "layers",
        [
            {"kind": "tile", "measure": "first_reply"},
            {"kind": "tile", "measure": "full_resolution"},
            {"kind": "tile", "measure": "resolution_rate"},
            {"kind": "tile", "measure": "created"},
            {"kind": "tile", "measure": "solved"},
            {"kind": "tile", "measure": "backlog"},
            {"kind": "lines", "measure": "created", "with": ["solved"], "width": 8},
            {"kind": "bars", "measure": "promises_kept", "by": "priority", "width": 4},
            {"kind": "ages", "width": 4},
            {"kind": "bars", "measure": "satisfaction", "by": "team", "width": 4},
            {
                "kind": "bars",
                "measure": "created",
                "by": "channel",
                "width": 4,
                "title": "How people reach you",
            },
            {"kind": "lines", "measure": "backlog", "width": 8},
            {"kind": "bars", "measure": "survey_response", "by": "team", "width": 4},
            {"kind": "heat", "measure": "created", "width": 7},
            {"kind": "bars", "measure": "created", "by": "tag", "width": 5, "title": "Topics"},
            {"kind": "people"},
        ],
    ),
    BuiltIn(
        "speed",
        "Speed",
        "clock",
        [
            {"kind": "tile", "measure": "first_reply"},
            {"kind": "tile", "measure": "next_reply"},
            {"kind": "tile", "measure": "first_assignment"},
            {"kind": "tile", "measure": "full_resolution"},
            {"kind": "tile", "measure": "requester_wait"},
            {"kind": "tile", "measure": "one_touch"},
            {"kind": "spread", "measure": "first_reply", "width": 6},
            {"kind": "spread", "measure": "next_reply", "width": 6},
            {"kind": "spread", "measure": "full_resolution", "width": 12},
            {"kind": "table", "measure": "first_reply", "by": "team", "width": 6},
            {"kind": "table", "measure": "first_reply", "by": "channel", "width": 6},
        ],
    ),
)


def built_in(key: str) -> BuiltIn | None:
    """The built-in dashboard of this key."""
    return next((one for one in BUILT_IN if one.key == key), None)
