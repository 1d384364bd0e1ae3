"""Webhooks against real servers that take them, hang, drip, redirect inwards or never end."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks.webhooks import Webhook

from foredesk.automations import calling, writing_rules
from foredesk.automations.models import WebhookCall
from foredesk.automations.tests.cases import active, trigger
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.plumbing import http
from foredesk.plumbing.clock import now
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


class Server(ThreadingHTTPServer):
    """A server that answers as its `how` says and keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.how, self.heard = "take", []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append((dict(self.headers), body))
        getattr(self, f"_{self.server.how}")()

    def _take(self):
        self.send_response(204)
        self.end_headers()

    def _refuse(self):
        self.send_response(500)
        self.end_headers()

    def _inwards(self):
        self.send_response(307)
        self.send_header("location", "http://169.254.169.254/latest/")
        self.end_headers()

    def _endless(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(10):
            self.wfile.write(b"x" * 1_000_000)

    def _hang(self):
        self.server.released.wait(20)

    def _drip(self):
        while not self.server.released.wait(0.05):
            self.wfile.write(b"H")

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    found = Server()
    monkeypatch.setattr(http, "WEB_PORTS", http.WEB_PORTS | {found.server_port})
    yield found
    found.released.set()
    found.shutdown()
    found.server_close()


def planned(server, hear, **more) -> WebhookCall:
    active(trigger("Tell ours", steps=[{"do": "webhook", "url": server.url}], **more))
    cases.ticket_of(subject="Tent")
    hear()
    return WebhookCall.objects.latest("id")


def test_a_call_is_signed_so_that_the_far_side_can_check_it(server, hear):
    call = planned(server, hear)
    calling.call(call.pk)
    headers, body = server.heard[0]
    key = calling.key_of(call.rule)
    said = Webhook(key).verify(body, {name.lower(): value for name, value in headers.items()})
    assert said == json.loads(body)
    assert said["data"]["ticket"]["subject"] == "Tent"
    assert said["data"]["event"] == "tickets.MessageReceived"
    call.refresh_from_db()
    assert (call.state, call.attempts, call.rule.trouble) == ("done", 1, "")


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("refuse", "127.0.0.1 answered with the status 500."),
        ("inwards", "127.0.0.1 redirects elsewhere."),
        ("endless", "127.0.0.1 answered with more than a megabyte."),
        ("hang", "127.0.0.1 did not answer within 0.3 seconds."),
        ("drip", "127.0.0.1 did not answer within 0.3 seconds."),
    ],
)
def test_a_bad_target_is_left_with_a_reason_and_tried_later(server, hear, monkeypatch, how, reason):
    monkeypatch.setattr(calling, "SECONDS", 0.3)
    call = planned(server, hear)
    server.how = how
    begun = time.monotonic()
    calling.call(call.pk)
    assert time.monotonic() - begun < 15
    call.refresh_from_db()
    assert call.rule.trouble.startswith(reason)
    assert (call.state, call.attempts, call.rule.failures) == ("waiting", 1, 1)
    jobs = ProcrastinateJob.objects.filter(task_name="automations.call_webhook")
    assert jobs.exclude(scheduled_at=None).count() == 1
    assert len(server.heard) == 1


def test_after_its_last_try_a_call_is_given_up(server, hear, monkeypatch):
    monkeypatch.setattr(calling, "WAITS", (1,))
    call = planned(server, hear)
    server.how = "refuse"
    for _ in range(3):
        calling.call(call.pk)
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("failed", 2)
    assert len(server.heard) == 2


def test_after_twenty_failures_nothing_is_tried_until_it_is_switched_on_again(server, hear):
    call = planned(server, hear)
    rule = call.rule
    rule.failures = calling.BREAKS_AFTER - 1
    rule.save()
    server.how = "refuse"
    calling.call(call.pk)
    assert Entry.objects.get(kind="automations.RuleBroken").data["name"] == "Tell ours"
    cases.ticket_of()
    hear()
    second = WebhookCall.objects.latest("id")
    calling.call(second.pk)
    second.refresh_from_db()
    assert (second.state, second.note) == ("failed", "Not tried: 20 calls before it failed.")
    assert len(server.heard) == 1

    writing_rules.switch(rule, is_active=False, by=SYSTEM, at=now())
    writing_rules.switch(rule, is_active=True, by=SYSTEM, at=now())
    server.how = "take"
    calling.call(call.pk)
    call.refresh_from_db()
    assert (call.state, call.rule.failures) == ("done", 0)


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/", "http://10.0.0.5/", "http://169.254.169.254/", "http://[::1]/",
     "https://x.example:22/", "javascript:alert(1)", "http://2130706433/"],
)  # fmt: skip
def test_what_is_no_public_web_address_is_refused_at_once(url):
    data = trigger(steps=[{"do": "webhook", "url": url}])
    with pytest.raises(writing_rules.BadRule):
        writing_rules.add(data, by=SYSTEM, at=now())


def test_a_name_that_leads_inwards_is_refused_when_it_is_called(server, hear, monkeypatch):
    call = planned(server, hear)
    WebhookCall.objects.filter(pk=call.pk).update(url="http://intranet.example/")
    monkeypatch.setattr(http, "_resolve", lambda name: ["10.1.2.3"])
    calling.call(call.pk)
    call.rule.refresh_from_db()
    assert "private or special address" in call.rule.trouble
    assert server.heard == []
