"""An agent answers a notification from their own mail program."""

import re
from datetime import datetime

from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_reply
from foredesk.tickets import attaching, noting, replying, writing
from foredesk.tickets.agent_tokens import NOTE, Pass
from foredesk.tickets.arrivals import InboundMessage, Suspended
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Message

ABOVE = "Write your answer above this line"
"""Stands in every notification; what is below it in an answer is not the agent's."""

_BELOW = re.compile(rf"\n[^\n]{{0,200}}{ABOVE}.*", re.S)
_SAYS_WHO = re.compile(r"[0-9@].{0,300}:\s*$")


def answer(inbound: InboundMessage, acts: Pass, *, at: datetime) -> Message:
    """The agent's reply to the customer, or their note; light agents always write a note.

    `acts` says that all has been proven (standing.py). Raises Suspended with the reason when the
    ticket can't be answered, so that nothing that was written gets lost.
    """
    text = own_text(inbound.text, has_quote=ABOVE in inbound.text + inbound.whole_text)
    is_note = acts.kind == NOTE or not can_reply(acts.agent)
    if not text and inbound.files:
        text = "(see the file)" if len(inbound.files) == 1 else "(see the files)"
    html = writing.paragraphs(text)
    try:
        message = _write(acts.ticket, acts.agent, html, text, is_note=is_note, at=at)
    except (UnableToChange, NotAllowed) as why:
        raise Suspended(f"The answer of {acts.agent.name} to #{acts.ticket.pk}: {why}") from why
    attaching.attach(inbound.files, message)
    message.envelope_id, message.verdict = inbound.envelope_id, inbound.verdict
    message.evidence, message.author_address = inbound.evidence, acts.agent.email
    message.save(update_fields=["envelope_id", "verdict", "evidence", "author_address"])
    return message


def own_text(text: str, *, has_quote: bool) -> str:
    """What the agent wrote, without the notification below it and the line that introduces it."""
    own = _BELOW.sub("", "\n" + text)
    if has_quote:
        lines = own.rstrip().split("\n")
        if _SAYS_WHO.search(lines[-1]):  # "On 2 March 2026 the desk wrote:"
            own = "\n".join(lines[:-1])
    return own.strip()


def _write(ticket, agent: Agent, html: str, text: str, *, is_note: bool, at: datetime) -> Message:
    if is_note:
        return noting.note(ticket, by=agent, at=at, body_html=html, body_text=text)
    return replying.reply(ticket, by=agent, at=at, body_html=html, body_text=text)
