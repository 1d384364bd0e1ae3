"""Ask many questions in one statement.

A page is built twice: once to hear what its parts ask, with nothing for an answer, then with all
answers, which were fetched together. So each part asks where it needs to know.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from foredesk.analytics import answering
from foredesk.analytics.answering import Asked
from foredesk.analytics.asking import days_of
from foredesk.analytics.questions import NOTHING, Figure, Question

Built = TypeVar("Built")


class Asker:
    """Asks as `asking` does, of answers that are kept. `at` is the present."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._heard: list[Asked] | None = None
        self._known: dict[Asked, Any] = {}

    def twice(self, build: Callable[[], Built]) -> Built:
        """What `build` builds, all that it asks fetched in one statement."""
        self._heard = []
        try:
            build()
        finally:
            heard, self._heard = list(dict.fromkeys(self._heard)), None
        found = answering.answers(heard, at=self._at)
        self._known.update(zip(heard, (one.value for one in found), strict=True))
        return build()

    def figure(self, question: Question) -> Figure:
        return self._ask(("figure", question), NOTHING)

    def by_day(self, question: Question, zone: ZoneInfo) -> list[tuple[date, Figure]]:
        return self._ask(("by_day", question, zone), None) or [
            (day, NOTHING) for day in days_of(question, zone)
        ]

    def by_hour(self, question: Question, zone: ZoneInfo) -> dict[tuple[int, int], int]:
        return self._ask(("by_hour", question, zone), {})

    def by(self, question: Question, dimension: str) -> list[tuple[Any, Figure]]:
        return self._ask(("by", question, dimension), [])

    def _ask(self, one: Asked, nothing: Any) -> Any:
        if self._heard is not None:
            self._heard.append(one)
            return nothing
        if one not in self._known:
            self._known[one] = answering.answers([one], at=self._at)[0].value
        return self._known[one]
