"""Which version of a text a customer gets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf.locale import LANG_INFO

MOST = 30


def names() -> dict[str, str]:
    """Every language that a text may be in: its name by its code."""
    return {code: info["name"] for code, info in LANG_INFO.items() if "name" in info}


def choose(texts: Mapping[str, Any], *wanted: str) -> str:
    """The code of the version for the first of the `wanted` languages that has one.

    "de-at" takes "de" where there is no own version, and "de" any kind of German. When no wish can
    be met it is English, else the first version; "" when there is none.
    """
    for wish in wanted:
        code = wish.strip().lower().replace("_", "-")
        if not code:
            continue
        if code in texts:
            return code
        main = code.partition("-")[0]
        if main in texts:
            return main
        kin = sorted(one for one in texts if one.partition("-")[0] == main)
        if kin:
            return kin[0]
    return "en" if "en" in texts else next(iter(texts), "")


def of_ticket(texts: Mapping[str, Any], ticket: Any, desk: str) -> dict[str, str]:
    """The version for a ticket: by its language, its customer's, the desk's."""
    code = choose(texts, ticket.language, ticket.requester.language, desk)
    return dict(texts.get(code, {}))
