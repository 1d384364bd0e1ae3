"""An envelope becomes a message once, or is set aside with a reason and can be tried again."""

import pytest

from foredesk.channels import accepting, opening
from foredesk.channels.models import Envelope, EnvelopeState
from foredesk.channels.tests.letters import letter, raw
from foredesk.plumbing.clock import now
from foredesk.tickets import receiving
from foredesk.tickets.models import Attachment, Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


def opened(data, mailbox=None, **fields):
    fields.setdefault("mail_from", "cleo@customer.example")
    envelope = accepting.accept(data, mailbox=mailbox, road="smtp", at=now(), **fields)
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    return envelope


def test_a_mail_becomes_a_message_of_a_ticket(mailbox):
    envelope = opened(raw(), mailbox)
    message = Message.objects.get(pk=envelope.message_id)
    assert envelope.state == EnvelopeState.OPENED
    assert message.ticket.subject == "My tent"
    assert message.body_text == "Where is my tent?"
    assert (message.author_name, message.author_address) == ("Cleo Client", "cleo@customer.example")
    assert message.envelope_id == envelope.pk
    assert message.ticket.account == str(mailbox.pk)


@pytest.mark.parametrize(
    "lie", ["Fri, 01 Jan 2100 00:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0000"]
)
def test_its_own_date_neither_orders_nor_dates_it(mailbox, lie):
    first = opened(raw(message_id="<one@customer.example>"), mailbox)
    liar = opened(raw(in_reply_to="<one@customer.example>", date=lie), mailbox)
    last = opened(raw(in_reply_to="<one@customer.example>"), mailbox)
    messages = list(Message.objects.order_by("at", "pk"))
    assert [one.envelope_id for one in messages] == [first.pk, liar.pk, last.pk]
    assert [one.at for one in messages] == [first.received_at, liar.received_at, last.received_at]
    ticket = messages[0].ticket
    assert (ticket.created_at, ticket.waiting_since) == (first.received_at, first.received_at)
    assert (ticket.activity_at, ticket.customer_wrote_at) == (last.received_at, last.received_at)


def test_opening_twice_makes_one_message(mailbox):
    envelope = opened(raw(), mailbox)
    opening.open_envelope(envelope.pk)
    assert Message.objects.count() == 1


def test_files_come_with_their_names_and_pictures_stay_in_the_text(mailbox):
    mail = letter()
    mail.add_alternative('<p>See <img src="cid:pic@x"></p>', subtype="html")
    mail.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<pic@x>")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Größe.pdf")
    message = Message.objects.get(pk=opened(mail.as_bytes(), mailbox).message_id)
    files = {one.name: one for one in Attachment.objects.filter(message=message)}
    assert files["Größe.pdf"].size == 4
    assert not files["Größe.pdf"].is_inline
    [picture] = [one for one in files.values() if one.is_inline]
    assert picture.content_id == "pic@x"
    assert 'src="cid:pic@x"' in message.body_html
    assert message.is_rich


def test_a_mail_without_sender_is_set_aside_and_can_be_tried_again(mailbox):
    envelope = opened(b"Subject: hello\r\n\r\nWho am I?\r\n", mailbox, mail_from="")
    assert envelope.state == EnvelopeState.UNREADABLE
    assert "names no sender" in envelope.reason
    Envelope.objects.filter(pk=envelope.pk).update(mail_from="late@customer.example")
    opening.retry(envelope, at=now())
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    assert (envelope.state, envelope.reason) == (EnvelopeState.OPENED, "")


def test_our_own_mail_never_opens_a_ticket(mailbox):
    envelope = opened(raw(**{"from": "Help <help+t1-aaaaaaaaaaaaaaaa@shop.example>"}), mailbox)
    assert envelope.state == EnvelopeState.IGNORED
    assert not Message.objects.exists()


def test_a_crash_in_the_middle_leaves_it_to_be_opened_again(mailbox, monkeypatch):
    envelope = accepting.accept(raw(), mailbox=mailbox, road="imap", at=now())
    whole = receiving.receive

    def cut_off(inbound, *, at):
        whole(inbound, at=at)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "receive", cut_off)
        with pytest.raises(KeyboardInterrupt):
            opening.open_envelope(envelope.pk)
    assert not Message.objects.exists()
    opening.open_envelope(envelope.pk)
    assert Message.objects.count() == 1


def test_a_mail_that_kills_every_worker_is_set_aside(mailbox, monkeypatch):
    envelope = accepting.accept(raw(), mailbox=mailbox, road="imap", at=now())

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(receiving, "receive", killed)
    for _ in range(opening.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            opening.open_envelope(envelope.pk)
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    assert envelope.state == EnvelopeState.UNREADABLE
    assert "five times" in envelope.reason


def test_an_envelope_without_a_job_is_overdue(mailbox):
    from procrastinate.contrib.django.models import ProcrastinateJob

    at = now()
    envelope = accepting.accept(raw(), mailbox=mailbox, road="imap", at=at - 2 * opening.OVERDUE)
    assert opening.overdue(at=at) == []
    ProcrastinateJob.objects.all()._raw_delete("default")
    assert opening.overdue(at=at) == [envelope.pk]
    opening.requeue(opening.overdue(at=at))
    assert opening.overdue(at=at) == []
