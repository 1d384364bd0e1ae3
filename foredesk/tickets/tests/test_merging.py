"""Two tickets about one thing become one thread."""

from datetime import timedelta

import pytest

from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    closing,
    delivery,
    merging,
    participating,
    prioritising,
    progressing,
    replying,
    snoozing,
    spamming,
    tagging,
    unsending,
)
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Message, Participant
from foredesk.tickets.reply_tokens import token_for
from foredesk.tickets.tests.cases import afresh, arrive, facts, last_fact, state, ticket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return ticket_of(author="dan@other.example", name="Dan", subject="Poles", text="Poles bent")


@pytest.mark.parametrize("older_goes", [True, False])
def test_either_can_go_into_the_other(ticket, other, ada, older_goes):
    source, target = (ticket, other) if older_goes else (other, ticket)
    latest = max(afresh(ticket).activity_at, afresh(other).activity_at)
    oldest = min(afresh(ticket).waiting_since, afresh(other).waiting_since)
    at = now()
    merged = merging.merge(source, into=target, by=ada, at=at)
    assert merged.pk == target.pk
    gone, row = afresh(source), afresh(target)
    assert (gone.merged_into_id, gone.status, gone.closed_at) == (target.pk, "closed", at)
    assert (gone.waiting_since, gone.snoozed_until) == (None, None)
    assert (row.activity_at, row.preview, row.waiting_since) == (latest, "Poles bent", oldest)
    assert Message.objects.filter(ticket=target).count() == 2
    assert not Message.objects.filter(ticket=source).exists()
    assert facts(source)[-1] == "TicketMerged"
    assert last_fact(target).kind == "tickets.TicketAbsorbed"
    assert last_fact(target).data["messages"] == 1


def test_tags_add_up_and_the_higher_priority_wins(ticket, other, ada):
    tagging.change_tags(ticket, add=["a", "both"], by=ada, at=now())
    tagging.change_tags(other, add=["both", "b"], by=ada, at=now())
    prioritising.prioritise(ticket, 4, by=ada, at=now())
    row = merging.merge(ticket, into=other, by=ada, at=now())
    assert (row.tags, row.priority) == (["both", "b", "a"], 4)


def test_its_people_take_part_there_and_their_reply_addresses_still_lead_there(ticket, other, ada):
    token = token_for(Participant.objects.get(ticket=ticket))
    merging.merge(ticket, into=other, by=ada, at=now())
    assert Participant.objects.filter(ticket=other).count() == 2
    assert "ParticipantAdded" in facts(other)
    late = arrive(reply_token=token, text="By the way")
    assert late.ticket_id == other.pk
    assert not late.is_unknown_sender


def test_a_person_of_both_takes_part_once(ticket, ada):
    again = ticket_of(subject="Again")
    merging.merge(ticket, into=again, by=ada, at=now())
    assert Participant.objects.get(ticket=again).role == "requester"


def test_an_answer_given_there_since_the_target_was_opened_is_its_first_reply(ticket, other, ada):
    answered = now()
    replying.reply(ticket, by=ada, at=answered, body_html="<p>x</p>")
    replying.reply(other, by=ada, at=answered + timedelta(hours=1), body_html="<p>y</p>")
    assert merging.merge(ticket, into=other, by=ada, at=now()).first_reply_at == answered


def test_an_answer_from_before_the_target_was_opened_is_not(ticket, ada):
    replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    late = ticket_of(author="dan@other.example", name="Dan")
    assert merging.merge(ticket, into=late, by=ada, at=now()).first_reply_at is None


def test_an_answer_that_is_taken_back_after_the_merge_was_none(ticket, other, ada):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", undo_seconds=60)
    assert merging.merge(ticket, into=other, by=ada, at=now()).first_reply_at == message.at
    unsending.unsend(Message.objects.get(pk=message.pk), by=ada, at=now())
    assert afresh(other).first_reply_at is None


def test_a_chain_of_merges_leads_to_its_end(ticket, other, ada):
    token = token_for(Participant.objects.get(ticket=ticket))
    last = ticket_of(subject="Third")
    merging.merge(ticket, into=other, by=ada, at=now())
    merging.merge(other, into=last, by=ada, at=now())
    assert Message.objects.filter(ticket=last).count() == 3
    for signs in ({"reply_token": token}, {"ticket_number": ticket.pk}):
        assert arrive(**signs).ticket_id == last.pk


def test_a_waiting_reply_goes_out_from_the_target(ticket, other, ada):
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    merging.merge(ticket, into=other, by=ada, at=now())
    assert delivery.claim(ticket.pk, at=now()) is None
    claimed = delivery.claim(other.pk, at=now())
    assert claimed is not None
    assert (claimed.pk, claimed.ticket_id) == (message.pk, other.pk)


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved"])
def test_a_customer_who_waits_is_not_lost_in_a_ticket_that_nobody_works_on(
    ticket, other, ada, status
):
    progressing.set_status(other, status, by=ada, at=now())
    row = merging.merge(ticket, into=other, by=ada, at=now())
    assert row.status == "open"
    assert row.waiting_since is not None


def test_a_snoozed_target_wakes_for_who_waits(ticket, other, ada):
    snoozing.snooze(other, until=now() + timedelta(days=1), by=ada, at=now())
    assert merging.merge(ticket, into=other, by=ada, at=now()).snoozed_until is None
    assert "TicketWoken" in facts(other)


def test_an_answered_source_leaves_a_solved_target_solved(ticket, other, ada):
    replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    progressing.set_status(other, "solved", by=ada, at=now())
    assert merging.merge(ticket, into=other, by=ada, at=now()).status == "solved"


def _itself(ticket, other, ada):
    return ticket, ticket


def _closed_target(ticket, other, ada):
    closing.close(other, by=ada, at=now())
    return ticket, other


def _spam_target(ticket, other, ada):
    spamming.mark_as_spam(other, by=ada, at=now())
    return ticket, other


def _spam_source(ticket, other, ada):
    spamming.mark_as_spam(ticket, by=ada, at=now())
    return ticket, other


def _merged_target(ticket, other, ada):
    merging.merge(other, into=ticket_of(), by=ada, at=now())
    return ticket, other


def _merged_source(ticket, other, ada):
    merging.merge(ticket, into=ticket_of(), by=ada, at=now())
    return ticket, other


def _back(ticket, other, ada):
    merging.merge(ticket, into=other, by=ada, at=now())
    return other, ticket


def _in_flight(ticket, other, ada):
    replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    assert delivery.claim(ticket.pk, at=now())
    return ticket, other


@pytest.mark.parametrize(
    "case",
    [_itself, _closed_target, _spam_target, _spam_source, _merged_target, _merged_source, _back,
     _in_flight],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_nothing_moved(ticket, other, ada, case):
    source, target = case(ticket, other, ada)
    before = state(source), state(target), Message.objects.filter(ticket=source).count()
    with pytest.raises(UnableToChange):
        merging.merge(source, into=target, by=ada, at=now())
    assert (state(source), state(target), Message.objects.filter(ticket=source).count()) == before


def test_a_closed_ticket_goes_into_an_open_one(ticket, other, ada):
    closing.close(ticket, by=ada, at=now())
    closed_at = afresh(ticket).closed_at
    merging.merge(ticket, into=other, by=ada, at=now())
    assert afresh(ticket).closed_at == closed_at


def test_light_agents_do_not_merge(ticket, other, lou):
    with pytest.raises(NotAllowed):
        merging.merge(ticket, into=other, by=lou, at=now())


def test_the_target_keeps_its_assignee_and_team(ticket, other, ada, lea, payments):
    assigning.assign(ticket, ada, by=ada, at=now())
    assigning.hand_to(other, payments, by=lea, at=now())
    assigning.assign(other, lea, by=lea, at=now())
    row = merging.merge(ticket, into=other, by=ada, at=now())
    assert (row.assignee_id, row.team_id) == (lea.pk, payments.pk)


def test_leaving_is_a_fact_once_and_the_requester_stays(ticket, ada):
    from foredesk.people.identifying import identify

    mum = identify(kind="email", value="mum@customer.example", at=now())
    participating.join(ticket, mum, by=ada, at=now())
    for person in (mum, mum, ticket.requester):
        participating.leave(ticket, person, by=ada, at=now())
    assert facts(ticket).count("ParticipantRemoved") == 1
    assert Participant.objects.get(ticket=ticket).role == "requester"
