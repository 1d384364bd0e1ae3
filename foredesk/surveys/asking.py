"""Ask customers how it was, some time after their ticket was solved.

Each solving is looked at once, and whether somebody was asked or why not is kept. Only what a brake
holds, or a reply that is still on its way, is looked at again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from foredesk.channels import addressing, our_addresses, telling
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people.queries import brand_card
from foredesk.surveys import deciding, letters, queries
from foredesk.surveys.events import SurveySent
from foredesk.surveys.models import OptOut, Survey, SurveyPlan
from foredesk.tickets import importing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.locking import TicketGone, locked
from foredesk.tickets.models import LIVE, Delivery, Message, Status, Ticket
from foredesk.tickets.placing import place
from foredesk.tickets.standing import is_colleague

log = logging.getLogger("foredesk.surveys")
MOST = 200
PURPOSE = "survey"
TOO_LATE = timedelta(days=7)
"""A desk that stood still for longer asks nobody about what was solved before."""


class _Braked(Exception):
    """Too many automatic mails: what was written of this one is undone."""


def ask_due(*, at: datetime) -> int:
    """Ask about the tickets whose time has come, 200 at most; returns how many were asked about."""
    plan = queries.plan()
    if not plan.is_on or plan.since is None:
        return 0
    asked = 0
    for pk in list(_due(plan, at=at).values_list("pk", flat=True)[:MOST]):
        try:
            asked += ask(pk, plan=plan, at=at)
        except TicketGone:
            continue
    return asked


def ask(ticket_id: int, *, plan: SurveyPlan, at: datetime) -> bool:
    """Ask about one ticket unless something speaks against it; whether its customer is asked.

    Records SurveySent. Raises TicketGone.
    """
    try:
        with locked(ticket_id) as ticket:
            if ticket.status != Status.SOLVED or ticket.solved_at is None:
                return False
            if Survey.objects.filter(ticket=ticket, solved_at=ticket.solved_at).exists():
                return False
            on_its_way = (Delivery.QUEUED, Delivery.SENDING)
            if Message.objects.filter(ticket=ticket, delivery__in=on_its_way).exists():
                return False
            return _ask(ticket, plan, ticket.solved_at, at=at)
    except _Braked:
        return False


def _due(plan: SurveyPlan, *, at: datetime) -> QuerySet[Ticket]:
    edge = at - timedelta(hours=plan.delay_hours)
    looked_at = Survey.objects.filter(ticket=OuterRef("pk"), solved_at=OuterRef("solved_at"))
    solved = Ticket.objects.filter(LIVE, status=Status.SOLVED, solved_at__lte=edge)
    fresh = solved.filter(solved_at__gte=max(plan.since or at, edge - TOO_LATE))
    return fresh.exclude(Exists(looked_at)).order_by("solved_at")


def _ask(ticket: Ticket, plan: SurveyPlan, solved_at: datetime, *, at: datetime) -> bool:
    reader = telling.reader_of(ticket)
    case = _case(ticket, reader)
    held = deciding.why_not(case, channels=plan.channels, every_days=plan.every_days, at=at)
    row = Survey.objects.create(
        ticket=ticket,
        customer_id=ticket.requester_id,
        brand=ticket.brand_id or 0,
        solved_at=solved_at,
        at=at,
        held=held,
        scale=plan.scale,
        ends_at=None if held else at + timedelta(days=plan.open_days),
    )
    if held:
        return False
    held = _send(ticket, row, plan, reader, at=at)
    if held:
        row.held, row.ends_at = held, None
        row.save(update_fields=["held", "ends_at"])
    return not held


def _send(
    ticket: Ticket, row: Survey, plan: SurveyPlan, reader: telling.Reader, *, at: datetime
) -> str:
    """By the house's own road for automatic mail; "" or the key of what held it. Raises _Braked."""
    letter = letters.letter(plan, ticket, brand=brand_card(ticket.brand_id).name)
    try:
        with transaction.atomic():
            held = telling.tell(
                ticket,
                reader,
                text=letter.shown,
                subject=letter.subject,
                purpose=PURPOSE,
                by=SYSTEM,
                at=at,
                enclosed=(letters.KIND, row.public_id),
            )
    except UnableToChange as why:
        log.warning("The survey about ticket %s was not written: %s", ticket.pk, why)
        return "unwritten"
    if held:  # what holds the reader was asked before
        raise _Braked
    sent = Message.objects.filter(ticket=ticket, author_kind="system").order_by("-id").first()
    assert sent is not None
    row.message_id = sent.pk
    row.save(update_fields=["message_id"])
    fact = SurveySent(
        **place(ticket),
        survey_id=row.pk,
        customer_id=row.customer_id,
        message_id=sent.pk,
        scale=row.scale,
    )
    recording.record(fact, by=SYSTEM, at=at)
    return ""


def _case(ticket: Ticket, reader: telling.Reader) -> deciding.Case:
    taken_at = importing.taken_over_at([ticket.pk]).get(ticket.pk)
    public = Message.objects.filter(ticket=ticket, is_public=True, is_unknown_sender=False)
    wrote = public.filter(author_kind="customer", is_automatic=False)
    last = Survey.objects.filter(
        customer_id=ticket.requester_id, brand=ticket.brand_id or 0, held=""
    )
    address = reader.address.strip().lower()
    return deciding.Case(
        channel=ticket.channel,
        is_solved=ticket.status == Status.SOLVED,
        is_spam=ticket.is_spam,
        is_merged=ticket.merged_into_id is not None,
        was_imported=taken_at is not None and (ticket.solved_at or taken_at) <= taken_at,
        has_wrote=wrote.filter(customer_id=ticket.requester_id).exists(),
        is_answered=public.filter(author_kind="agent").exists(),
        has_mailbox=addressing.has_mailbox(ticket),
        held=reader.cause or "",
        is_proven=reader.is_proven,
        is_own_address=address in our_addresses.ours() or is_colleague(address),
        is_opted_out=OptOut.objects.filter(customer_id=ticket.requester_id).exists(),
        asked_at=last.order_by("-at").values_list("at", flat=True).first(),
    )
