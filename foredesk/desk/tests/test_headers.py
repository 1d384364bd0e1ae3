"""What a browser may do with pages, files and frames."""

import pytest
from django.test import Client

from foredesk.files import reading
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"
FILES = [
    # name, bytes, the sender's claim, what it is served as, whether it is shown in place
    ("tent.png", PNG, "image/png", "image/png", True),
    ("tent.jpg", b"\xff\xd8\xff\xe0", "image/jpeg", "image/jpeg", True),
    ("tent.gif", b"GIF89a", "image/gif", "image/gif", True),
    ("tent.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", "image/webp", True),
    ("named.html", PNG, "text/html", "image/png", True),
    ("claimed.png", b"<script>alert(1)</script>", "image/png", "application/octet-stream", False),
    ("page.html", b"<html></html>", "text/html", "application/octet-stream", False),
    ("drawing.svg", b"<svg onload=x>", "image/svg+xml", "application/octet-stream", False),
    ("paper.pdf", b"%PDF-1.7", "text/html", "application/pdf", True),
    ("no.pdf", b"<html>%PDF-1.7", "application/pdf", "application/octet-stream", False),
    ("script.js", b"alert(1)", "text/javascript", "application/octet-stream", False),
    ("empty.png", b"", "image/png", "application/octet-stream", False),
    ("riff.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ", "image/webp", "application/octet-stream", False),
    ("bmp.bmp", b"BM123", "image/bmp", "application/octet-stream", False),
]


@pytest.mark.parametrize(
    ("name", "data", "claim", "kind", "is_shown"), FILES, ids=[case[0] for case in FILES]
)
def test_a_file_is_a_download_unless_its_bytes_are_a_picture_or_a_pdf(
    browser, name, data, claim, kind, is_shown
):
    message = cases.arrive(files=(cases.inbound_file(data, name, content_type=claim),))
    file = message.attachments.get()
    answer = browser.get(f"/files/{file.public_id}/")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("inline" if is_shown else "attachment")
    assert name in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize("data", [PNG, b"%PDF-1.7"])
def test_what_is_shown_can_be_saved_too(browser, data):
    message = cases.arrive(files=(cases.inbound_file(data, "paper"),))
    answer = browser.get(f"/files/{message.attachments.get().public_id}/?download=1")
    assert answer["Content-Disposition"] == 'attachment; filename="paper"'


@pytest.mark.parametrize(
    "name", ['a"; filename="b.html', "a\r\nSet-Cookie: x=y", "größe.pdf", "テント", "a;b,c=d.txt"]
)
def test_no_name_breaks_out_of_its_header(browser, name):
    message = cases.arrive(files=(cases.inbound_file(b"x", name),))
    answer = browser.get(f"/files/{message.attachments.get().public_id}/")
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "\r" not in disposition
    assert "\n" not in disposition
    assert answer.cookies.get("x") is None


def test_lost_bytes_are_a_page_that_says_so(browser, monkeypatch):
    message = cases.arrive(files=(cases.inbound_file(b"x", "a.txt"),))

    def gone(sha256):
        raise reading.Missing("The bytes are gone from the file store.")

    monkeypatch.setattr(reading, "open_blob", gone)
    assert browser.get(f"/files/{message.attachments.get().public_id}/").status_code == 404


def _policy(answer):
    parts = answer["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts if part.strip())}


@pytest.fixture
def rich(db):
    """A rich message with a picture of its own and one from elsewhere."""
    html = (
        '<table><tr><td><img src="cid:logo@x"><img remote-src="https://e.example/p.gif">'
        "</td></tr></table>"
    )
    file = cases.inbound_file(PNG, "logo.png", content_id="logo@x", is_inline=True)
    whole = "<table><tr><td>with quotes</td></tr></table>"
    return cases.arrive(html=html, whole_html=whole, is_rich=True, files=(file,))


def test_a_rich_message_stands_in_a_frame_that_runs_and_loads_nothing(rich, browser):
    answer = browser.get(f"/messages/{rich.public_id}/frame/")
    policy = _policy(answer)
    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert "script-src" not in policy
    assert policy["form-action"] == policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-top-navigation" not in policy["sandbox"]
    assert "allow-forms" not in policy["sandbox"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] in ("no-referrer", "same-origin")
    html = answer.content.decode()
    file = rich.attachments.get()
    assert f'src="/files/{file.public_id}/large/"' in html
    assert ' remote-src="https://e.example/p.gif"' in html
    assert "no-referrer" in html


def test_pictures_from_elsewhere_load_when_they_are_asked_for_and_still_nothing_else(rich, browser):
    answer = browser.get(f"/messages/{rich.public_id}/frame/?remote=1")
    policy = _policy(answer)
    assert policy["img-src"] == ["'self'", "data:"]
    assert policy["default-src"] == ["'none'"]
    html = answer.content.decode()
    assert f' src="/messages/{rich.public_id}/pictures/0/"' in html
    assert "e.example" not in html


def test_the_whole_message_is_in_the_frame_when_asked_for(rich, browser):
    url = f"/messages/{rich.public_id}/frame/"
    assert "with quotes" in browser.get(f"{url}?whole=1").content.decode()
    assert "with quotes" not in browser.get(url).content.decode()


def test_the_page_holds_the_frame_in_a_sandbox_without_scripts(rich, browser):
    html = browser.get(f"/tickets/{rich.ticket_id}/").content.decode()
    frame = html.partition("<iframe")[2].partition(">")[0]
    assert f'src="/messages/{rich.public_id}/frame/"' in frame
    assert 'sandbox="' in frame
    assert "allow-scripts" not in frame


@pytest.mark.parametrize("path", ["/inbox/", "/account/login/", "/customers/", "/nowhere/"])
def test_every_page_has_the_strict_policy(browser, path):
    answer = (Client() if "login" in path else browser).get(path)
    policy = _policy(answer)
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["style-src"] == policy["connect-src"] == policy["form-action"] == ["'self'"]
    scripts = policy["script-src"]
    assert "'self'" in scripts
    assert not {"'unsafe-inline'", "'unsafe-eval'", "https:", "*"} & set(scripts)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    html = answer.content.decode()
    nonces = {part.partition('"')[0] for part in html.split('nonce="')[1:]}
    assert all(f"'nonce-{nonce}'" in scripts for nonce in nonces)
    assert " style=" not in html
    assert "hx-on" not in html


def test_a_nonce_is_used_once(browser):
    policies = {_policy(browser.get("/inbox/"))["script-src"][-1] for _ in range(3)}
    assert len(policies) == 3
