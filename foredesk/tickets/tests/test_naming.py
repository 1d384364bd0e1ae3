"""What a stranger called a file, made harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.tickets import naming

NAMES = [
    ("plain", "invoice.pdf", "invoice.pdf"),
    ("any script", "Größe テント.png", "Größe テント.png"),
    ("a path", "../../etc/passwd", "passwd"),
    ("a Windows path", "C:\\Users\\x\\invoice.pdf", "invoice.pdf"),
    ("a path alone", "/tmp/", "file"),
    ("hidden", ".htaccess", "htaccess"),
    ("dots", "...", "file"),
    ("empty", "", "file"),
    ("spaces", "   ", "file"),
    ("NUL", "in\x00voice.pdf", "invoice.pdf"),
    ("line break", "a\r\nContent-Type: text/html\r\n\r\nb.txt", "htmlb.txt"),
    ("right-to-left override", "invoice\u202efdp.exe", "invoicefdp.exe"),
    ("zero width", "in\u200bvoice\ufeff.pdf", "invoice.pdf"),
    ("signs of shells and disks", 'a<b>|c:d?e*f"g.txt', "a_b_c_d_e_f_g.txt"),
    ("trailing dots", "a.txt. . .", "a.txt"),
    ("lone surrogate", "a\ud800.txt", "a.txt"),
    ("private use", "a\ue000.txt", "a.txt"),
    ("long keeps its ending", "x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ("long without ending", "x" * 300, "x" * 180),
    ("an ending that is none", "x" * 200 + "." + "y" * 100, ("x" * 200)[:180]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given_name", "shown"), NAMES, ids=[case[0] for case in NAMES])
def test_a_name(name, given_name, shown):
    assert naming.clean(given_name) == shown


@given(st.text(max_size=400))
def test_whatever_it_was_called_it_is_one_short_visible_name(name):
    cleaned = naming.clean(name)
    assert 1 <= len(cleaned) <= naming.LONGEST
    assert not set(cleaned) & set('\\/:*?"<>|')
    assert not cleaned.startswith(".")
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in cleaned)
    assert naming.clean(cleaned) == cleaned
