"""A mail server that takes notes and misbehaves on request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass(frozen=True)
class Taken:
    """One mail that the sink acknowledged, or took without an answer."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    data: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)  # type: ignore[return-value]


@dataclass
class Manners:
    """How the sink behaves; tests change it while it runs.

    It hangs up on connections that it does not greet, and waits for `pause` seconds before it
    answers MAIL.
    """

    rcpt: Callable[[str], str] = lambda address: "250 2.1.5 OK"
    mail: Callable[[str], str] = lambda address: "250 2.1.0 OK"
    data: Callable[[bytes], str] = lambda data: "250 2.0.0 Queued as 42"
    drops_answer: bool = False
    greets: Callable[[], bool] = lambda: True
    pause: float = 0.0
    most_bytes: int = 30_000_000
    password: str = ""
    on_data: Callable[[], None] = lambda: None


class _Greeting(SMTP):
    """A connection that may end before the first word."""

    def connection_made(self, transport: Any) -> None:
        if self.event_handler.manners.greets():
            super().connection_made(transport)
        else:
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self.transport is not None else None


@dataclass
class Sink:
    """`with Sink() as sink:` listens on 127.0.0.1:sink.port; `sink.taken` lists what came."""

    manners: Manners = field(default_factory=Manners)
    taken: list[Taken] = field(default_factory=list)
    sessions: int = 0
    port: int = 0
    tls_context: Any = None

    def __enter__(self) -> Sink:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        listening = self._loop.create_server(self._connection, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening, as a server that is down."""
        self._loop.call_soon_threadsafe(self._server.close)
        closing = self._server.wait_closed()
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(closing, 5), self._loop).result(10)

    def _connection(self) -> SMTP:
        self.sessions += 1
        needs_password = bool(self.manners.password)
        return _Greeting(
            self,
            hostname="sink.example",
            loop=self._loop,
            enable_SMTPUTF8=True,
            data_size_limit=self.manners.most_bytes,
            tls_context=self.tls_context,
            auth_required=needs_password,
            auth_require_tls=False,
            authenticator=self._authenticate if needs_password else None,
        )

    def _authenticate(self, server, session, envelope, mechanism, data) -> AuthResult:
        given = getattr(data, "password", b"").decode()
        return AuthResult(success=given == self.manners.password, handled=False)

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        if self.manners.pause:
            await asyncio.sleep(self.manners.pause)
        answer = self.manners.mail(address)
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        answer = self.manners.rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:
        self.manners.on_data()
        answer = self.manners.data(envelope.original_content)
        if answer.startswith("250") or self.manners.drops_answer:
            self.taken.append(
                Taken(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content)
            )
        if self.manners.drops_answer:
            server.transport.abort()
        return answer
