"""The customer says how it was, and may say it otherwise as long as the survey is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from foredesk.logbook import recording
from foredesk.people.models import Agent
from foredesk.people.refusing import Refused
from foredesk.surveys import queries, scales
from foredesk.surveys.events import SurveyAnswered
from foredesk.surveys.models import Survey
from foredesk.tickets import rating
from foredesk.tickets.locking import locked
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.placing import place

LONGEST_COMMENT = 2000


class Over(Refused):
    """The time to answer is over; the message says so to the customer."""


class BadAnswer(Refused):
    """It can't be taken; the message says why to the customer."""


def is_open(survey: Survey, ticket: Ticket, *, at: datetime) -> bool:
    """Whether it can be answered: until its time is up or its ticket is closed."""
    if survey.held or survey.ends_at is None or at > survey.ends_at:
        return False
    return not (ticket.is_closed or ticket.is_spam or ticket.merged_into_id)


def answer(
    survey: Survey,
    *,
    score: int | None,
    reasons: Iterable[str] = (),
    comment: str = "",
    may_call: bool = False,
    at: datetime,
) -> Survey:
    """Take the customer's word; the same again changes nothing.

    Only reasons that stand to choose for such a score are kept. Who has the ticket now and who had
    answered most often are kept with it. Records SurveyAnswered with what was said before. Raises
    Over, BadAnswer, TicketGone.
    """
    with locked(survey.ticket_id) as ticket:
        rows = Survey.objects.select_for_update(of=("self",)).select_related("customer")
        row = rows.get(pk=survey.pk)
        if not is_open(row, ticket, at=at):
            raise Over("The time to answer is over. Thank you all the same.")
        if score is None or not scales.word_of(score, row.scale):
            raise BadAnswer("Choose how it was.")
        words = _comment(comment)
        said = scales.rating_of(score, row.scale)
        chosen = _reasons(row, said, reasons)
        new = (score, chosen, words, may_call)
        if new == (row.score, row.reasons, row.comment, row.may_call):
            return row
        before_score, before_rating = row.score, row.rating
        row.score, row.reasons, row.comment, row.may_call = new
        row.rating = said
        row.changed_at = at if row.answered_at else None
        row.answered_at = row.answered_at or at
        row.assignee_id = ticket.assignee_id
        row.helper = _helper(ticket)
        row.save()
        rating.rate(ticket, said)
        fact = SurveyAnswered(
            **place(ticket),
            survey_id=row.pk,
            customer_id=row.customer_id,
            score=score,
            scale=row.scale,
            rating=said,
            before_score=before_score,
            before_rating=before_rating,
            reasons=chosen,
            may_call=may_call,
            has_comment=bool(words),
            helper_id=row.helper_id,
        )
        recording.record(fact, by=row.customer, at=at)
        return row


def _comment(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST_COMMENT:
        raise BadAnswer(f"That is too long: use {LONGEST_COMMENT:,} characters at most.")
    return words


def _reasons(row: Survey, said: str, wanted: Iterable[str]) -> list[str]:
    """What stands to choose, and what they had ticked before although it no longer does."""
    plan, given = queries.plan(), set(wanted)
    offered = plan.good_reasons if said == rating.GOOD else plan.bad_reasons
    kept = [one for one in row.reasons if row.rating == said and one not in offered]
    return [one for one in (*offered, *kept) if one in given]


def _helper(ticket: Ticket) -> Agent | None:
    """Who wrote the most public replies; of several the one who wrote last."""
    wrote = Message.objects.filter(
        ticket=ticket, author_kind="agent", is_public=True, agent__isnull=False
    ).order_by("-id")
    order = list(dict.fromkeys(wrote.values_list("agent_id", flat=True)))
    counts = dict(wrote.order_by().values_list("agent_id").annotate(Count("pk")))
    most = max(order, key=lambda pk: (counts[pk], -order.index(pk)), default=None)
    return Agent.objects.filter(pk=most).first() if most else None
