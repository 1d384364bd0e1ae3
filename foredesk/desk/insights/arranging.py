"""Arrange a dashboard: its cards, its name, who sees it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foredesk.analytics import arranging, dashboards
from foredesk.analytics.measures import MEASURES
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import frame, naming
from foredesk.people import permissions
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now

WIDTHS = ((3, "A quarter"), (4, "A third"), (6, "Half"), (8, "Two thirds"), (12, "All"))


@require_POST
@agents_only
def make(request: HttpRequest) -> HttpResponse:
    """A dashboard of one's own: a copy of another, or an empty one."""
    source, by = request.POST.get("of", "").replace("\x00", "")[:100], me(request)
    built_in = dashboards.built_in(source)
    found = built_in or arranging.dashboard(source, viewer=by)
    name = _("%(name)s, mine") % {"name": found.name} if found else _("My dashboard")
    cards = found.cards if found else [{"kind": "tile", "measure": "first_reply"}]
    made = arranging.make(name=name[: arranging.LONGEST_NAME], cards=cards, by=by, at=now())
    return redirect("arrange", made.key)


@require_safe
@agents_only
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The cards in order, each with what can be done with it."""
    return _page(request, _own(request, key))


@require_POST
@agents_only
def save(request: HttpRequest, key: str) -> HttpResponse:
    """One step: move, widen or remove a card, add one, rename it, give it to roles."""
    board, by = _own(request, key), me(request)
    verb, _dash, place = request.POST.get("do", "").partition("-")
    cards = [dict(card) for card in board.cards]
    index = numbers.whole(place)
    try:
        if verb == "name":
            roles = request.POST.getlist("given_to") if permissions.can_lead(by) else None
            name = request.POST.get("name", "")
            arranging.change(board, name=name, given_to=roles, by=by, at=now())
            messages.success(request, _("Saved."))
        elif verb == "add":
            arranging.change(board, cards=[*cards, _new(request)], by=by, at=now())
        elif index is not None and 0 <= index < len(cards):
            _step(verb, index, cards, request)
            arranging.change(board, cards=cards, by=by, at=now())
    except Refused as why:
        return _page(request, board, refusal=str(why), status=422)
    return redirect("arrange", board.key)


@require_POST
@agents_only
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Remove it for everybody who sees it."""
    board = _own(request, key)
    arranging.remove(board, by=me(request), at=now())
    messages.success(request, _("Removed %(name)s.") % {"name": board.name})
    return redirect("insights")


@require_POST
@agents_only
def begin_with(request: HttpRequest, key: str) -> HttpResponse:
    """Let this one open first."""
    arranging.begin_with(key, by=me(request))
    messages.success(request, _("This dashboard opens first from now on."))
    return redirect("dashboard", key)


def _step(verb: str, index: int, cards: list[dict[str, Any]], request: HttpRequest) -> None:
    other = index + {"up": -1, "down": 1}.get(verb, 0)
    if verb == "remove":
        del cards[index]
    elif verb == "width":
        cards[index]["width"] = numbers.whole(request.POST.get(f"width-{index}", "")) or 4
    elif other != index and 0 <= other < len(cards):
        cards[index], cards[other] = cards[other], cards[index]


def _new(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    return {
        "kind": post.get("kind", ""),
        "measure": post.get("measure", ""),
        "by": post.get("by", ""),
        "width": numbers.whole(post.get("width", "")) or 4,
    }


def _own(request: HttpRequest, key: str) -> Any:
    found = arranging.dashboard(key, viewer=me(request))
    if found is None:
        raise Http404("There is no such dashboard.")
    if not arranging.may_arrange(found, me(request)):
        raise permissions.NotAllowed("This dashboard is somebody else’s. Make your own of it.")
    return found


def _page(
    request: HttpRequest, board: Any, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = frame.context(request, current=board.key) | {
        "board": board,
        "refusal": refusal,
        "cards": [_shown(n, card, len(board.cards)) for n, card in enumerate(board.cards)],
        "kinds": [(key, _(label)) for key, label in arranging.KINDS.items()],
        "measures": [(one.name, _(one.words.title)) for one in MEASURES.values()],
        "splits": [(key, _(naming.DIMENSIONS[key])) for key in arranging.SPLITS],
        "widths": [(n, _(label)) for n, label in WIDTHS],
        "roles": [(value, _(label)) for value, label in arranging.ROLES]
        if permissions.can_lead(me(request))
        else [],
    }
    return render(request, "desk/insights/arrange.html", context, status=status)


def _shown(place: int, card: dict[str, Any], count: int) -> dict[str, Any]:
    measure = MEASURES.get(card.get("measure", ""))
    title = _(measure.words.title) if measure else _(arranging.KINDS[card["kind"]])
    by = naming.DIMENSIONS.get(card.get("by", ""), "")
    said = [_(arranging.KINDS[card["kind"]])] if measure else []
    said += [f"{_('by')} {_(by).lower()}"] if by else []
    return {
        "place": place,
        "title": card.get("title") or title,
        "says": ", ".join(said),
        "width": card.get("width", 4),
        "has_width": card["kind"] != "tile",
        "is_first": place == 0,
        "is_last": place == count - 1,
    }
