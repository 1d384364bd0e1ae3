"""The words that introduce a quote: On … wrote, Am … schrieb, in many languages."""

from __future__ import annotations

import re
import unicodedata

from foredesk.channels.mail import line_marks, wordings

_WINDOW = 5  # lines that a wrapped "On … wrote:" may take
_SOMEBODY = re.compile(r"[^\s<>@()]{1,80}@[^\s<>@()]{1,120}")
_STARTS_WITH_DATE = re.compile(r"[\s>]{0,4}(?:[^\W\d]{2,9}\.?,?\s)?\d{1,4}[\s:./年년-]")


def intro_lines(lines: list[str], index: int) -> int:
    """How many lines the words that introduce a quote take from here on; 0 when there are none."""
    first = lines[index]
    if not first.strip() or line_marks.is_quoted(first):
        return 0
    begins = _begins_intro(first)
    text = ""
    for length in range(1, _WINDOW + 1):
        if index + length > len(lines):
            return 0
        line = lines[index + length - 1]
        if not line.strip() or (
            length > 1 and line_marks.is_quoted(line) and not _ends_intro(line)
        ):
            return 0
        text = f"{text} {line.strip()}".strip()
        if len(text) > 600:
            return 0
        if _ends_intro(line) and _is_intro(text):
            return length if length == 1 or begins else 0
        if length == 1 and line.rstrip().endswith(">") and _is_intro(f"{text}:"):
            after = line_marks.next_text(lines, index + 1)
            if after < len(lines) and lines[after].startswith((">", "| ")):
                return 1
    return 0


def _begins_intro(line: str) -> bool:
    """Whether a wrapped introduction can begin with this line, or it is the writer's own."""
    lower = line.lower().strip()
    if _SOMEBODY.search(lower):
        return True
    opens = lower.startswith(wordings.OPENERS) or _STARTS_WITH_DATE.match(lower) is not None
    return opens and line_marks.DATE.search(lower) is not None


def _ends_intro(line: str) -> bool:
    return line.rstrip(" *_-\xa0").endswith((":", "：", "wrote"))


def _is_intro(text: str) -> bool:
    """Whether the joined lines say who wrote when, in one of many languages."""
    lower = unicodedata.normalize("NFC", text).lower().strip("*_-> \xa0")
    body = lower.rstrip(":： ")
    has_date = line_marks.DATE.search(lower) is not None
    has_person = _SOMEBODY.search(lower) is not None
    ends = body.endswith(wordings.WROTE)
    inside = ends or any(f" {verb} " in f" {body} " for verb in wordings.WROTE)
    opens = lower.startswith(wordings.OPENERS)
    if inside and has_date and (opens or has_person or ends):
        return True
    if ends and has_person:
        return True
    return (
        has_date
        and has_person
        and body.endswith((">", ")", "]"))
        and _STARTS_WITH_DATE.match(lower) is not None
    )


def is_certain(lines: list[str], index: int, length: int) -> bool:
    """Whether an introduction without any quote sign after it is one: it names date and person."""
    text = " ".join(lines[index : index + length]).lower()
    before_is_blank = index == 0 or not lines[index - 1].strip()
    has_time = re.search(r"\d{1,2}[:.h]\d{2}", text) is not None
    return before_is_blank and has_time and line_marks.DATE.search(text) is not None
