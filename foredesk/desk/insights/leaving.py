"""Figures for elsewhere: a dashboard and a review on paper, a dashboard's numbers for a
spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foredesk.analytics import printing, reviewing, setting_up, weeks, writing
from foredesk.analytics.defining import Duration, Share
from foredesk.analytics.measures import MEASURES
from foredesk.desk import downloads
from foredesk.desk.access import agents_only, me
from foredesk.desk.insights import asked as reading
from foredesk.desk.insights import cards
from foredesk.desk.insights.asked import Asked, desk_zone
from foredesk.desk.insights.pages import board_or_404
from foredesk.desk.insights.paper import laying_out
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now

HEAD = ("Day", "Measure", "Name", "Unit", "Value", "Of", "9 of 10", "Average")


@require_safe
@agents_only
def pdf(request: HttpRequest, key: str) -> HttpResponseBase:
    """The dashboard as it is looked at, on paper."""
    board, asked = board_or_404(request, key), reading.read(request)
    targets = setting_up.yardstick().targets
    found = asked.ask.twice(lambda: cards.build(board.cards, asked, targets))
    data = laying_out.dashboard(_(board.name), found, asked, desk=workspace().name)
    return _saved(data, "application/pdf", f"{board.name}, {asked.period.last.isoformat()}.pdf")


@require_safe
@agents_only
def table(request: HttpRequest, key: str) -> HttpResponseBase:
    """The numbers of a dashboard: one row for each day and measure, as CSV (RFC 4180, UTF-8)."""
    board, asked = board_or_404(request, key), reading.read(request)
    names: dict[str, None] = {}
    for card in board.cards:
        for name in (card.get("measure"), *card.get("with", [])):
            if name in MEASURES:
                names[name] = None
    name = f"{board.name}, {asked.period.last.isoformat()}.csv"
    return downloads.table(HEAD, _rows(list(names), asked), name=name)


@require_safe
@agents_only
def review_pdf(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """The review of a week on paper."""
    at, zone = now(), desk_zone()
    week = weeks.week(year, number, now=at, zone=zone)
    looked = reviewing.look_back(week, viewer=me(request), at=at, zone=zone)
    said = writing.words(looked, is_inside=True)
    return _saved(printing.review(said, at=at), "application/pdf", f"{said['file']}.pdf")


def _rows(names: list[str], asked: Asked) -> Iterator[list[str]]:
    for name in names:
        measure = MEASURES[name]
        is_long = isinstance(measure, Duration)
        unit = "seconds" if is_long else "share" if isinstance(measure, Share) else "number"
        for day, figure in asked.ask.by_day(asked.question(name), asked.period.zone):
            yield [
                day.isoformat(), name, _(measure.words.title), unit, _number(figure.value),
                str(figure.n), _number(figure.p90), _number(figure.mean),
            ]  # fmt: skip


def _number(value: float | None) -> str:
    """Without a unit and with a point, so that every program reads the same number."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _saved(data: bytes, content_type: str, name: str) -> HttpResponseBase:
    return downloads.named(HttpResponse(data, content_type=content_type), name)
