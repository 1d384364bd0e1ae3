"""Pictures of other servers come by way of the desk."""

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from foredesk.desk.tickets import pictures
from foredesk.plumbing import http
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db

_out = io.BytesIO()
Image.new("RGB", (40, 30)).save(_out, "PNG")
PNG = _out.getvalue()


@pytest.fixture
def far(monkeypatch):
    """A server of somebody else, and what it was asked."""
    asked = []

    class Far(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            body = {
                "/a.png": PNG,
                "/broken.png": PNG[:40],
                "/page": b"<script>alert(1)</script>",
                "/drawing.svg": b"<svg onload='x'>",
                "/huge.png": PNG + b"x" * pictures.BIGGEST,
            }.get(self.path.split("?")[0])
            self.send_response(302 if body is None else 200)
            if body is None:
                self.send_header("Location", "http://10.0.0.1/secret.png")
            self.send_header("Content-Type", "image/png")
            self.send_header("Set-Cookie", "a=b")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Far)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    monkeypatch.setattr(http, "WEB_PORTS", http.WEB_PORTS | {port})
    monkeypatch.setattr(pictures, "ALLOWED", ("127.0.0.1",))
    yield f"http://127.0.0.1:{port}", asked
    server.shutdown()


def _shown(browser, address, number=0):
    message = cases.arrive(html=f'<p><img remote-src="{address}"></p>', is_rich=True)
    return browser.get(f"/messages/{message.public_id}/pictures/{number}/")


def test_a_picture_comes_without_telling_who_reads(browser, far):
    site, asked = far
    answer = _shown(browser, f"{site}/a.png?u=1&amp;v=2")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    drawn = Image.open(io.BytesIO(answer.content))
    assert (drawn.format, drawn.size) == ("WEBP", (40, 30))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer
    path, headers = asked[0]
    assert path == "/a.png?u=1&v=2"
    assert not {"cookie", "referer", "x-forwarded-for"} & set(headers)
    assert headers["user-agent"] == "Foredesk"


@pytest.mark.parametrize(
    "path", ["/page", "/broken.png", "/drawing.svg", "/huge.png", "/elsewhere"]
)
def test_what_is_no_picture_is_not_shown(browser, far, path):
    assert _shown(browser, far[0] + path).status_code == 404


def test_row_16_ssrf_no_private_host_is_reached(browser, settings):
    for address in ("http://127.0.0.1/", "http://169.254.169.254/latest", "http://localhost/a"):
        assert _shown(browser, address).status_code == 404


@pytest.mark.parametrize("number", [1, 199, 10**12])
def test_only_pictures_of_the_message_are_fetched(browser, far, number):
    assert _shown(browser, f"{far[0]}/a.png", number).status_code == 404
    assert far[1] == []
