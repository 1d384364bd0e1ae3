"""Measure one course of a promise by its policy: when it is due, whether it is late. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from foredesk.sla.clockwork import RUNNING, Course, instants, used
from foredesk.sla.hours import Counting
from foredesk.tickets.falling_due import Due

SOON, URGENT = 2 / 3, 9 / 10  # of the target: a third and a tenth are left


@dataclass(frozen=True)
class Reading:
    """How a clock stands. `alarms` are when each escalation is or was due, in the order of the
    levels; those that never come are None."""

    target: int
    due_at: datetime | None
    soon_at: datetime | None
    urgent_at: datetime | None
    breached_at: datetime | None
    counted: int
    alarms: tuple[datetime | None, ...]

    def passed(self, at: datetime) -> int:
        """How many escalations were due by `at`."""
        return sum(1 for alarm in self.alarms if alarm is not None and alarm <= at)

    def next_alarm(self, at: datetime) -> datetime | None:
        """When somebody must look at it again: an escalation, or that it is late."""
        coming = [one for one in (*self.alarms, self.due_at) if one is not None and one > at]
        return min(coming, default=None)


def measure(
    course: Course, target: int, hours: Counting, levels: Sequence[int], *, at: datetime
) -> Reading:
    """The reading at the moment `at`. `levels` are thousandths of the target that are left, from
    much to little (below 0 it is late)."""
    wanted = {mark: target * mark for mark in (SOON, URGENT, 1.0)}
    wanted |= {(1000 - left) / 1000: target * (1000 - left) / 1000 for left in levels}
    ordered = sorted(wanted)
    found = dict(
        zip(ordered, instants(course, hours, [wanted[mark] for mark in ordered]), strict=True)
    )
    end = course.ended_at or at
    due = found[1.0]
    is_late = due is not None and due <= at and (course.ended_at is None or due < end)
    return Reading(
        target=target,
        due_at=due,
        soon_at=found[SOON],
        urgent_at=found[URGENT],
        breached_at=due if is_late else None,
        counted=0 if course.state == RUNNING else int(used(course, hours, at=end)),
        alarms=tuple(found[(1000 - left) / 1000] for left in levels),
    )


def nearest(readings: Sequence[tuple[Course, Reading]], *, policy: str) -> Due | None:
    """What the ticket's chip shows: the running promise that is due first, else the paused one of
    which the least is left."""
    running = [(r.due_at, c, r) for c, r in readings if c.state == RUNNING and r.due_at]
    if running:
        due, course, reading = min(running, key=lambda one: one[0])
        since = course.stretches[0][0]
        return Due(course.metric, policy, due, since, reading.soon_at, reading.urgent_at)
    paused = [(r.target - r.counted, c) for c, r in readings if c.state == "paused"]
    if paused:
        left, course = min(paused, key=lambda one: one[0])
        return Due(course.metric, policy, left=max(0, left))
    return None
