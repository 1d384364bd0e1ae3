"""What others may ask about surveys."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from foredesk.surveys import links, wording
from foredesk.surveys.models import OptOut, Survey, SurveyPlan
from foredesk.surveys.scales import STEPS, rating_of, steps, word_of

__all__ = ["STEPS", "rating_of", "steps", "word_of"]

SURVEYS = """
    select id, at, held, ends_at, scale, score, rating, reasons, comment, may_call, answered_at,
      changed_at from surveys_survey where ticket_id = this.id order by id"""
"""The surveys about a ticket, for `tickets.reading.read(beside=…)`."""


def plan() -> SurveyPlan:
    """How customers are asked; as on a new desk where nobody ever set it."""
    return SurveyPlan.objects.first() or SurveyPlan(id=1)


def survey_of(token: str) -> Survey | None:
    """The survey behind a customer's link; None for what we never made."""
    return links.survey_of(token)


def token_of(survey: Survey) -> str:
    """The secret of a survey's page, for its customer alone."""
    return links.token_of(survey)


def is_opted_out(customer_id: int) -> bool:
    """Whether the customer said that they do not want to be asked again."""
    return OptOut.objects.filter(customer_id=customer_id).exists()


def tally(*, since: datetime) -> dict[str, Any]:
    """Of the solvings that were looked at since: how many were asked about and answered, how many
    of these are good, and how many were held back for which reason, the most frequent first."""
    found = Survey.objects.filter(at__gte=since).values_list("held", "rating")
    rows = list(found.iterator())
    ratings = Counter(rating for held, rating in rows if not held)
    held = Counter(wording.HELD[held] for held, _ in rows if held)
    return {
        "asked": sum(ratings.values()),
        "answered": ratings["good"] + ratings["bad"],
        "good": ratings["good"],
        "held": held.most_common(),
    }
