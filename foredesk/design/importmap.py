"""The import map: which address each ES module name stands for."""

from __future__ import annotations

import json
from functools import cache
from pathlib import PurePosixPath

from django.conf import settings
from markupsafe import Markup

from foredesk.design import assets


def text() -> Markup:
    """The import map as JSON, safe inside ``<script type="importmap">``.

    Names: ``htmx``, ``squire``, ... from vendor.json, and ``behaviours/<name>`` for every file
    in a room's ``static/<room>/behaviours/``.
    """
    return _text_now() if settings.DEBUG else _text_kept()


def address(name: str) -> str:
    """Where the ES module of this name lies, to have it loaded early. Raises KeyError."""
    return (modules() if settings.DEBUG else _modules_kept())[name]


@cache
def _modules_kept() -> dict[str, str]:
    return modules()


def modules() -> dict[str, str]:
    """Module name to address.

    Raises ValueError when two rooms ship a behaviour of one name.
    """
    vendored = json.loads(assets.source("vendor/vendor.json").read_text())
    found = {entry["import_as"]: assets.url(f"vendor/{entry['file']}") for entry in vendored}
    for path in assets.matching("*/behaviours/*.js"):
        name = f"behaviours/{PurePosixPath(path).stem}"
        if name in found:
            raise ValueError(f"Two behaviours are called {name}; the second is {path}")
        found[name] = assets.url(path)
    return found


def _text_now() -> Markup:
    body = json.dumps({"imports": modules()}, separators=(",", ":"))
    return Markup(body.replace("<", "\\u003c"))  # noqa: S704  our own addresses, "<" escaped


@cache
def _text_kept() -> Markup:
    return _text_now()
