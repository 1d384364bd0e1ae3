"""The inbox: the list of a view beside the ticket that is open."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foredesk.desk import navigation
from foredesk.desk.access import agents_only, me
from foredesk.desk.tickets import rows
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.tickets import listing, queries, views

SORT_LABELS = {
    "newest": "Newest first",
    "waiting": "Waiting longest",
    "priority": "Priority first",
    "due": "Due first",
}


@require_GET
@agents_only
def home(request: HttpRequest) -> HttpResponse:
    """The front page is the inbox."""
    return redirect("inbox")


@require_GET
@agents_only
def index(request: HttpRequest) -> HttpResponse:
    """The inbox without an open ticket."""
    return render(request, "desk/inbox.html", {**pane(request), "ticket": None})


@require_GET
@agents_only
def list_pane(request: HttpRequest) -> HttpResponse:
    """The first rows of the list again, for live screens and searches."""
    return render(request, "desk/_rows.html", pane(request))


@require_GET
@agents_only
def more(request: HttpRequest) -> HttpResponse:
    """The next page of rows, after the cursor."""
    return render(request, "desk/_more.html", pane(request, after=request.GET.get("after", "")))


@require_GET
@agents_only
def nav(request: HttpRequest) -> HttpResponse:
    """The sidebar's views and teams with fresh counts."""
    frame = navigation.of(request)
    lists = (frame.views, frame.teams)
    return render(request, "desk/_lists.html", {"lists": lists, "nav": frame})


@require_GET
@agents_only
def palette(request: HttpRequest) -> HttpResponse:
    """What the command palette found: tickets and customers."""
    text = request.GET.get("q", "")[:200].replace("\x00", "")
    found = listing.find(me(request), text)
    for row in found:
        row["status"] = rows.status(row["status"])
    context = {"tickets": found, "customers": people.customers(text=text, limit=4) if text else []}
    return render(request, "desk/_palette.html", context)


@dataclass(frozen=True)
class Asked:
    """Which list is wanted. `brand` is None for all brands."""

    view: views.View
    sort: str
    text: str
    brand: int | None


def asked(request: HttpRequest) -> Asked:
    """The view, order, search text and brand that the query string names; what it can't name is the
    first of each."""
    names = people.team_names()
    visible = {pk: names[pk] for pk in queries.team_ids(me(request)) if pk in names}
    view = views.view_of(request.GET.get("view", "mine"), team_names=visible)
    sort = request.GET.get("sort", "newest")
    sort = sort if sort in listing.SORTS else "newest"
    text = request.GET.get("q", "").strip()[:200].replace("\x00", "")
    return Asked(view or views.VIEWS[0], sort, text, _brand(request))


def _brand(request: HttpRequest) -> int | None:
    wanted = numbers.whole(request.GET.get("brand", ""))
    return wanted if wanted in {one.id for one in people.brands_in_use()} else None


def pane(request: HttpRequest, *, current: int | None = None, after: str = "") -> dict[str, Any]:
    """What the list pane shows, from the query string: view, sort, q."""
    agent = me(request)
    wish = asked(request)
    view, sort, text = wish.view, wish.sort, wish.text
    query = _query(view.key, sort, text, wish.brand)
    at = now()
    if current is None:
        current = numbers.whole(request.GET.get("open", ""))
    page = listing.page(agent, view, sort=sort, after=after, text=text, brand=wish.brand)
    return {
        "view": view,
        "sort": sort,
        "sorts": SORT_LABELS,
        "text": text,
        "query": query,
        "queries_for": {one: _query(view.key, one, text, wish.brand) for one in SORT_LABELS},
        "list_brand": wish.brand,
        "list_brands": _brand_choices(wish),
        "current": current,
        "rows": rows.drawn(
            page.rows,
            viewer=agent,
            view=view,
            at=at,
            current=current,
            names=people.agent_names(),
            query=query,
        ),
        "next": page.next,
        "live": " ".join([*queries.topics_of(agent), "presence"]),
        "can_work": permissions.can_work(agent),
        "bulk_brands": people.brands_in_use(),
        "can_start": permissions.can_work(agent),
    }


@lru_cache(1000)
def _query(view: str, sort: str, text: str, brand: int | None) -> str:
    """The query string that asks for a list."""
    kept = {"view": view}
    if sort != "newest":
        kept["sort"] = sort
    if text:
        kept["q"] = text
    if brand is not None:
        kept["brand"] = str(brand)
    return urlencode(kept)


def _brand_choices(wish: Asked) -> list[dict[str, Any]]:
    """What the list can be narrowed to; empty on a desk with one brand."""
    found = people.brands_in_use()
    if not found:
        return []
    every = (_("All brands"), None)
    return [
        {
            "name": name,
            "query": _query(wish.view.key, wish.sort, wish.text, brand),
            "is_chosen": brand == wish.brand,
        }
        for name, brand in (every, *((one.name, one.id) for one in found))
    ]
