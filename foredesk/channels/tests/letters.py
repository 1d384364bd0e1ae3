"""Mails for tests, written byte by byte."""

from email.message import EmailMessage
from email.utils import make_msgid


def letter(text: str = "Where is my tent?", **fields: str) -> EmailMessage:
    """A plain mail from Cleo to the help desk; keyword `in_reply_to` becomes In-Reply-To."""
    mail = EmailMessage()
    given = {
        "from": "Cleo Client <cleo@customer.example>",
        "to": "help@shop.example",
        "subject": "My tent",
        "date": "Mon, 02 Mar 2026 10:00:00 +0000",
        "message_id": make_msgid(domain="customer.example"),
        **fields,
    }
    for name, value in given.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(text)
    return mail


def raw(text: str = "Where is my tent?", **fields: str) -> bytes:
    """The bytes of `letter`, with CRLF."""
    return letter(text, **fields).as_bytes().replace(b"\n", b"\r\n")
