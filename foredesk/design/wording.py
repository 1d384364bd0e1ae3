"""Times, sizes and names as people read them. Pure: the present and the zone are arguments."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache, partial

from django.conf import settings
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

language: Callable[[], str | None] = (
    get_language if settings.USE_I18N else partial(str, settings.LANGUAGE_CODE)
)
"""The language that is spoken now; Django looks it up in its settings each time."""
HUES = 7
_SIZES = ("KB", "MB", "GB", "TB")


def list_time(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """How long ago, short enough for a list: now, 8 min, 1 h, 2 d, Mar, 2025.

    Months stand alone while they can mean only one year; a time to come reads as "now".
    """
    return list_times([at], now=now, zone=zone)[0]


def list_times(times: Iterable[datetime], *, now: datetime, zone: tzinfo) -> list[str]:
    """`list_time` of each; the words of a list cost little when the language is asked for once."""
    spoken = language()
    said = []
    for at in times:
        age = now - at
        if age < _MINUTE:
            said.append(_short(_NOW, 0, spoken))
        elif age < _HOUR:
            said.append(_short(_MINUTES, age // _MINUTE, spoken))
        elif age < _DAY:
            said.append(_short(_HOURS, age // _HOUR, spoken))
        elif age.days < 28:
            said.append(_short(_DAYS, age.days, spoken))
        else:
            local = at.astimezone(zone)
            is_near = age.days < 183 or local.year == now.astimezone(zone).year
            said.append(_short_month(local.month, spoken) if is_near else str(local.year))
    return said


_NOW, _MINUTES = gettext_noop("now"), gettext_noop("%(n)d min")
_HOURS, _DAYS = gettext_noop("%(n)d h"), gettext_noop("%(n)d d")
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@lru_cache(1000)
def _short(pattern: str, n: int, _language: str | None) -> str:
    return gettext(pattern) % {"n": n}


@lru_cache(100)
def _short_month(month: int, _language: str | None) -> str:
    return str(MONTHS_3[month]).title()


def clock(at: datetime, *, zone: tzinfo) -> str:
    """The time of day, 24 hours: 10:06."""
    local = at.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def day(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """The heading of a day in a thread: Today, Yesterday, Tuesday 3 March, 3 March 2025."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (today.date() - local.date()).days
    if days == 0:
        return gettext("Today")
    if days == 1:
        return gettext("Yesterday")
    date = f"{local.day} {MONTHS[local.month]}"
    if local.year == today.year:
        return f"{WEEKDAYS[local.weekday()]} {date}"
    return f"{date} {local.year}"


def month(at: datetime, *, zone: tzinfo) -> str:
    """The month of a time long ago: December 2024."""
    local = at.astimezone(zone)
    return f"{MONTHS[local.month]} {local.year}"


def moment(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Day and time in one phrase: Today 10:06, Tuesday 3 March 10:06."""
    return f"{day(at, now=now, zone=zone)} {clock(at, zone=zone)}"


def ago(at: datetime, *, now: datetime) -> str:
    """How long ago in a sentence: just now, 8 minutes ago, 3 days ago."""
    seconds = (now - at) // timedelta(seconds=1)
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        n = seconds // 60
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    if seconds < 86_400:
        n = seconds // 3600
        return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}
    n = seconds // 86_400
    return ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n}


def span(length: timedelta) -> str:
    """A length of time, two units at most: 48 s, 22 min, 3 h 12 min, 5 h, 2 d 4 h."""
    seconds = max(0, length // timedelta(seconds=1))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if not minutes:
        return gettext("%(n)d s") % {"n": seconds}
    if not hours:
        return gettext("%(n)d min") % {"n": minutes}
    if not days:
        whole, rest = gettext("%(n)d h") % {"n": hours}, minutes % 60
        return f"{whole} {gettext('%(n)d min') % {'n': rest}}" if rest else whole
    whole, rest = gettext("%(n)d d") % {"n": days}, hours % 24
    return f"{whole} {gettext('%(n)d h') % {'n': rest}}" if rest else whole


def file_size(size: int) -> str:
    """A number of bytes in units of 1024: 0 bytes, 214 KB, 1.2 MB."""
    if size < 1024:
        return ngettext("%(n)d byte", "%(n)d bytes", size) % {"n": size}
    value, unit = size / 1024, _SIZES[0]
    for bigger in _SIZES[1:]:
        if round(value) < 1024:
            break
        value, unit = value / 1024, bigger
    digits = 1 if value < 9.95 and unit != "KB" else 0
    return f"{value:.{digits}f} {unit}"


@lru_cache(4096)
def initials(name: str) -> str:
    """Two letters for an avatar: first and last word, or the first two of one: AO, MI, HE."""
    words = [word for word in name.split("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()[:2]


@lru_cache(4096)
def hue(key: Hashable) -> int:
    """The avatar colour of a person, 1 to 7: the same for the same id, on every machine."""
    return zlib.crc32(str(key).encode()) % HUES + 1
