"""An agent opens a ticket for somebody who called, or writes first."""

from datetime import timedelta

import pytest

from foredesk.people.models import Customer
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import replying, starting, unsending
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.tests.cases import facts, last_fact

pytestmark = pytest.mark.django_db


def _start(by, at=None, **fields):
    given = {
        "address": "Cleo@Customer.example", "name": " Cleo ", "subject": "Tent",
        "body_text": "The tent\nleaks", "is_told": True, **fields,
    }  # fmt: skip
    return starting.start(by=by, at=at or now(), **given)


def test_what_a_customer_told_waits_for_an_answer(ada, payments):
    at = now()
    ticket = Ticket.objects.get(pk=_start(ada, at, team=payments, priority=3).pk)
    assert (ticket.status, ticket.assignee_id, ticket.team_id) == ("new", None, payments.pk)
    assert (ticket.waiting_since, ticket.customer_wrote_at, ticket.priority) == (at, at, 3)
    assert (ticket.preview, ticket.channel) == ("The tent leaks", "email")
    message = ticket.messages.get()
    assert (message.author_kind, message.channel, message.delivery) == ("customer", "phone", "")
    assert message.author_name == "Cleo"
    assert facts(ticket) == ["TicketOpened", "MessageReceived"]
    assert (last_fact(ticket).actor_kind, last_fact(ticket).actor_id) == ("agent", ada.pk)
    assert str(ticket.requester.identities.get()) == "cleo@customer.example"


def test_our_own_message_goes_out_by_mail(ada):
    at = now()
    ticket = _start(ada, at, is_told=False, undo_seconds=10)
    assert (ticket.status, ticket.assignee_id, ticket.waiting_since) == ("pending", ada.pk, None)
    message = ticket.messages.get()
    assert (message.delivery, message.send_at) == ("queued", at + timedelta(seconds=10))
    assert message.body_html == "<p>The tent<br>leaks</p>"
    assert facts(ticket)[0] == "TicketOpened"
    assert facts(ticket)[-1] == "ReplyWritten"


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize(
    ("bad", "sentence"),
    [({"address": ""}, "mail address"), ({"address": "nobody"}, "not a mail address"),
     ({"address": "a@b.example, c@d.example"}, "not a mail address"),
     ({"body_text": "  \n"}, "Write down")],
)  # fmt: skip
def test_bad_input_leaves_nothing_behind(ada, is_told, bad, sentence):
    with pytest.raises(UnableToChange, match=sentence):
        _start(ada, is_told=is_told, **bad)
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()
    assert not Message.objects.exists()


def test_markup_in_the_text_stays_text(ada):
    ticket = _start(ada, is_told=False, body_text="<script>alert(1)</script> & co")
    body = ticket.messages.get().body_html
    assert body == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</p>"


def test_light_agents_open_no_tickets(lou):
    with pytest.raises(NotAllowed):
        _start(lou)


def _first_reply(ticket):
    return Ticket.objects.get(pk=ticket.pk).first_reply_at


def test_words_that_open_a_ticket_answer_nobody_and_the_second_do(ada):
    at = now()
    later, latest = at + timedelta(minutes=5), at + timedelta(minutes=9)
    ticket = _start(ada, at, is_told=False)
    assert _first_reply(ticket) is None
    assert last_fact(ticket).data["is_first"] is False
    second = replying.reply(ticket, by=ada, at=later, body_html="<p>And the poles?</p>", undo_seconds=60)  # fmt: skip  # noqa: E501
    assert _first_reply(ticket) == later
    assert last_fact(ticket).data["is_first"] is True
    replying.reply(ticket, by=ada, at=latest, body_html="<p>Well?</p>", undo_seconds=60)
    unsending.unsend(second, by=ada, at=later)
    assert _first_reply(ticket) == latest


def test_taken_back_words_open_nothing(ada):
    at = now()
    ticket = _start(ada, at, is_told=False, undo_seconds=60)
    opening = ticket.messages.get()
    unsending.unsend(opening, by=ada, at=at)
    for minutes in (5, 9):
        replying.reply(ticket, by=ada, at=at + timedelta(minutes=minutes), body_html="<p>x</p>")
    assert _first_reply(ticket) == at + timedelta(minutes=9)


def test_the_first_answer_to_what_a_customer_told_is_the_first_reply(ada):
    at = now()
    ticket = _start(ada, at)
    replying.reply(ticket, by=ada, at=at + timedelta(minutes=5), body_html="<p>It is sewn.</p>")
    assert _first_reply(ticket) == at + timedelta(minutes=5)
