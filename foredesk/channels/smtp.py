"""Hand one mail to a server (RFC 5321), and know at every moment whether it may have it."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from foredesk.channels import consenting, oauth
from foredesk.channels.mail import statuses
from foredesk.channels.mail.composing import ascii_address
from foredesk.channels.models import Mailbox, Security, SignIn
from foredesk.plumbing import http
from foredesk.plumbing.clock import now
from foredesk.plumbing.crypto import UnreadableSecret

CONNECT = 20.0  # seconds
COMMAND = 60.0
FINAL = 180.0  # the far side may scan the mail before it answers the end of DATA
TRANSCRIPT_CHARS = 8000


class TemporaryFailure(Exception):
    """It may work later. `is_mailbox`: the server or the sign-in is at fault, not this mail."""

    def __init__(self, reason: str, *, is_mailbox: bool = False) -> None:
        super().__init__(reason)
        self.is_mailbox = is_mailbox


class PermanentFailure(Exception):
    """It will never work as it is. `addresses`: the recipients who were refused, and why."""

    def __init__(self, reason: str, *, addresses: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.addresses = addresses or {}


class LostAnswer(Exception):
    """The mail was handed over whole and the answer never came: it may have been sent."""


@dataclass
class Receipt:
    """The server took it. `refused` says why for recipients that it did not take; `wire_id` is
    the id that a provider gave it."""

    answer: str
    refused: dict[str, str] = field(default_factory=dict)
    wire_id: str = ""


class Talk:
    """What was said, for evidence; sign-in secrets are left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, direction: str, text: str) -> None:
        self.lines.append(f"{direction} {text.strip()[:500]}")

    def text(self) -> str:
        return "\n".join(self.lines)[-TRANSCRIPT_CHARS:].replace("\0", "")


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


def send(
    mailbox: Mailbox,
    data: bytes,
    *,
    mail_from: str,
    recipients: list[str],
    talk: Talk,
    hand_over: Callable[[], None] = lambda: None,
    takes_partly: bool = True,
) -> Receipt:
    """Send `data` through the mailbox's server.

    An empty `mail_from` asks for no delivery reports (RFC 5321, 4.5.5); where the server refuses
    that, the mailbox's address takes its place. `hand_over` is called right before the end of DATA;
    when it raises, nothing was sent. Unless `takes_partly`, a recipient who is put off puts the
    whole mail off. Raises TemporaryFailure, PermanentFailure, LostAnswer; each carries its own
    sentence.
    """
    server = connect(mailbox, talk=talk)
    try:
        refused = _envelope(server, mailbox, mail_from, recipients, len(data), takes_partly)
        answer = _data(server, mailbox, data, hand_over)
    except (TemporaryFailure, PermanentFailure):
        leave(server)
        raise
    except OSError as error:
        raise TemporaryFailure(_broken(mailbox.smtp_host, error), is_mailbox=True) from error
    except ValueError as error:
        raise PermanentFailure(f"An address is malformed: {error}") from error
    else:
        leave(server)
    finally:
        # without QUIT: in the middle of DATA it would become part of the mail
        _close(server)
    return Receipt(answer, refused)


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
                f"{host} does not take mail now: {_said(code, text)}", is_mailbox=True
            )
        _patience(server, COMMAND)
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
        _close(server)
        raise
    except smtplib.SMTPAuthenticationError as error:
        _close(server)
        if is_oauth:
            consenting.distrust(mailbox, at=now())
        said = _said(error.smtp_code, error.smtp_error)
        raise TemporaryFailure(
            f"{host} refused the sign-in of {mailbox.smtp_user}: {said}", is_mailbox=True
        ) from error
    except (OSError, smtplib.SMTPException, http.RefusedAddress, ValueError) as error:
        _close(server)
        raise TemporaryFailure(_broken(host, error), is_mailbox=True) from error
    return server


def _xoauth2(user: str, token: str) -> Any:
    """What smtplib asks for: first the token, then an empty line when the server says why not."""

    def answer(challenge: bytes | None = None) -> str:
        return oauth.sasl(user, token) if challenge is None else ""

    return answer


def _envelope(
    server: smtplib.SMTP,
    mailbox: Mailbox,
    mail_from: str,
    recipients: list[str],
    size: int,
    takes_partly: bool,
) -> dict[str, str]:
    """MAIL and RCPT; who was refused and why."""
    options = [f"SIZE={size}"] if server.has_extn("size") else []
    addresses = [ascii_address(one) for one in recipients]
    if not all(one.isascii() for one in (mail_from, *addresses)):
        if not server.has_extn("smtputf8"):
            raise PermanentFailure(
                f"{mailbox.smtp_host} can't send to addresses with letters beyond ASCII."
            )
        options += ["SMTPUTF8", "BODY=8BITMIME"]
        server.command_encoding = "utf-8"
    code, text = server.mail(ascii_address(mail_from), options)
    if not mail_from and 500 <= code < 600:  # some servers send nothing from nobody
        code, text = server.mail(ascii_address(mailbox.address), options)
    if code != 250:
        _refused_sender(mailbox, mail_from, code, text)
    refused: dict[str, str] = {}
    put_off: dict[str, str] = {}
    for plain, address in zip(recipients, addresses, strict=True):
        code, text = server.rcpt(address)
        if code in (250, 251, 252):
            continue
        if code == 421:
            raise TemporaryFailure(f"{mailbox.smtp_host}: {_said(code, text)}", is_mailbox=True)
        kind = put_off if 400 <= code < 500 else refused
        kind[plain] = f"{mailbox.smtp_host} refused {plain}: {_meaning(code, text)}"
    if put_off and (not takes_partly or len(put_off) + len(refused) == len(recipients)):
        raise TemporaryFailure(next(iter(put_off.values())).replace(" refused ", " put off ", 1))
    if len(refused) == len(recipients):
        raise PermanentFailure("; ".join(list(refused.values())[:3]), addresses=refused)
    return {**refused, **put_off}


def _refused_sender(mailbox: Mailbox, mail_from: str, code: int, text: bytes) -> None:
    sentence = f"{mailbox.smtp_host} refused the sender {mail_from}: {_meaning(code, text)}"
    if 400 <= code < 500 or code in (530, 535, 538):
        raise TemporaryFailure(sentence, is_mailbox=True)
    raise PermanentFailure(sentence)


def _data(
    server: smtplib.SMTP, mailbox: Mailbox, data: bytes, hand_over: Callable[[], None]
) -> str:
    host = mailbox.smtp_host
    code, text = server.docmd("DATA")
    if code != 354:
        raise _judged(f"{host} did not take the mail", code, text)
    dotted = re.sub(rb"(?m)^\.", b"..", data)
    if not dotted.endswith(b"\r\n"):
        dotted += b"\r\n"
    server.send(dotted)
    hand_over()
    _patience(server, FINAL)
    server.talk.add(">", ".")  # type: ignore[attr-defined]
    try:
        server.send(b".\r\n")
    except (OSError, smtplib.SMTPException) as error:  # it never left: they have no whole mail
        raise TemporaryFailure(_broken(host, error), is_mailbox=True) from error
    try:
        code, text = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        server.talk.add("!", f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]
        raise LostAnswer(
            f"The connection to {host} broke after the whole mail was handed over and before "
            "the answer: it may have been sent."
        ) from error
    if code != 250:
        raise _judged(f"{host} did not take the mail", code, text)
    return _said(code, text)


def _judged(what: str, code: int, text: bytes) -> Exception:
    sentence = f"{what}: {_meaning(code, text)}"
    return TemporaryFailure(sentence) if 400 <= code < 500 else PermanentFailure(sentence)


def _meaning(code: int, text: bytes) -> str:
    """The answer in words, with the answer itself."""
    said = _said(code, text)
    words = statuses.meaning(statuses.code_in(said))
    return f"{words} ({said})" if words else said


def _said(code: int, text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return re.sub(r"[\x00-\x1f\x7f]+", " ", f"{code} {plain}").strip()[:300]


def _broken(host: str, error: Exception) -> str:
    """A sentence for a connection that failed."""
    if isinstance(error, http.RefusedAddress):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {host} can't be trusted: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"{host} speaks no TLS that could be agreed on: {error.reason or error}."
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return f"{host} did not answer in time."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing listens at {host} on this port."
    if isinstance(error, socket.gaierror) or "no host called" in str(error):
        return f"There is no host called {host}."
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return f"{host} closed the connection."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{host} refused: {_said(error.smtp_code, error.smtp_error)}"
    return f"{host} can't be reached: {error}"


def _patience(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _own_name() -> str:
    host = settings.SITE_HOST.split(":")[0]
    return host if "." in host and not host.replace(".", "").isdigit() else "localhost"


def leave(server: smtplib.SMTP) -> None:
    """Say QUIT if that is still possible, and close."""
    try:
        if server.sock is not None:
            _patience(server, 5)
            server.quit()
    except (OSError, smtplib.SMTPException):
        pass
    _close(server)


def _close(server: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        server.close()
