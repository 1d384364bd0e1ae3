"""What replies and notes share: the message row, its files, and taking up the ticket."""

import html
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, actor_of
from foredesk.people.models import Agent
from foredesk.plumbing import inserting
from foredesk.tickets import cleaning
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.events import TicketAssigned
from foredesk.tickets.models import Attachment, Draft, Message, Ticket
from foredesk.tickets.placing import place

MOST_COPIES = 50
LONGEST_BODY = 1_000_000  # characters
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|ul|ol|h[1-6]|blockquote|pre|tr|table)>", re.I)
_IMAGE = re.compile(r"<img [^<>]{0,500}src=")
_TAGS = re.compile(r"<[^<>]{0,5000}>")


def text_of(body_html: str) -> str:
    """Plain text of clean HTML: blocks end lines, list items get a dash."""
    marked = re.sub(r"<li[^<>]{0,200}>", "- ", body_html, flags=re.I)
    lines = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", marked))).splitlines()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def addresses(values: Sequence[str]) -> list[dict[str, str]]:
    """Checked mail addresses in the stored form. Raises UnableToChange naming the bad one."""
    found: dict[str, dict[str, str]] = {}
    for value in values:
        cleaned = value.strip().lower()
        if not cleaned:
            continue
        try:
            validate_email(cleaned)
        except ValidationError:
            raise UnableToChange(f"“{value.strip()[:100]}” is not a mail address.") from None
        found[cleaned] = {"value": cleaned, "name": ""}
    if len(found) > MOST_COPIES:
        raise UnableToChange(f"A message goes to {MOST_COPIES} people at most.")
    return list(found.values())


def write(
    ticket: Ticket,
    *,
    by: Agent | Actor,
    at: datetime,
    body_html: str,
    body_text: str,
    is_public: bool,
    draft_id: int | None,
    **fields: Any,
) -> Message:
    """The row of an agent's message, or of a rule's; the draft's files move to it and the draft
    goes.

    Raises UnableToChange when there is nothing to say or too much.
    """
    body_html = cleaning.clean(body_html)
    text = body_text.strip() or text_of(body_html)
    agent = by if isinstance(by, Agent) else None
    draft = (
        Draft.objects.select_for_update().filter(pk=draft_id, ticket=ticket, agent=agent).first()
        if draft_id and agent
        else None
    )
    if not text and not (draft and draft.attachments.exists()) and not _IMAGE.search(body_html):
        raise UnableToChange("Write something first.")
    if len(body_html) > LONGEST_BODY or len(text) > LONGEST_BODY:
        raise UnableToChange("This is too long for one message. Attach it as a file.")
    message = Message(
        ticket=ticket,
        author_kind="agent" if agent else actor_of(by).kind,
        agent=agent,
        author_name=by.name,
        is_automatic=agent is None,
        is_public=is_public,
        body_html=body_html or paragraphs(text),
        body_text=text,
        at=at,
        **fields,
    )
    inserting.insert(message)
    if draft is not None:
        Attachment.objects.filter(draft=draft).update(draft=None, message=message)
        draft.delete()
    if is_public:
        ticket.preview = " ".join(text.split())[:140]
    return message


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{html.escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def take(ticket: Ticket, *, by: Agent, at: datetime) -> None:
    """An unassigned ticket becomes its answerer's; the caller saves `assignee`."""
    if ticket.assignee_id is None:
        ticket.assignee = by
        recording.record(TicketAssigned(**place(ticket), before=None, after=by.pk), by=by, at=at)
