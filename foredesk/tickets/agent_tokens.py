"""Signed addresses of notifications: a MAC per ticket, agent and kind of answer.

A notification carries the token in its Message-ID and in its reply address. Whoever answers with
it, from the agent's own proven address, answers as that agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from foredesk.people.models import Agent
from foredesk.plumbing import crypto
from foredesk.tickets.models import Ticket

REPLY, NOTE = "r", "n"
_SHAPE = re.compile(r"a([0-9]{1,15})-([0-9]{1,15})-([rn])-([a-z2-7]{16})", re.I)
_IN_ID = re.compile(r"(a[0-9]{1,15}-[0-9]{1,15}-[rn]-[a-z2-7]{16})(?:\.[a-z0-9]{1,40})?@", re.I)


@dataclass(frozen=True)
class Pass:
    """What a valid token allows: this agent may answer this ticket by mail, with this kind."""

    ticket: Ticket
    agent: Agent
    kind: str


def token_for(ticket: Ticket, agent: Agent, kind: str) -> str:
    """The token, lower case, safe in the local part of a mail address and of a Message-ID."""
    return f"a{ticket.pk}-{agent.pk}-{kind}-{_mac(ticket, agent, kind)}"


def tokens_in(reply_token: str, references: Iterable[str]) -> list[str]:
    """What has the shape of a token, in a reply address and in ids of messages; forged ones too."""
    found = [reply_token] if _SHAPE.fullmatch(reply_token) else []
    for reference in references:
        match = _IN_ID.match(reference)
        if match:
            found.append(match[1])
    return list(dict.fromkeys(one.lower() for one in found))[:10]


def pass_of(token: str) -> Pass | None:
    """What the token allows; None when it is forged, or its ticket or agent is gone."""
    match = _SHAPE.fullmatch(token.lower())
    if match is None:
        return None
    ticket = Ticket.objects.filter(pk=match[1]).first()
    agent = Agent.objects.filter(pk=match[2]).first()
    if ticket is None or agent is None:
        return None
    if not crypto.is_mac(match[4], *_parts(ticket, agent, match[3]), purpose="agent reply"):
        return None
    return Pass(ticket, agent, match[3])


def _mac(ticket: Ticket, agent: Agent, kind: str) -> str:
    return crypto.mac(*_parts(ticket, agent, kind), purpose="agent reply")


def _parts(ticket: Ticket, agent: Agent, kind: str) -> tuple[object, ...]:
    return ticket.pk, ticket.public_id, agent.pk, kind
