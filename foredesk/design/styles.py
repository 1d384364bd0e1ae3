"""The style sheets, in cascade order: the one list that pages and the bundle are made from."""

from __future__ import annotations

from foredesk.design import assets

# fmt: off
BLOCKS = (
    "tokens", "reset", "base", "layout", "sidebar", "grid", "site", "button", "field", "chip",
    "status", "banner", "dawn", "avatar", "list", "ticket", "tabs", "card", "empty", "message",
    "presence", "composer", "kpi", "chart", "heat", "meter", "scrollx", "table", "uptime",
    "overlay", "menu", "dialog", "toast", "cmdk", "bulkbar", "strip", "linklist", "tracker",
    "prose", "mark", "person", "inbox", "canvas", "steps", "rule", "gate", "setup", "code",
    "pages", "customer", "settings", "editor", "cells", "search", "keys", "frame",
    "utilities", "motion",
)
# fmt: on


def sheets() -> list[str]:
    """Static paths of every style sheet: design's blocks, then each room's own.

    A room adds a sheet by dropping it in ``static/<room>/css/``: it is found, never listed.
    """
    blocks = [f"design/css/{block}.css" for block in BLOCKS]
    return blocks + [path for path in assets.matching("*/css/*.css") if path not in blocks]
