"""Answering: what the customer says, how long they may change it, and who hears of it."""

from datetime import timedelta

import pytest

from foredesk.logbook.models import Entry
from foredesk.notices.models import Notice
from foredesk.people import profiling
from foredesk.plumbing.clock import now
from foredesk.surveys import answering, declining, links, queries
from foredesk.surveys.answering import BadAnswer, Over, answer
from foredesk.surveys.models import Survey
from foredesk.tickets import closing, reopening, replying
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Delivery, Message
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


def afresh(survey):
    return Survey.objects.select_related("ticket", "customer").get(pk=survey.pk)


def test_the_answer_is_kept_with_who_had_the_ticket_and_who_helped_most(asked, ada, lea):
    for _ in range(2):
        replying.reply(asked.ticket, by=lea, at=now(), body_html="<p>More</p>")
    Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT)
    answer(asked, score=5, reasons=["Fast"], comment=" Thanks\r\n", may_call=True, at=now())
    row = afresh(asked)
    assert (row.score, row.rating, row.reasons) == (5, "good", ["Fast"])
    assert (row.comment, row.may_call) == ("Thanks", True)
    assert (row.assignee, row.helper) == (ada, lea)
    assert cases.afresh(asked.ticket).rating == "good"
    fact = cases.last_fact(asked.ticket)
    assert fact.kind == "surveys.SurveyAnswered"
    assert (fact.actor_kind, fact.actor_id) == ("customer", asked.customer_id)
    assert (fact.data["rating"], fact.data["before_rating"]) == ("good", "")
    assert fact.data["helper_id"] == lea.pk
    assert "Thanks" not in str(fact.data)


def test_it_can_be_changed_and_both_are_told(asked):
    answer(asked, score=5, reasons=["Fast"], at=now())
    answer(asked, score=2, reasons=["Fast", "Took too long", "made up"], at=now())
    row = afresh(asked)
    assert (row.rating, row.reasons) == ("bad", ["Took too long"])
    assert row.changed_at is not None
    data = cases.last_fact(asked.ticket).data
    assert (data["before_score"], data["before_rating"]) == (5, "good")
    assert (data["score"], data["rating"]) == (2, "bad")
    assert cases.afresh(asked.ticket).rating == "bad"


def test_the_same_again_changes_nothing(asked):
    first = answer(asked, score=4, at=now())
    before = Entry.objects.count()
    assert answer(asked, score=4, at=now()).changed_at is first.changed_at is None
    assert Entry.objects.count() == before


@pytest.mark.parametrize("score", [None, 0, 6, -1])
def test_what_is_no_step_is_refused(asked, score):
    with pytest.raises(BadAnswer, match="Choose"):
        answer(asked, score=score, at=now())
    assert afresh(asked).rating == ""


def test_a_comment_has_an_end(asked):
    answer(asked, score=1, comment="x" * answering.LONGEST_COMMENT, at=now())
    with pytest.raises(BadAnswer, match="too long"):
        answer(asked, score=1, comment="x" * (answering.LONGEST_COMMENT + 1), at=now())


def test_after_its_time_or_when_the_ticket_is_closed_it_is_over(asked, ada):
    answer(asked, score=5, at=now())
    with pytest.raises(Over):
        answer(asked, score=1, at=now() + timedelta(days=15))
    closing.close(asked.ticket, by=ada, at=now())
    with pytest.raises(Over):
        answer(asked, score=1, at=now())
    assert afresh(asked).score == 5


def test_only_our_own_links_lead_to_a_survey(asked):
    token = links.token_of(asked)
    assert links.survey_of(token) == asked
    other = "a" if token[-1] != "a" else "b"
    for forged in (token[:-1] + other, asked.public_id, token.split("-")[1], "", "x" * 5000):
        assert links.survey_of(forged) is None
    Survey.objects.update(held="not_answered")
    assert links.survey_of(token) is None


def test_the_assignee_hears_of_every_answer_the_leads_of_bad_ones(asked, ada, ben, lea, hear):
    answer(asked, score=5, at=now())
    hear()
    assert [one.agent for one in Notice.objects.all()] == [ada]
    assert "says: very good" in Notice.objects.get().said
    answer(asked, score=1, reasons=["Took too long"], may_call=True, at=now())
    hear()
    told = Notice.objects.filter(said__contains="very poor, took too long. You may call them.")
    assert {one.agent for one in told} == {ada, lea}


def test_who_does_not_want_to_hear_of_ratings_does_not(asked, ada, hear):
    profiling.change_own(ada, at=now(), bell_on_rating=False)
    answer(asked, score=5, at=now())
    hear()
    assert not Notice.objects.filter(agent=ada).exists()


def test_a_customer_opens_the_ticket_again(asked):
    ticket = reopening.reopen(asked.ticket, by=asked.customer, at=now())
    assert (ticket.status, ticket.waiting_since is not None) == ("open", True)
    fact = cases.last_fact(ticket)
    assert (fact.kind, fact.actor_kind) == ("tickets.TicketReopened", "customer")
    before = Entry.objects.count()
    reopening.reopen(asked.ticket, by=asked.customer, at=now())
    assert Entry.objects.count() == before


def test_what_is_closed_stays_closed(asked, ada):
    closing.close(asked.ticket, by=ada, at=now())
    with pytest.raises(UnableToChange):
        reopening.reopen(asked.ticket, by=asked.customer, at=now())


def test_a_customer_says_no_once_and_may_take_it_back(asked):
    for _ in range(2):
        declining.decline(asked.customer, at=now())
    assert queries.is_opted_out(asked.customer_id)
    assert Entry.objects.filter(kind="surveys.SurveysDeclined").count() == 1
    for _ in range(2):
        declining.welcome(asked.customer, at=now())
    assert not queries.is_opted_out(asked.customer_id)
    assert Entry.objects.filter(kind="surveys.SurveysWelcomed").count() == 1


def test_what_was_asked_and_answered_is_counted(asked):
    answer(asked, score=4, at=now())
    counted = queries.tally(since=now() - timedelta(days=1))
    assert counted == {"asked": 1, "answered": 1, "good": 1, "held": []}


def test_who_was_not_asked_is_counted_by_the_reason(asked):
    Survey.objects.update(held="comes_back", score=None)
    counted = queries.tally(since=now() - timedelta(days=1))
    assert counted["held"] == [("Mail to their address comes back.", 1)]
