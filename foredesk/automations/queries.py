"""Every read of the rulebook that others may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from foredesk.automations import writing_rules
from foredesk.automations.cautioning import Other
from foredesk.automations.models import (
    Following,
    Macro,
    Rule,
    RuleVersion,
    Run,
    Scope,
    Sequence,
    Template,
    WebhookCall,
)
from foredesk.logbook.models import Entry
from foredesk.people import permissions
from foredesk.people.models import Agent
from foredesk.tickets.models import Ticket
from foredesk.tickets.visibility import visible_to


def rules() -> list[Rule]:
    """All rules in the order in which they run."""
    return list(Rule.objects.filter(removed_at=None).order_by("position", "id"))


def rule(pk: int) -> Rule | None:
    return Rule.objects.filter(pk=pk, removed_at=None).first()


def runs_since(since: datetime) -> dict[int, int]:
    """How often each rule acted since then."""
    rows = Run.objects.filter(at__gte=since, state="done").values_list("rule_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def stops_since(since: datetime) -> dict[int, int]:
    """How often each rule was stopped or failed since then."""
    rows = Run.objects.filter(at__gte=since).exclude(state="done").values_list("rule_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def versions_of(rule: Rule, *, limit: int = 10) -> list[RuleVersion]:
    """The last versions of a rule, newest first."""
    return list(rule.versions.order_by("-version")[:limit])


def runs_of(viewer: Agent, rule: Rule, *, limit: int = 10) -> list[Run]:
    """The last runs of a rule on tickets that `viewer` may see, newest first."""
    latest = rule.runs.filter(ticket__in=visible_to(viewer)).select_related("ticket")
    return list(latest.order_by("-at", "-id")[:limit])


def others_of(rule: Rule | None) -> tuple[int, list[Other]]:
    """(the place of a rule in the list, the other active rules as they are compared with it)."""
    every = rules()
    number = len(every) + 1
    others = []
    for place, row in enumerate(every, 1):
        if rule is not None and row.pk == rule.pk:
            number = place
        elif row.is_active:
            others.append(Other(place, writing_rules.snapshot(row)))
    return number, others


@dataclass(frozen=True)
class Why:
    """One run on a ticket with the version of the rule that ran, and what set it off."""

    run: Run
    version: RuleVersion
    cause: Entry | None


def why(ticket: Ticket, entry_id: int) -> Why | None:
    """Why a rule did what this entry of the ticket says; None when no rule did it."""
    entry = Entry.objects.filter(
        pk=entry_id, about_kind="ticket", about_id=ticket.pk, actor_kind="rule"
    ).first()
    if entry is None:
        return None
    run = Run.objects.filter(ticket=ticket, rule_id=entry.actor_id or 0, at=entry.at)
    found = run.select_related("rule").order_by("-id").first()
    return _why(found)


def run(viewer: Agent, pk: int) -> Why | None:
    """One run on a ticket that `viewer` may see."""
    rows = Run.objects.filter(pk=pk, ticket__in=visible_to(viewer))
    return _why(rows.select_related("rule", "ticket").first())


def _why(run: Run | None) -> Why | None:
    if run is None:
        return None
    version = RuleVersion.objects.filter(rule_id=run.rule_id, version=run.version).first()
    if version is None:
        return None
    cause = Entry.objects.filter(pk=run.entry_id).first() if run.entry_id else None
    return Why(run, version, cause)


def runs_on(ticket: Ticket, *, limit: int = 20) -> list[Run]:
    """What rules did on a ticket, and what stopped them, newest first."""
    rows = Run.objects.filter(ticket=ticket).select_related("rule")
    return list(rows.order_by("-id")[:limit])


def calls_of(rule: Rule, *, limit: int = 5) -> list[WebhookCall]:
    """The last webhooks of a rule, newest first."""
    return list(rule.calls.order_by("-id")[:limit])


def usable_macros(viewer: Agent) -> Q:
    """Which macros a person may use: their own, their teams', everybody's."""
    mine = Q(scope=Scope.PERSONAL, owner=viewer) | Q(scope=Scope.ALL)
    return mine | Q(scope=Scope.TEAM, team__in=viewer.teams.all())


def macros(viewer: Agent) -> list[Macro]:
    """The macros that `viewer` may use, the most used first."""
    rows = Macro.objects.filter(usable_macros(viewer)).select_related("team", "owner")
    return list(rows.order_by("-uses", "name", "id"))


def macro(viewer: Agent, pk: int) -> Macro | None:
    """One of them."""
    rows = Macro.objects.filter(usable_macros(viewer), pk=pk).select_related("team", "owner")
    return rows.first()


def readable_macros(viewer: Agent) -> list[Macro]:
    """The macros that `viewer` may use, and for leads and admins those of every team."""
    wanted = usable_macros(viewer)
    if permissions.can_write_rules(viewer):
        wanted |= ~Q(scope=Scope.PERSONAL)
    rows = Macro.objects.filter(wanted).select_related("team", "owner")
    return list(rows.order_by("-uses", "name", "id"))


def readable_macro(viewer: Agent, pk: int) -> Macro | None:
    """One of them."""
    return next((one for one in readable_macros(viewer) if one.pk == pk), None)


def can_change_macro(viewer: Agent, macro: Macro) -> bool:
    if macro.scope == Scope.PERSONAL:
        return macro.owner_id == viewer.pk
    return permissions.can_write_rules(viewer)


def templates() -> list[Template]:
    """All templates by name."""
    return list(Template.objects.order_by("name"))


def template(pk: int) -> Template | None:
    return Template.objects.filter(pk=pk).first()


def users_of_template(template: Template) -> list[str]:
    """Names of the rules and follow-ups that write with a template."""
    key = str(template.pk)
    rows = [(one.name, one.steps) for one in rules()]
    rows += [(one.name, one.steps) for one in sequences()]
    return [name for name, steps in rows if any(s.get("template") == key for s in steps)]


def sequences() -> list[Sequence]:
    """All follow-ups by name, each with `running`: on how many tickets it runs now."""
    running = Count("followings", filter=Q(followings__due_at__isnull=False))
    return list(Sequence.objects.annotate(running=running).order_by("name"))


def sequence(pk: int) -> Sequence | None:
    return Sequence.objects.filter(pk=pk).first()


def followings_on(ticket: Ticket) -> list[Following]:
    """The follow-ups that run on a ticket."""
    rows = Following.objects.filter(ticket=ticket, due_at__isnull=False)
    return list(rows.select_related("sequence").order_by("due_at"))


def counts() -> dict[str, Any]:
    """What the settings' tiles say: how many rules there are, on, in trouble; and the rest."""
    found = Rule.objects.filter(removed_at=None).aggregate(
        all=Count("pk"),
        on=Count("pk", filter=Q(is_active=True)),
        trouble=Count("pk", filter=~Q(trouble="")),
    )
    return {
        **found,
        "templates": Template.objects.count(),
        "sequences": Sequence.objects.count(),
    }
