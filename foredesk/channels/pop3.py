"""A signed-in POP3 connection (RFC 1939) by the guarded door, and its failures as sentences."""

from __future__ import annotations

import base64
import contextlib
import poplib
import socket
import ssl

from foredesk.channels import consenting, imap, oauth
from foredesk.channels.imap import Trouble
from foredesk.channels.models import Mailbox, Security, SignIn
from foredesk.plumbing import http
from foredesk.plumbing.clock import now

CONNECT = 20.0  # seconds
READ = 60.0  # seconds between two pieces of an answer
LONGEST_LINE = 1_000_000  # bytes; the standard library stops at 2,048, real mail does not


class Client(poplib.POP3):
    """poplib whose socket comes from our door to the network."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port, timeout=CONNECT)
        self.sock.settimeout(READ)

    def _create_socket(self, timeout: float) -> socket.socket:
        plain = http.open_connection(self.host, self.port, timeout=timeout)
        if self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _getline(self) -> tuple[bytes, int]:
        line = self.file.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise poplib.error_proto("line too long")
        if not line:
            raise EOFError("-ERR EOF")
        octets = len(line)
        if line[-2:] == b"\r\n":
            return line[:-2], octets
        return line.rstrip(b"\n"), octets

    def xoauth2(self, user: str, token: str) -> None:
        """Sign in with a token (RFC 5034). Raises poplib.error_proto."""
        said = base64.b64encode(oauth.sasl(user, token).encode()).decode()
        self._say("AUTH XOAUTH2")
        if not self._say(said).startswith(b"+OK"):
            self._say("")  # a challenge that says why not: an empty line ends it, with -ERR

    def _say(self, line: str) -> bytes:
        self.sock.sendall(line.encode() + b"\r\n")
        answer = self._getline()[0]
        if not answer.startswith(b"+"):
            raise poplib.error_proto(answer)
        return answer

    def sizes(self) -> dict[int, int]:
        """The size of each mail in bytes, by its number in this session."""
        return dict(map(_two_numbers, self.list()[1]))

    def uidls(self) -> dict[int, str]:
        """The unique id of each mail, by its number in this session. Raises Trouble."""
        try:
            lines = self.uidl()[1]
        except poplib.error_proto as error:
            raise Trouble(
                f"{self.host} does not tell its mails apart (UIDL), so they can't be fetched "
                "exactly once. Use IMAP."
            ) from error
        found = {}
        for line in lines:
            number, _, name = line.decode("latin-1").strip().partition(" ")
            found[int(number)] = name.strip()[:200]
        return found

    def bytes_of(self, number: int) -> bytes:
        """The mail as it lies there."""
        return b"\r\n".join(self.retr(number)[1]) + b"\r\n"

    def head_of(self, number: int) -> bytes:
        """Its header alone; empty when the server can't give it."""
        try:
            return b"\r\n".join(self.top(number, 0)[1]) + b"\r\n"
        except poplib.error_proto:
            return b""


def connect(mailbox: Mailbox) -> Client:
    """A connection that is signed in; the mailbox is locked until it ends. Raises Trouble."""
    host = mailbox.pop3_host
    client: Client | None = None
    try:
        is_oauth = mailbox.pop3_sign_in == SignIn.OAUTH
        secret = consenting.access_token(mailbox) if is_oauth else mailbox.pop3_password()
        is_tls = mailbox.pop3_security == Security.SSL
        client = Client(host, mailbox.pop3_port, http.tls_context() if is_tls else None)
        if mailbox.pop3_security == Security.STARTTLS:
            try:
                client.stls(http.tls_context())
            except poplib.error_proto as error:
                raise Trouble(f"{host} offers no STARTTLS on port {mailbox.pop3_port}.") from error
        _sign_in(client, mailbox, secret)
        return client
    except Trouble:
        drop(client)
        raise
    except Exception as error:
        drop(client)
        raise imap.trouble(host, error) from error


def leave(client: Client) -> None:
    """End the session, which makes deletions happen. Raises OSError, poplib.error_proto."""
    client.quit()


def drop(client: Client | None) -> None:
    """Close without QUIT: nothing is deleted (RFC 1939, 6)."""
    if client is not None:
        with contextlib.suppress(OSError):
            client.close()


def _sign_in(client: Client, mailbox: Mailbox, secret: str) -> None:
    try:
        if mailbox.pop3_sign_in == SignIn.OAUTH:
            client.xoauth2(mailbox.pop3_user, secret)
        else:
            client.user(mailbox.pop3_user)
            client.pass_(secret)
    except poplib.error_proto as error:
        if mailbox.pop3_sign_in == SignIn.OAUTH:
            consenting.distrust(mailbox, at=now())
        said = imap.said(error)
        if "IN-USE" in said.upper():
            raise Trouble(f"{mailbox.pop3_host} says that another program reads it now.") from error
        raise Trouble(
            f"{mailbox.pop3_host} refused the sign-in of {mailbox.pop3_user}: {said}"
        ) from error


def _two_numbers(line: bytes) -> tuple[int, int]:
    number, size = line.split()[:2]
    return int(number), int(size)
