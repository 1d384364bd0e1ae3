"""How tickets are given out: teams, measures, skills, tiers, and who is here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from foredesk.design import wording
from foredesk.desk.settings import admins_only
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.routing import arranging, deciding, queries
from foredesk.tickets.conditions import wording as conditions

WAYS = (
    ("off", gettext_lazy("People take tickets themselves")),
    ("turns", gettext_lazy("In turn")),
    ("load", gettext_lazy("To whoever has the least")),
)
CHANNELS = (
    ("email", gettext_lazy("Mail")),
    ("phone", gettext_lazy("Phone")),
    ("chat", gettext_lazy("Chat")),
    ("web", gettext_lazy("Web form")),
)
TONES = {"online": "ok", "transfers": "accent", "away": "warn", "offline": ""}


@require_GET
@admins_only
def index(request: HttpRequest) -> HttpResponse:
    """Everything about who gets what on one page."""
    return _page(request)


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    measure = queries.measure()
    rules = queries.distributions()
    teams: list[Any] = [*people.teams(), None]
    context = {
        "error": error,
        "teams": [_team(team, rules.get(team.pk if team else None)) for team in teams],
        "ways": WAYS,
        "team_choices": [("", _("nobody"))] + [(one.pk, one.name) for one in teams if one],
        "away_minutes": measure.away_minutes,
        "most": [
            {"key": key, "label": label, "value": _most(measure.most, key)}
            for key, label in CHANNELS
        ],
        "skills": [
            {
                "pk": one.pk,
                "name": one.name,
                "people": [agent.name for agent in one.agents.all()],
                "when": conditions.sentence(one.needs) if one.needs else "",
            }
            for one in queries.skills()
        ],
        "tiers": [
            {
                "pk": one.pk,
                "name": one.name,
                "rank": one.rank,
                "when": conditions.sentence(one.needs),
            }
            for one in queries.tiers()
        ],
        "people": _people(),
        "channels": CHANNELS,
    }
    return render(request, "desk/routing/index.html", context, status=status)


def _most(measure: dict[str, int], channel: str) -> int:
    return measure.get(channel, deciding.USUAL_MOST.get(channel, deciding.ELSE_MOST))


def _team(team: Any, row: Any) -> dict[str, Any]:
    return {
        "pk": team.pk if team else "",
        "name": team.name if team else _("Tickets without a team"),
        "icon": team.icon if team else "inbox",
        "way": row.way if row else "off",
        "is_sticky": row.is_sticky if row else True,
        "overflow_minutes": row.overflow_minutes if row and row.overflow_minutes else "",
        "overflow_to": row.overflow_to_id if row and row.overflow_to_id else "",
        "return_minutes": row.return_minutes if row and row.return_minutes else "",
    }


def _people() -> list[dict[str, Any]]:
    states = queries.availabilities()
    labels = dict(queries.STATES)
    found = []
    for pk, name in people.assignable_agents():
        row = states.get(pk)
        state = row.state if row else "offline"
        found.append(
            {
                "pk": pk,
                "name": name,
                "initials": wording.initials(name),
                "hue": wording.hue(f"agent-{pk}"),
                "state": state,
                "label": labels[state],
                "tone": TONES[state],
                "since": row.since if row else None,
            }
        )
    return sorted(found, key=lambda one: (list(TONES).index(one["state"]), one["name"]))


@require_POST
@admins_only
def give_out(request: HttpRequest) -> HttpResponse:
    """How one team's tickets are given out."""
    post = request.POST
    team = None
    if post.get("team"):
        team = people.team(numbers.whole(post["team"]) or 0)
        if team is None:
            raise Http404("There is no such team.")
    other = people.team(numbers.whole(post.get("overflow_to", "")) or 0)
    try:
        arranging.give_out(
            team,
            way=post.get("way", ""),
            is_sticky="is_sticky" in post,
            overflow_minutes=_minutes(post.get("overflow_minutes", "")),
            overflow_to=other,
            return_minutes=_minutes(post.get("return_minutes", "")),
            by=request.user,  # type: ignore[arg-type]
            at=now(),
        )
    except Refused as why:
        return _page(request, error=str(why), status=422)
    messages.success(request, _("Saved."))
    return redirect("routing")


def _minutes(text: str) -> int | None:
    if not text.strip():
        return None
    found = numbers.whole(text.strip())
    if found is None:
        raise Refused(_("Write minutes as a number."))
    return found


@require_POST
@admins_only
def measures(request: HttpRequest) -> HttpResponse:
    """What everybody holds at most, and when somebody counts as away."""
    by: Any = request.user
    try:
        arranging.set_measure(
            most=_asked_most(request),
            away_minutes=_minutes(request.POST.get("away_minutes", "")) or 0,
            by=by,
            at=now(),
        )
    except Refused as why:
        return _page(request, error=str(why), status=422)
    messages.success(request, _("Saved."))
    return redirect("routing")


@require_POST
@admins_only
def capacity(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person holds at most; empty fields take the desk's measure."""
    agent = people.agent(pk)
    if agent is None:
        raise Http404("There is nobody with this number.")
    try:
        arranging.hold_at_most(agent, _asked_most(request), by=request.user, at=now())  # type: ignore[arg-type]
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Saved."))
    return redirect("person", pk)


def _asked_most(request: HttpRequest) -> dict[str, int]:
    found = {key: _minutes(request.POST.get(f"most-{key}", "")) for key, _label in CHANNELS}
    return {key: count for key, count in found.items() if count is not None}


def most_of(agent: Any) -> list[dict[str, Any]]:
    """One person's own measures, for their page."""
    own, usual = queries.capacity(agent), queries.measure().most
    return [
        {"key": key, "label": label, "value": own.get(key, ""), "usual": _most(usual, key)}
        for key, label in CHANNELS
    ]
