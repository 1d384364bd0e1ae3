"""Names of files: what a stranger called a file, made harmless to show and to save."""

import re
import unicodedata

LONGEST = 180
_BAD = re.compile(r'[\\/:*?"<>|\r\n\t]+')
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(name: str) -> str:
    """The last part of a path without control, invisible or direction-changing characters, without
    leading dots, 180 characters at most with its ending kept. Never empty."""
    last = re.split(r"[\\/]", name)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in _HIDDEN)
    tidy = " ".join(_BAD.sub("_", shown).split()).lstrip(". ").rstrip(". ")
    if len(tidy) > LONGEST:
        stem, dot, ending = tidy.rpartition(".")
        keep = dot + ending if stem and len(ending) <= 16 else ""
        tidy = tidy[: LONGEST - len(keep)].rstrip(". ") + keep
    return tidy or "file"
