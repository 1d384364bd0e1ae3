"""Whole numbers that somebody typed or sent."""

import re

_SHAPE = re.compile(r"-?[0-9]{1,18}")


def whole(text: str) -> int | None:
    """The number that `text` says in plain digits, what a bigint holds; None for anything else.

    `str.isdigit` won't do: it takes "²", which `int` refuses.
    """
    return int(text) if _SHAPE.fullmatch(text) else None
