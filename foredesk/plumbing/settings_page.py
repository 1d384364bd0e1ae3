"""Writes docs/settings.md from Env: `python -m foredesk.plumbing.settings_page`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from foredesk.plumbing.env import CHECKOUT, Env

PAGE = CHECKOUT / "docs" / "settings.md"

HEAD = """# Settings

Foredesk is set by environment variables, and by the flags of `foredesk up`, which win.
An empty value counts as unset; a name that begins with `FOREDESK_` and is not listed here is
refused, so that a misspelt setting never goes unnoticed. `foredesk settings` prints what is in
force. This page is written by `python -m foredesk.plumbing.settings_page`.

| Setting | Takes | Default | What it does |
| --- | --- | --- | --- |
"""


def render() -> str:
    """The whole page, in Markdown."""
    rows = []
    for one in fields(Env):
        meta = one.metadata
        shown = meta["shown"] or "empty"
        rows.append(f"| `{meta['name']}` | {meta['kind']} | {shown} | {meta['help']} |")
    return HEAD + "\n".join(rows) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page of all settings."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(render())


if __name__ == "__main__":
    write()
