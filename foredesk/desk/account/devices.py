"""A browser's User-Agent in words a person knows. A guess for display, never for a decision."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def describe(user_agent: str) -> str:
    """ "Firefox on Linux", "Chrome on Android", "Unknown browser"."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if not browser:
        named = re.match(r"[A-Za-z][\w.-]{1,30}", user_agent)
        browser = named[0] if named and not user_agent.startswith("Mozilla") else "Unknown browser"
    return f"{browser} on {system}" if system else browser


def is_phone(user_agent: str) -> bool:
    return any(sign in user_agent for sign in ("iPhone", "iPad", "Android", "Mobile"))


def _first(signs: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in signs if sign in text), "")
