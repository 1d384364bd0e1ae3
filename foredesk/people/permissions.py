"""What a role may do. Pure; which tickets a person may see is decided in tickets/queries.py."""

from foredesk.logbook.actors import Actor, Doer
from foredesk.people.models import Agent, Role


def can_reply(agent: Agent) -> bool:
    """Write to customers."""
    return agent.is_active and agent.role != Role.LIGHT


def can_work(agent: Agent) -> bool:
    """Change tickets: status, assignee, team, priority, tags, merge, spam."""
    return can_reply(agent)


def can_note(agent: Agent) -> bool:
    return agent.is_active


def can_see_health(agent: Agent) -> bool:
    return agent.is_active and agent.role in (Role.ADMIN, Role.LEAD)


def can_release(agent: Agent) -> bool:
    """Look at suspended mail, let it in or forget it; allow and block senders."""
    return agent.is_active and agent.role in (Role.ADMIN, Role.LEAD)


def can_write_rules(agent: Agent) -> bool:
    """Write rules, templates, follow-ups and everybody's macros, and switch them on."""
    return agent.is_active and agent.role in (Role.ADMIN, Role.LEAD)


def can_lead(agent: Agent) -> bool:
    """See figures of single persons; give dashboards and reviews to others."""
    return agent.is_active and agent.role in (Role.ADMIN, Role.LEAD)


def can_administer(agent: Agent) -> bool:
    """Settings: people, teams, mailboxes, the workspace, failed jobs."""
    return agent.is_active and agent.role == Role.ADMIN


class NotAllowed(Exception):
    """The person may not do this; the message says what to do instead."""


def must_administer(by: Actor | Doer) -> None:
    """Raise NotAllowed for agents who are no admins; the system itself may."""
    if isinstance(by, Agent) and not can_administer(by):
        raise NotAllowed("Only admins change settings. Ask one of them.")


def must_release(by: Actor | Doer) -> None:
    """Raise NotAllowed for agents who neither lead nor administer; the system itself may."""
    if isinstance(by, Agent) and not can_release(by):
        raise NotAllowed("Leads and admins decide on suspended mail. Ask one of them.")


def must_write_rules(by: Actor | Doer) -> None:
    """Raise NotAllowed for agents who neither lead nor administer; the system itself may."""
    if isinstance(by, Agent) and not can_write_rules(by):
        raise NotAllowed("Leads and admins write rules. Ask one of them.")


def must_lead(by: Actor | Doer) -> None:
    """Raise NotAllowed for agents who neither lead nor administer; the system itself may."""
    if isinstance(by, Agent) and not can_lead(by):
        raise NotAllowed("Leads and admins write the review. Ask one of them.")
