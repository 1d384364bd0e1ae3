"""The live stream, driven as a server drives it."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from foredesk.api import live
from foredesk.conftest import _agent
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people import deactivating
from foredesk.plumbing.clock import now
from foredesk.realtime import hub as hubs
from foredesk.realtime import topics

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20  # seconds


class Stream:
    """One request to the route: what it sent, event by event."""

    def __init__(self, scope):
        self.status, self.headers, self.is_over = None, {}, False
        self._sent, self._gone, self._text = asyncio.Queue(), asyncio.Event(), ""
        self._task = asyncio.create_task(live.stream(scope, self._receive, self._send))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        await self._sent.put(message)

    async def event(self):
        """The next event: (name, data); None when the stream has ended."""
        while "\n\n" not in self._text:
            if self.is_over:
                return None
            message = await asyncio.wait_for(self._sent.get(), PATIENCE)
            if message["type"] == "http.response.start":
                self.status, self.headers = message["status"], dict(message["headers"])
            else:
                self._text += message["body"].decode()
                self.is_over = not message["more_body"]
        block, _, self._text = self._text.partition("\n\n")
        lines = dict(line.partition(": ")[::2] for line in block.splitlines())
        return lines.get("event"), json.loads(lines.get("data", "null"))

    async def refusal(self):
        """(status, sentence) of an answer that is no stream."""
        assert await self.event() is None
        return self.status, self._text

    async def leave(self):
        self._gone.set()
        await asyncio.wait_for(self._task, PATIENCE)


def _scope(query="", cookie="", method="GET"):
    return {
        "type": "http",
        "method": method,
        "path": "/live",
        "query_string": query.encode(),
        "headers": [(b"cookie", cookie.encode())] if cookie else [],
    }


def _signed_in(agent):
    browser = Client()
    browser.force_login(agent)
    return f"{settings.SESSION_COOKIE_NAME}={browser.session.session_key}"


def _asking(agent, *wanted):
    return urlencode({"topics": topics.sign(wanted, viewer_id=agent.pk)})


@asynccontextmanager
async def _stream(*args, **kwargs):
    stream = Stream(_scope(*args, **kwargs))
    try:
        yield stream
    finally:
        await stream.leave()


def _run(story, monkeypatch):
    """Run a story with a hub of its own."""

    async def told():
        hub = hubs.Hub()
        monkeypatch.setattr(live, "hub", hub)
        try:
            await story()
        finally:
            await hub.stop()

    asyncio.run(told())


def _poke(*names):
    with transaction.atomic():
        recording.poke(names)


_poke_later = sync_to_async(_poke, thread_sensitive=True)


@pytest.fixture
def ada(db):
    return _agent("Ada", "agent")


REFUSED = [
    ("without a session", lambda ada, ben: _scope(_asking(ada, "a")), 401),
    ("with a made-up session",
     lambda ada, ben: _scope(_asking(ada, "a"), f"{settings.SESSION_COOKIE_NAME}=x"), 401),
    ("with forged topics", lambda ada, ben: _scope("topics=a:b:c", _signed_in(ada)), 403),
    ("with topics of another", lambda ada, ben: _scope(_asking(ben, "a"), _signed_in(ada)), 403),
    ("with one bad token of two",
     lambda ada, ben: _scope(_asking(ada, "a") + "&" + _asking(ben, "b"), _signed_in(ada)), 403),
    ("by POST", lambda ada, ben: _scope("", _signed_in(ada), method="POST"), 405),
]  # fmt: skip


@pytest.mark.parametrize(("name", "scope", "status"), REFUSED, ids=[case[0] for case in REFUSED])
def test_it_is_refused(ada, name, scope, status, monkeypatch):
    asked = scope(ada, _agent("Ben", "agent"))

    async def story():
        stream = Stream(asked)
        code, sentence = await stream.refusal()
        assert code == status
        assert sentence.endswith(".")

    _run(story, monkeypatch)


def test_a_switched_off_agent_is_refused(ada, monkeypatch):
    cookie = _signed_in(ada)
    ada.is_active = False
    ada.save()

    async def story():
        assert (await Stream(_scope("", cookie)).refusal())[0] == 401

    _run(story, monkeypatch)


def test_a_poke_of_its_topics_and_no_other_arrives_within_a_second(ada, monkeypatch):
    cookie = _signed_in(ada)

    async def story():
        async with _stream(_asking(ada, "ticket-1", "team-0"), cookie) as stream:
            assert (await stream.event())[0] == "resync"
            assert stream.status == 200
            assert stream.headers[b"content-type"].startswith(b"text/event-stream")
            assert stream.headers[b"cache-control"] == b"no-store"
            assert (await stream.event())[0] == "resync"  # the hub listens now
            await _poke_later("ticket-9", "people")
            began = asyncio.get_running_loop().time()
            await _poke_later("ticket-1", "ticket-9")
            assert await stream.event() == ("poke", {"topic": "ticket-1"})
            assert asyncio.get_running_loop().time() - began < 1

    _run(story, monkeypatch)


def test_a_cookie_of_another_application_does_not_hide_ours(ada, monkeypatch):
    cookie = f'theirs={{"a": 1, "b": "x"}}; {_signed_in(ada)}; more="\\"'

    async def story():
        async with _stream("", cookie) as stream:
            assert (await stream.event())[0] == "resync"

    _run(story, monkeypatch)


def test_who_is_switched_off_loses_the_stream_at_once(ada, monkeypatch):
    cookie = _signed_in(ada)

    def deactivate():
        deactivating.deactivate(ada, by=SYSTEM, at=now())

    async def story():
        async with _stream(_asking(ada, "ticket-1"), cookie) as stream:
            await stream.event()
            await stream.event()
            await sync_to_async(deactivate)()
            assert await stream.event() is None

    _run(story, monkeypatch)


def test_a_change_that_leaves_the_agent_in_keeps_the_stream(ada, monkeypatch):
    cookie = _signed_in(ada)

    async def story():
        async with _stream("", cookie) as stream:
            await stream.event()
            await stream.event()
            await _poke_later(f"access-{ada.pk}")
            assert await stream.event() == ("poke", {"topic": f"access-{ada.pk}"})

    _run(story, monkeypatch)


def test_a_session_that_ended_ends_the_stream_with_the_next_look(ada, monkeypatch):
    browser = Client()
    browser.force_login(ada)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.session.session_key}"
    monkeypatch.setattr(live, "PING_EVERY", 0.05)

    async def story():
        async with _stream("", cookie) as stream:
            await stream.event()
            await sync_to_async(browser.logout)()
            while await stream.event() is not None:
                pass

    _run(story, monkeypatch)


def test_pings_keep_proxies_from_closing_a_quiet_stream(ada, monkeypatch):
    cookie = _signed_in(ada)
    monkeypatch.setattr(live, "PING_EVERY", 0.05)

    async def story():
        async with _stream("", cookie) as stream:
            events = [await stream.event() for _ in range(4)]
            assert (None, None) in events

    _run(story, monkeypatch)


@pytest.fixture
def pool_of_two(db):
    """The pool of database connections made small, and none of it taken."""
    options = connection.settings_dict["OPTIONS"]
    before = options["pool"]
    connection.close()
    connection.close_pool()
    options["pool"] = {"min_size": 1, "max_size": 2, "timeout": 3}
    yield
    connection.close()
    connection.close_pool()
    options["pool"] = before


def test_ten_streams_leave_the_database_to_the_pages(ada, pool_of_two, monkeypatch):
    cookie = _signed_in(ada)
    connection.close()

    def page():
        try:
            return Client().get("/healthz").status_code
        finally:
            connection.close()

    async def story():
        streams = [Stream(_scope(_asking(ada, "ticket-1"), cookie)) for _ in range(10)]
        for stream in streams:
            assert (await stream.event())[0] == "resync"
        asked = [sync_to_async(page, thread_sensitive=False)() for _ in range(10)]
        assert set(await asyncio.gather(*asked)) == {200}
        for stream in streams:
            await stream.leave()

    _run(story, monkeypatch)


def test_the_hub_starts_and_stops_with_the_server(monkeypatch):
    async def story():
        asked, told = asyncio.Queue(), []

        async def send(message):
            told.append(message["type"])

        for kind in ("lifespan.startup", "lifespan.shutdown"):
            asked.put_nowait({"type": kind})
        before = signal.getsignal(signal.SIGTERM)
        try:
            await asyncio.wait_for(live.lifespan(asked.get, send), PATIENCE)
        finally:
            signal.signal(signal.SIGTERM, before)
        assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert live.hub._task.done()

    _run(story, monkeypatch)
