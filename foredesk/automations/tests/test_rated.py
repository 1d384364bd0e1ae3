"""Rules about what customers say: a bad rating opens the ticket again and calls somebody."""

import pytest

from foredesk.automations.models import Run
from foredesk.automations.tests.cases import active, leaf, trigger
from foredesk.plumbing.clock import now
from foredesk.surveys import answering
from foredesk.surveys.tests.cases import about
from foredesk.tickets import progressing
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
BAD = leaf("rating", "any_of", ["bad"])


@pytest.fixture
def survey(ada):
    ticket = cases.ticket_of()
    progressing.set_status(ticket, "solved", by=ada, at=now())
    return about(cases.afresh(ticket))


def test_a_bad_rating_can_open_a_ticket_again_and_move_it(survey, hear):
    steps = [{"do": "status", "to": "open"}, {"do": "priority", "to": "4"}]
    active(trigger("Unhappy", on=["rated"], conditions=[BAD], steps=steps))
    answering.answer(survey, score=5, at=now())
    hear()
    assert cases.afresh(survey.ticket).status == "solved"
    answering.answer(survey, score=1, at=now())
    hear()
    ticket = cases.afresh(survey.ticket)
    assert (ticket.status, ticket.priority) == ("open", 4)
    (run,) = Run.objects.all()
    assert run.because[0]["said"] == "the customer’s rating is bad"


def test_a_rule_can_ask_for_tickets_that_nobody_rated(survey, hear):
    nobody = leaf("rating", "any_of", ["none"])
    active(trigger("Unrated", on=["status"], conditions=[nobody], steps=[
        {"do": "priority", "to": "4"},
    ]))  # fmt: skip
    answering.answer(survey, score=5, at=now())
    progressing.set_status(survey.ticket, "open", by=survey.customer, at=now())
    hear()
    assert not Run.objects.exists()
