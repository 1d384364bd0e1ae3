"""Pages by WSGI behind an ASGI server, each with one trip into a thread and back.

A request that came whole is handed over whole, and so is its answer. Only long uploads and
downloads go piece by piece, as fast as the other side takes them.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Bridge:
    """An ASGI application that asks a WSGI application, in `threads` threads of its own; each
    calls `begin` first."""

    def __init__(
        self, pages: Application, *, threads: int, begin: Callable[[], None] | None = None
    ) -> None:
        self._pages = pages
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page", initializer=begin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        loop = asyncio.get_running_loop()
        body: io.BufferedIOBase = io.BytesIO()
        if scope["method"] not in ("GET", "HEAD"):
            first = await receive()
            body = io.BytesIO(first.get("body", b""))
            if first.get("more_body"):
                body = io.BufferedReader(_Upload(body, receive, loop))
        environ = environ_of(scope, body)
        talk = receive, send, loop
        for message in await loop.run_in_executor(self._threads, self._ask, environ, *talk):
            await send(message)

    def _ask(
        self,
        environ: dict[str, Any],
        receive: Receive,
        send: Send,
        loop: asyncio.AbstractEventLoop,
    ) -> list[Message]:
        """Runs in a thread: the messages that are still to be sent. A download whose client went
        ends at the next piece: nobody pays for the rest."""
        head: Message = {"type": "http.response.start"}

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            head["status"] = int(status[:3])
            head["headers"] = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]

        answer, gone = self._pages(environ, start), None
        try:
            pieces = iter(answer)
            unsent = [head, _piece(next(pieces, b""))]
            for piece in pieces:
                gone = gone or asyncio.run_coroutine_threadsafe(_gone(receive), loop)
                if gone.done():
                    return []
                for message in unsent:
                    _wait(send(message), loop)
                unsent = [_piece(piece)]
            unsent[-1]["more_body"] = False
            return unsent
        finally:
            if gone is not None:
                gone.cancel()
            getattr(answer, "close", lambda: None)()


class _Upload(io.RawIOBase):
    """What is left of a long request: read by the page's thread, received by the loop."""

    def __init__(
        self, begun: io.BytesIO, receive: Receive, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._here, self._receive, self._loop = begun, receive, loop
        self._is_more = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` with what is here; 0 at the end. Raises OSError when the client went."""
        while not (piece := self._here.read(len(buffer))) and self._is_more:
            message = _wait(self._receive(), self._loop)
            if message["type"] == "http.disconnect":
                raise OSError("The client went away before its request was whole.")
            self._here = io.BytesIO(message.get("body", b""))
            self._is_more = message.get("more_body", False)
        buffer[: len(piece)] = piece
        return len(piece)


def environ_of(scope: Scope, body: io.BufferedIOBase) -> dict[str, Any]:
    """A request as PEP 3333 wants it.

    Headers with an underscore are left out: `x_real_ip` would pass for `X-Real-IP`.
    """
    host, port = scope.get("server") or ("localhost", 80)
    client, _ = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        name = name if name in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{name}"
        text = value.decode("latin-1")
        if name in environ:
            text = environ[name] + ("; " if name == "HTTP_COOKIE" else ",") + text
        environ[name] = text
    return environ


async def _gone(receive: Receive) -> None:
    """Until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        continue


def _piece(data: bytes) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": True}


def _wait(call: Awaitable[Any], loop: asyncio.AbstractEventLoop) -> Any:
    """Await on the loop, from a thread."""

    async def awaited() -> Any:
        return await call

    return asyncio.run_coroutine_threadsafe(awaited(), loop).result()
