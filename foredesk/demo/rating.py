"""What customers of the shop say of their tickets: surveys of the last months, and the answers.

Whom to ask is decided as the desk decides it (surveys/deciding.py); rows and facts are those that
asking and answering leave.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from foredesk.demo import company, copying
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.logbook.facts import Fact
from foredesk.logbook.models import Entry
from foredesk.people.models import Identity
from foredesk.people.queries import brand_card
from foredesk.plumbing.ids import public_id
from foredesk.surveys import deciding, letters, scales
from foredesk.surveys.events import SurveyAnswered, SurveySent
from foredesk.surveys.models import Survey, SurveyPlan
from foredesk.tickets import writing
from foredesk.tickets.events import AutomaticReplyWritten, ReplySent
from foredesk.tickets.models import Delivery, Message, Status, Ticket
from foredesk.tickets.placing import place

DAYS = 150
"""For so long the shop has asked its customers."""
ANSWERS = 0.38
"""How many of those who are asked answer."""
GOOD_WORDS = (
    "That was quick, thank you!",
    "You wrote before I noticed.",
    "Very kind, and it fits now.",
    "Great service as always.",
    "Solved in one go. I will be back.",
    "Clear answer, no fuss.",
)
BAD_WORDS = (
    "Three people asked me the same thing.",
    "It took nine days, you said five.",
    "I still do not know what went wrong.",
    "Kind words, but the parcel never came.",
    "Nobody told me anything for a week.",
)


@dataclass
class _Told:
    """What is to be written, in the order of time."""

    facts: list[tuple[Fact, Actor, datetime]] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


def rate(*, at: datetime, seed: int) -> None:
    """Surveys on since some months, and who answered them how. A plan of somebody's own stays."""
    plan, _ = SurveyPlan.objects.get_or_create(
        id=1, defaults={"is_on": True, "since": at - timedelta(days=DAYS)}
    )
    rng, told = Random(f"{seed} ratings"), _Told()  # noqa: S311  (stories, not secrets)
    solved = Ticket.objects.filter(
        is_demo=True,
        status__in=(Status.SOLVED, Status.CLOSED),
        solved_at__gte=at - timedelta(days=DAYS),
        solved_at__lt=at - timedelta(hours=plan.delay_hours, minutes=5),
    ).select_related("requester", "assignee")
    tickets = list(solved.order_by("solved_at", "pk"))
    asked_of, answered_of = _spoken([one.pk for one in tickets])
    last: dict[tuple[int, int], datetime] = {}
    numbers = iter(range(copying.first_id(Survey), 10**9))
    letters_from = iter(range(copying.first_id(Message), 10**9))
    for ticket in tickets:
        assert ticket.solved_at is not None
        when = ticket.solved_at + timedelta(hours=plan.delay_hours, seconds=rng.randint(2, 19))
        if ticket.closed_at is not None and ticket.closed_at <= when:
            continue
        asker = (ticket.requester_id, ticket.brand_id or 0)
        case = deciding.Case(
            channel=ticket.channel,
            is_spam=ticket.is_spam,
            is_merged=ticket.merged_into_id is not None,
            has_wrote=asked_of[ticket.pk] > 0,
            is_answered=bool(answered_of[ticket.pk]),
            asked_at=last.get(asker),
        )
        held = deciding.why_not(case, channels=plan.channels, every_days=plan.every_days, at=when)
        row = Survey(
            pk=next(numbers), public_id=public_id(), ticket=ticket, customer=ticket.requester,
            brand=asker[1], solved_at=ticket.solved_at, at=when, held=held, scale=plan.scale,
            ends_at=None if held else when + timedelta(days=plan.open_days),
        )  # fmt: skip
        told.surveys.append(row)
        if not held:
            last[asker] = when
            _ask(row, plan, told, number=next(letters_from))
            if rng.random() < _willing(ticket):
                _answer(row, plan, told, until=at, helpers=answered_of[ticket.pk], rng=rng)
    _write(told, proven_at=at - timedelta(days=DAYS))


def _spoken(ids: list[int]) -> tuple[Counter[int], dict[int, Counter[int]]]:
    """How many public messages customers wrote on each ticket, and how many each agent did."""
    asked: Counter[int] = Counter()
    answered: dict[int, Counter[int]] = defaultdict(Counter)
    rows = Message.objects.filter(ticket_id__in=ids, is_public=True, is_automatic=False)
    for kind, pk, agent in rows.values_list("author_kind", "ticket_id", "agent_id"):
        if kind == "customer":
            asked[pk] += 1
        elif agent is not None:
            answered[pk][agent] += 1
    return asked, answered


def _ask(row: Survey, plan: SurveyPlan, told: _Told, *, number: int) -> None:
    ticket, brand = row.ticket, brand_card(row.brand or None)
    letter = letters.letter(plan, ticket, brand=brand.name)
    row.message_id = number
    told.messages.append(
        Message(
            id=number, public_id=public_id(), ticket=ticket, author_kind="system",
            is_automatic=True, author_name=brand.name, channel=ticket.channel,
            subject=letter.subject, body_text=letter.shown,
            body_html=writing.paragraphs(letter.shown), at=row.at, delivery=Delivery.SENT,
            send_at=row.at, sent_at=row.at + timedelta(seconds=1), attempts=1,
            claimed_at=row.at, external_id=f"{public_id()}@{company.SHOP}",
            sender={"enclosed": letters.KIND, "key": row.public_id},
        )
    )  # fmt: skip
    where = place(ticket)
    for fact, after in (
        (AutomaticReplyWritten(**where, message_id=number), 0),
        (
            SurveySent(
                **where, survey_id=row.pk, customer_id=row.customer_id, message_id=number,
                scale=row.scale,
            ),
            0,
        ),
        (ReplySent(**where, message_id=number), 1),
    ):  # fmt: skip
        told.facts.append((fact, SYSTEM, row.at + timedelta(seconds=after)))


def _willing(ticket: Ticket) -> float:
    """Who waited long answers less."""
    return ANSWERS * (0.7 if _took(ticket) > timedelta(days=4) else 1.06)


def _took(ticket: Ticket) -> timedelta:
    return (ticket.solved_at or ticket.created_at) - ticket.created_at


def _answer(
    row: Survey,
    plan: SurveyPlan,
    told: _Told,
    *,
    until: datetime,
    helpers: Counter[int],
    rng: Random,
) -> None:
    """Most within a day, the quicker it was solved the happier."""
    ticket = row.ticket
    when = row.at + timedelta(hours=rng.expovariate(1 / 14) + 0.05)
    if when > min(one for one in (until, row.ends_at, ticket.closed_at) if one is not None):
        return
    slow = min(_took(ticket) / timedelta(days=5), 2)
    score = rng.choices(range(1, 6), weights=(2 + 3 * slow, 2 + 4 * slow, 4 + 4 * slow, 20, 72))[0]
    score = 1 + round((score - 1) * (row.scale - 1) / 4)
    row.score, row.rating = score, scales.rating_of(score, row.scale)
    offered = plan.good_reasons if row.rating == "good" else plan.bad_reasons
    wanted = set(rng.sample(offered, k=min(len(offered), rng.choice((0, 1, 1, 2)))))
    row.reasons = [one for one in offered if one in wanted]
    if ticket.language in ("", "en") and rng.random() < 0.3:
        row.comment = rng.choice(GOOD_WORDS if row.rating == "good" else BAD_WORDS)
    row.may_call = rng.random() < 0.15
    row.answered_at = when
    row.assignee = ticket.assignee
    row.helper_id = max(helpers, key=lambda pk: helpers[pk])
    ticket.rating = row.rating
    fact = SurveyAnswered(
        **place(ticket), survey_id=row.pk, customer_id=row.customer_id, score=score,
        scale=row.scale, rating=row.rating, reasons=row.reasons, may_call=row.may_call,
        has_comment=bool(row.comment), helper_id=row.helper_id,
    )  # fmt: skip
    told.facts.append((fact, ticket.requester.as_actor(), when))


def _write(told: _Told, *, proven_at: datetime) -> None:
    """Rows by COPY, facts in the order of time, ratings onto their tickets."""
    copying.copy(Message, told.messages)
    copying.copy(Survey, told.surveys)
    told.facts.sort(key=lambda one: one[2])
    recording.record_past(told.facts)
    asked = [one for one in told.surveys if not one.held]
    for said in ("good", "bad"):
        rated = [one.ticket_id for one in asked if one.rating == said]
        Ticket.objects.filter(pk__in=rated).update(rating=said)
    proven = Identity.objects.filter(customer__in={one.customer_id for one in asked})
    proven.filter(kind="email", verified_at=None).update(verified_at=proven_at)


def take_back() -> None:
    """Forget how the demo asked, unless somebody set it otherwise since."""
    if not Entry.objects.filter(kind="surveys.SurveyPlanChanged").exists():
        SurveyPlan.objects.all().delete()
