"""The live stream: server-sent events (WHATWG HTML, section 9.2) as a raw ASGI route.

A page subscribes with the topics that were signed for its viewer. Only topic names cross the wire;
the page asks again for what it shows. No database connection is held while streaming.
"""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connections
from django.http.cookie import parse_cookie

from foredesk.realtime import topics as signed
from foredesk.realtime.hub import GOODBYE, RESYNC, hub

PING_EVERY = 20.0  # seconds: shorter than the idle limits of common proxies
RECHECK_EVERY = 3  # pings after which the session is looked at again
MOST_TOPICS = 200
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def lifespan(receive: Any, send: Any) -> None:
    """Start and stop the hub with the server."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.start()
            _end_streams_on_stop()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _end_streams_on_stop() -> None:
    """The server waits for open requests before it stops, and a stream would wait for ever.

    The server's own handler hangs on the loop's wake-up descriptor (signal.set_wakeup_fd), which is
    written whatever Python function is set here: both run.
    """
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(hub.dismiss))


async def stream(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one stream until either side ends it. 401 without a session, 403 for foreign topics."""
    if scope["method"] != "GET":
        return await _refuse(send, 405, "Ask with GET.")
    session_key = _session_key(scope)
    viewer_id = await sync_to_async(_viewer, thread_sensitive=False)(session_key)
    if viewer_id is None:
        return await _refuse(send, 401, "Sign in first.")
    query = parse_qs(scope["query_string"].decode("latin-1"))
    wanted: list[str] = []
    for token in query.get("topics", []):
        opened = signed.unsign(token)
        if opened is None or opened[0] != viewer_id:
            return await _refuse(
                send, 403, "These topics were not signed for you. Reload the page."
            )
        wanted.extend(opened[1])
    hub.start()
    gone = asyncio.create_task(_until_gone(receive))
    try:
        with hub.subscribed([*wanted[:MOST_TOPICS], f"access-{viewer_id}"]) as queue:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _send(send, "retry: 1000\nevent: resync\ndata: {}\n\n")
            await _pump(queue, send, gone, session_key, viewer_id)
    except (OSError, RuntimeError):
        pass  # the peer went away while we wrote
    finally:
        gone.cancel()


async def _pump(
    queue: asyncio.Queue[str], send: Any, gone: asyncio.Task[None], session_key: str, viewer_id: int
) -> None:
    pings = 0
    while not gone.done():
        poke = asyncio.ensure_future(queue.get())
        await asyncio.wait({poke, gone}, timeout=PING_EVERY, return_when=asyncio.FIRST_COMPLETED)
        if poke.done():
            names = {poke.result()}
            while not queue.empty():
                names.add(queue.get_nowait())
            if GOODBYE in names:
                break
            if f"access-{viewer_id}" in names and not await _may_stay(session_key, viewer_id):
                break
            await _send(send, "".join(_event(name) for name in sorted(names)))
            continue
        poke.cancel()
        if gone.done():
            return
        pings += 1
        if pings % RECHECK_EVERY == 0 and not await _may_stay(session_key, viewer_id):
            break
        await _send(send, ": ping\n\n")
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _may_stay(session_key: str, viewer_id: int) -> bool:
    return await sync_to_async(_viewer, thread_sensitive=False)(session_key) == viewer_id


def _event(topic: str) -> str:
    if topic == RESYNC:
        return "event: resync\ndata: {}\n\n"
    return f"event: poke\ndata: {json.dumps({'topic': topic})}\n\n"


async def _send(send: Any, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Any, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode(), "more_body": False})


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _session_key(scope: dict[str, Any]) -> str:
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return parse_cookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")


class _Request:
    """What Django's get_user needs of a request: the session."""

    def __init__(self, session: SessionStore) -> None:
        self.session = session


def _viewer(session_key: str) -> int | None:
    """The signed-in, active agent of a session. The connection goes back to the pool at once."""
    if not session_key:
        return None
    close_old_connections()
    try:
        user = get_user(_Request(SessionStore(session_key)))  # type: ignore[arg-type]
        return user.pk if user.is_authenticated and user.is_active else None
    finally:
        connections.close_all()
