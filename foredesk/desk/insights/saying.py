"""Figures as people read them: the words are those of analytics, whose mails say them too."""

from foredesk.analytics.saying import (
    NOTHING,
    Delta,
    Said,
    day,
    delta,
    is_met,
    length,
    short_day,
    value,
)

__all__ = ["NOTHING", "Delta", "Said", "day", "delta", "is_met", "length", "short_day", "value"]
