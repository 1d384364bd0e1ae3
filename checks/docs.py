"""The docs are true: links lead somewhere; settings, commands and make targets exist."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import fields
from pathlib import Path

from foredesk.cli.main import parser
from foredesk.plumbing import settings_page
from foredesk.plumbing.env import Env

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def main() -> int:
    """Print one line per untrue sentence; 1 when there is any."""
    wrong = []
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]):
        name = page.relative_to(ROOT)
        text = page.read_text()
        wrong += [f"{name}: {one}" for one in [*_links(page, text), *_names(text)]]
    if settings_page.PAGE.read_text() != settings_page.render():
        wrong.append("docs/settings.md is out of date: python -m foredesk.plumbing.settings_page")
    print("\n".join(wrong))
    return 1 if wrong else 0


def _links(page: Path, text: str) -> list[str]:
    wrong = []
    for linked, image in LINK.findall(CODE.sub("", text)):
        target = (linked or image).split("#")[0]
        is_outside = not target or "://" in target or target.startswith("mailto:")
        if not is_outside and not (page.parent / target).exists():
            wrong.append(f"the link {target} leads nowhere")
    return wrong


def _names(text: str) -> list[str]:
    settings = {one.metadata["name"] for one in fields(Env)}
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = _commands()
    wrong = []
    for name in re.findall(r"\bFOREDESK_[A-Z_]*[A-Z]\b", text):
        if name not in settings:
            wrong.append(f"there is no setting {name}")
    for code in CODE.findall(text):
        for line in code.strip("`").splitlines():
            words = line.strip().removeprefix("$ ").split()
            if words[:1] == ["make"] and words[1:] and words[1] not in targets:
                wrong.append(f"there is no make {words[1]}")
            is_command = words[:1] == ["foredesk"] and re.fullmatch(r"[a-z]+", "".join(words[1:2]))
            if is_command and words[1] not in commands:
                wrong.append(f"there is no command foredesk {words[1]}")
    return wrong


def _commands() -> set[str]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return set(action.choices)
    return set()


if __name__ == "__main__":
    sys.exit(main())
