"""A signed-in connection to a mail server (RFC 5321), with a record of the talk."""

from __future__ import annotations

import contextlib
import smtplib
import socket
from typing import Any

from django.conf import settings

from foredesk.channels import consenting, oauth, smtp_answers
from foredesk.channels.models import Mailbox, Security, SignIn
from foredesk.channels.outcomes import Talk, TemporaryFailure
from foredesk.plumbing import http
from foredesk.plumbing.clock import now
from foredesk.plumbing.crypto import UnreadableSecret

CONNECT = 20.0  # seconds
COMMAND = 60.0


class _Recorded(smtplib.SMTP):
    """smtplib through our door to the network, with a record of the talk."""

    talk: Talk
    is_secret = False
    _host: str  # smtplib checks the certificate against it in STARTTLS

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return http.open_connection(host, port, timeout=timeout)

    def putcmd(self, cmd: str, args: str = "") -> None:
        secret = self.is_secret or cmd.upper().startswith("AUTH")
        self.talk.add(">", "AUTH …" if secret else f"{cmd} {args}")
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        code, text = super().getreply()
        self.talk.add("<", f"{code} {text.decode('utf-8', 'replace')}")
        return code, text


class _RecordedTls(_Recorded):
    """The same with TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        try:
            return http.tls_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def connect(mailbox: Mailbox, *, talk: Talk) -> smtplib.SMTP:
    """A signed-in connection. Raises TemporaryFailure with `is_mailbox`."""
    host = mailbox.smtp_host
    is_oauth = mailbox.smtp_sign_in == SignIn.OAUTH
    try:
        secret = consenting.access_token(mailbox) if is_oauth else mailbox.smtp_password()
    except (UnreadableSecret, consenting.NoConsent) as error:
        raise TemporaryFailure(f"{mailbox.name}: {error}", is_mailbox=True) from error
    kind = _RecordedTls if mailbox.smtp_security == Security.SSL else _Recorded
    server = kind(local_hostname=_own_name(), timeout=CONNECT)
    server.talk = talk
    server._host = host
    try:
        code, text = server.connect(host, mailbox.smtp_port)
        if code != 220:
            raise TemporaryFailure(
                f"{host} does not take mail now: {smtp_answers.said(code, text)}", is_mailbox=True
            )
        patience(server, COMMAND)
        server.ehlo_or_helo_if_needed()
        if mailbox.smtp_security == Security.STARTTLS:
            if not server.has_extn("starttls"):
                raise TemporaryFailure(
                    f"{host} offers no STARTTLS on port {mailbox.smtp_port}, so nothing was sent.",
                    is_mailbox=True,
                )
            server.starttls(context=http.tls_context())
            server.ehlo()
        if mailbox.smtp_user:
            server.is_secret = True
            if is_oauth:
                server.ehlo_or_helo_if_needed()
                server.auth("XOAUTH2", _xoauth2(mailbox.smtp_user, secret))
            else:
                server.login(mailbox.smtp_user, secret)
            server.is_secret = False
    except TemporaryFailure:
        close(server)
        raise
    except smtplib.SMTPAuthenticationError as error:
        close(server)
        if is_oauth:
            consenting.distrust(mailbox, at=now())
        said = smtp_answers.said(error.smtp_code, error.smtp_error)
        raise TemporaryFailure(
            f"{host} refused the sign-in of {mailbox.smtp_user}: {said}", is_mailbox=True
        ) from error
    except (OSError, smtplib.SMTPException, http.RefusedAddress, ValueError) as error:
        close(server)
        raise TemporaryFailure(smtp_answers.broken(host, error), is_mailbox=True) from error
    return server


def _xoauth2(user: str, token: str) -> Any:
    """What smtplib asks for: first the token, then an empty line when the server says why not."""

    def answer(challenge: bytes | None = None) -> str:
        return oauth.sasl(user, token) if challenge is None else ""

    return answer


def _own_name() -> str:
    host = settings.SITE_HOST.split(":")[0]
    return host if "." in host and not host.replace(".", "").isdigit() else "localhost"


def patience(server: smtplib.SMTP, seconds: float) -> None:
    """Wait for what the server says next for so long at most."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def leave(server: smtplib.SMTP) -> None:
    """Say QUIT if that is still possible, and close."""
    try:
        if server.sock is not None:
            patience(server, 5)
            server.quit()
    except (OSError, smtplib.SMTPException):
        pass
    close(server)


def close(server: smtplib.SMTP) -> None:
    """Drop the connection without a word."""
    with contextlib.suppress(OSError):
        server.close()
