"""The desk's own functions in the shapes that the scorers ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from foredesk.channels.mail import automatic, cutting, mime, reading, sanitising
from foredesk.plumbing import http


def parse(raw: bytes) -> dict[str, Any]:
    """A mail as the parsing scorer wants it."""
    mail = reading.read(raw)
    author = mail.author
    return {
        "from": author.value if author else "",
        "from_name": author.name if author else "",
        "to": [one.value for one in mail.to],
        "cc": [one.value for one in mail.cc],
        "subject": mail.subject,
        "message_id": mail.message_id,
        "references": mail.references,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {"name": one.name, "content_type": one.content_type, "size": len(one.data)}
            for one in mail.files
        ],
        "is_auto_reply": _judged("is_auto_reply", mail),
        "is_bounce": _judged("is_bounce", mail),
        "is_feedback_report": _judged("is_feedback_report", mail),
    }


def _judged(name: str, mail: reading.Mail) -> bool:
    judge: Callable[[mime.Part], bool] | None = getattr(automatic, name, None)
    return bool(judge and judge(mail.root))


def cut(body: str) -> str:
    return cutting.cut(body)


def sanitise(html: str) -> str:
    return sanitising.sanitise(html)


def pin(url: str, resolve: http.Resolve) -> str | None:
    return http.pin(url, resolve)
