"""Send by a provider's API (django-anymail), and know at every moment whether it may have the mail.

anymail makes the request; the socket is from our door to the network, and what an answer means is
decided here: a lost answer is a mail that may have been sent.
"""

from __future__ import annotations

import email
import email.header
import email.utils
import re
from collections.abc import Callable
from email.message import Message
from email.mime.base import MIMEBase
from email.utils import getaddresses
from typing import Any

import httpx
import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives

from foredesk.channels import hooking, providers
from foredesk.channels.models import Mailbox
from foredesk.channels.outcomes import (
    LostAnswer,
    PermanentFailure,
    Receipt,
    Talk,
    TemporaryFailure,
)
from foredesk.channels.providers.contract import Malformed, Provider
from foredesk.plumbing import extras, http
from foredesk.plumbing.crypto import UnreadableSecret

TIMEOUT = 60.0  # seconds
KEPT_HEADERS = (
    "message-id", "in-reply-to", "references", "auto-submitted", "precedence",
    "x-auto-response-suppress", "x-foredesk-test",
)  # fmt: skip
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    http.RefusedAddress,
)


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
    """Send `data` by the mailbox's provider.

    `hand_over` is called right before the request; when it raises, nothing was sent. Raises
    TemporaryFailure, PermanentFailure, LostAnswer; each carries its own sentence.
    """
    provider = _provider(mailbox)
    message = message_of(data, recipients, provider)
    backend = _backend(provider, mailbox, talk, hand_over)
    try:
        backend.send_messages([message])
    except AnymailRecipientsRefused as error:
        raise PermanentFailure(f"{provider.label} refused the recipients.") from error
    except AnymailError as error:
        raise _judged(provider, error, talk) from error
    except (ValueError, TypeError, KeyError) as error:
        talk.add("!", type(error).__name__)
        if any(line.startswith(">") for line in talk.lines):
            raise LostAnswer(_lost(provider)) from error
        raise PermanentFailure(f"{provider.label} can't send this mail: {error}") from error
    status = message.anymail_status  # type: ignore[attr-defined]
    refused = {
        address: f"{provider.label} refused {address}: {one.status}"
        for address, one in status.recipients.items()
        if one.status in ("invalid", "rejected", "failed")
    }
    wire_id = status.message_id
    if not isinstance(wire_id, str):
        wire_id = next((one.message_id for one in status.recipients.values()), "") or ""
    return Receipt(f"{provider.label} took it.", refused, wire_id.strip("<>"))


def check(mailbox: Mailbox) -> None:
    """Whether the settings can be used at all, without sending. Raises TemporaryFailure."""
    provider = _provider(mailbox)
    _backend(provider, mailbox, Talk(), lambda: None)


def message_of(data: bytes, recipients: list[str], provider: Provider) -> EmailMultiAlternatives:
    """Our own composed mail as Django's message; blind copies are the recipients in no header."""
    mail = email.message_from_bytes(data)
    to, cc = _addresses(mail, "to"), _addresses(mail, "cc")
    shown = {address.lower() for _, address in getaddresses([*to, *cc])}
    text, html, files = _parts(mail)
    message = EmailMultiAlternatives(
        subject=_decoded(mail, "subject"),
        body=text,
        from_email=_decoded(mail, "from"),
        to=to,
        cc=cc,
        bcc=[one for one in recipients if one.lower() not in shown],
        reply_to=_addresses(mail, "reply-to"),
        headers={
            **{
                name: " ".join(value.split())
                for name, value in mail.items()
                if name.lower() in KEPT_HEADERS
            },
            **provider.more_headers,
        },
    )
    if html:
        message.attach_alternative(html, "text/html")
    for part in files:
        message.attach(part)
    if provider.can_stop_watching:
        message.track_opens = message.track_clicks = False  # type: ignore[attr-defined]
    return message


def _provider(mailbox: Mailbox) -> Provider:
    try:
        return providers.provider(mailbox.provider)
    except LookupError as error:
        raise TemporaryFailure(f"{mailbox.name}: {error}", is_mailbox=True) from error


def _backend(
    provider: Provider, mailbox: Mailbox, talk: Talk, hand_over: Callable[[], None]
) -> Any:
    try:
        kind, settings = provider.backend(hooking.keys_of(mailbox))
    except (UnreadableSecret, Malformed, extras.Lacking) as error:
        raise TemporaryFailure(f"{mailbox.name}: {error}", is_mailbox=True) from error
    except KeyError as error:
        words = f"{mailbox.name}: {provider.label} needs “{error.args[0]}”."
        raise TemporaryFailure(words, is_mailbox=True) from None

    def post_to_esp(self: Any, payload: Any, message: Any) -> Any:
        hand_over()
        talk.add(">", f"a mail for {provider.label}")
        return kind.post_to_esp(self, payload, message)

    members: dict[str, Any] = {"post_to_esp": post_to_esp}
    if hasattr(kind, "create_session"):
        members["create_session"] = lambda self: _Session(provider, talk)
    return type("Sending", (kind,), members)(**settings)


class _Session:
    """What anymail believes to be a requests.Session: httpx by checked addresses."""

    def __init__(self, provider: Provider, talk: Talk) -> None:
        self.provider = provider
        self.talk = talk

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        names = ("params", "headers", "files", "auth")
        body: dict[str, Any] = {name: given.get(name) for name in names}
        data = given.get("data")
        body["content" if isinstance(data, str | bytes) else "data"] = data
        try:
            with http.client(timeout=TIMEOUT) as asking:
                answer = asking.request(method, url, **body)
        except _NOT_SENT as error:
            why = str(error) if isinstance(error, http.RefusedAddress) else type(error).__name__
            self.talk.add("!", why)
            raise TemporaryFailure(
                f"{self.provider.label} can't be reached: {why}.", is_mailbox=True
            ) from error
        except httpx.HTTPError as error:
            self.talk.add("!", type(error).__name__)
            raise LostAnswer(_lost(self.provider)) from error
        self.talk.add("<", f"{answer.status_code} {_printable(answer.text)}")
        return _as_requests(answer)

    def close(self) -> None:
        """Each request closes its own connection."""


def _as_requests(answer: httpx.Response) -> requests.Response:
    made = requests.Response()
    made.status_code = answer.status_code
    made._content = answer.content
    made.reason = answer.reason_phrase
    made.headers.update(dict(answer.headers))
    made.url = str(answer.url)
    made.encoding = answer.encoding or "utf-8"
    return made


def _judged(provider: Provider, error: AnymailError, talk: Talk) -> Exception:
    """What a refusal means. An answer that can't be read may have been a yes."""
    status, said = _answer(error)
    what = f"{provider.label} answered {status}: {said}" if said else f"{provider.label}: {status}"
    cause = type(error.__cause__).__name__ if error.__cause__ else ""
    talk.add("<", f"{status or ''} {said or cause}")
    if cause in ("EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"):
        return TemporaryFailure(f"{provider.label} can't be reached: {cause}.", is_mailbox=True)
    if cause in ("NoCredentialsError", "PartialCredentialsError"):
        return TemporaryFailure(f"{provider.label} has no keys to sign with.", is_mailbox=True)
    if status is None:
        was_asked = any(line.startswith(">") for line in talk.lines)
        if was_asked:
            return LostAnswer(_lost(provider))
        return PermanentFailure(f"{provider.label} can't send this mail: {error.args[0]}")
    if status in (401, 403, 404, 402):
        return TemporaryFailure(f"{what} See its keys and its domain.", is_mailbox=True)
    if status in (408, 425, 429, 503) or "throttl" in said.lower():
        return TemporaryFailure(what, is_mailbox=True)
    if 400 <= status < 500:
        return PermanentFailure(what)
    return LostAnswer(f"{what} It may have been sent.")


def _answer(error: AnymailError) -> tuple[int | None, str]:
    response = error.response
    if isinstance(response, dict):  # botocore's
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        fault = response.get("Error", {})
        return status, _printable(f"{fault.get('Code', '')} {fault.get('Message', '')}")
    if response is None:
        return error.status_code, ""
    if 200 <= response.status_code < 300:
        return None, ""
    return response.status_code, _printable(response.text)


def _lost(provider: Provider) -> str:
    return f"{provider.label} got the whole mail and its answer was lost: it may have been sent."


def _printable(text: str) -> str:
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text))[:300].strip()


def _addresses(mail: Message, name: str) -> list[str]:
    found = getaddresses([_decoded(mail, name)]) if mail[name] else []
    return [email.utils.formataddr(one) for one in found if one[1]]


def _decoded(mail: Message, name: str) -> str:
    value = " ".join(str(mail[name] or "").split())
    pieces = email.header.decode_header(value)
    return str(email.header.make_header(pieces))


def _parts(mail: Message) -> tuple[str, str, list[MIMEBase]]:
    """(text, html, files) of a mail that composing.compose wrote."""
    text = html = ""
    files: list[MIMEBase] = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        is_file = bool(part.get("content-disposition"))
        if is_file:
            files.append(_file(part))
        elif part.get_content_type() == "text/html":
            html = _content(part)
        else:
            text = _content(part)
    return text, html, files


def _file(part: Message) -> MIMEBase:
    """The same as the class that Django and anymail know."""
    made = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    made.set_payload(part.get_payload())
    for name, value in part.items():
        if name.lower() not in ("content-type", "mime-version"):
            made[name] = value
    return made


def _content(part: Message) -> str:
    raw = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    return raw.decode(charset, "replace") if isinstance(raw, bytes) else ""
