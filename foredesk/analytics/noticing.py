"""What is worth a word of a week: what went well, what got worse, by rule from figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from foredesk.analytics import saying
from foredesk.analytics.comparing import Change
from foredesk.analytics.headlining import WORDS
from foredesk.analytics.questions import FEW

MOST = 5


@dataclass(frozen=True)
class Notice:
    """`title` says what, `detail` the figures; `measure` is where its tickets are found."""

    measure: str
    title: str
    detail: str
    icon: str


def wins(changes: Sequence[Change]) -> list[Notice]:
    """What went well, the weightiest first, five at most."""
    found = []
    for one in _judged(changes):
        is_kept = one.measure.name == "promises_kept" and one.now.value == 1 and one.now.n >= FEW
        reaches = one.is_met is True and one.was_met is False and one.now.n >= FEW
        if is_kept:
            said = _("all %(n)s of them") % {"n": f"{one.now.n:,}"}
            found.append(Notice(one.measure.name, _("Every promise was kept"), said, "trophy"))
        elif one.judgement == "good" or one.is_best or reaches:
            more = _("the best of %(n)d weeks") % {"n": len(one.course)} if one.is_best else ""
            more = more or (_("target %(value)s reached") % _target(one) if reaches else "")
            icon = "trophy" if one.is_best else "target" if reaches else "trend-up"
            found.append(Notice(one.measure.name, _title(one), _detail(one, more), icon))
    found += _flow(changes, is_win=True)
    return found[:MOST]


def losses(changes: Sequence[Change]) -> list[Notice]:
    """What got worse, the weightiest first, five at most."""
    found = []
    for one in _judged(changes):
        misses = one.is_met is False and one.was_met is True and one.now.n >= FEW
        if one.judgement == "poor" or one.is_worst or misses:
            more = _("the worst of %(n)d weeks") % {"n": len(one.course)} if one.is_worst else ""
            more = more or (_("target %(value)s missed") % _target(one) if misses else "")
            found.append(Notice(one.measure.name, _title(one), _detail(one, more), "trend-down"))
    found += _flow(changes, is_win=False)
    return found[:MOST]


def _judged(changes: Sequence[Change]) -> list[Change]:
    by_name = {one.measure.name: one for one in changes}
    return [by_name[name] for name in WORDS if name in by_name]


def _title(one: Change) -> str:
    return f"{_(one.measure.words.title)}: {one.said}"


def _detail(one: Change, more: str) -> str:
    said = _("%(value)s in the four weeks before") % {"value": one.said_before}
    return f"{said}, {more}" if more else said


def _target(one: Change) -> dict[str, str]:
    return {"value": saying.value(one.measure, one.target).whole}


def _flow(changes: Sequence[Change], *, is_win: bool) -> list[Notice]:
    """Whether clearly more or less was solved than came in."""
    by_name = {one.measure.name: one for one in changes}
    came, went = by_name.get("created"), by_name.get("solved")
    if came is None or went is None or max(came.now.n, went.now.n) < FEW:
        return []
    more, less = (went.now.n, came.now.n) if is_win else (came.now.n, went.now.n)
    if more < 1.05 * less:
        return []
    title = _("More was solved than came in") if is_win else _("More came in than was solved")
    both = {"more": f"{more:,}", "less": f"{less:,}"}
    name = "solved" if is_win else "created"
    icon = "check-circle" if is_win else "inbox"
    return [Notice(name, title, _("%(more)s against %(less)s") % both, icon)]
