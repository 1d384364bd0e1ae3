"""Replies leave in order, once, and what became of each is known or flagged."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.channels import accepting, listeners, opening, sending, smtp, smtp_session
from foredesk.channels.models import Dispatch, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.files import reading, storing
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.people.models import Agent, Workspace
from foredesk.plumbing import crypto
from foredesk.plumbing.clock import now
from foredesk.tickets import delivery, merging, replying
from foredesk.tickets.models import Attachment, Draft, Message, Ticket
from tests.peers.proxy import Proxy
from tests.peers.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


@pytest.fixture
def sink():
    with Sink() as running:
        yield running


@pytest.fixture
def outgoing(mailbox, sink):
    """The mailbox, with the sink as its server."""
    mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security = "127.0.0.1", sink.port, "none"
    mailbox.save()
    return mailbox


@pytest.fixture
def ada():
    Workspace.objects.update_or_create(pk=1, defaults={"name": "North Trail"})
    return Agent.objects.create(email="ada@shop.example", name="Ada Lovelace")


def ticket_from(mailbox, text="Where is my tent?", **fields):
    envelope = accepting.accept(
        raw(text, **fields), mailbox=mailbox, road="smtp", mail_from="x@y.example", at=now()
    )
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    return Message.objects.get(pk=envelope.message_id).ticket


def answer(ticket, by, text="It is on its way.", **fields):
    ticket = Ticket.objects.get(pk=ticket.pk)
    return replying.reply(ticket, by=by, at=now(), body_html=f"<p>{text}</p>", **fields)


def sent(message):
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    return message


def test_a_reply_arrives_in_the_customers_thread(outgoing, sink, ada):
    ticket = ticket_from(outgoing, message_id="<first@customer.example>")
    message = sent(answer(ticket, ada, cc=["dan@other.example"], bcc=["secret@other.example"]))
    assert (message.delivery, message.delivery_note) == ("sent", "")
    [taken] = sink.taken
    assert taken.mail_from == "help@shop.example"
    assert set(taken.rcpt_to) == {
        "cleo@customer.example",
        "dan@other.example",
        "secret@other.example",
    }
    mail = taken.mail
    assert mail["from"] == "Ada Lovelace at North Trail <help@shop.example>"
    assert mail["to"] == "Cleo Client <cleo@customer.example>"
    assert mail["cc"] == "dan@other.example"
    assert "secret" not in taken.data.decode()
    assert mail["subject"] == f"Re: My tent [#{ticket.pk}]"
    assert mail["in-reply-to"] == mail["references"] == "<first@customer.example>"
    assert mail["message-id"] == f"<{message.external_id}>"
    assert mail["reply-to"].startswith("North Trail <help+t")
    assert mail["auto-submitted"] is None
    plain = mail.get_body(("plain",)).get_content()
    assert plain.startswith("It is on its way.")
    assert "> Where is my tent?" in plain
    assert "<p>It is on its way.</p>" in mail.get_body(("html",)).get_content()


def test_the_customers_answer_to_it_lands_in_the_same_ticket(outgoing, sink, ada):
    ticket = ticket_from(outgoing)
    sent(answer(ticket, ada))
    mail = sink.taken[0].mail
    by_address = ticket_from(outgoing, "Thanks", subject="Other", to=mail["reply-to"])
    by_reference = ticket_from(outgoing, "Thanks!", subject="X", in_reply_to=mail["message-id"])
    assert by_address.pk == by_reference.pk == ticket.pk


def test_the_quote_that_we_send_is_cut_from_the_answer(outgoing, sink, ada):
    ticket = ticket_from(outgoing)
    sent(answer(ticket, ada))
    ours = sink.taken[0].mail
    html = ours.get_body(("html",)).get_content()
    plain = ours.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in plain.splitlines())
    mail = raw(
        f"Thank you.\n\nOn Mon, Mar 2, 2026 at 11:00 Ada <help@shop.example> wrote:\n{quoted}",
        in_reply_to=ours["message-id"],
    )
    ticket_from(outgoing, "x")
    envelope = accepting.accept(mail, mailbox=outgoing, road="smtp", mail_from="a@b", at=now())
    opening.open_envelope(envelope.pk)
    message = Message.objects.get(envelope_id=envelope.pk)
    assert message.body_text == "Thank you."
    assert "Where is my tent?" in message.whole_text
    assert "blockquote" in html


def test_files_and_pictures_of_our_own_go_along(outgoing, sink, ada):
    ticket = ticket_from(outgoing)
    draft = Draft.objects.create(ticket=ticket, agent=ada, updated_at=now())
    rows = [
        Attachment.objects.create(
            draft=draft, blob=storing.keep(data), name=name, content_type=kind, size=len(data)
        )
        for name, kind, data in (
            ("Größe.pdf", "application/pdf", b"%PDF"),
            ("tent.png", "image/png", b"\x89PNG"),
        )
    ]
    text = f'See <img src="/files/{rows[1].public_id}" alt="tent"> and the file.'
    sent(answer(ticket, ada, text, draft_id=draft.pk))
    mail = sink.taken[0].mail
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Größe.pdf"]
    html = mail.get_body(("related", "html"))
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    cid = picture["content-id"].strip("<>")
    assert f'src="cid:{cid}"' in mail.get_body(("html",)).get_content()
    assert picture.get_content() == b"\x89PNG"
    assert html is not None


def test_without_a_server_the_reply_is_kept_and_can_be_read(mailbox, ada):
    message = sent(answer(ticket_from(mailbox), ada))
    assert message.delivery == "kept"
    dispatch = Dispatch.objects.get(message_id=message.pk)
    assert dispatch.state == "kept"
    assert b"It is on its way." in reading.read(dispatch.blob)


def test_a_refusal_for_good_is_one_clear_sentence(outgoing, sink, ada):
    sink.manners.rcpt = lambda address: "550 5.1.1 User unknown"
    message = sent(answer(ticket_from(outgoing), ada))
    assert message.delivery == "failed"
    assert message.delivery_note == (
        "127.0.0.1 refused cleo@customer.example: no such mailbox (550 5.1.1 User unknown)"
    )
    assert "550 5.1.1 User unknown" in Dispatch.objects.get().transcript
    assert Entry.objects.filter(kind="tickets.ReplyFailed").exists()


def test_a_failure_that_may_pass_waits_and_holds_later_replies(outgoing, sink, ada):
    sink.manners.data = lambda data: "451 4.3.0 Come back later"
    ticket = ticket_from(outgoing)
    first, second = answer(ticket, ada, "One"), answer(ticket, ada, "Two")
    sending.send_due(ticket.pk)
    first.refresh_from_db()
    assert first.delivery == "queued"
    assert "451 4.3.0 Come back later" in first.delivery_note
    assert timedelta(seconds=50) < first.send_at - now() < timedelta(seconds=70)
    assert ProcrastinateJob.objects.filter(
        task_name="channels.send_due", scheduled_at=first.send_at
    ).exists()
    sink.manners.data = lambda data: "250 OK"
    sending.send_due(ticket.pk)
    assert sink.taken == []
    Message.objects.filter(pk=first.pk).update(send_at=now())
    sending.send_due(ticket.pk)
    texts = [one.mail.get_body(("plain",)).get_content().split()[0] for one in sink.taken]
    assert texts == ["One", "Two"]
    second.refresh_from_db()
    assert second.delivery == "sent"
    ids = [first.external_id, second.external_id]
    assert [one.mail["message-id"] for one in sink.taken] == [f"<{one}>" for one in ids]


def test_the_second_try_is_the_same_mail_byte_for_byte(outgoing, sink, ada):
    seen = []

    def fail_once(data):
        seen.append(data)
        return "451 4.3.0 Later" if len(seen) == 1 else "250 OK"

    sink.manners.data = fail_once
    message = sent(answer(ticket_from(outgoing), ada))
    Message.objects.filter(pk=message.pk).update(send_at=now())
    sent(message)
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_after_five_days_it_is_given_up(outgoing, sink, ada):
    sink.manners.data = lambda data: "451 4.3.0 Later"
    message = sent(answer(ticket_from(outgoing), ada))
    Dispatch.objects.update(started_at=now() - timedelta(days=5, minutes=1))
    Message.objects.filter(pk=message.pk).update(send_at=now())
    sent(message)
    assert message.delivery == "failed"
    assert message.delivery_note.startswith("Given up after five days.")


def test_waits_double_from_a_minute_to_four_hours():
    minutes = [sending.wait_after(tries) / timedelta(minutes=1) for tries in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]


def test_a_lost_answer_is_flagged_and_never_sent_again(outgoing, sink, ada):
    sink.manners.drops_answer = True
    message = sent(answer(ticket_from(outgoing), ada))
    assert message.delivery == "unknown"
    assert "it may have been sent" in message.delivery_note
    assert Dispatch.objects.get().transcript.splitlines()[-2].startswith("> .")
    sink.manners.drops_answer = False
    sending.send_due(message.ticket_id)
    assert len(sink.taken) == 1
    delivery.requeue(message, by=ada, at=now())
    sent(message)
    assert (message.delivery, len(sink.taken)) == ("sent", 2)


def test_some_recipients_refused_is_said_on_the_message(outgoing, sink, ada):
    sink.manners.rcpt = lambda address: (
        "550 5.1.1 No such user" if address.startswith("dan") else "250 OK"
    )
    message = sent(answer(ticket_from(outgoing), ada, cc=["dan@other.example"]))
    assert message.delivery == "sent"
    assert "refused dan@other.example: no such mailbox" in message.delivery_note


def test_one_recipient_put_off_puts_the_mail_off_for_all_at_first(outgoing, sink, ada):
    sink.manners.rcpt = lambda address: (
        "450 4.2.0 Greylisted" if address.startswith("dan") else "250 OK"
    )
    message = sent(answer(ticket_from(outgoing), ada, cc=["dan@other.example"]))
    assert (message.delivery, sink.taken) == ("queued", [])
    for _ in range(sending.TRIES_FOR_ALL):
        Message.objects.filter(pk=message.pk).update(send_at=now())
        sent(message)
    assert (message.delivery, len(sink.taken)) == ("sent", 1)
    assert "dan@other.example" in message.delivery_note


def test_a_refused_sign_in_is_the_mailboxs_failure_and_heals(outgoing, sink, ada):
    sink.manners.password = "right"
    outgoing.smtp_user = "help"
    outgoing.save()
    message = sent(answer(ticket_from(outgoing), ada))
    outgoing.refresh_from_db()
    assert message.delivery == "queued"
    assert outgoing.send_failing_since is not None
    assert "refused the sign-in of help" in outgoing.send_error
    assert Entry.objects.filter(kind="channels.MailboxFailed").count() == 1
    sessions = sink.sessions
    other = sent(answer(ticket_from(outgoing, "Another", subject="Another"), ada))
    assert (other.delivery, sink.sessions) == ("queued", sessions)  # nobody knocks meanwhile
    outgoing.smtp_secret = crypto.seal("right", place=outgoing.place_of("smtp"))
    outgoing.send_retry_at = now()
    outgoing.save()
    Message.objects.update(send_at=now())
    sent(message)
    outgoing.refresh_from_db()
    assert message.delivery == "sent"
    assert outgoing.send_failing_since is None
    assert Entry.objects.filter(kind="channels.MailboxRecovered").count() == 1
    assert "right" not in Dispatch.objects.get(message_id=message.pk).transcript


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle(outgoing, sink, ada, monkeypatch, moment):
    """Killed before the last dot: sent again. Killed after it: flagged, never sent again."""

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    message = answer(ticket_from(outgoing), ada)
    with monkeypatch.context() as patch:
        if moment == "before":
            patch.setattr(sending, "_note_hand_over", die)
        else:
            patch.setattr(sending, "_end", die)
        with pytest.raises(Killed):
            sending.send_due(message.ticket_id, job_id=7)
    sending.send_due(message.ticket_id, job_id=8)  # another job can't tell and leaves it alone
    message.refresh_from_db()
    assert message.delivery == "sending"
    sending.send_due(message.ticket_id, job_id=7, is_rerun=True)
    message.refresh_from_db()
    assert len(sink.taken) == 1
    assert message.delivery == ("sent" if moment == "before" else "unknown")


def test_a_frozen_sender_that_wakes_up_late_sends_nothing(outgoing, sink, ada):
    message = answer(ticket_from(outgoing), ada)
    claimed = sending._claim(message.ticket_id, 1)
    dispatch = Dispatch.objects.get(message_id=claimed.pk)
    Message.objects.update(claimed_at=now() - 2 * sending.DEAD)
    assert sending.recover_stuck(at=now()) == [message.ticket_id]
    with pytest.raises(sending.GivenUp):
        sending._note_hand_over(dispatch)
    sent(message)
    assert (message.delivery, len(sink.taken)) == ("sent", 1)


def test_nothing_that_people_type_adds_a_header_or_a_recipient(outgoing, sink, ada):
    evil = "x\r\nBcc: victim@other.example\r\n\r\nbody"
    ada.name = f"Ada {evil}"
    ada.save()
    outgoing.from_name = "{agent}\r\nX-Evil: 1"
    outgoing.save()
    ticket = ticket_from(outgoing, subject="Hello =?utf-8?q?=0d=0aBcc:_victims@other.example?=")
    Ticket.objects.filter(pk=ticket.pk).update(subject=f"Hi {evil}")
    ticket.requester.name = f'Cleo", <victim@other.example> {evil}'
    ticket.requester.save()
    sent(answer(ticket, ada))
    [taken] = sink.taken
    assert taken.rcpt_to == ("cleo@customer.example",)
    mail = taken.mail
    assert {name.lower() for name in mail} == {
        "from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references",
        "mime-version",
        "x-foredesk-delivery", "content-type",
    }  # fmt: skip
    assert [one.addr_spec for one in mail["to"].addresses] == ["cleo@customer.example"]
    assert [one.addr_spec for one in mail["from"].addresses] == ["help@shop.example"]


def test_a_requester_without_address_is_said(outgoing, ada):
    ticket = ticket_from(outgoing)
    message = answer(ticket, ada)
    ticket.requester.identities.all().delete()
    sent(message)
    assert message.delivery == "failed"
    assert "has no mail address" in message.delivery_note


def test_a_server_that_is_away_is_tried_again(outgoing, sink, ada):
    sink.stop()
    message = sent(answer(ticket_from(outgoing), ada))
    assert message.delivery == "queued"
    assert message.delivery_note == "Nothing listens at 127.0.0.1 on this port."
    sink.start()
    Mailbox.objects.update(send_retry_at=now())
    Message.objects.update(send_at=now())
    assert sent(message).delivery == "sent"


@pytest.mark.parametrize(("moment", "state"), [("rcpt", "queued"), ("answer", "unknown")])
def test_a_server_that_goes_silent(outgoing, sink, ada, monkeypatch, moment, state):
    """Before the mail is handed over it is tried again; after that nobody can tell."""
    monkeypatch.setattr(smtp_session, "COMMAND", 0.5)
    monkeypatch.setattr(smtp, "FINAL", 0.5)
    with Proxy(sink.port) as wire:
        Mailbox.objects.update(smtp_port=wire.port)

        def go_silent(*_):
            wire.go_silent()
            return "250 OK"

        if moment == "rcpt":
            sink.manners.rcpt = go_silent
        else:
            sink.manners.data = go_silent
        message = sent(answer(ticket_from(outgoing), ada))
    assert message.delivery == state
    assert len(sink.taken) == (state == "unknown")
    if state == "queued":
        assert message.delivery_note == "127.0.0.1 did not answer in time."


def test_the_listener_queues_the_sending_for_when_undo_has_passed(outgoing, ada):
    message = answer(ticket_from(outgoing), ada, undo_seconds=10)
    entry = Entry.objects.get(kind="tickets.ReplyWritten")
    listeners.send_when_due(fact_from(entry.kind, entry.data), entry=entry)
    job = ProcrastinateJob.objects.filter(task_name="channels.send_due").latest("id")
    assert job.scheduled_at == message.send_at
    assert sent(message).delivery == "queued"


def test_a_reply_that_waited_in_a_merged_ticket_is_queued_from_the_target(outgoing, ada):
    source, target = ticket_from(outgoing), ticket_from(outgoing)
    message = answer(source, ada, undo_seconds=10)
    merging.merge(source, into=target, by=ada, at=now())
    entry = Entry.objects.get(kind="tickets.TicketAbsorbed")
    for _ in range(2):
        listeners.send_what_moved(fact_from(entry.kind, entry.data), entry=entry)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="send_due").order_by("-id")
    moved = [job for job in jobs if job.args == {"ticket_id": target.pk}]
    assert {job.scheduled_at for job in moved} == {message.send_at}


def test_the_evidence_of_a_sent_mail_follows_its_message(outgoing, ada):
    source, target = ticket_from(outgoing), ticket_from(outgoing)
    message = sent(answer(source, ada))
    merging.merge(source, into=target, by=ada, at=now())
    entry = Entry.objects.get(kind="tickets.TicketAbsorbed")
    listeners.evidence_follows_a_merge(fact_from(entry.kind, entry.data), entry=entry)
    assert Dispatch.objects.get(message_id=message.pk).ticket_id == target.pk
