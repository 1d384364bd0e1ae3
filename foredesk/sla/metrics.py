"""What can be promised: the names and the meaning of each clock. Definitions: docs/glossary.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """`says` stands before a time ("First reply in 4 h"); `short` in a chip; `meaning` explains."""

    key: str
    says: str
    short: str
    meaning: str


METRICS = (
    Metric("first_reply", "First reply", "reply", "From the first message to the first answer."),
    Metric(
        "next_reply",
        "Next reply",
        "reply",
        "From the oldest unanswered message to the next answer, after the first one.",
    ),
    Metric(
        "periodic_update",
        "Update",
        "update",
        "Between two answers, for as long as the matter is not solved.",
    ),
    Metric(
        "requester_wait",
        "Customer’s wait",
        "solve",
        "All the time in which the ticket is new, open or on hold.",
    ),
    Metric("agent_work", "Our work", "solve", "All the time in which the ticket is new or open."),
    Metric(
        "full_resolution",
        "Solved",
        "solve",
        "From the beginning to the solving; after a reopening it goes on.",
    ),
)
BY_KEY = {one.key: one for one in METRICS}
PAUSES = ("pending", "on_hold", "snoozed")
"""In which states a policy may stop its clocks."""
