"""A setting of the environment: how one is described, read, put over and shown.

The settings themselves are the fields of Env (env.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any

from foredesk.plumbing import reading

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PREFIX = "FOREDESK_"


class InvalidSetting(ValueError):
    """A setting that can't be used. Its text is a plain sentence for the person who set it."""


def setting(
    name: str,
    read: Callable[[str], Any],
    default: Any,
    help: str,
    *,
    kind: str,
    shown: str | None = None,
    secret: bool = False,
) -> Any:
    """A field of Env. `default` is a value, or a function of the values read before it."""
    return field(
        metadata={
            "name": name,
            "read": read,
            "default": default,
            "help": help,
            "kind": kind,
            "shown": shown if shown is not None else str(default),
            "secret": secret,
        }
    )


def read_all(kind: type[DataclassInstance], given: Mapping[str, str]) -> dict[str, Any]:
    """The values of all fields of `kind`, in their order. An empty value counts as unset.

    Raises InvalidSetting for a value that can't be used and for an unknown FOREDESK_ name.
    """
    _refuse_unknown(kind, given)
    read: dict[str, Any] = {}
    for one in fields(kind):
        meta = one.metadata
        text = given.get(meta["name"], "").strip()
        if text:
            read[one.name] = _read(meta, text)
        elif callable(meta["default"]):
            read[one.name] = meta["default"](read)
        else:
            read[one.name] = meta["default"]
    return read


def _read(meta: Mapping[str, Any], text: str) -> Any:
    try:
        return meta["read"](text)
    except reading.Unreadable as wrong:
        given = "" if meta["secret"] else f', not "{text}"'
        raise InvalidSetting(f"{meta['name']} must be {wrong}{given}.") from None


def _refuse_unknown(kind: type[DataclassInstance], given: Mapping[str, str]) -> None:
    known = [one.metadata["name"] for one in fields(kind)]
    for name in given:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f" Did you mean {near[0]}?" if near else " See docs/settings.md for all of them."
            raise InvalidSetting(f"{name} is not a setting of Foredesk.{hint}")


def named(kind: type[DataclassInstance], values: Mapping[str, object]) -> dict[str, str]:
    """The variables that say `values`, whose names are fields of `kind`; None says nothing."""
    names = {one.name: one.metadata["name"] for one in fields(kind)}
    return {
        names[name]: str(int(value)) if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if value is not None
    }


def effective(env: DataclassInstance) -> list[tuple[str, str]]:
    """Each variable with its value in force as text; secrets show only whether they are set."""
    rows = []
    for one in fields(env):
        value = getattr(env, one.name)
        if one.metadata["secret"]:
            text = "(set)" if value else "(not set)"
        elif value is None:
            text = ""
        elif isinstance(value, tuple):
            text = ",".join(str(part) for part in value)
        elif isinstance(value, bool):
            text = str(int(value))
        else:
            text = str(value)
        rows.append((one.metadata["name"], text))
    return rows
