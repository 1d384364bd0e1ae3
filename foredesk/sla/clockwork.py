"""From what happened to the clocks that run, and from a clock to when it is due. All pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from foredesk.sla.hours import FURTHEST, Counting
from foredesk.sla.timelines import Moment

UNSOLVED = ("new", "open", "pending", "on_hold")
RUNNING, PAUSED, FULFILLED, CANCELLED = "running", "paused", "fulfilled", "cancelled"
RUNS_IN = {"requester_wait": ("new", "open", "on_hold"), "agent_work": ("new", "open")}


@dataclass(frozen=True)
class Course:
    """The course of one promise: stretches in which its clock ran; the last may have no end.

    `state` is running, paused, fulfilled or cancelled, the latter two since `ended_at`.
    """

    metric: str
    started_at: datetime
    stretches: tuple[tuple[datetime, datetime | None], ...] = ()
    state: str = RUNNING
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state in (FULFILLED, CANCELLED)


@dataclass
class _Ticket:
    """Where the ticket stands while its moments are walked through."""

    status: str = "new"
    is_snoozed: bool = False
    is_spam: bool = False
    is_gone: bool = False
    was_answered: bool = False
    is_opened_by_agent: bool = False
    has_begun: bool = False
    courses: dict[str, Course] = field(default_factory=dict)
    over: list[Course] = field(default_factory=list)

    def is_paused(self, metric: str, pauses: frozenset[str]) -> bool:
        if self.is_spam or self.is_gone:
            return True
        if metric in RUNS_IN:
            return self.status not in RUNS_IN[metric]
        return self.status in pauses or (self.is_snoozed and "snoozed" in pauses)


def courses(moments: Iterable[Moment], *, pauses: Iterable[str] = ()) -> list[Course]:
    """Every promise that a ticket with these moments ever made, in the order of their starts.

    `pauses` are the states that stop the clocks: pending, on_hold, snoozed. Spam stops all. What
    is solved or closed fulfils a solving and cancels what waits for an answer; a reopened ticket
    goes on with the clock that it had. What starts and is cancelled in one moment never was.
    """
    stops = frozenset(pauses)
    ticket = _Ticket()
    for moment in moments:
        _HAPPENS[moment.kind](ticket, moment)
        _wind(ticket, moment.at, stops)
    found = [*ticket.over, *ticket.courses.values()]
    kept = [one for one in found if not (one.state == CANCELLED and one.ended_at == one.started_at)]
    return sorted(kept, key=lambda one: (one.started_at, one.metric))


def _begin(ticket: _Ticket, metric: str, at: datetime) -> None:
    if metric not in ticket.courses:
        ticket.courses[metric] = Course(metric, at, state=PAUSED)


def _end(ticket: _Ticket, metric: str, state: str, at: datetime) -> None:
    course = ticket.courses.pop(metric, None)
    if course is not None:
        ticket.over.append(replace(_stopped(course, at), state=state, ended_at=at))


def _wind(ticket: _Ticket, at: datetime, stops: frozenset[str]) -> None:
    """Start and stop the clocks as the ticket now stands."""
    for metric, course in ticket.courses.items():
        if course.is_over:
            continue
        if ticket.is_paused(metric, stops):
            ticket.courses[metric] = replace(_stopped(course, at), state=PAUSED)
        elif course.state == PAUSED:
            ticket.courses[metric] = replace(
                course, stretches=(*course.stretches, (at, None)), state=RUNNING
            )


def _stopped(course: Course, at: datetime) -> Course:
    if not course.stretches or course.stretches[-1][1] is not None:
        return course
    begin = course.stretches[-1][0]
    rest = course.stretches[:-1]
    return replace(course, stretches=(*rest, (begin, at)) if at > begin else rest)


_SOLVING = ("requester_wait", "agent_work", "full_resolution")
_ANSWERING = ("first_reply", "next_reply", "periodic_update")


def _opened(ticket: _Ticket, moment: Moment) -> None:
    ticket.is_opened_by_agent = moment.value == "agent"
    ticket.has_begun = True
    for metric in _SOLVING:
        _begin(ticket, metric, moment.at)
    if not ticket.is_opened_by_agent:
        _begin(ticket, "first_reply", moment.at)


def _asked(ticket: _Ticket, moment: Moment) -> None:
    _begin(ticket, "next_reply" if ticket.was_answered else "first_reply", moment.at)


def _answered(ticket: _Ticket, moment: Moment) -> None:
    """An agent's own opening words answer nobody."""
    is_opening = ticket.is_opened_by_agent and not ticket.was_answered
    if is_opening and "first_reply" not in ticket.courses:
        ticket.is_opened_by_agent = False
    else:
        ticket.was_answered = True
    for metric in _ANSWERING:
        _end(ticket, metric, FULFILLED, moment.at)
    if ticket.status in UNSOLVED:
        _begin(ticket, "periodic_update", moment.at)


def _moved(ticket: _Ticket, moment: Moment) -> None:
    was_unsolved, ticket.status = ticket.status in UNSOLVED, moment.value
    ticket.is_snoozed = False
    if moment.value in UNSOLVED:
        for metric in () if was_unsolved else _SOLVING:
            _take_up(ticket, metric, moment.at)
        return
    for metric in _ANSWERING:
        _end(ticket, metric, CANCELLED, moment.at)
    for metric in _SOLVING:
        _end(ticket, metric, FULFILLED, moment.at)


def _take_up(ticket: _Ticket, metric: str, at: datetime) -> None:
    """The clock that had been fulfilled goes on."""
    for index in reversed(range(len(ticket.over))):
        if ticket.over[index].metric == metric:
            course = ticket.over.pop(index)
            ticket.courses[metric] = replace(course, state=PAUSED, ended_at=None)
            return
    _begin(ticket, metric, at)


def _snoozed(ticket: _Ticket, moment: Moment) -> None:
    ticket.is_snoozed = True


def _woken(ticket: _Ticket, moment: Moment) -> None:
    ticket.is_snoozed = False


def _spam(ticket: _Ticket, moment: Moment) -> None:
    ticket.is_spam = True


def _restored(ticket: _Ticket, moment: Moment) -> None:
    ticket.is_spam = False


def _gone(ticket: _Ticket, moment: Moment) -> None:
    ticket.is_gone = True
    for metric in (*_ANSWERING, *_SOLVING):
        _end(ticket, metric, CANCELLED, moment.at)


_HAPPENS = {
    "opened": _opened,
    "asked": _asked,
    "answered": _answered,
    "status": _moved,
    "snoozed": _snoozed,
    "woken": _woken,
    "spam": _spam,
    "restored": _restored,
    "gone": _gone,
}


def used(course: Course, hours: Counting, *, at: datetime) -> float:
    """Counted seconds of the clock at the moment `at`."""
    return sum(hours.seconds_between(begin, min(end or at, at)) for begin, end in course.stretches)


def instants(course: Course, hours: Counting, marks: Sequence[float]) -> list[datetime | None]:
    """When the clock has counted each of `marks` (seconds, ascending): in the past, or in the
    future if it runs on.

    None for what it never will: it is paused or over before, or there are too few open hours.
    """
    found: list[datetime | None] = []
    counted = 0.0
    for start, end in course.stretches:
        for begin, stop in hours.spans(start, end or start + FURTHEST):
            length = (stop - begin).total_seconds()
            while len(found) < len(marks) and counted + length >= marks[len(found)]:
                found.append(begin + timedelta(seconds=marks[len(found)] - counted))
            if len(found) == len(marks):
                return found
            counted += length
    return found + [None] * (len(marks) - len(found))


def events(course: Course, *, breached_at: datetime | None) -> list[tuple[str, datetime]]:
    """The course as metric events in order: activate, pause, resume, breach, fulfil, cancel."""
    found = [("activate", course.started_at)]
    for index, (begin, end) in enumerate(course.stretches):
        if index or begin > course.started_at:
            found.append(("resume", begin))
        is_last = index == len(course.stretches) - 1
        if end is not None and not (is_last and course.ended_at == end):
            found.append(("pause", end))
    if not course.stretches and not course.is_over:
        found.append(("pause", course.started_at))
    if breached_at is not None:
        found.append(("breach", breached_at))
    if course.ended_at is not None:
        found.append(("fulfil" if course.state == FULFILLED else "cancel", course.ended_at))
    return sorted(found, key=lambda one: one[1])
