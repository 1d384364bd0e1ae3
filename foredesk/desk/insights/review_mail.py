"""When the weekly review goes out by mail, and to whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.analytics import mailing
from foredesk.channels import queries as channels
from foredesk.desk.access import allowed, me
from foredesk.desk.insights import frame
from foredesk.desk.insights.asked import desk_zone
from foredesk.people import queries as people
from foredesk.people.permissions import can_lead
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now

LONGEST = 10_000  # characters of the addresses that are read
STATES = {
    "sent": "sent",
    "trying": "being sent",
    "failed": "not delivered",
    "unknown": "may have been sent",
}

leads_only = allowed(can_lead, "Leads and admins set who gets the review. Ask one of them.")


@require_http_methods(["GET", "POST"])
@leads_only
def show(request: HttpRequest) -> HttpResponse:
    """The day, the hour and the people; a POST sets them."""
    if request.method == "GET":
        return _page(request, _kept())
    given = _given(request)
    try:
        _set(request, given)
    except Refused as why:
        return _page(request, given, refusal=str(why), status=422)
    messages.success(request, _("Saved."))
    return redirect("review_mail")


@require_POST
@leads_only
def confirm(request: HttpRequest) -> HttpResponse:
    """An address from which it came back is right all the same."""
    mailing.confirm(numbers.whole(request.POST.get("reader", "")) or 0, by=me(request), at=now())
    messages.success(request, _("The next review goes there again."))
    return redirect("review_mail")


def _kept() -> dict[str, Any]:
    row, readers = mailing.settings(), mailing.readers()
    return {
        "is_on": row.is_on,
        "weekday": row.weekday,
        "hour": row.hour,
        "agents": {one.agent_id for one in readers if one.agent_id},
        "addresses": "\n".join(one.address for one in readers if one.address),
    }


def _given(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    agents = {numbers.whole(one) for one in post.getlist("agents")}
    return {
        "is_on": "is_on" in post,
        "weekday": numbers.whole(post.get("weekday", "")),
        "hour": numbers.whole(post.get("hour", "")),
        "agents": {one for one in agents if one},
        "addresses": post.get("addresses", "")[:LONGEST].replace("\x00", ""),
    }


def _set(request: HttpRequest, given: dict[str, Any]) -> None:
    chosen = [one for one in people.active_agents() if one.pk in given["agents"]]
    mailing.set_mail(
        is_on=given["is_on"],
        weekday=-1 if given["weekday"] is None else given["weekday"],
        hour=-1 if given["hour"] is None else given["hour"],
        agents=chosen,
        addresses=given["addresses"].replace(",", "\n").split("\n"),
        by=me(request),
        at=now(),
    )


def _page(
    request: HttpRequest, given: dict[str, Any], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    readers = mailing.readers()
    last = channels.last_posts(mailing.PURPOSE, [one.where for one in readers])
    row = mailing.settings()
    context = frame.context(request, current="review") | {
        "given": given,
        "refusal": refusal,
        "weekdays": [(n, WEEKDAYS[n]) for n in range(7)],
        "hours": [(n, f"{n:02d}:00") for n in range(24)],
        "people": [(one.pk, one.name, one.email) for one in people.active_agents()],
        "zone": desk_zone().key.replace("_", " "),
        "can_send": channels.can_send(),
        "readers": [_reader(one, last.get(one.where)) for one in readers],
        "next": mailing.next_due(row, at=now()) if row.is_on else None,
    }
    return render(request, "desk/insights/review_mail.html", context, status=status)


def _reader(one: Any, dispatch: Any) -> dict[str, Any]:
    is_bad = dispatch is not None and dispatch.state in ("failed", "unknown")
    return {
        "pk": one.pk,
        "name": one.agent.name if one.agent else one.address,
        "address": one.where,
        "is_held": one.is_held,
        "failure": one.failure,
        "failed_at": one.failed_at,
        "state": _(STATES.get(dispatch.state, dispatch.state)) if dispatch else "",
        "at": dispatch.at if dispatch else None,
        "note": dispatch.note if is_bad else "",
    }
