"""What macros, templates and follow-ups share: texts by language, as a form holds them."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict

from foredesk.automations import languages, variables
from foredesk.people import queries as people

_NAME = re.compile(r"text\.([a-z-]{2,10})")


def posted(sent: QueryDict) -> dict[str, dict[str, str]]:
    """The versions that a browser sent, empty ones too: they are being written."""
    found = {}
    for name in sent:
        match = _NAME.fullmatch(name)
        if match:
            found[match[1]] = {
                "text": sent.get(name, "").replace("\x00", ""),
                "subject": sent.get(f"subject.{match[1]}", "").replace("\x00", ""),
            }
    wished = sent.get("language", "")
    if sent.get("do") == "add_language" and wished in languages.names():
        found.setdefault(wished, {"text": "", "subject": ""})
    return found


def shown(texts: dict[str, Any]) -> dict[str, Any]:
    """The versions in the order of the form, the desk's own language first, and what may be
    added."""
    own = people.workspace().language
    names = languages.names()
    texts = texts or {own: {"text": "", "subject": ""}}
    codes = sorted(texts, key=lambda code: (code != own, names.get(code, code)))
    return {
        "versions": [{"code": one, "name": names.get(one, one), **texts[one]} for one in codes],
        "more_languages": [
            (code, name) for code, name in sorted(names.items(), key=lambda one: one[1])
            if code not in texts
        ],
        "variables": variables.offered(),
    }  # fmt: skip
