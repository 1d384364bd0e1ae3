"""An acknowledgement says little, to few, and is known as a machine's by every machine."""

from dataclasses import replace

import pytest

from foredesk.channels import accepting, acknowledging, marking, opening, sending
from foredesk.channels.models import Dispatch, Security
from foredesk.channels.tests.letters import raw
from foredesk.people.models import Identity
from foredesk.plumbing.clock import now
from foredesk.tickets import reply_tokens
from foredesk.tickets.models import Message, Participant, Ticket
from tests.peers.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]
SPAM = "BUY-PILLS http://evil.example"


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture(autouse=True)
def speaking(mailbox, sink):
    mailbox.acknowledges = True
    mailbox.smtp_host, mailbox.smtp_port = "127.0.0.1", sink.port
    mailbox.smtp_security = Security.NONE
    mailbox.save()
    return mailbox


def arrive(mailbox, **fields):
    author = fields.pop("author", "cleo@customer.example")
    data = raw(fields.pop("text", "Help"), **{"from": author, **fields})
    envelope = accepting.accept(data, mailbox=mailbox, road="smtp", mail_from=author, at=now())
    opening.open_envelope(envelope.pk)
    return Ticket.objects.order_by("-pk").first()


def test_the_mail_that_leaves(mailbox, sink):
    ticket = arrive(
        mailbox, author=f'"{SPAM}" <cleo@customer.example>', subject=SPAM, text=SPAM,
        message_id="<q1@customer.example>", cc="victim@other.example",
    )  # fmt: skip
    sending.send_due(ticket.pk)
    [taken] = sink.taken
    mail = taken.mail
    assert (taken.mail_from, taken.rcpt_to) == ("<>", ("cleo@customer.example",))
    assert mail["subject"] == f"We received your message [#{ticket.pk}]"
    assert mail["auto-submitted"] == "auto-replied"
    assert mail["x-auto-response-suppress"] == "All"
    assert mail["precedence"] == "auto_reply"
    assert mail["x-foredesk-instance"] == marking.desk_id()
    assert mail["in-reply-to"] == "<q1@customer.example>"
    requester = Participant.objects.get(ticket=ticket, role="requester")
    assert f"help+{reply_tokens.token_for(requester)}@shop.example" in mail["reply-to"]
    assert f"number #{ticket.pk}" in mail.get_content()
    assert "PILLS" not in taken.data.decode()
    assert "evil" not in taken.data.decode()
    assert "victim" not in taken.data.decode()
    assert Dispatch.objects.get().purpose == "automatic"


def test_the_ticket_still_waits_for_its_first_answer(mailbox):
    ticket = arrive(mailbox)
    shown = Message.objects.get(ticket=ticket, author_kind="system")
    assert shown.is_automatic
    assert (ticket.status, ticket.first_reply_at) == ("new", None)
    assert ticket.waiting_since is not None


def test_a_reply_to_it_comes_into_the_ticket_and_is_not_acknowledged(mailbox, sink):
    ticket = arrive(mailbox)
    sending.send_due(ticket.pk)
    wire_id = Message.objects.get(author_kind="system").external_id
    assert arrive(mailbox, in_reply_to=f"<{wire_id}>", subject="Re: We received") == ticket
    sending.send_due(ticket.pk)
    assert len(sink.taken) == 1


def test_the_mailboxs_own_words(mailbox):
    mailbox.acknowledgement_text = "Thanks! {workspace} has it as {number}."
    mailbox.save()
    ticket = arrive(mailbox)
    shown = Message.objects.get(ticket=ticket, author_kind="system")
    assert shown.body_text == f"Thanks! Foredesk has it as {ticket.pk}."


def test_off_means_none(mailbox):
    mailbox.acknowledges = False
    mailbox.save()
    arrive(mailbox)
    assert not Message.objects.filter(author_kind="system").exists()


def test_a_server_that_sends_nothing_from_nobody_gets_the_mailboxs_address(mailbox, sink):
    sink.manners.mail = lambda address: (
        "250 2.1.0 OK" if address != "<>" else "550 5.7.1 No null sender"
    )
    sending.send_due(arrive(mailbox).pk)
    assert [one.mail_from for one in sink.taken] == ["help@shop.example"]


def test_one_a_day_for_whoever_has_not_proven_the_address(mailbox):
    for number in range(4):
        arrive(mailbox, subject=f"Question {number}")
    assert Ticket.objects.count() == 4
    assert Message.objects.filter(author_kind="system").count() == 1


def test_five_an_hour_for_whoever_has_and_the_script_without_headers_ends(mailbox, sink):
    """A vacation script that answers each mail by a new one, without any mark of a machine."""
    first = arrive(mailbox)
    Identity.objects.update(verified_at=now())
    sending.send_due(first.pk)
    for answered in range(1000):
        if len(sink.taken) <= answered:
            break
        ticket = arrive(mailbox, subject=f"I am not here ({answered})", text="Not here")
        sending.send_due(ticket.pk)
    assert len(sink.taken) == 5
    assert Ticket.objects.count() == 6


def test_who_complained_or_can_not_be_reached_gets_none(mailbox):
    arrive(mailbox)
    Message.objects.filter(author_kind="system").delete()
    Identity.objects.update(verified_at=now(), complained_at=now())
    arrive(mailbox, subject="Again")
    assert not Message.objects.filter(author_kind="system").exists()


def test_tickets_in_the_names_of_strangers_are_a_trickle(settings, mailbox, sink):
    settings.ENV = replace(settings.ENV, automatic_per_minute=5)
    for number in range(40):
        arrive(mailbox, author=f"stranger{number % 30}@x.example", subject=SPAM, text=SPAM)
    for ticket in Ticket.objects.all():
        sending.send_due(ticket.pk)
    assert len(sink.taken) == 5
    assert len({one.rcpt_to for one in sink.taken}) == 5


def test_it_is_written_with_the_ticket_or_not_at_all(mailbox, monkeypatch):
    monkeypatch.setattr(acknowledging.acknowledging, "acknowledge", _fails)
    envelope = accepting.accept(raw(), mailbox=mailbox, road="smtp", mail_from="c@x.y", at=now())
    with pytest.raises(RuntimeError):
        opening.open_envelope(envelope.pk)
    assert not Ticket.objects.exists()
    monkeypatch.undo()
    opening.open_envelope(envelope.pk)
    assert Message.objects.count() == 2


def _fails(*_, **__):
    raise RuntimeError("the worker dies here")


def test_an_answer_quotes_the_customer_not_the_machine(mailbox, sink, db):
    from foredesk.people.models import Agent
    from foredesk.tickets import replying

    ticket = arrive(mailbox, text="The pole broke", message_id="<q1@customer.example>")
    ada = Agent.objects.create(name="Ada", email="ada@shop.example")
    replying.reply(ticket, by=ada, at=now(), body_html="<p>A new one comes.</p>")
    sending.send_due(ticket.pk)
    answer = sink.taken[-1].mail
    assert answer["in-reply-to"] == "<q1@customer.example>"
    assert "> The pole broke" in answer.get_body(("plain",)).get_content()
    assert marking.message_of(answer["x-foredesk-delivery"])
    assert "auto-submitted" not in answer
