"""The weekly review: a page for each week, and what leads and admins write on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foredesk.analytics import agreeing, asking, mailing, noting, reviewing, saying, weeks
from foredesk.analytics.comparing import Change
from foredesk.analytics.defining import Duration, Level
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.noticing import Notice
from foredesk.analytics.weeks import Week
from foredesk.design import charts
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import frame
from foredesk.desk.insights.asked import desk_zone
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.tickets import queries as tickets

SLOWEST = 3


@require_safe
@agents_only
def last(request: HttpRequest) -> HttpResponse:
    """The review of the last week that is over."""
    return _page(request, weeks.last_complete(now=now(), zone=desk_zone()))


@require_safe
@agents_only
def show(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """The review of one week."""
    return _page(request, _week(year, number))


@require_POST
@agents_only
def write(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One step: keep the notes, agree on a point, tick, judge or remove one."""
    week, by, post = _week(year, number), me(request), request.POST
    verb, _dash, rest = post.get("do", "").partition("-")
    point = numbers.whole(rest.partition("-")[0]) or 0
    try:
        if verb == "notes":
            noting.note(week, post.get("notes", ""), by=by, at=now())
            messages.success(request, _("The notes are saved."))
        elif verb == "agree":
            agreeing.agree(week, post.get("text", ""), by=by, at=now(), **_point(request))
        elif verb in ("done", "undone"):
            agreeing.finish(point, week, is_done=verb == "done", by=by, at=now())
        elif verb == "remove":
            agreeing.remove(point, week, by=by, at=now())
        elif verb == "judge":
            verdict = rest.partition("-")[2]
            agreeing.judge(point, week, verdict, by=by, at=now())
    except Refused as why:
        return _page(request, week, refusal=str(why), given=post, status=422)
    return redirect("review", week.year, week.number)


@require_POST
@agents_only
def send(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Mail it now to those who get it."""
    to = mailing.send(_week(year, number), by=me(request), at=now())
    words = ngettext(
        "The review goes to %(n)d person.", "The review goes to %(n)d people.", len(to)
    )
    messages.success(request, words % {"n": len(to)})
    return redirect("review", year, number)


def _week(year: int, number: int) -> Week:
    return weeks.week(year, number, now=now(), zone=desk_zone())


def _point(request: HttpRequest) -> dict[str, Any]:
    post, agent = request.POST, None
    if post.get("agent"):
        agent = people.agent(numbers.whole(post["agent"]) or 0)
        if agent is None:
            raise Refused(_("There is no such person. Choose one of the list."))
    due = post.get("due", "")
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError:
        raise Refused(f"“{due[:20]}” is no day. Write it as 2026-11-28.") from None
    return {"agent": agent, "due": day, "measure": post.get("measure", "")}


def _page(
    request: HttpRequest, week: Week, *, refusal: str = "", given: Any = None, status: int = 200
) -> HttpResponse:
    at, zone, viewer = now(), desk_zone(), me(request)
    looked = reviewing.look_back(week, viewer=viewer, at=at, zone=zone)
    newest, may_write = weeks.last_complete(now=at, zone=zone), permissions.can_lead(viewer)
    earlier, own = noting.notes_of(week.moved(-1)), noting.notes_of(week)
    given = given or {}
    context = frame.context(request, current="review") | {
        "week": week,
        "words": days_in_words(week),
        "looked": looked,
        "rows": [_row(one, week) for one in looked.changes],
        "wins": [_notice(one, week) for one in looked.wins],
        "losses": [_notice(one, week) | _slowest(request, one, week) for one in looked.losses],
        "earlier": earlier,
        "earlier_url": _url(week.moved(-1)),
        "notes": given.get("notes", own.notes),
        "noted": own,
        "agreed": [_agreed(one, week) for one in agreeing.agreed_in(week)],
        "tried": [_tried(one, week, viewer, looked.changes) for one in agreeing.tried_in(week)],
        "verdicts": [(key, _(label)) for key, label in agreeing.VERDICTS.items()],
        "before_url": _url(week.moved(-1)),
        "after_url": _url(week.moved(1)) if week.monday < newest.monday else "",
        "may_write": may_write,
        "readers": [one for one in mailing.readers() if not one.is_held] if may_write else [],
        "people": [("", _("nobody yet")), *people.assignable_agents()],
        "measures": [("", _("nothing that is measured"))]
        + [(name, _(MEASURES[name].words.title)) for name in reviewing.REVIEWED],
        "given": given,
        "refusal": refusal,
    }
    return render(request, "desk/insights/review.html", context, status=status)


def days_in_words(week: Week) -> str:
    """9 to 15 November, 30 November to 6 December."""
    first, last = week.monday, week.sunday
    month = f" {MONTHS[first.month]}" if first.month != last.month else ""
    end = f"{last.day} {MONTHS[last.month]}"
    return f"{first.day}{month} {_('to')} {end}"


def _url(week: Week) -> str:
    return reverse("review", args=[week.year, week.number])


def _days(week: Week) -> str:
    return f"from={week.monday}&to={week.sunday}"


def _of_measure(name: str, week: Week) -> str:
    return f"{reverse('measure', args=[name])}?{_days(week)}"


def _row(one: Change, week: Week) -> dict[str, Any]:
    return {
        "title": _(one.measure.words.title),
        "url": _of_measure(one.measure.name, week),
        "now": one.said,
        "before": one.said_before,
        "delta": one.delta,
        "is_thin": one.is_thin,
        "spark": charts.spark(one.course, width=84, height=22),
        "target": saying.value(one.measure, one.target).whole if one.target is not None else "",
        "is_met": one.is_met,
    }


def _notice(one: Notice, week: Week) -> dict[str, Any]:
    """With the way to its tickets; of what is open now there is a list elsewhere."""
    is_level = isinstance(MEASURES[one.measure], Level)
    url = (
        _of_measure(one.measure, week)
        if is_level
        else f"{reverse('behind', args=[one.measure])}?{_days(week)}"
    )
    return {"title": one.title, "detail": one.detail, "icon": one.icon, "url": url}


def _slowest(request: HttpRequest, one: Notice, week: Week) -> dict[str, Any]:
    """The tickets that took longest, where a time got worse."""
    measure, viewer = MEASURES[one.measure], me(request)
    if not isinstance(measure, Duration):
        return {"tickets": []}
    period = week.period(now=now(), zone=desk_zone())
    question = reviewing.question(measure, period, viewer=viewer)
    rows, _count = asking.tickets(question, limit=SLOWEST)
    found = tickets.briefly(viewer, [pk for pk, _value, _at in rows])
    return {
        "tickets": [
            {"ticket": found[pk], "value": saying.value(measure, value).whole}
            for pk, value, _at in rows
            if pk in found
        ]
    }


def _agreed(point: Any, week: Week) -> dict[str, Any]:
    return {
        "point": point,
        "is_done": point.done_in is not None and point.done_in <= week.monday,
        "is_carried": point.made_in < week.monday,
        "due": saying.day(point.due) if point.due else "",
        "is_late": bool(point.due and point.done_in is None and point.due < now().date()),
        "name": point.agent.name if point.agent else "",
    }


def _tried(one: agreeing.Tried, week: Week, viewer: Any, changes: list[Change]) -> dict[str, Any]:
    """With what became of the figure that it was to make better."""
    said, measure = "", MEASURES.get(one.point.measure)
    if measure is not None:
        found = next((known for known in changes if known.measure == measure), None)
        if found is None and measure.name not in reviewing.REVIEWED:
            (found,) = reviewing.changes([measure], week, viewer=viewer, at=now(), zone=desk_zone())
        if found is not None and found.has_any:
            words = {
                "title": _(measure.words.title),
                "before": found.said_before,
                "now": found.said,
            }
            said = _("%(title)s %(before)s to %(now)s") % words
            if not found.judgement:
                said += _(", too little to tell")
    return {"point": one.point, "verdict": one.verdict, "said": said}
