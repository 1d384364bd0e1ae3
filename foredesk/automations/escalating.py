"""Tell people of a promise that is at risk or late, as the escalations say."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from foredesk.channels import tasks
from foredesk.design import wording
from foredesk.people.models import Agent, Role
from foredesk.plumbing.clock import now
from foredesk.sla import escalating
from foredesk.sla.escalating import Step
from foredesk.sla.events import PromiseAtRisk
from foredesk.sla.metrics import BY_KEY
from foredesk.tickets.models import Ticket

MOST = 100


def tell(fact: PromiseAtRisk, *, about: int) -> int:
    """Queue a mail to everybody whom the escalation of `fact` names, once for each `about` (its
    entry); returns how many."""
    step = next((one for one in escalating.current() if one.left == fact.left), None)
    ticket = Ticket.objects.filter(pk=fact.ticket_id).first()
    if step is None or ticket is None:
        return 0
    said = sentence(fact, at=now())
    people = _people(step, ticket)
    for pk in people:
        tasks.notify.defer(ticket_id=ticket.pk, agent_id=pk, why="promise", about=about, said=said)
    return len(people)


def _people(step: Step, ticket: Ticket) -> list[int]:
    wanted = Q(pk__in=step.agents)
    if step.tell_assignee and ticket.assignee_id:
        wanted |= Q(pk=ticket.assignee_id)
    if step.tell_team and ticket.team_id:
        wanted |= Q(teams=ticket.team_id)
    if step.tell_leads:
        wanted |= Q(role__in=(Role.LEAD, Role.ADMIN))
    found = Agent.objects.filter(wanted, is_active=True).distinct().order_by("pk")
    return list(found.values_list("pk", flat=True)[:MOST])


def sentence(fact: PromiseAtRisk, *, at: datetime) -> str:
    """ "First reply is due in 20 min." or "First reply is 5 min late." """
    what = BY_KEY[fact.metric].says
    if not fact.due_at:
        return f"{what}: a promise is at risk."
    due = datetime.fromisoformat(fact.due_at)
    if due <= at:
        return f"{what}: the promise is {wording.span(at - due)} late."
    return f"{what}: the promise is due in {wording.span(due - at)}."
