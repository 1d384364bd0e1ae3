"""An invitation is answered by a mail that calendars understand."""

import email
from email import policy

import pytest
from icalendar import Calendar

from foredesk.channels import addressing, answering_invitations
from foredesk.channels.mail import composing
from foredesk.plumbing.clock import now
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Message
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


def test_accepting_sends_a_calendar_answer_and_is_remembered(ada):
    message = cases.arrive(invitation=cases.invitation())
    reply = answering_invitations.answer(message, choice="accepted", by=ada, at=now())
    reply.external_id = "r1@desk.example"
    raw = composing.compose(addressing.letter_for(reply, None, at=now()))
    mail = email.message_from_bytes(raw, policy=policy.default)
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REPLY"
    assert mail.get_content_type() == "multipart/alternative"
    event = Calendar.from_ical(part.get_content()).walk("VEVENT")[0]
    assert (str(event["UID"]), event["ATTENDEE"].params["PARTSTAT"]) == ("tent-1", "ACCEPTED")
    assert mail.get_body(("plain",)).get_content().startswith("Accepted: Try the tent")
    kept = Message.objects.get(pk=message.pk).invitation
    assert (kept["answer"], kept["answered_by"]) == ("accepted", ada.name)


@pytest.mark.parametrize(
    ("invitation", "choice"),
    [
        (cases.invitation(organiser="victim@elsewhere.example"), "accepted"),
        ({**cases.invitation(), "method": "CANCEL"}, "accepted"),
        ({**cases.invitation(), "organiser": {}}, "accepted"),
        (cases.invitation(), "perhaps"),
        (None, "accepted"),
    ],
)
def test_nobody_is_made_to_write_to_a_stranger(ada, invitation, choice):
    message = cases.arrive(invitation=invitation)
    with pytest.raises(UnableToChange):
        answering_invitations.answer(message, choice=choice, by=ada, at=now())
    assert Message.objects.filter(ticket=message.ticket).count() == 1
