"""Small signs by which a line of a mail tells what it is."""

from __future__ import annotations

import re

LONG = 400  # characters of a line that are looked at
RULE = re.compile(r"\s{0,20}[-_=—–]{10,}\s{0,20}")
DATE = re.compile(
    r"\d{4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}|\d{1,2}[:.h]\d{2}"
    r"|\b(?:19|20)\d\d\b"
)
_INITIALS = re.compile(r"[A-Za-z]{1,4}>(?=\s|$)")
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff")
)
_BLANKS = dict.fromkeys(map(ord, "\xa0\u2007\u202f\u3000"), " ")
_ODD = {**_INVISIBLE, **_BLANKS}


def plain(lines: list[str]) -> list[str]:
    """The lines as they are looked at: bounded, without invisible signs, `JD>` as `>`."""
    short = [line[:LONG].translate(_ODD) for line in lines]
    return [
        _INITIALS.sub(">", line, 1) if _has_initials(short, at) else line
        for at, line in enumerate(short)
    ]


def is_quoted(line: str) -> bool:
    """Whether the line carries a sign of being a quote."""
    indent = len(line) - len(line.lstrip(" \t\xa0"))
    stripped = line[indent:] if indent < 2 else line
    return stripped.startswith((">", "|  ")) and not stripped.startswith(">>>> ERROR")


def next_text(lines: list[str], index: int) -> int:
    """The next line that is not blank, or the number of lines."""
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def without_last_blanks(lines: list[str], kept: list[int]) -> list[int]:
    """`kept` without the blank lines at its end."""
    end = len(kept)
    while end and not lines[kept[end - 1]].strip():
        end -= 1
    return kept[:end]


def is_between_dashes(line: str, phrases: tuple[str, ...]) -> bool:
    """Whether the line is one of the phrases, with whatever ornament around it."""
    core = line.strip("-_=*#~—–> \t:").lower()
    return len(core) < 60 and core.startswith(phrases)


def _has_initials(lines: list[str], index: int) -> bool:
    """Whether the line and a neighbour begin with initials and ">", as in `JD> Hello`."""
    match = _INITIALS.match(lines[index])
    if not match:
        return False
    near = lines[max(0, index - 1) : index] + lines[index + 1 : index + 2]
    return any(line.startswith(match[0].rstrip()) for line in near)
