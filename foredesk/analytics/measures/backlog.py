"""Backlog (KPI 16)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from foredesk.analytics.defining import STILL, Clock, Level, Row, Words
from foredesk.analytics.histories import UNSOLVED, History, Step


def rows(history: History, clock: Clock) -> Iterator[Row]:
    begin: Step | None = None
    for step in history.steps:
        if begin is not None and _lies(step) != _lies(begin):
            yield Row("open", begin, until=step.at)
            begin = None
        if begin is None and step.status in UNSOLVED:
            begin = replace(step, by_kind="system")
    if begin is not None:
        yield Row("open", begin, until=STILL)


def _lies(step: Step) -> tuple[Any, ...]:
    """Where it lies; whoever has it then is whose it is."""
    return step.status in UNSOLVED, step.team_id, step.assignee_id, step.priority


MEASURE = Level(
    name="backlog",
    words=Words(
        title="Open tickets",
        says="How much is still to be done",
        exactly=(
            "Tickets that are neither solved nor closed at a moment, whenever they were created."
        ),
        counts="tickets by who had them at that moment",
        pauses="",
    ),
    better="less",
    rows=rows,
    what="open",
)
