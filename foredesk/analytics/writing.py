"""Write the review of a week down: as text, as HTML for mail programs, as a PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from foredesk.analytics import agreeing, noting, printing, saying
from foredesk.analytics.comparing import Change
from foredesk.analytics.defining import Share
from foredesk.analytics.reviewing import Looked
from foredesk.analytics.weeks import Week
from foredesk.channels.mail.composing import Part
from foredesk.channels.posting import Paper
from foredesk.people.queries import workspace

BAR, LEAST = 22, 2  # pixels


def paper(looked: Looked, *, is_inside: bool) -> Paper:
    """The mail. Notes and agreed points are for people of the desk alone."""
    said = words(looked, is_inside=is_inside)
    name = f"{said['file']}.pdf"
    pdf = printing.review(said, at=looked.at)
    return Paper(
        subject=f"{said['desk']}: {said['title']}. {looked.headline}"[:180],
        text=_text(said),
        html=render_to_string("analytics/review_mail.html", said),
        files=(Part(name, "application/pdf", pdf),),
    )


def words(looked: Looked, *, is_inside: bool) -> dict[str, Any]:
    """Everything that the mail and the paper say."""
    week = looked.week
    agreed = [one for one in agreeing.agreed_in(week) if one.done_in is None] if is_inside else []
    own, before = noting.notes_of(week), noting.notes_of(week.moved(-1))
    notes = own if own.notes else before
    return {
        "desk": workspace().name,
        "file": f"review-{week.key}",
        "title": _("Week %(n)d") % {"n": week.number},
        "days": days(week),
        "headline": looked.headline,
        "summary": looked.summary,
        "rows": [_row(one) for one in looked.changes],
        "wins": looked.wins,
        "losses": looked.losses,
        "agreed": [_point(one) for one in agreed],
        "notes": notes.notes if is_inside else "",
        "notes_title": _("Notes of the meeting")
        if own.notes
        else _("Notes of the meeting a week ago"),
        "url": f"{settings.SITE_URL}/insights/review/{week.key}/",
        "is_inside": is_inside,
    }


def days(week: Week) -> str:
    """9 to 15 November 2026, 30 November to 6 December 2026."""
    first, last = week.monday, week.sunday
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {MONTHS[first.month]}{year}" if first.month != last.month else ""
    return f"{first.day}{month} {_('to')} {last.day} {MONTHS[last.month]} {last.year}"


def _row(one: Change) -> dict[str, Any]:
    delta = one.delta
    return {
        "title": _(one.measure.words.title),
        "now": one.said,
        "before": one.said_before,
        "is_thin": one.is_thin,
        "change": _change(delta),
        "told": _told(one),
        "tone": delta.tone if delta else "flat",
        "bars": _bars(one),
        "course": list(one.course),
    }


def _change(delta: saying.Delta | None) -> str:
    if delta is None:
        return ""
    sign = {"trend-up": "↑\u00a0", "trend-down": "↓\u00a0"}.get(delta.icon, "")
    return sign + delta.text


def _told(one: Change) -> str:
    """The same without an arrow: up 26%, down 3.8 points, 2.6 times, no change."""
    delta, now, before = one.delta, one.now.value or 0, one.before.value or 0
    if delta is None:
        return ""
    is_times = not isinstance(one.measure, Share) and now >= 2 * before
    if delta.icon == "minus" or is_times:
        return delta.text
    return (_("up %(by)s") if delta.icon == "trend-up" else _("down %(by)s")) % {"by": delta.text}


def _bars(one: Change) -> list[int]:
    """How high the bar of each week is, 0 where there is nothing."""
    most = max([value for value in one.course if value is not None], default=0)
    return [
        0 if value is None or not most else max(LEAST, round(BAR * value / most))
        for value in one.course
    ]


def _point(one: Any) -> str:
    said = [one.text]
    if one.agent is not None:
        said.append(one.agent.name)
    if one.due is not None:
        said.append(_("by %(day)s") % {"day": saying.day(one.due)})
    return ", ".join(said)


def _text(said: dict[str, Any]) -> str:
    lines = [f"{said['desk']}, {said['title']}: {said['days']}", "", said["headline"]]
    lines += [said["summary"], ""] if said["summary"] else [""]
    if said["rows"]:
        lines += [_("What changed against the four weeks before:"), ""]
    for row in said["rows"]:
        change = f" ({row['told']})" if row["told"] else ""
        before = _("before %(value)s") % {"value": row["before"]}
        lines.append(f"  {row['title']}: {row['now']}, {before}{change}")
    for title, found in ((_("Wins"), said["wins"]), (_("What got worse"), said["losses"])):
        if found:
            lines += ["", f"{title}:", ""]
            lines += [f"  {one.title} ({one.detail})" for one in found]
    if said["agreed"]:
        lines += ["", _("Agreed, not done yet:"), "", *(f"  {one}" for one in said["agreed"])]
    if said["notes"]:
        lines += ["", f"{said['notes_title']}:", "", said["notes"]]
    if said["is_inside"]:
        lines += ["", said["url"]]
    return "\n".join(lines)
