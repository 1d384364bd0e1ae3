"""Agents hear of their tickets by mail, and answer from their own mail program."""

from datetime import timedelta

import pytest

from foredesk.channels import accepting, notifying, opening, taking_turns
from foredesk.channels.models import Dispatch, EnvelopeState, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import assigning
from foredesk.tickets.models import Message
from foredesk.tickets.tests import cases
from tests.peers.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


@pytest.fixture
def sink(mailbox):
    with Sink() as server:
        Mailbox.objects.update(
            smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none",
            trusted_servers=["mx.shop.example"],
        )  # fmt: skip
        yield server


def queued(why):
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name="channels.notify").order_by("id")
    return [job.args for job in jobs if job.args["why"] == why]


def told(ticket, agent, why="wrote", about=None, is_last_try=True):
    about = about or ticket.messages.order_by("-id").first().pk
    notifying.notify(ticket.pk, agent.pk, why=why, about=about, is_last_try=is_last_try)


@pytest.fixture
def ticket(ada, lea):
    found = cases.ticket_of(text="Where is my <b>tent</b>?")
    assigning.assign(found, ada, by=lea, at=now())
    return found


def test_the_mail_says_who_wrote_and_is_marked_as_a_machines(sink, ticket, ada):
    told(ticket, ada)
    [taken] = sink.taken
    assert (taken.mail_from, taken.rcpt_to) == ("<>", (ada.email,))
    mail = taken.mail
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["x-auto-response-suppress"] == "All"
    assert mail["precedence"] == "bulk"
    assert mail["subject"] == f"[#{ticket.pk}] Tent"
    assert not mail.is_multipart()
    text = mail.get_content()
    assert "Cleo Client (cleo@customer.example) wrote on your ticket:" in text
    assert "Where is my <b>tent</b>?" in text
    assert f"/tickets/{ticket.pk}/" in text
    assert Dispatch.objects.get().state == "sent"


def test_it_is_sent_once(sink, ticket, ada):
    told(ticket, ada)
    told(ticket, ada)
    assert len(sink.taken) == 1


def answer(sink, ada, text, **fields):
    mail = sink.taken[-1].mail
    written = raw(
        f"{text}\n\nOn 2 March 2026 the desk wrote:\n> \u2014 Write your answer above this line \u2014\n> Where is it?\n",
        **{
            "from": f"Ada <{ada.email}>",
            "to": mail["reply-to"],
            "subject": f"Re: {mail['subject']}",
            **fields,
        },
    )
    head = b"Authentication-Results: mx.shop.example; dmarc=pass header.from=halden.example\r\n"
    envelope = accepting.accept(
        head + written, mailbox=Mailbox.objects.get(), road="smtp", peer="127.0.0.1",
        mail_from=ada.email, rcpt_to=[mail["reply-to"].addresses[0].addr_spec], at=now(),
    )  # fmt: skip
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    return envelope


@pytest.mark.parametrize("how", ["address", "message id"])
def test_an_answer_goes_to_the_customer(sink, ticket, ada, how):
    told(ticket, ada)
    fields = {}
    if how == "message id":
        fields = {"in_reply_to": sink.taken[0].mail["message-id"], "to": "help@shop.example"}
    message = Message.objects.get(pk=answer(sink, ada, "It is on its way.", **fields).message_id)
    assert (message.agent_id, message.is_public, message.delivery) == (ada.pk, True, "queued")
    assert message.body_text == "It is on its way."
    assert message.ticket_id == ticket.pk


def test_a_light_agents_answer_is_a_note(sink, ticket, lou):
    told(ticket, lou)
    assert "write a note" in sink.taken[0].mail.get_content()
    message = Message.objects.get(pk=answer(sink, lou, "I know her.").message_id)
    assert (message.agent_id, message.is_public) == (lou.pk, False)


def test_an_answer_without_words_waits_for_a_person(sink, ticket, ada):
    told(ticket, ada)
    envelope = answer(sink, ada, "")
    assert envelope.state == EnvelopeState.SUSPENDED
    assert "Write something" in envelope.reason


def test_who_does_not_want_it_or_reads_it_now_gets_none(sink, ticket, ada, ben):
    presence.appear(topic=f"ticket-{ticket.pk}", agent_id=ada.pk, state="reading", at=now())
    told(ticket, ada)
    told(ticket, ada, why="assigned", about=1)
    presence.leave(topic=f"ticket-{ticket.pk}", agent_id=ada.pk)
    ada.mail_on_message = False
    ada.save()
    told(ticket, ada)
    assert sink.taken == []
    told(ticket, ada, why="assigned", about=2)
    assert "This ticket is yours now." in sink.taken[0].mail.get_content()


def test_who_may_not_see_the_ticket_gets_none(sink, ticket, ben, payments):
    from foredesk.tickets.models import Ticket

    Ticket.objects.filter(pk=ticket.pk).update(team=payments)
    told(ticket, ben)
    assert sink.taken == []


def test_without_a_server_nothing_is_written(mailbox, ticket, ada):
    told(ticket, ada)
    assert not Dispatch.objects.exists()


def test_a_server_that_is_away_is_tried_again(sink, ticket, ada):
    Mailbox.objects.update(smtp_port=1)
    with pytest.raises(notifying.TryLater):
        told(ticket, ada, is_last_try=False)
    assert Dispatch.objects.get().state == "trying"
    Mailbox.objects.update(smtp_port=sink.port)
    told(ticket, ada)
    assert len(sink.taken) == 1


def test_a_server_that_hangs_gets_no_more_of_the_worker(sink, ticket, ada, mailbox):
    with taking_turns.turn(mailbox.pk), taking_turns.turn(mailbox.pk):
        told(ticket, ada)
    assert not sink.taken
    [again] = queued("wrote")
    notifying.notify(again.pop("ticket_id"), again.pop("agent_id"), is_last_try=False, **again)
    assert len(sink.taken) == 1


def test_nobody_knocks_where_the_mailbox_waits(sink, ticket, ada):
    Mailbox.objects.update(send_retry_at=now() + timedelta(minutes=1), send_error="It is away.")
    with pytest.raises(notifying.TryLater, match="away"):
        told(ticket, ada, is_last_try=False)
    assert not sink.taken


def test_a_mail_on_an_assigned_ticket_tells_its_agent(mailbox, ticket, ada):
    earlier = ticket.messages.get().external_id
    envelope = accepting.accept(
        raw(in_reply_to=f"<{earlier}>"), mailbox=mailbox, road="smtp", at=now()
    )
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    expected = {"ticket_id": ticket.pk, "agent_id": ada.pk, "why": "wrote"}
    assert queued("wrote") == [{**expected, "about": envelope.message_id}]


def test_an_assignment_by_somebody_else_is_told(mailbox, ticket, ada, lea):
    from foredesk.channels.listeners import tell_the_assignee
    from foredesk.tickets.events import TicketAssigned

    entry = cases.last_fact(ticket)
    fact = TicketAssigned(ticket.pk, None, ada.pk, before=None, after=ada.pk)
    tell_the_assignee(fact, entry=entry)
    assert [one["agent_id"] for one in queued("assigned")] == [ada.pk]
    entry.actor_id = ada.pk
    tell_the_assignee(fact, entry=entry)
    assert len(queued("assigned")) == 1
