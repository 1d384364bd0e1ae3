"""Find what the writer newly wrote in a plain text: cut quotes, signatures and notices.

Line by line and in linear time: no pattern ever sees more than a few lines of bounded length. In
doubt nothing is cut, and a cut that would leave nothing is not made.
"""

from __future__ import annotations

import re
import unicodedata

from foredesk.channels.mail import wordings

_WINDOW = 5  # lines that a wrapped "On … wrote:" may take
_LINE = 400  # characters of a line that are looked at
_DASHES = re.compile(r"[-_=*#~—–\s]{0,60}")
_RULE = re.compile(r"\s*[-_=—–]{10,}\s*")
_LABEL = re.compile(r"[\s>|*_]{0,8}([^\W\d_][^:：*]{0,24}?)[\s*_]{0,3}[:：][\s*_]{0,3}")
_SOMEBODY = re.compile(r"[^\s<>@()]{1,80}@[^\s<>@()]{1,120}")
_DATE = re.compile(
    r"\d{4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}|\d{1,2}[:.h]\d{2}"
    r"|\b(?:19|20)\d\d\b"
)
_SIGNATURE = re.compile(r"\s{0,3}(?:--|—|__)\s?")
_STARTS_WITH_DATE = re.compile(r"[\s>]{0,4}(?:[^\W\d]{2,9}\.?,?\s)?\d{1,4}[\s:./年년-]")
_TITLED_RULE = re.compile(r"[-_=*#~—–]{2,}(?:[^\W\d_ ]|[ '.-]){0,40}[-_=*#~—–]{2,}")
_DASHED_NAME = re.compile(r"[-–—]{1,2}[^\W\d_a-z][\w'.]{1,20}(?: [^\W\d_a-z][\w'.]{0,20}){0,3}")
_LIST_FOOTER = re.compile(
    r"mailing list|unsubscribe|listinfo|abmelden|désabonner|google groups", re.I
)


def cut(text: str) -> str:
    """What the writer wrote, without quotes, signature and notices; never empty for a full text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = own_lines(lines)
    return "\n".join(lines[index] for index in kept).strip("\n").rstrip()


def own_lines(lines: list[str]) -> list[int]:
    """Indexes of the lines that are the writer's own; all of them when in doubt."""
    everything = list(range(len(lines)))
    short = [line[:_LINE] for line in lines]
    kept = everything
    # a notice below the quote would pass for an answer to it, so signatures go first and last
    for step in (_without_quotes, _without_signature, _without_outer_quotes, _without_signature):
        shorter = step(short, kept)
        if _says_something(short, shorter):
            kept = shorter
    return kept


def _says_something(lines: list[str], kept: list[int]) -> bool:
    return any(lines[index].strip() and not _is_quoted(lines[index]) for index in kept)


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
        block = header_lines(lines, index)
        if block:
            if _says_something(lines, kept):
                kept = _without_last_rule(lines, kept)
                break
            # a quote on top without signs: nobody can say where it ends
            kept.extend(range(index, end))
            break
        length = _intro(lines, index)
        if length:
            after = _next_text(lines, index + length)
            if after < end and (_is_quoted(lines[after]) or lines[after].startswith("| ")):
                if line.lstrip().startswith("<") and kept[-1:] == [index - 1]:
                    kept.pop()  # the name that belongs to the address
                index = after + _keep_quote(lines, after, kept)
                continue
            if after >= end:
                index = end
                continue
            if _says_something(lines, kept) and _is_certain(lines, index, length):
                break
        elif _is_quoted(line):
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
    own = [index for index in kept if lines[index].strip() and not _is_quoted(lines[index])]
    if not own:
        return kept
    kept = [index for index in kept if index <= own[-1]]
    if any(_is_quoted(lines[index]) for index in kept if index > own[0]):
        return kept
    return [index for index in kept if index >= own[0]]


def _without_last_rule(lines: list[str], kept: list[int]) -> list[int]:
    """Drop a line such as `----` or `---- Original message ----` that ends what was kept."""
    kept = without_last_blanks(lines, kept)
    last = lines[kept[-1]].strip() if kept else ""
    return kept[:-1] if _TITLED_RULE.fullmatch(last) else kept


def without_last_blanks(lines: list[str], kept: list[int]) -> list[int]:
    """`kept` without the blank lines at its end."""
    end = len(kept)
    while end and not lines[kept[end - 1]].strip():
        end -= 1
    return kept[:end]


def _skip_quote(lines: list[str], index: int) -> int:
    """The line after a quote; blank lines inside belong to it."""
    end = index
    has_bars = lines[index].startswith("| ")
    while index < len(lines):
        if _is_quoted(lines[index]) or (has_bars and lines[index].startswith("|")):
            end = index + 1
        elif lines[index].strip():
            break
        index += 1
    return end


def _is_quoted(line: str) -> bool:
    stripped = line.lstrip(" \t\xa0") if len(line) - len(line.lstrip(" \t\xa0")) < 2 else line
    return stripped.startswith((">", "|  ")) and not stripped.startswith(">>>> ERROR")


def _next_text(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _is_above_line(line: str) -> bool:
    lower = line.lower()
    return any(words in lower for words in wordings.ABOVE_THIS_LINE)


def _between_dashes(line: str, phrases: tuple[str, ...]) -> bool:
    core = line.strip("-_=*#~—–> \t:").lower()
    return len(core) < 60 and any(core.startswith(words) for words in phrases)


def _is_forward(line: str) -> bool:
    return _between_dashes(line, wordings.FORWARDED)


def header_lines(lines: list[str], index: int) -> int:
    """How many lines of an Outlook-like header (From, Sent, To, Subject) begin here; 0 if none."""
    line = lines[index]
    if not line.strip():
        return 0
    position = index
    has_rule = False
    if _RULE.fullmatch(line) or (
        line.lstrip()[:1] in "-_*=" and _between_dashes(line, wordings.ORIGINAL)
    ):
        has_rule = True
        is_named = _between_dashes(line, wordings.ORIGINAL)
        position = _next_text(lines, index + 1)
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


def _intro(lines: list[str], index: int) -> int:
    """How many lines the words that introduce a quote take from here on; 0 when there are none."""
    first = lines[index]
    if not first.strip() or _is_quoted(first):
        return 0
    begins = _begins_intro(first)
    text = ""
    for length in range(1, _WINDOW + 1):
        if index + length > len(lines):
            return 0
        line = lines[index + length - 1]
        if not line.strip() or (length > 1 and _is_quoted(line) and not _ends_intro(line)):
            return 0
        text = f"{text} {line.strip()}".strip()
        if len(text) > 600:
            return 0
        if _ends_intro(line) and _is_intro(text):
            return length if length == 1 or begins else 0
        if length == 1 and line.rstrip().endswith(">") and _is_intro(f"{text}:"):
            after = _next_text(lines, index + 1)
            if after < len(lines) and lines[after].startswith((">", "| ")):
                return 1
    return 0


def _begins_intro(line: str) -> bool:
    """Whether a wrapped introduction can begin with this line, or it is the writer's own."""
    lower = line.lower().strip()
    if _SOMEBODY.search(lower):
        return True
    opens = lower.startswith(wordings.OPENERS) or _STARTS_WITH_DATE.match(lower) is not None
    return opens and _DATE.search(lower) is not None


def _ends_intro(line: str) -> bool:
    return line.rstrip(" *_-\xa0").endswith((":", "：", "wrote"))


def _is_intro(text: str) -> bool:
    """Whether the joined lines say who wrote when, in one of many languages."""
    lower = unicodedata.normalize("NFC", text).lower().strip("*_-> \xa0")
    body = lower.rstrip(":： ")
    has_date = _DATE.search(lower) is not None
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


def _is_certain(lines: list[str], index: int, length: int) -> bool:
    """Whether an introduction without any quote sign after it is one: it names date and person."""
    text = " ".join(lines[index : index + length]).lower()
    before_is_blank = index == 0 or not lines[index - 1].strip()
    has_time = re.search(r"\d{1,2}[:.h]\d{2}", text) is not None
    return before_is_blank and has_time and _DATE.search(text) is not None


def _without_signature(lines: list[str], kept: list[int]) -> list[int]:
    """Drop a signature block, the advertisement of a device, and notices at the end."""
    for place, index in enumerate(kept):
        if not place:
            continue
        if _SIGNATURE.fullmatch(lines[index]) and len(kept) - place <= 25:
            if lines[index].strip() == "--" or not lines[kept[place - 1]].strip():
                kept = kept[:place]
                break
        elif _is_lone_device(lines, kept, place):
            # what follows it is the mail that was answered, without any sign of being a quote
            kept = kept[:place]
            break
    changed = True
    while changed and kept:
        changed = False
        kept = without_last_blanks(lines, kept)
        start = len(kept)
        while start and lines[kept[start - 1]].strip():
            start -= 1
        paragraph = [lines[index].strip() for index in kept[start:]]
        if paragraph and start and _is_notice(paragraph):
            kept = kept[:start]
            changed = True
    return kept


def _is_lone_device(lines: list[str], kept: list[int], place: int) -> bool:
    """Whether a line between two blank ones says which device sent the mail."""
    if lines[kept[place - 1]].strip():
        return False
    if place + 1 < len(kept) and lines[kept[place + 1]].strip():
        return False
    line = _bare(lines[kept[place]])
    if line.startswith("sent from my ") and line.count(" ") <= 7 and not re.search("[,.;!?]", line):
        return True
    return line.startswith(wordings.DEVICES) and _names_device(line)


def _is_notice(paragraph: list[str]) -> bool:
    if all(_is_device(_bare(line)) for line in paragraph):
        return True
    if len(paragraph) == 1 and _DASHED_NAME.fullmatch(paragraph[0]):
        return True
    if _RULE.fullmatch(paragraph[0]) and len(paragraph) <= 8:
        return any(_LIST_FOOTER.search(line) for line in paragraph)
    return _bare(paragraph[0]).startswith(wordings.DISCLAIMERS)


def _bare(line: str) -> str:
    return line.strip("*_-[]()<> \t").lower()


def _is_device(line: str) -> bool:
    if not line or len(line) > 120:
        return False
    if line.endswith(wordings.DEVICE_ENDS):
        return True
    if not line.startswith(wordings.DEVICES):
        return False
    is_plain = re.search(r"[,.;!?]\s|[.!?]$", line) is None and line.count(" ") <= 7
    return _names_device(line) or (is_plain and line.startswith("sent "))


def _names_device(line: str) -> bool:
    """Whether a device or program stands before the first punctuation."""
    head = re.split(r"[,;!?]|\.\s", line)[0]
    return any(word in head for word in wordings.DEVICE_WORDS)
