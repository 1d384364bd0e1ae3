"""Breaches that happened to others by HTML, files and headers: each as a test of this desk.

Nothing running and nothing loading in a real browser is in tests/browser/test_hostile_text.py;
patterns that hang are in tests/test_patterns.py.
"""

import ast
import email
import re
import time
from email import policy
from pathlib import Path

import pytest
from django.test import Client

import foredesk
from foredesk.channels.mail import composing, names, reading, sanitising
from foredesk.conftest import _agent
from foredesk.files import storing
from foredesk.plumbing import http
from foredesk.plumbing.clock import now
from foredesk.tickets.tests import cases

ROOT = Path(foredesk.__file__).parent
LOCAL = [
    "file:///etc/passwd", "php://filter/resource=/etc/passwd", "http://127.0.0.1/x",
    "/files/secret/", "\\\\server\\share", "ftp://127.0.0.1/", "about:blank", "filesystem:x",
]  # fmt: skip


@pytest.mark.parametrize("address", LOCAL)
@pytest.mark.parametrize(
    "html",
    [
        '<img src="{}">', '<link rel=stylesheet href="{}">', '<object data="{}"></object>',
        '<p style="background:url({})">x</p>', '<svg><image href="{}"/></svg>',
        '<iframe src="{}"></iframe>', '<embed src="{}">', '<base href="{}">',
        '<style>@import "{}";</style>', '<video poster="{}">',
    ],
)  # fmt: skip
def test_cve_2026_22200_no_document_of_a_ticket_names_a_local_file(html, address):
    """Row 12: what could be printed holds no address that a renderer would fetch."""
    clean = sanitising.sanitise(html.replace("{}", address))
    assert not re.search(r"\s(?:src|href|data|poster|background)=|url\(|@import", clean), clean


def test_cve_2026_22200_there_is_no_renderer_on_the_server():
    """Row 12: pages are printed by the reader's browser; nothing here makes PDF out of HTML."""
    makers = {"weasyprint", "pdfkit", "xhtml2pdf", "pyppeteer", "playwright"}
    assert not makers & _imported()


def test_cve_2026_22200_paper_is_drawn_stroke_by_stroke():
    """Row 12: of reportlab only its canvas and its letters are used, in one place, and no picture:
    its paragraphs read markup, and its pictures open what they are told to."""
    drawing = {
        "reportlab.lib.colors", "reportlab.lib.pagesizes", "reportlab.pdfbase",
        "reportlab.pdfbase.ttfonts", "reportlab.pdfgen.canvas",
    }  # fmt: skip
    for path in ROOT.rglob("*.py"):
        text = path.read_text()
        named = set(re.findall(r"(?:from|import) (reportlab[\w.]*)", text))
        assert named <= (drawing if path.parent.name == "paper" else set()), path
        if named:
            assert not re.search(r"drawImage|drawInlineImage|ImageReader|doForm|acroForm", text)


def test_cve_2026_28289_files_lie_under_their_hash_and_names_are_only_words(db, settings, tmp_path):
    """Row 13: no name of anybody reaches the disk, and no path is built from one."""
    bad = [
        ".htaccess", "\u200b.htaccess", "../../app.py", "..\\..\\x.exe", "shell.php\u200b",
        "C:\\x", "a\0.png", "CON", "a.pdf\n.exe", "\u202egpj.exe", "nul.txt:ads", "x" * 5000,
    ]  # fmt: skip
    for name in bad:
        cleaned = names.cleaned(name)
        assert not re.search(r"[/\\\x00-\x1f\u200b-\u200f\u202a-\u202e]", cleaned)
        assert len(cleaned) <= 200
    path = storing.path_of("ab" * 32)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}", path)


def test_cve_2026_28289_nothing_unpacks_or_runs_what_came():
    """Row 13: no pickle, no marshal, no eval, no shell, no archive is opened at the door."""
    bad = {"pickle", "marshal", "shelve", "dill", "zipfile", "rarfile"}
    assert not bad & _imported("channels", "tickets", "files", "desk")
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                assert name not in ("eval", "exec"), path
                assert not any(
                    key.arg == "shell" and getattr(key.value, "value", None) is True
                    for key in node.keywords
                ), path


@pytest.mark.django_db
def test_django_helpdesk_cve_2021_3945_a_name_is_text_wherever_it_stands():
    """Row 14: the display name, the subject and a file's name are escaped on every page."""
    bad = "</script><img src=x onerror=alert(1)>\"'"
    file = cases.inbound_file(b"x", bad)
    ticket = cases.ticket_of(name=bad, subject=bad, text=bad, files=(file,))
    client = Client()
    client.force_login(_agent("Ada", "agent"))
    for path in (
        "/inbox/", f"/tickets/{ticket.pk}/", "/customers/", "/search/palette?q=onerror",
        f"/customers/{ticket.requester.public_id}/",
    ):  # fmt: skip
        html = client.get(path).content.decode()
        assert "<img src=x" not in html, path


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
        "&#106;avascript:alert(1)", "vbscript:x", "data:text/html,<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_django_helpdesk_cve_2021_3994_no_link_runs(href):
    """Row 14: a new line or an entity in the scheme changes nothing."""
    assert "script" not in sanitising.sanitise(f'<a href="{href}">x</a>').lower()


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        ("http://a.example/", ["127.0.0.1"]),
        ("http://a.example/", ["93.184.216.34", "10.0.0.1"]),
        ("http://a.example/", ["::ffff:169.254.169.254"]),
        ("http://2130706433/", ["127.0.0.1"]),
        ("http://0x7f.1/", ["127.0.0.1"]),
        ("file:///etc/passwd", []),
        ("gopher://a.example/", ["93.184.216.34"]),
        ("http://a.example:25/", ["93.184.216.34"]),
    ],
)
def test_cve_2025_32358_no_address_inside_is_reached(url, answers):
    """Row 16."""
    assert http.pin(url, lambda _name: answers) is None
    assert http.pin("https://a.example/", lambda _name: ["93.184.216.34"]) == "93.184.216.34"


BREAKS = [
    "a\r\nBcc: victim@x.example",
    "a\nX-A: b",
    "a\rX: y",
    "a\x00b",
    "=?utf-8?q?a=0d=0aBcc:_v?=",
]


@pytest.mark.parametrize("bad", BREAKS)
def test_cve_2024_6923_nothing_typed_adds_a_header_or_a_recipient(bad):
    """Row 28: a second parser sees exactly the headers and people that were meant."""
    raw = composing.compose(
        composing.Letter(
            message_id="1@desk.example",
            at=now(),
            sender=composing.Person("help@desk.example", bad),
            to=(composing.Person("cleo@customer.example", bad),),
            subject=bad,
            text="hi",
            files=(composing.Part(bad, bad, b"x"),),
            more={"X-More": bad},
        )
    )
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert {one.lower() for one in mail} <= {
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "x-more",
    }  # fmt: skip
    assert [one.addr_spec for one in mail["to"].addresses] == ["cleo@customer.example"]
    assert [one.addr_spec for one in mail["from"].addresses] == ["help@desk.example"]


@pytest.mark.parametrize("bad", BREAKS)
def test_cve_2024_6923_what_is_read_is_one_line(bad):
    """Row 28: a decoded subject or name never holds a line end."""
    head = bad.replace("\r\nBcc", " Bcc").replace("\n", " ").replace("\r", " ").encode()
    mail = reading.read(b"From: " + head + b" <a@b.example>\r\nSubject: " + head + b"\r\n\r\nhi")
    assert not re.search(r"[\r\n\x00]", mail.subject + (mail.author.name if mail.author else ""))


def test_cve_2023_51764_a_dot_in_the_middle_ends_nothing():
    """Row 28: bytes that came as one mail are one mail."""
    raw = (
        b"From: a@b.example\r\nSubject: one\r\n\r\nhi\r\n.\nMAIL FROM:<x@y>\r\nDATA\r\n"
        b"From: boss@b.example\r\nSubject: two\r\n\r\nforged"
    )
    mail = reading.read(raw)
    assert (mail.author.value, mail.subject) == ("a@b.example", "one")
    assert "forged" in mail.text


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\nx",
        b"From: " + b"(" * 50_000 + b"\r\n\r\nx",
        b"From: a@b\r\n" + b"X: y\r\n" * 100_000 + b"\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"Content-Type: text/html\r\n\r\n<a " + b"a=1 " * 100_000,
        b"\r\n" + b"On 1 Jan 2026 at 10:00 a@b.example " * 20_000 + b"wrote:",
    ],
)
def test_cve_2026_28299_a_bomb_costs_a_moment(raw):
    """Row 29; the whole arsenal is in `make score`."""
    began = time.process_time()
    reading.read(raw)
    assert time.process_time() - began < 2


def _sources() -> list[Path]:
    return [path for path in ROOT.rglob("*.py") if "tests" not in path.parts]


def _imported(*rooms: str) -> set[str]:
    """The top names of every module that these rooms (all, when none is named) import."""
    found = set()
    for path in _sources():
        if rooms and path.relative_to(ROOT).parts[0] not in rooms:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found
