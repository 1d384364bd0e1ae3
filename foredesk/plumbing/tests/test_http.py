"""The door to the network refuses what is not public, and connects to what it checked."""

import http.server
import socket
import threading

import pytest

from foredesk.plumbing import http as door
from foredesk.plumbing.http import RefusedAddress

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",
        "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:db8::1", "fec0::1", "100::1",
    ],
)  # fmt: skip
def test_special_addresses_are_refused_however_they_come(address):
    with pytest.raises(RefusedAddress, match="private or special"):
        door.check_address(address, 993, allow=())
    with pytest.raises(RefusedAddress, match="FOREDESK_ALLOW_PRIVATE_HOSTS"):
        door.check_address("mail.example", 993, allow=(), resolve=lambda _: [PUBLIC, address])


def test_public_addresses_and_what_is_named_pass():
    assert door.check_address("mail.example", 993, allow=(), resolve=lambda _: [PUBLIC]) == [PUBLIC]
    inner = {"mail.corp": ["10.0.0.5"]}
    for allow in (["mail.corp"], ["10.0.0.0/8"], ["10.0.0.5"]):
        found = door.check_address("mail.corp", 993, allow=allow, resolve=inner.__getitem__)
        assert found == ["10.0.0.5"]
    with pytest.raises(RefusedAddress):
        door.check_address("mail.corp", 993, allow=["192.168.0.0/16"], resolve=inner.__getitem__)


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "127.1", "a b", "", "-x", "127。0。0。1"])
def test_odd_spellings_are_refused(host):
    with pytest.raises((RefusedAddress, OSError)):
        door.check_address(host, 993, allow=(), resolve=lambda _: [PUBLIC])


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://x.example/", "http://x.example:25/", "http://x.example:0/",
        "//x.example/", "http://", "http://x.example\\@y/", " http://x.example/", "javascript:1",
    ],
)  # fmt: skip
def test_only_web_addresses_are_fetched(url):
    assert door.pin(url, lambda _: [PUBLIC]) is None


def test_a_name_is_resolved_once_and_pinned():
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    assert door.pin("https://rebind.example/", lambda _: next(answers)) == PUBLIC


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        port = self.server.server_address[1]
        targets = {"/away": "http://10.0.0.1/", "/round": f"http://127.0.0.1:{port}/round"}
        if self.path in targets:
            self.send_response(302)
            self.send_header("Location", targets[self.path])
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"x" * (100_000 if self.path == "/big" else 5))

    def log_message(self, *_):
        pass


@pytest.fixture
def site(monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    monkeypatch.setattr(door, "WEB_PORTS", door.WEB_PORTS | {server.server_address[1]})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_fetching_checks_every_hop_and_bounds_the_answer(site):
    answer = door.fetch(f"{site}/", allow=["127.0.0.1"])
    assert (answer.status, answer.body) == (200, b"xxxxx")
    assert answer.headers["content-type"] == "text/plain"
    with pytest.raises(RefusedAddress, match=r"10\.0\.0\.1"):
        door.fetch(f"{site}/away", allow=["127.0.0.1"])
    with pytest.raises(RefusedAddress, match="too often"):
        door.fetch(f"{site}/round", allow=["127.0.0.1"])
    with pytest.raises(door.TooBig):
        door.fetch(f"{site}/big", allow=["127.0.0.1"], max_bytes=1000)
    with pytest.raises(RefusedAddress):
        door.fetch(f"{site}/", allow=())


def test_sockets_go_to_the_checked_address():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        door.open_connection("127.0.0.1", port, allow=["127.0.0.1"]).close()
        with pytest.raises(RefusedAddress):
            door.open_connection("127.0.0.1", port, allow=())
