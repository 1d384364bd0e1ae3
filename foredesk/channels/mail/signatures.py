"""What stands below a letter: signatures, advertisements of devices, legal notices."""

from __future__ import annotations

import re

from foredesk.channels.mail import line_marks, wordings

_SIGNATURE = re.compile(r"\s{0,3}(?:--|—|__)\s?")
_UNDERLINE = re.compile(r"\s{0,3}_{5,}\s?")
_DASHED_NAME = re.compile(r"-{1,2}[^\W\d_a-z][\w'.]{1,20}(?: [^\W\d_a-z][\w'.]{0,20}){0,3}")
_LIST_FOOTER = re.compile(
    r"mailing list|unsubscribe|listinfo|abmelden|désabonner|google groups", re.I
)


def without_signature(lines: list[str], kept: list[int]) -> list[int]:
    """Drop a signature block, the advertisement of a device, and notices at the end."""
    for place, index in enumerate(kept):
        if not place:
            continue
        if _SIGNATURE.fullmatch(lines[index]) and len(kept) - place <= 25:
            if lines[index].strip() == "--" or not lines[kept[place - 1]].strip():
                kept = kept[:place]
                break
        elif _UNDERLINE.fullmatch(lines[index]) and _is_name_card(lines, kept[place + 1 :]):
            kept = kept[:place]
            break
        elif _is_lone_device(lines, kept, place):
            # what follows it is the mail that was answered, without any sign of being a quote
            kept = kept[:place]
            break
    changed = True
    while changed and kept:
        changed = False
        kept = line_marks.without_last_blanks(lines, kept)
        start = len(kept)
        while start and lines[kept[start - 1]].strip():
            start -= 1
        paragraph = [lines[index].strip() for index in kept[start:]]
        if paragraph and start and _is_notice(paragraph):
            kept = kept[:start]
            changed = True
    return kept


def _is_name_card(lines: list[str], kept: list[int]) -> bool:
    """Whether what follows a line of underscores is short enough to be a signature."""
    texts = [lines[index].strip() for index in kept if lines[index].strip()]
    return 0 < len(texts) <= 6 and all(len(text) <= 70 for text in texts)


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
    if line_marks.RULE.fullmatch(paragraph[0]) and len(paragraph) <= 8:
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
