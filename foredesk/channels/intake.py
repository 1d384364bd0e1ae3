"""The built-in SMTP intake: mail is acknowledged after the commit that keeps it, never before."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.db import Error as DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from foredesk.channels import accepting, beating, placing, taking_data
from foredesk.files import storing
from foredesk.plumbing.clock import now

log = logging.getLogger(__name__)

MAX_RECIPIENTS = 100
MAX_CONNECTIONS = 200
MAX_CONNECTIONS_PER_PEER = 100
MAX_LINE = 512 * 1024  # far above RFC 5321's 1,000: nothing is refused for one long line
MAX_SESSION = timedelta(minutes=30)
SILENCE = 120  # seconds
HEARTBEAT = 20  # seconds
RESTED = 0.5  # seconds

PLAIN = re.compile(
    r"\A\s*<([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)>"
    r"\s*(.*)",
    re.ASCII,
)
"""An address in MAIL or RCPT as nearly all are, and the options after it."""

_thread = threading.local()

log_smtp = logging.getLogger("mail.log")


@dataclass(frozen=True)
class Rules:
    """What the intake takes. `accept` is any or known."""

    max_bytes: int
    accept: str


class Handler:
    """Answers the commands that need the house; the protocol itself is aiosmtpd's."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="intake")
        self.connections: set[BaseDatabaseWrapper] = set()
        self.accepted = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return f"452 4.5.3 At most {MAX_RECIPIENTS} recipients at once; send the rest after"
        try:
            is_wanted = self.rules.accept == "any" or await self._run(placing.is_known, address)
        except DatabaseError:
            log.exception("The database can't tell whether %s is ours", address)
            return "451 4.3.0 The database is away for the moment, please try again"
        if not is_wanted:
            return f"550 5.1.1 <{_ascii(address)}> is not an address of this help desk"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        try:
            number = await self._run(
                _accept,
                raw,
                (envelope.mail_from or "").strip("<>"),
                list(envelope.rcpt_tos),
                str((session.peer or ("",))[0]),
                session.host_name or "",
            )
        except storing.UnableToStore as error:
            log.error("A mail could not be stored: %s", error)
            return "452 4.3.1 The disk is full, please try again later"
        except DatabaseError:
            log.exception("A mail could not be committed")
            return "451 4.3.0 The database is away for the moment, please try again"
        except Exception:
            log.exception("A mail could not be taken")
            return "451 4.3.0 Something went wrong here, please try again"
        self.accepted += 1
        return f"250 2.0.0 Kept as {number}"

    async def handle_exception(self, error: Exception) -> str:
        log.exception("The SMTP intake failed", exc_info=error)
        return "451 4.3.0 Something went wrong here, please try again"

    async def _run(self, function: Any, *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            self.threads, self._call, function, *args
        )

    def _call(self, function: Any, *args: Any) -> Any:
        """Run in a thread with its database connection, kept for the mail that comes right after.

        To take one from the pool and to see that it lives costs as much as the mail itself. One
        that rested is looked at again; one that died in use is thrown away, and the sender comes
        again.
        """
        own = connections[DEFAULT_DB_ALIAS]
        self.connections.add(own)
        if time.monotonic() - getattr(_thread, "used_at", 0.0) > RESTED:
            own.close_if_unusable_or_obsolete()
        try:
            return function(*args)
        except DatabaseError:
            own.close()
            raise
        finally:
            _thread.used_at = time.monotonic()

    def stop(self) -> None:
        """Let mails in hand finish, and give the connections back."""
        self.threads.shutdown(wait=True)
        for one in self.connections:
            one.inc_thread_sharing()
            one.close()


def _accept(raw: bytes, mail_from: str, rcpt_to: list[str], peer: str, helo: str) -> int:
    mailbox = placing.mailbox_for(rcpt_to)
    return accepting.accept(
        raw,
        mailbox=mailbox,
        road="smtp",
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        peer=peer,
        helo=helo,
        at=now(),
    ).pk


class Connection(SMTP):
    """One peer, with bounds on how many there are and how long each may stay."""

    line_length_limit = MAX_LINE
    open_by_peer: Counter[str] = Counter()

    def connection_made(self, transport: Any) -> None:
        peer = str((transport.get_extra_info("peername") or ("?",))[0])
        self.peer_name = peer
        Connection.open_by_peer[peer] += 1
        is_too_many = (
            Connection.open_by_peer.total() > MAX_CONNECTIONS
            or Connection.open_by_peer[peer] > MAX_CONNECTIONS_PER_PEER
        )
        if is_too_many:
            transport.write(b"421 4.7.0 Too many connections, please try again later\r\n")
            transport.close()
        self.end = self.loop.call_later(MAX_SESSION.total_seconds(), transport.abort)
        if not is_too_many:
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.end.cancel()
        Connection.open_by_peer[self.peer_name] -= 1
        if Connection.open_by_peer[self.peer_name] <= 0:
            del Connection.open_by_peer[self.peer_name]
        if self.transport is not None:
            super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """As aiosmtpd's, but for how the mail is read."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            mail = await taking_data.take(self._reader, self.data_size_limit or 0)
        except asyncio.CancelledError:  # the peer is gone
            self._writer.close()
            raise
        if mail is None:
            answer = "552 5.3.4 Error: Too much mail data"
        else:
            self.envelope.content = self.envelope.original_content = mail
            answer = await self._call_handler_hook("DATA")
        self._set_post_data_state()
        await self.push(answer)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """A plain address by a plain pattern; aiosmtpd reads it as the header of a mail, which
        costs as much as all the rest of the talk."""
        if (plain := PLAIN.fullmatch(arg)) is None:
            return super()._getaddr(arg)
        return plain[1], plain[2]


def _ascii(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and char not in "<>")[:320]


async def serve(host: str, port: int, rules: Rules) -> tuple[asyncio.Server, Handler]:
    """Listen; the caller closes the server. Port 0 takes a free one."""
    loop = asyncio.get_running_loop()
    handler = Handler(rules)

    def connection() -> Connection:
        return Connection(
            handler,
            data_size_limit=rules.max_bytes,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=settings.SITE_HOST.split(":")[0] or "localhost",
            ident="Foredesk",
            timeout=SILENCE,
            command_call_limit={"*": 1000, "NOOP": 50, "VRFY": 20, "RSET": 1000},
            loop=loop,
        )

    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = await loop.create_server(connection, host, port, backlog=200)
    return server, handler


async def run() -> None:
    """Serve until told to stop; let mails in hand finish."""
    env = settings.ENV
    rules = Rules(max_bytes=env.smtp_max_mb * 1024 * 1024, accept=env.smtp_accept)
    server, handler = await serve(env.smtp_host, env.smtp_port, rules)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    log.info("SMTP intake listens on %s:%s", env.smtp_host, env.smtp_port)
    while not stopping.is_set():
        await _beat(f"{env.smtp_host}:{env.smtp_port}, {handler.accepted} mails taken")
        try:
            await asyncio.wait_for(stopping.wait(), HEARTBEAT)
        except TimeoutError:
            continue
    server.close()
    handler.stop()


async def _beat(detail: str) -> None:
    try:
        await sync_to_async(_say_that_it_lives)(detail)
    except DatabaseError as error:
        log.warning("The intake can't say that it lives: %s", error)


def _say_that_it_lives(detail: str) -> None:
    close_old_connections()
    try:
        beating.beat("intake", at=now(), detail=detail)
    finally:
        close_old_connections()


def main() -> None:
    """Run the intake until SIGTERM or SIGINT; port 0 turns it off."""
    if settings.ENV.smtp_port == 0:
        log.info("The SMTP intake is off (FOREDESK_SMTP_PORT is 0).")
        return
    asyncio.run(run())
