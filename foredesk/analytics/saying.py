"""Figures as people read them: 18 min, 5.7 h, 91.4 %, 3,436; and how they changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from foredesk.analytics.defining import Duration, Measure, Share
from foredesk.analytics.questions import Figure

FLAT = 0.005  # a change of less than half a percent is none


@dataclass(frozen=True)
class Said:
    """A number and its unit. `whole` is both in one phrase."""

    number: str
    unit: str = ""

    @property
    def whole(self) -> str:
        return (
            f"{self.number} {self.unit}" if self.unit not in ("", "%") else self.number + self.unit
        )


NOTHING = Said("–")


def value(measure: Measure, number: float | None) -> Said:
    """One value of a measure."""
    if number is None:
        return NOTHING
    if isinstance(measure, Duration):
        return length(number)
    if isinstance(measure, Share):
        return Said(_digits(number * 100), "%")
    return Said(f"{round(number):,}")


def length(seconds: float) -> Said:
    """A length of time in the unit that fits: 48 s, 18 min, 5.7 h, 3.1 d."""
    if seconds < 60:
        return Said(f"{round(seconds)}", _("s"))
    for size, unit, most in ((60, _("min"), 90), (3600, _("h"), 36)):
        if seconds / size < most:
            return Said(_digits(seconds / size, is_short=size == 60), unit)
    return Said(_digits(seconds / 86_400), _("d"))


def _digits(number: float, *, is_short: bool = False) -> str:
    """At most three digits that matter, and no zero behind the point."""
    digits = 0 if abs(number) >= (9.95 if is_short else 99.95) else 1
    text = f"{number:,.{digits}f}"
    return text.removesuffix(".0")


@dataclass(frozen=True)
class Delta:
    """How a figure changed: `tone` good, poor or flat, `icon` its direction, `text` by how much."""

    tone: str
    icon: str
    text: str
    spoken: str


def delta(measure: Measure, now: Figure, before: Figure) -> Delta | None:
    """Against the period before; None when one of them says nothing."""
    if now.value is None or before.value is None:
        return None
    if isinstance(measure, Share):
        change = (now.value - before.value) * 100
        text, is_flat = _digits(abs(change)), abs(change) < 0.05
        spoken = _("%(n)s points") % {"n": text}
    elif not before.value:
        return None
    else:
        change = now.value / before.value - 1
        text = f"{round(abs(change) * 100):,}%"
        if change >= 1:
            text = _("%(n)s times") % {"n": _digits(now.value / before.value)}
        is_flat, spoken = abs(change) < FLAT, text
    if is_flat:
        return Delta("flat", "minus", _("no change"), _("no change against the period before"))
    is_up = change > 0
    wanted = {"less": not is_up, "more": is_up}.get(measure.better)
    tone = "flat" if wanted is None else "good" if wanted else "poor"
    direction = _("up %(by)s") if is_up else _("down %(by)s")
    words = _("%(direction)s against the period before") % {"direction": direction % {"by": spoken}}
    return Delta(tone, "trend-up" if is_up else "trend-down", text, words)


def is_met(measure: Measure, number: float | None, target: float | None) -> bool | None:
    """Whether a figure reaches what is aimed at; None when there is no saying."""
    if number is None or target is None or not measure.better:
        return None
    return number <= target if measure.better == "less" else number >= target


def day(one: date) -> str:
    """Mon 16 Nov."""
    return f"{WEEKDAYS_ABBR[one.weekday()]} {short_day(one)}"


def short_day(one: date) -> str:
    """16 Nov."""
    return f"{one.day} {str(MONTHS_3[one.month]).title()}"
