"""Times that are offered ready-made, worked out once a minute: (ISO time, label, words)."""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from foredesk.design import wording

Times = tuple[tuple[str, str, str], ...]


def laters(at: datetime, zone: tzinfo) -> Times:
    """To send a reply at."""
    return _laters(_minute(at), zone)


def snoozes(at: datetime, zone: tzinfo) -> Times:
    """To snooze a ticket until."""
    return _snoozes(_minute(at), zone)


@lru_cache(100)
def _laters(at: datetime, zone: tzinfo) -> Times:
    local, morning = _here(at, zone)
    options = [
        (morning + timedelta(days=1), "Tomorrow morning"),
        (_monday(morning), "Monday morning"),
    ]
    if local.hour < 15:
        evening = local.replace(hour=17, minute=0, second=0, microsecond=0)
        options.insert(0, (evening, "This afternoon"))
    return _said(options, at, zone)


@lru_cache(100)
def _snoozes(at: datetime, zone: tzinfo) -> Times:
    _, morning = _here(at, zone)
    options = [
        (at + timedelta(hours=3), "In 3 hours"),
        (morning + timedelta(days=1), "Tomorrow morning"),
        (_monday(morning), "Next Monday"),
        (morning + timedelta(days=30), "In 30 days"),
    ]
    return _said(options, at, zone)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _here(at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The time there, and nine o'clock of that day."""
    local = at.astimezone(zone)
    return local, local.replace(hour=9, minute=0, second=0, microsecond=0)


def _monday(day: datetime) -> datetime:
    return day + timedelta(days=7 - day.weekday())


def _said(options: list[tuple[datetime, str]], at: datetime, zone: tzinfo) -> Times:
    return tuple(
        (when.isoformat(timespec="minutes"), label, wording.moment(when, now=at, zone=zone))
        for when, label in options
    )
