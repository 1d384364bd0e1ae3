"""What a report does to the message that it is about, and what a forged one does not."""

import pytest

from foredesk.channels import accepting, opening, sending
from foredesk.channels.models import Dispatch, EnvelopeState, Security
from foredesk.channels.tests.letters import raw
from foredesk.channels.tests.test_reports import DSN, FEEDBACK, dsn
from foredesk.logbook.models import Entry
from foredesk.people.identifying import identify
from foredesk.people.models import Agent, Identity
from foredesk.plumbing.clock import now
from foredesk.tickets import closing, replying
from foredesk.tickets.models import Message, Ticket
from tests.peers.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]
MARK, WIRE_ID = "23456789abcdefghjkmn-aaaabbbbccccdddd", "abc@shop.example"


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture
def ada(db):
    return Agent.objects.create(name="Ada", email="ada@shop.example")


def arrive(mailbox, data, mail_from=""):
    envelope = accepting.accept(data, mailbox=mailbox, road="smtp", mail_from=mail_from, at=now())
    return opening.open_envelope(envelope.pk)


@pytest.fixture
def answered(mailbox, sink, ada):
    """(ticket, the answer that left, its mail as the sink took it)"""
    mailbox.smtp_host, mailbox.smtp_port = "127.0.0.1", sink.port
    mailbox.smtp_security = Security.NONE
    mailbox.save()
    envelope = arrive(mailbox, raw(), "cleo@customer.example")
    ticket = Message.objects.get(pk=envelope.message_id).ticket
    replying.reply(ticket, by=ada, at=now(), body_html="<p>Here</p>", then="solved")
    sending.send_due(ticket.pk)
    answer = Message.objects.get(ticket=ticket, author_kind="agent")
    assert answer.delivery == "sent"
    return ticket, answer, sink.taken[-1].mail


def about(mail, text, *, keeps=("mark", "id")):
    """A report with the ids of a mail of ours in it, or without."""
    mark = mail["x-foredesk-delivery"] if "mark" in keeps else "x"
    wire_id = mail["message-id"].strip("<>") if "id" in keeps else "other@else.example"
    return text.replace(MARK, mark).replace(WIRE_ID, wire_id).replace("\n", "\r\n").encode()


def state(ticket, answer):
    ticket.refresh_from_db()
    answer.refresh_from_db()
    return ticket.status, answer.delivery


@pytest.mark.parametrize("keeps", [("mark", "id"), ("mark",), ("id",)])
def test_a_bounce_fails_the_message_and_brings_the_ticket_back(mailbox, answered, keeps):
    ticket, answer, mail = answered
    before = ticket.activity_at
    envelope = arrive(mailbox, about(mail, dsn(), keeps=keeps))
    assert envelope.state == EnvelopeState.OPENED
    assert state(ticket, answer) == ("open", "failed")
    assert answer.delivery_note == "It came back: no such mailbox (5.1.1)"
    told = Message.objects.get(pk=envelope.message_id)
    assert told.body_text == "Mail to cleo@customer.example came back: no such mailbox (5.1.1)"
    assert (told.author_kind, told.is_public) == ("system", False)
    assert ticket.activity_at > before
    assert ticket.waiting_since is not None
    assert Dispatch.objects.get(message_id=answer.pk).state == "failed"
    identity = Identity.objects.get(value="cleo@customer.example")
    assert identity.undeliverable_reason == "no such mailbox (5.1.1)"
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"tickets.ReplyBounced", "tickets.TicketReopened", "people.AddressFailed"} <= kinds
    assert Ticket.objects.count() == 1


def test_the_address_works_again_when_its_owner_writes(mailbox, answered):
    _, _, mail = answered
    arrive(mailbox, about(mail, dsn()))
    arrive(mailbox, raw(in_reply_to=mail["message-id"]), "cleo@customer.example")
    assert Identity.objects.get().undeliverable_at is not None, "anybody can write in her name"
    identify(kind="email", value="cleo@customer.example", is_writing=True, at=now())
    assert Identity.objects.get().undeliverable_at is None


def test_a_full_mailbox_fails_the_message_but_not_the_address(mailbox, answered):
    ticket, answer, mail = answered
    arrive(mailbox, about(mail, dsn(status="5.2.2", diagnostic="552 5.2.2 over quota")))
    assert state(ticket, answer) == ("open", "failed")
    assert Identity.objects.get().undeliverable_at is None


def test_a_delay_is_a_note_and_nothing_else(mailbox, answered):
    ticket, answer, mail = answered
    data = about(mail, dsn(action="delayed", status="4.4.1", diagnostic="451 no answer"))
    told = Message.objects.get(pk=arrive(mailbox, data).message_id)
    assert "is delayed and is still being tried" in told.body_text
    assert state(ticket, answer) == ("solved", "sent")


def test_a_complaint_stops_machines_and_tells(mailbox, answered):
    ticket, answer, mail = answered
    told = Message.objects.get(
        pk=arrive(mailbox, about(mail, FEEDBACK.format(kind="abuse"))).message_id
    )
    assert "reported our mail as unwanted" in told.body_text
    assert state(ticket, answer) == ("solved", "sent")
    assert Identity.objects.get().complained_at is not None


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_other_feedback_changes_nothing(mailbox, answered, kind):
    _, _, mail = answered
    assert arrive(mailbox, about(mail, FEEDBACK.format(kind=kind))).state == EnvelopeState.IGNORED
    assert Identity.objects.get().complained_at is None


def test_a_forged_bounce_changes_nothing_and_is_told_as_one(mailbox, answered):
    ticket, answer, mail = answered
    forged = dsn().replace(MARK, MARK.replace("aaaa", "bbbb"))
    told = Message.objects.get(pk=arrive(mailbox, about(mail, forged, keeps=())).message_id)
    assert "proves nothing" in told.body_text
    assert state(ticket, answer) == ("solved", "sent")
    assert Identity.objects.get().undeliverable_at is None


def test_a_bounce_of_an_address_that_the_mail_never_went_to_changes_nothing(mailbox, answered, ada):
    ticket, answer, mail = answered
    Dispatch.objects.filter(message_id=answer.pk).update(
        to=["cleo@customer.example", "b@x.example"]
    )
    data = about(mail, dsn().replace("leo@customer.example", "arol@victim.example"))
    assert arrive(mailbox, data).state == EnvelopeState.IGNORED
    assert state(ticket, answer) == ("solved", "sent")


def test_a_bounce_of_one_of_several_says_whom(mailbox, answered):
    ticket, answer, mail = answered
    Dispatch.objects.filter(message_id=answer.pk).update(
        to=["cleo@customer.example", "b@x.example"]
    )
    other = dsn().replace("Cleo@customer", "b@x").replace("cleo@customer", "b@x")
    arrive(mailbox, about(mail, other))
    assert state(ticket, answer) == ("open", "sent")
    assert Message.objects.filter(body_text__startswith="Mail to b@x.example came back").exists()


def test_a_report_about_nothing_of_ours_is_set_aside(mailbox):
    envelope = arrive(mailbox, DSN.format(action="failed", status="5.1.1", diagnostic="x").encode())
    assert envelope.state == EnvelopeState.IGNORED
    assert "not ours" in envelope.reason
    assert not Ticket.objects.exists()


def test_a_closed_ticket_stays_closed_and_tells(mailbox, answered, ada):
    ticket, answer, mail = answered
    closing.close(ticket, by=ada, at=now())
    arrive(mailbox, about(mail, dsn()))
    assert state(ticket, answer) == ("closed", "failed")
    assert Message.objects.filter(ticket=ticket, author_kind="system").exists()


def test_the_same_bounce_twice_is_told_once(mailbox, answered):
    ticket, _, mail = answered
    data = about(mail, dsn())
    arrive(mailbox, data)
    arrive(mailbox, data)
    assert Message.objects.filter(ticket=ticket, author_kind="system").count() == 1


def test_a_refusal_by_the_server_marks_the_address_too(mailbox, answered, sink, ada):
    ticket, _, _ = answered
    sink.manners.rcpt = lambda address: "550 5.1.1 No such user"
    replying.reply(ticket, by=ada, at=now(), body_html="<p>Again</p>")
    sending.send_due(ticket.pk)
    assert Identity.objects.get().undeliverable_reason == "no such mailbox (5.1.1)"


def test_the_ticket_warns_before_somebody_writes_there_again(mailbox, answered, ada, client):
    ticket, _, mail = answered
    client.force_login(ada)
    assert "comes back" not in client.get(f"/tickets/{ticket.pk}/").content.decode()
    arrive(mailbox, about(mail, dsn()))
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Mail to cleo@customer.example comes back" in page
    assert "Send again" in page
    person = ticket.requester.public_id
    assert "Mail comes back" in client.get(f"/customers/{person}/").content.decode()
