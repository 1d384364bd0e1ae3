"""Stories of tickets for tests: what happened, told as the logbook would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from foredesk.analytics.defining import Clock
from foredesk.analytics.histories import history
from foredesk.analytics.measures import MEASURES
from foredesk.sla.hours import Hours

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CLEO, ANNA, BEN = ("customer", 9), ("agent", 1), ("agent", 2)
BOT, RULE, SYSTEM = ("bot", None), ("rule", 4), ("system", None)
DAY = ((8 * 60, 16 * 60),)
OFFICE = Hours(UTC, (DAY,) * 5 + ((), ()))


def at(text: str) -> datetime:
    """ "10:30" on Monday, "3 10:30" three days later."""
    day, _, clock = text.rpartition(" ")
    hour, _, minute = clock.partition(":")
    return MONDAY + timedelta(days=int(day or 0), hours=int(hour), minutes=int(minute))


@dataclass
class Told:
    pk: int
    kind: str
    about_id: int
    data: dict[str, Any]
    actor_kind: str
    actor_id: int | None
    at: datetime


class Story:
    """The facts of ticket 1, in the order in which they are told. `ticket` tells of another one."""

    def __init__(self, opened="09:00", by=CLEO, **data):
        self._numbers, self.told = count(1), []
        start = {"team_id": None, "assignee_id": None, "channel": "email", "customer_id": 9, **data}
        self.tell("TicketOpened", opened, by, **start)

    def tell(self, kind, when, by, *, ticket=1, **data):
        kind = kind if "." in kind else f"tickets.{kind}"
        self.told.append(Told(next(self._numbers), kind, ticket, data, *by, at(when)))
        return self

    def asks(self, when, by=CLEO, **data):
        data = {"channel": "email", "message_id": 100 + len(self.told), **data}
        return self.tell("MessageReceived", when, by, **data)

    def replies(self, when, by=ANNA, message_id=None, **data):
        number = message_id or 100 + len(self.told)
        return self.tell("ReplyWritten", when, by, message_id=number, **data)

    def withdraws(self, when, message_id, by=ANNA):
        return self.tell("ReplyWithdrawn", when, by, message_id=message_id)

    def notes(self, when, by=ANNA):
        return self.tell("NoteWritten", when, by, message_id=100 + len(self.told))

    def turns(self, when, after, by=ANNA, before="?"):
        return self.tell("StatusChanged", when, by, before=before, after=after)

    def assigns(self, when, after, by=ANNA):
        return self.tell("TicketAssigned", when, by, before="?", after=after)

    def moves(self, when, after, by=ANNA):
        return self.tell("TeamChanged", when, by, before="?", after=after)

    def covers(self, when, before, after, since=""):
        since = at(since).isoformat() if since else ""
        return self.tell("sla.PolicyApplied", when, SYSTEM, before=before, after=after, since=since)

    def keeps(self, when, clock_id, metric="first_reply"):
        return self.tell("sla.PromiseKept", when, SYSTEM, clock_id=clock_id, metric=metric)

    def breaks(self, when, clock_id, metric="first_reply"):
        return self.tell("sla.PromiseBroken", when, SYSTEM, clock_id=clock_id, metric=metric)

    def surveys(self, when, survey_id=1, message_id=50, ticket=1):
        return self.tell(
            "surveys.SurveySent", when, SYSTEM, ticket=ticket,
            survey_id=survey_id, message_id=message_id,
        )  # fmt: skip

    def rates(self, when, rating, survey_id=1, before="", by=CLEO):
        return self.tell(
            "surveys.SurveyAnswered", when, by,
            survey_id=survey_id, rating=rating, before_rating=before,
        )  # fmt: skip

    def history(self, **now):
        return history(1, self.told, **now)

    def rows(self, measure, hours=lambda policy_id, moment: OFFICE, **now):
        course = self.history(**now)
        return list(MEASURES[measure].rows(course, Clock(hours)))

    def seen(self, measure, **more):
        """What is tallied as (what, when, hours of the calendar, open hours)."""
        return [
            (row.what, row.step.at, _hours(row.value), _hours(row.open_value))
            for row in self.rows(measure, **more)
        ]

    def hours(self, measure, **more):
        """The calendar hours of each row."""
        return [_hours(row.value) for row in self.rows(measure, **more)]


def _hours(seconds):
    return None if seconds is None else seconds / 3600
