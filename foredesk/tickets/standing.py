"""Who may write where as whom: the decision on a message from outside, before it is written."""

from __future__ import annotations

from dataclasses import dataclass

from foredesk.people import directory
from foredesk.people.identifying import normalise
from foredesk.people.models import Agent
from foredesk.tickets import agent_tokens, threading, visibility
from foredesk.tickets.agent_tokens import Pass
from foredesk.tickets.arrivals import InboundMessage, Suspended
from foredesk.tickets.models import Ticket
from foredesk.tickets.threading import Found


@dataclass(frozen=True)
class Standing:
    """`found` is the ticket to write into, None for a new one; `acts` says that it is an agent's
    own answer; `is_id_reused` that another message bears the same id."""

    found: Found | None
    acts: Pass | None = None
    is_id_reused: bool = False


def judge(inbound: InboundMessage) -> Standing:
    """Where `inbound` goes and as whose word.

    An agent acts by mail only with a valid token, an address that its domain's DMARC policy proves,
    and the right to the ticket now. Raises Suspended for what claims to be an agent's and is
    forged, came too late, or was written by a machine.
    """
    seen = threading.traces(inbound)
    tokens = agent_tokens.tokens_in(inbound.reply_token, inbound.references)
    passes = [one for one in map(agent_tokens.pass_of, tokens) if one is not None]
    agent = _agent_writing(inbound)
    if agent is not None and not inbound.is_recovered:
        acts = _as_agent(inbound, agent, tokens, passes)
        if acts is not None:
            return Standing(None, acts, seen.is_id_reused)
    notified: list[Ticket] = [one.ticket for one in passes]
    found = threading.find(inbound, seen, notified=notified, agent=agent)
    return Standing(found, None, seen.is_id_reused)


def is_colleague(address: str) -> bool:
    """Whether it is an agent's address, now or once."""
    return address in directory.directory().addresses


def _agent_writing(inbound: InboundMessage) -> Agent | None:
    """The agent whose address is in From, whether it is proven or not."""
    address = normalise(inbound.channel, inbound.author.value)
    if not is_colleague(address):
        return None
    return Agent.objects.filter(email__iexact=address).first()


def _as_agent(
    inbound: InboundMessage, agent: Agent, tokens: list[str], passes: list[Pass]
) -> Pass | None:
    name = f"{agent.name} ({agent.email})"
    if inbound.verdict == "fail":
        raise Suspended(f"It says that it comes from {name}, and it does not: it is forged.")
    if not inbound.is_verified:
        if tokens:
            raise Suspended(f"It answers as {name}, and nothing proves that they sent it.")
        return None
    mine = next((one for one in passes if one.agent.pk == agent.pk), None)
    if mine is None or not inbound.has_policy_pass:
        return None
    if inbound.is_automatic:
        raise Suspended(f"It seems to be an automatic answer of {name}: customers get none.")
    if not agent.is_active:
        raise Suspended(f"{name} does not work here any more.")
    ticket = threading.followed(mine.ticket)
    if not visibility.visible_to(agent).filter(pk=ticket.pk).exists():
        raise Suspended(f"{name} may not see the ticket #{ticket.pk} any more.")
    return Pass(ticket, agent, mine.kind)
