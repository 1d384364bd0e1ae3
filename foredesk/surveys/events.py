"""Facts about what customers say of their tickets."""

from dataclasses import dataclass, field
from typing import ClassVar

from foredesk.logbook.facts import Fact
from foredesk.tickets.events import TicketFact


@dataclass(frozen=True)
class SurveySent(TicketFact):
    """The customer is asked, by the message; whether it arrives is told of the message."""

    survey_id: int
    customer_id: int
    message_id: int
    scale: int


@dataclass(frozen=True)
class SurveyAnswered(TicketFact):
    """`rating` is good or bad. `before_*` are what the customer had said until then, None and ""
    for the first answer. `helper_id` is who had answered them most often."""

    survey_id: int
    customer_id: int
    score: int
    scale: int
    rating: str
    before_score: int | None = None
    before_rating: str = ""
    reasons: list[str] = field(default_factory=list)
    may_call: bool = False
    has_comment: bool = False
    helper_id: int | None = None


@dataclass(frozen=True)
class SurveysDeclined(Fact):
    """The customer does not want to be asked again."""

    about: ClassVar[str] = "customer"
    customer_id: int


@dataclass(frozen=True)
class SurveysWelcomed(Fact):
    """The customer may be asked again, by their own word."""

    about: ClassVar[str] = "customer"
    customer_id: int


@dataclass(frozen=True)
class SurveyPlanChanged(Fact):
    """`before` and `after` hold only what changed."""

    before: dict
    after: dict
