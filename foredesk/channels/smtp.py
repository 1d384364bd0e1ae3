"""Hand one mail to a server (RFC 5321), and know at every moment whether it may have it."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable

from foredesk.channels import smtp_answers, smtp_session
from foredesk.channels.mail.composing import ascii_address
from foredesk.channels.models import Mailbox
from foredesk.channels.outcomes import LostAnswer, PermanentFailure, Receipt, Talk, TemporaryFailure

FINAL = 180.0  # seconds; the far side may scan the mail before it answers the end of DATA


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
    server = smtp_session.connect(mailbox, talk=talk)
    try:
        refused = _envelope(server, mailbox, mail_from, recipients, len(data), takes_partly)
        answer = _data(server, mailbox, data, hand_over)
    except (TemporaryFailure, PermanentFailure):
        smtp_session.leave(server)
        raise
    except OSError as error:
        raise TemporaryFailure(
            smtp_answers.broken(mailbox.smtp_host, error), is_mailbox=True
        ) from error
    except ValueError as error:
        raise PermanentFailure(f"An address is malformed: {error}") from error
    else:
        smtp_session.leave(server)
    finally:
        # without QUIT: in the middle of DATA it would become part of the mail
        smtp_session.close(server)
    return Receipt(answer, refused)


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
            raise TemporaryFailure(
                f"{mailbox.smtp_host}: {smtp_answers.said(code, text)}", is_mailbox=True
            )
        kind = put_off if 400 <= code < 500 else refused
        kind[plain] = f"{mailbox.smtp_host} refused {plain}: {smtp_answers.meaning(code, text)}"
    if put_off and (not takes_partly or len(put_off) + len(refused) == len(recipients)):
        raise TemporaryFailure(next(iter(put_off.values())).replace(" refused ", " put off ", 1))
    if len(refused) == len(recipients):
        raise PermanentFailure("; ".join(list(refused.values())[:3]), addresses=refused)
    return {**refused, **put_off}


def _refused_sender(mailbox: Mailbox, mail_from: str, code: int, text: bytes) -> None:
    sentence = (
        f"{mailbox.smtp_host} refused the sender {mail_from}: {smtp_answers.meaning(code, text)}"
    )
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
    smtp_session.patience(server, FINAL)
    server.talk.add(">", ".")  # type: ignore[attr-defined]
    try:
        server.send(b".\r\n")
    except (OSError, smtplib.SMTPException) as error:  # it never left: they have no whole mail
        raise TemporaryFailure(smtp_answers.broken(host, error), is_mailbox=True) from error
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
    return smtp_answers.said(code, text)


def _judged(what: str, code: int, text: bytes) -> Exception:
    sentence = f"{what}: {smtp_answers.meaning(code, text)}"
    return TemporaryFailure(sentence) if 400 <= code < 500 else PermanentFailure(sentence)
