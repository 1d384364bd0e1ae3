"""The header that Outlook and its like put above a quote: From, Sent, To, Subject."""

from __future__ import annotations

import re

from foredesk.channels.mail import line_marks, wordings

_LABEL = re.compile(r"[\s>|*_]{0,8}([^\W\d_][^:：*]{0,24}?)[\s*_]{0,3}[:：][\s*_]{0,3}")


def header_lines(lines: list[str], index: int) -> int:
    """How many lines of an Outlook-like header (From, Sent, To, Subject) begin here; 0 if none."""
    line = lines[index]
    if not line.strip():
        return 0
    position = index
    has_rule = False
    if line_marks.RULE.fullmatch(line) or (
        line.lstrip()[:1] in "-_*=" and line_marks.is_between_dashes(line, wordings.ORIGINAL)
    ):
        has_rule = True
        is_named = line_marks.is_between_dashes(line, wordings.ORIGINAL)
        position = line_marks.next_text(lines, index + 1)
        if position >= len(lines):
            return 1 if is_named else 0
        if is_named:
            return position - index
    seen: set[str] = set()
    misses = 0
    begin = position
    while position < len(lines) and position - begin < 12 and misses < 2:
        text = lines[position]
        if not text.strip():
            if len(seen) >= 2 or misses or "from" not in seen:
                break
            position += 1
            misses += 1
            continue
        kind = _label_kind(text)
        if kind:
            if position == begin and kind not in ("from", "sent", "subject"):
                return 0
            seen.add(kind)
            misses = 0
        elif position == begin:
            return 0
        else:
            misses += 1
        position += 1
    needed = 2 if has_rule else 3
    if "from" in seen and len(seen) >= needed:
        return position - index
    return 0


def _label_kind(line: str) -> str:
    match = _LABEL.match(line)
    if not match:
        return ""
    label = " ".join(match[1].lower().split())
    if label in wordings.FROM:
        return "from"
    if label in wordings.SENT:
        return "sent"
    if label in wordings.SUBJECT:
        return "subject"
    return "to" if label in wordings.TO else ""
