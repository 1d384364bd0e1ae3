"""An agent answers: the message waits to be sent, and the ticket moves on."""

from datetime import timedelta

import pytest

from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import closing, merging, replying, snoozing, spamming, writing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Attachment, Draft, Message
from foredesk.tickets.tests.cases import (
    afresh,
    answered,
    draft_with_file,
    facts,
    last_fact,
    ticket_of,
)

pytestmark = pytest.mark.django_db


def test_a_reply_waits_to_be_sent_until_its_undo_time_is_over(ticket, ada):
    at = now()
    message = replying.reply(ticket, by=ada, at=at, body_html="<p>On its way</p>", undo_seconds=10)
    message.refresh_from_db()
    assert (message.delivery, message.attempts) == ("queued", 0)
    assert message.send_at == at + timedelta(seconds=10)
    assert message.is_public
    assert (message.author_kind, message.agent_id, message.author_name) == ("agent", ada.pk, "Ada")
    assert message.channel == "email"


def test_the_answered_ticket_belongs_to_its_answerer_and_waits_for_the_customer(ticket, ada):
    at = now()
    replying.reply(ticket, by=ada, at=at, body_html="<p>One  moment,<br>please</p>")
    row = afresh(ticket)
    assert (row.status, row.assignee_id, row.waiting_since) == ("pending", ada.pk, None)
    assert (row.first_reply_at, row.activity_at) == (at, at)
    assert row.preview == "One moment, please"
    assert facts(ticket)[-3:] == ["TicketAssigned", "StatusChanged", "ReplyWritten"]
    said = last_fact(ticket)
    assert said.data["is_first"] is True
    assert (said.actor_kind, said.actor_id, said.actor_name) == ("agent", ada.pk, "Ada")


def test_only_the_first_reply_is_the_first_and_the_holder_keeps_the_ticket(ticket, ada, lea):
    first_at = now()
    replying.reply(ticket, by=ada, at=first_at, body_html="<p>One</p>")
    replying.reply(ticket, by=lea, at=now(), body_html="<p>Two</p>")
    row = afresh(ticket)
    assert (row.assignee_id, row.first_reply_at) == (ada.pk, first_at)
    firsts = Entry.objects.filter(kind="tickets.ReplyWritten").order_by("id")
    assert [one.data["is_first"] for one in firsts] == [True, False]


@pytest.mark.parametrize("then", replying.THEN)
def test_the_ticket_goes_where_the_writer_said(ticket, ada, then):
    at = now()
    replying.reply(ticket, by=ada, at=at, body_html="<p>x</p>", then=then)
    row = afresh(ticket)
    assert row.status == then
    assert (row.solved_at == at) is (then == "solved")
    assert ("TicketSolved" in facts(ticket)) is (then == "solved")


def test_answering_a_solved_ticket_reopens_it(ticket, ada):
    replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", then="solved")
    replying.reply(ticket, by=ada, at=now(), body_html="<p>and</p>", then="open")
    assert "TicketReopened" in facts(ticket)


def test_an_answer_wakes_a_snoozed_ticket(ticket, ada):
    at = now()
    snoozing.snooze(ticket, until=at + timedelta(days=1), by=ada, at=at)
    replying.reply(ticket, by=ada, at=at, body_html="<p>x</p>")
    assert afresh(ticket).snoozed_until is None


@pytest.mark.parametrize("then", ["new", "closed", "", "nonsense", "SOLVED"])
def test_no_other_status_can_be_left_behind(ticket, ada, then):
    with pytest.raises(UnableToChange, match="is not a status"):
        replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", then=then)
    assert facts(ticket) == ["TicketOpened", "MessageReceived"]


def test_light_and_switched_off_agents_do_not_write_to_customers(ticket, lou, ada):
    ada.is_active = False
    for agent in (lou, ada):
        with pytest.raises(NotAllowed):
            replying.reply(ticket, by=agent, at=now(), body_html="<p>x</p>")
    assert Message.objects.filter(ticket=ticket).count() == 1


def _closed(ticket, ada):
    closing.close(ticket, by=ada, at=now())


def _spam(ticket, ada):
    spamming.mark_as_spam(ticket, by=ada, at=now())


def _merged(ticket, ada):
    merging.merge(ticket, into=ticket_of(), by=ada, at=now())


@pytest.mark.parametrize(
    ("end", "sentence"), [(_closed, "is closed"), (_spam, "spam"), (_merged, "was merged into #")]
)
def test_a_ticket_whose_work_is_over_takes_no_reply(ticket, ada, end, sentence):
    end(ticket, ada)
    before = facts(ticket)
    with pytest.raises(UnableToChange, match=sentence):
        replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>")
    assert facts(ticket) == before


@pytest.mark.parametrize(
    "nothing",
    ["", "   ", "<p></p>", "<p>&nbsp;</p>", "<div><br></div>", "<script>alert(1)</script>", "\x00",
     "<img src='https://elsewhere.example/x.png'>", "<style>p{}</style>"],
)  # fmt: skip
def test_an_empty_reply_is_refused_and_writes_nothing(ticket, ada, nothing):
    with pytest.raises(UnableToChange, match="Write something"):
        replying.reply(ticket, by=ada, at=now(), body_html=nothing)
    assert Message.objects.filter(ticket=ticket).count() == 1
    assert afresh(ticket).status == "new"


def test_too_much_text_is_refused(ticket, ada):
    with pytest.raises(UnableToChange, match="too long"):
        replying.reply(ticket, by=ada, at=now(), body_html="x" * (writing.LONGEST_BODY + 1))


def test_a_file_alone_is_something_to_send(ticket, ada):
    draft, file = draft_with_file(ticket, by=ada, body="")
    message = replying.reply(ticket, by=ada, at=now(), body_html="", draft_id=draft.pk)
    assert Attachment.objects.get(pk=file.pk).message_id == message.pk
    assert Attachment.objects.get(pk=file.pk).draft_id is None
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_nobody_sends_the_draft_of_another_person_or_ticket(ticket, ada, lea):
    theirs, file = draft_with_file(ticket, by=lea)
    elsewhere, other = draft_with_file(ticket_of(), by=ada)
    for draft in (theirs, elsewhere):
        replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", draft_id=draft.pk)
    assert Draft.objects.filter(pk__in=(theirs.pk, elsewhere.pk)).count() == 2
    assert not Attachment.objects.filter(pk__in=(file.pk, other.pk), draft=None).exists()


COPIES = [
    ("plain", ["mum@customer.example"], ["mum@customer.example"]),
    ("case and space do not count", [" Mum@Customer.Example ", "mum@customer.example"],
     ["mum@customer.example"]),
    ("empty parts are passed over", ["", " ", "mum@customer.example"], ["mum@customer.example"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "kept"), COPIES, ids=[case[0] for case in COPIES])
def test_copies_are_checked_and_kept(ticket, ada, name, given, kept):
    message = replying.reply(ticket, by=ada, at=now(), body_html="x", cc=given, bcc=given)
    assert [one["value"] for one in message.cc] == kept
    assert [one["value"] for one in message.bcc] == kept


@pytest.mark.parametrize(
    "bad",
    ["nobody", "a@b@c.example", "a@b.example\r\nBcc: x@y.example", "<script>@x.example",
     "a@" + "x" * 300 + ".example", "\x00@x.example"],
)  # fmt: skip
def test_a_bad_copy_address_is_named_and_nothing_is_written(ticket, ada, bad):
    with pytest.raises(UnableToChange, match="is not a mail address"):
        replying.reply(ticket, by=ada, at=now(), body_html="x", cc=[bad])
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_fifty_copies_are_the_limit(ticket, ada):
    many = [f"p{i}@customer.example" for i in range(51)]
    with pytest.raises(UnableToChange, match="50 people"):
        replying.reply(ticket, by=ada, at=now(), body_html="x", cc=many)
    assert len(replying.reply(ticket, by=ada, at=now(), body_html="x", cc=many[:50]).cc) == 50


def test_an_answer_goes_elsewhere_only_where_the_customer_asked_for_it(ticket, ada):
    with pytest.raises(UnableToChange, match="Nobody on this ticket"):
        replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", to="pal@else.example")
    answered(ticket, reply_to="pal@else.example")
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>", to="Pal@else.example")
    assert message.to == [{"value": "pal@else.example", "name": ""}]
    assert replying.reply(ticket, by=ada, at=now(), body_html="<p>x</p>").to == []
