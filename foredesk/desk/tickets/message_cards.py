"""One message of the thread as it is shown, with its delivery, proof, files and meeting."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from foredesk.channels import answering_invitations
from foredesk.design import wording
from foredesk.desk.tickets import attachments, bodies, proofs, rows

DELIVERY = {
    "queued": ("clock", "Waiting to be sent", ""),
    "sending": ("send", "Being sent", ""),
    "kept": ("archive", "Kept here", "warn"),
    "sent": ("check", "Sent", ""),
    "failed": ("alert", "Not delivered", "bad"),
    "unknown": ("alert", "May have been sent", "warn"),
}
SIGNED = {"pgp": "Signed with OpenPGP, not checked", "smime": "Signed with S/MIME, not checked"}
ANSWERED = {"accepted": "accepted", "tentative": "answered with perhaps", "declined": "declined"}
MEETINGS = {
    "REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation",
    "COUNTER": "Another time is proposed",
}  # fmt: skip


def shown(message: Any, *, viewer: Any) -> dict[str, Any]:
    """The message as the thread draws it for `viewer`: {"type": "msg", …}."""
    files = message.files
    urls = {one.content_id: f"/files/{one.public_id}/large/" for one in files if one.content_id}
    kind = "note" if not message.is_public else message.author_kind
    if message.author_kind == "system":
        kind = "bot"
    if message.author_kind == "agent":
        key = f"agent-{message.agent_id}"
    else:
        key = f"customer-{message.customer_id}"
    name = message.author_name or message.author_address or "Unknown"
    if message.is_rich:
        body = Markup("")
    elif message.body_html:
        body = bodies.letter(message.body_html, urls)
    else:
        body = bodies.from_text(message.body_text)
    delivery = DELIVERY.get(message.delivery)
    return {
        "type": "msg",
        "id": message.public_id,
        "pk": message.pk,
        "kind": "customer" if kind in ("customer", "rule") else kind,
        "is_report": kind == "bot" and not message.is_public,
        "is_acknowledgement": kind == "bot" and message.is_public and not message.subject,
        "is_auto_reply": message.is_automatic and message.author_kind == "customer",
        "name": name,
        "address": proofs.shown_address(message.author_address)
        if message.author_kind == "customer"
        else "",
        "proof": proofs.of(message),
        "sent_to": [one["value"] for one in message.to] if message.author_kind == "agent" else [],
        "initials": wording.initials(name),
        "hue": wording.hue(key),
        "when": message.at,
        "via": rows.channel(message.channel)["label"].lower() if message.is_public else "",
        "body": body,
        "is_rich": message.is_rich,
        "is_unknown_sender": message.is_unknown_sender,
        "has_more": message.has_whole,
        "signed": SIGNED.get(message.signed, ""),
        "invitation": _invitation(message),
        "cards": message.cards,
        "has_raw": message.envelope_id is not None,
        "cc": [one["value"] for one in message.cc],
        "bcc": [one["value"] for one in message.bcc],
        "files": [
            attachments.shown(one) for one in files if not (one.is_inline and one.content_id)
        ],
        "delivery": {
            "state": message.delivery,
            "icon": delivery[0],
            "label": delivery[1],
            "tone": delivery[2],
            "note": message.delivery_note,
        }
        if delivery
        else None,
        "can_undo": message.delivery == "queued"
        and message.claimed_at is None
        and message.agent_id == viewer.pk,
        "can_requeue": message.delivery in ("failed", "unknown", "kept"),
    }


def _invitation(message: Any) -> dict[str, Any] | None:
    """The meeting on its card: what, when, where, whose, and whether it can be answered."""
    meeting = message.invitation
    if not meeting:
        return None
    organiser = meeting["organiser"]
    answer = ANSWERED.get(meeting.get("answer", ""), "")
    return {
        "kind": MEETINGS.get(meeting["method"], "Meeting"),
        "summary": meeting["summary"] or "Without a title",
        "when": _when(meeting["starts"], meeting["ends"]),
        "again": meeting["is_recurring"],
        "location": meeting["location"],
        "organiser": organiser.get("name") or organiser.get("address", ""),
        "organiser_address": organiser.get("address", ""),
        "people": len(meeting["attendees"]),
        "answer": f"{meeting.get('answered_by')} {answer}." if answer else "",
        "is_answerable": answering_invitations.is_answerable(message),
    }


def _when(starts: str, ends: str) -> str:
    """From when to when, in the reader's zone; days as days, times without a zone as they are."""
    zone = timezone.get_current_timezone()
    if "T" not in starts:
        first = date.fromisoformat(starts)
        last = date.fromisoformat(ends) - timedelta(days=1) if ends and "T" not in ends else first
        return f"{first:%-d %B %Y}" + (f" to {last:%-d %B %Y}" if last > first else "")
    begin = datetime.fromisoformat(starts)
    end = datetime.fromisoformat(ends) if "T" in ends else None
    note = "" if begin.tzinfo else " (in the organiser's time)"
    begin = begin.astimezone(zone) if begin.tzinfo else begin
    words = f"{begin:%A, %-d %B %Y, %H:%M}"
    if end is not None:
        end = end.astimezone(zone) if end.tzinfo else end
        words += f" to {end:%H:%M}" if end.date() == begin.date() else f" to {end:%-d %B, %H:%M}"
    return words + note
