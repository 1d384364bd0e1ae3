"""What an agent's role allows on tickets; rules, bots and customers act by their own abilities."""

from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed, can_work


def must_work(by: Actor | Doer) -> None:
    """Raise NotAllowed for light agents and for people who are no longer active."""
    if isinstance(by, Agent) and not can_work(by):
        raise NotAllowed("Light agents read and write notes. Ask an agent to change the ticket.")
