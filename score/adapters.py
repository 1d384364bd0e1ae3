"""The desk's own functions in the shapes that the scorers ask for."""

from __future__ import annotations

from typing import Any

from foredesk.channels.mail import automatic, cutting, reading, reports, sanitising
from foredesk.channels.mail.mime import Part
from foredesk.plumbing import http

BOUNCES = ("failure", "delay", "success")


def parse(raw: bytes) -> dict[str, Any]:
    """A mail as the parsing scorer wants it."""
    mail = reading.read(raw)
    author = mail.author
    report = reports.read(mail)
    kind = report.kind if report else ""
    signs = automatic.signs(
        mail.root,
        author=author.value if author else "",
        subject=mail.subject,
        is_continuing=bool(mail.references),
    )
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
        "is_auto_reply": signs.is_answer,
        "is_bounce": kind in BOUNCES,
        "is_feedback_report": kind == "complaint" or _has(mail.root, "message/feedback-report"),
    }


def _has(part: Part, content_type: str) -> bool:
    return part.type == content_type or any(_has(one, content_type) for one in part.parts)


def cut(body: str) -> str:
    return cutting.cut(body)


def sanitise(html: str) -> str:
    return sanitising.sanitise(html)


def pin(url: str, resolve: http.Resolve) -> str | None:
    return http.pin(url, resolve)
