"""Paper takes whatever is written on it as letters, and the same figures make the same bytes."""

import base64
import re
import zlib
from datetime import UTC, datetime

import pytest

from foredesk.design.paper import letters, tables
from foredesk.design.paper.sheet import Sheet
from foredesk.design.paper.tables import Column

AT = datetime(2026, 11, 28, tzinfo=UTC)


def streams(data):
    """What is drawn, in the PDF's own words."""
    found = re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
    plain = []
    for one in found:
        body = one.strip()
        if body.endswith(b"~>"):
            body = base64.a85decode(body.removesuffix(b"~>"))
        try:
            plain.append(zlib.decompress(body))
        except zlib.error:
            continue
    return b"\n".join(plain)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Žluťoučký Ελλάδα Привет Łódź", "Žluťoučký Ελλάδα Привет Łódź"),
        ("山田太郎, Tokyo", "□, Tokyo"),
        ("Ben 🎉🎉 done", "Ben □ done"),
        ("a\x00b\u200bc\u202ed\ud800", "abc\u202ed".replace("\u202e", "□") + "□"),
        ("two\nlines\tand  more", "two lines and more"),
        ("", ""),
    ],
)
def test_what_the_letters_lack_becomes_a_mark(text, drawn):
    assert letters.drawable(text) == drawn


def test_what_is_too_wide_is_cut_and_text_is_broken_into_lines():
    words = "Where is my parcel with the twelve tents for the summer camp at Lom?"
    cut = letters.cut(words, 100, 9)
    assert cut.endswith("…")
    assert letters.width(cut, 9) <= 100
    assert letters.cut("short", 100, 9) == "short"
    for text in (words, "x" * 400, f"{words}\n\n{words}"):
        lines = letters.lines(text, 120, 9)
        assert all(letters.width(one, 9) <= 120 for one in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert letters.lines("a\n\nb", 100, 9) == ["a", "", "b"]


def paper(words="A week"):
    sheet = Sheet(words, foot=words, at=AT)
    sheet.paragraph(words, size=12, bold=True)
    columns = (Column("Measure", 2), Column("Now", 1, is_number=True))
    sheet.y = tables.draw(sheet, sheet.left, sheet.y, 300, columns, [["First response", "18 min"]])
    sheet.path(sheet.left, sheet.y, "M0 10L20 3L40 8M60 2h.1")
    return sheet.done()


def test_the_same_figures_make_the_same_bytes():
    assert paper() == paper()
    assert paper() != paper("Another week")


HOSTILE = [
    '<img src="file:///etc/passwd">',
    '<para backColor="red"><font name="x">',
    "](http://127.0.0.1/) \\) Tj ET /Subtype /Launch",
    "<link rel=attachment href='file:///etc/passwd'>",
    "(" * 50 + "\\" * 50 + ")" * 50,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_cve_2026_22200_nothing_written_is_markup(words, monkeypatch):
    """Row 12 of the known failures: nothing is opened or fetched, nothing but letters is drawn."""
    letters.load()
    opened = []
    monkeypatch.setattr("builtins.open", lambda *args, **more: opened.append(args))
    data = paper(words)
    assert opened == []
    drawn = re.sub(rb"\((?:\\.|[^\\()])*\)", b"()", data + streams(data), flags=re.DOTALL)
    for name in (b"/Launch", b"/URI", b"/EmbeddedFile", b"/JavaScript", b"/XObject <<", b"/Image "):
        assert name not in drawn


def test_long_text_goes_on_on_the_next_page():
    sheet = Sheet("Notes", foot="Notes", at=AT)
    sheet.paragraph("word " * 4000)
    assert sheet.pages > 1
    assert sheet.done().count(b"/Type /Page\n") == sheet.pages
