"""The letters of PDFs: Inter, for Latin, Greek and Cyrillic; what it lacks becomes a mark."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "static" / "design" / "fonts"
REGULAR, BOLD = "Inter-Regular", "Inter-SemiBold"
LACKING = "□"
_GONE = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010), 0xFEFF])


@cache
def load() -> frozenset[int]:
    """Have the fonts ready; returns the characters that they have."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, FOLDER / f"{name}.ttf"))
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def drawable(text: str) -> str:
    """The text as it can be drawn: in one line, each run of unknown letters as few marks."""
    known, out = load(), []
    for letter in " ".join(text.split()).translate(_GONE):
        if ord(letter) in known:
            out.append(letter)
        elif not out or out[-1] != LACKING:
            out.append(LACKING)
    return "".join(out)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a drawable text is, in points."""
    load()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size))


def cut(text: str, most: float, size: float, *, bold: bool = False) -> str:
    """The text, shortened with an ellipsis where it is wider than `most` points."""
    text = drawable(text)
    if width(text, size, bold=bold) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width(text[:middle].rstrip() + "…", size, bold=bold) <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"


def lines(text: str, most: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most `most` points, paragraphs kept; a wider word is broken."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        current = ""
        for word in _pieces(drawable(paragraph), most, size, bold):
            longer = f"{current} {word}" if current else word
            if current and width(longer, size, bold=bold) > most:
                found.append(current)
                longer = word
            current = longer
        found.append(current)
    return found


def _pieces(text: str, most: float, size: float, bold: bool) -> list[str]:
    """The words, the too wide ones in pieces."""
    found = []
    for word in text.split(" "):
        while width(word, size, bold=bold) > most and len(word) > 1:
            ends = range(1, len(word))
            end = max(1, bisect_right(ends, most, key=lambda n: width(word[:n], size, bold=bold)))
            found.append(word[:end])
            word = word[end:]
        found.append(word)
    return found
