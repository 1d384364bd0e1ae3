"""A signed-in IMAP connection (RFC 3501) by the guarded door, and its failures as sentences."""

from __future__ import annotations

import contextlib
import imaplib
import poplib
import socket
import ssl

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from foredesk.channels import consenting
from foredesk.channels.models import Mailbox, Security, SignIn
from foredesk.plumbing import http
from foredesk.plumbing.clock import now
from foredesk.plumbing.crypto import UnreadableSecret

CONNECT = 20.0  # seconds
READ = 60.0  # seconds between two pieces of an answer


class Trouble(Exception):
    """The mailbox can't be read; the text is a sentence for the person who looks after it."""


class _Guarded(imaplib.IMAP4):
    """imaplib whose socket comes from our door to the network."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port, timeout=CONNECT)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = http.open_connection(self.host, self.port, timeout=CONNECT)
        if self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


class Client(IMAPClient):
    """IMAPClient on a guarded socket."""

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _Guarded(self.host, self.port, self.ssl_context if self.ssl else None)


def connect(mailbox: Mailbox) -> Client:
    """A connection that is signed in. Raises Trouble."""
    host = mailbox.imap_host
    client: Client | None = None
    try:
        is_oauth = mailbox.imap_sign_in == SignIn.OAUTH
        secret = consenting.access_token(mailbox) if is_oauth else mailbox.imap_password()
        is_tls = mailbox.imap_security == Security.SSL
        client = Client(
            host,
            mailbox.imap_port,
            ssl=is_tls,
            ssl_context=http.tls_context() if is_tls else None,
            timeout=SocketTimeout(CONNECT, READ),
        )
        if mailbox.imap_security == Security.STARTTLS:
            if not client.has_capability("STARTTLS"):
                raise Trouble(f"{host} offers no STARTTLS on port {mailbox.imap_port}.")
            client.starttls(http.tls_context())
        if is_oauth:
            client.oauth2_login(mailbox.imap_user, secret)
        else:
            client.login(mailbox.imap_user, secret)
        return client
    except Trouble:
        close(client)
        raise
    except LoginError as error:
        close(client)
        if mailbox.imap_sign_in == SignIn.OAUTH:
            consenting.distrust(mailbox, at=now())
        raise Trouble(
            f"{host} refused the sign-in of {mailbox.imap_user}: {said(error)}"
        ) from error
    except Exception as error:
        close(client)
        raise trouble(host, error) from error


def close(client: IMAPClient | None) -> None:
    """Sign out if that is still possible, and close the socket in any case."""
    if client is None:
        return
    with contextlib.suppress(OSError, IMAPClientError, AttributeError):
        client.socket().settimeout(3)
        client.logout()
    with contextlib.suppress(OSError, IMAPClientError, AttributeError):
        client.shutdown()


def trouble(host: str, error: Exception) -> Trouble:
    """The sentence for a failure of the connection."""
    if isinstance(error, http.RefusedAddress | UnreadableSecret | consenting.NoConsent):
        return Trouble(str(error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(f"The certificate of {host} can't be trusted: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return Trouble(f"{host} speaks no TLS that could be agreed on: {error.reason or error}.")
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return Trouble(f"{host} did not answer in time.")
    if isinstance(error, ConnectionRefusedError):
        return Trouble(f"Nothing listens at {host} on this port.")
    if isinstance(error, socket.gaierror) or "no host called" in str(error):
        return Trouble(f"There is no host called {host}.")
    if isinstance(error, IMAPClientAbortError | ConnectionError | EOFError):
        return Trouble(f"{host} closed the connection.")
    if isinstance(error, IMAPClientError | poplib.error_proto):
        return Trouble(f"{host} answered: {said(error)}")
    return Trouble(f"{host} can't be reached: {error}")


def said(error: Exception) -> str:
    """What a server answered, in one printable line."""
    text = str(error)
    if text.startswith("b'") or text.startswith('b"'):
        text = text[2:-1]
    return "".join(char if char.isprintable() else " " for char in text).strip()[:300]
