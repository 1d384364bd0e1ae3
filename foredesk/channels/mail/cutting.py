"""Find what the writer newly wrote in a plain text: cut quotes, signatures and notices.

Line by line and in linear time: no pattern ever sees more than a few lines of bounded length. In
doubt nothing is cut, and a cut that would leave nothing is not made.
"""

from __future__ import annotations

import re

from foredesk.channels.mail import (
    introductions,
    line_marks,
    quote_headers,
    signatures,
    wordings,
)

_TITLED_RULE = re.compile(r"[-_=*#~—–]{2,}(?:[^\W\d_ ]|[ '.-]){0,40}[-_=*#~—–]{2,}")


def cut(text: str) -> str:
    """What the writer wrote, without quotes, signature and notices; never empty for a full text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = own_lines(lines)
    return "\n".join(lines[index] for index in kept).strip("\n").rstrip()


def own_lines(lines: list[str]) -> list[int]:
    """Indexes of the lines that are the writer's own; all of them when in doubt."""
    everything = list(range(len(lines)))
    short = line_marks.plain(lines)
    kept = everything
    # a notice below the quote would pass for an answer to it, so signatures go first and last
    for step in (
        _without_quotes,
        signatures.without_signature,
        _without_outer_quotes,
        signatures.without_signature,
    ):
        shorter = step(short, kept)
        if _says_something(short, shorter):
            kept = shorter
    return kept


def _says_something(lines: list[str], kept: list[int]) -> bool:
    return any(lines[index].strip() and not line_marks.is_quoted(lines[index]) for index in kept)


def _without_quotes(lines: list[str], _: list[int]) -> list[int]:
    """Without what follows a header or an introduction; quotes with signs stay for now."""
    end = len(lines)
    kept: list[int] = []
    index = 0
    while index < end:
        line = lines[index]
        if not line or line.isspace():
            kept.append(index)
            index += 1
            continue
        if _is_above_line(line):
            if _says_something(lines, kept):
                break
            index += 1
            continue
        if _is_forward(line):
            kept.extend(range(index, end))
            break
        block = quote_headers.header_lines(lines, index)
        if block:
            if _says_something(lines, kept):
                kept = _without_last_rule(lines, kept)
                break
            # a quote on top without signs: nobody can say where it ends
            kept.extend(range(index, end))
            break
        length = introductions.intro_lines(lines, index)
        if length:
            after = line_marks.next_text(lines, index + length)
            if after < end and (
                line_marks.is_quoted(lines[after]) or lines[after].startswith("| ")
            ):
                if line.lstrip().startswith("<") and kept[-1:] == [index - 1]:
                    kept.pop()  # the name that belongs to the address
                kept.extend(range(index + length, after))
                index = after + _keep_quote(lines, after, kept)
                continue
            if after >= end:
                index = end
                continue
            if introductions.is_certain(lines, index, length):
                if _says_something(lines, kept):
                    break
                index += length  # a quote without signs: its text may be answered inside
                continue
        elif line_marks.is_quoted(line):
            index += _keep_quote(lines, index, kept)
            continue
        kept.append(index)
        index += 1
    return kept


def _keep_quote(lines: list[str], index: int, kept: list[int]) -> int:
    """Keep a quote for now, since it may be answered line by line; its number of lines."""
    after = _skip_quote(lines, index)
    if not lines[index].startswith("| "):
        kept.extend(range(index, after))
    return after - index


def _without_outer_quotes(lines: list[str], kept: list[int]) -> list[int]:
    """Drop the quote after the last own line, and one before the first if it is the only one."""
    own = [
        index for index in kept if lines[index].strip() and not line_marks.is_quoted(lines[index])
    ]
    if not own:
        return kept
    kept = [index for index in kept if index <= own[-1]]
    if any(line_marks.is_quoted(lines[index]) for index in kept if index > own[0]):
        return kept
    if kept and not any(lines[index].strip() for index in range(kept[0])):
        return kept  # nobody is named as its author: the writer chose to quote it
    return [index for index in kept if index >= own[0]]


def _without_last_rule(lines: list[str], kept: list[int]) -> list[int]:
    """Drop a line such as `----` or `---- Original message ----` that ends what was kept."""
    kept = line_marks.without_last_blanks(lines, kept)
    last = lines[kept[-1]].strip() if kept else ""
    return kept[:-1] if _TITLED_RULE.fullmatch(last) else kept


def _skip_quote(lines: list[str], index: int) -> int:
    """The line after a quote; blank lines inside belong to it."""
    end = index
    has_bars = lines[index].startswith("| ")
    while index < len(lines):
        if line_marks.is_quoted(lines[index]) or (has_bars and lines[index].startswith("|")):
            end = index + 1
        elif lines[index].strip():
            break
        index += 1
    return end


def _is_above_line(line: str) -> bool:
    lower = line.lower()
    return any(words in lower for words in wordings.ABOVE_THIS_LINE)


def _is_forward(line: str) -> bool:
    return line_marks.is_between_dashes(line, wordings.FORWARDED)
