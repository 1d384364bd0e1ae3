"""Who may write where as whom: each row a mail, and the one outcome that is right.

The mails take the whole way from the intake's envelope to the ticket. A mail server in front
vouches for senders, as `Authentication-Results` of mx.shop.example.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from django.db import transaction

from foredesk.channels import accepting, opening
from foredesk.channels.models import Dispatch, Envelope, EnvelopeState, Mailbox
from foredesk.conftest import _agent
from foredesk.people.models import Customer, Identity
from foredesk.plumbing.clock import now
from foredesk.tickets import agent_tokens, merging, replying
from foredesk.tickets.models import Message, Participant, Ticket
from foredesk.tickets.reply_tokens import token_for
from foredesk.tickets.tests import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]

SERVER = "mx.shop.example"
DESK = "help@shop.example"
CLEO, CODY, MALLORY = "cleo@customer.example", "cody@customer.example", "mallory@thief.example"
APPEND, MARKED, NEW, SUSPENDED, ANY = "append", "append_unverified", "new", "suspended", "any"


@dataclass
class World:
    """Cleo's ticket `asked`, Cody's `other`, one merged into `asked`, and Ada who works here."""

    mailbox: Mailbox
    asked: Ticket
    other: Ticket
    ada: object
    ids: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def world(mailbox):
    mailbox.trusted_servers = [SERVER]
    mailbox.save()
    ada = _agent("Ada", "agent")
    asked, other = cases.ticket_of(), cases.ticket_of(author=CODY, name="Cody", subject="Oars")
    merged, erased = cases.ticket_of(subject="Again"), cases.ticket_of(subject="Erased")
    found = World(mailbox, asked, other, ada)
    for name, ticket in (("asked", asked), ("other", other), ("merged", merged)):
        message = replying.reply(ticket, by=ada, at=now(), body_html="<p>Hello</p>")
        found.ids[name] = f"ours-{name}@shop.example"
        Message.objects.filter(pk=message.pk).update(external_id=found.ids[name], delivery="sent")
    merging.merge(merged, into=asked, by=ada, at=now())
    found.ids["erased"] = "ours-erased@shop.example"
    found.ids["erased number"] = str(erased.pk)
    Participant.objects.filter(ticket=erased).delete()
    Message.objects.filter(ticket=erased).delete()
    erased.delete()
    token = agent_tokens.token_for(asked, ada, agent_tokens.REPLY)
    found.ids["notice"] = f"{token}.x1@shop.example"
    found.ids["forged notice"] = f"{token[:-16]}{'a' * 16}.x1@shop.example"
    requester = Participant.objects.get(ticket=asked, role="requester")
    found.ids["address"] = f"help+{token_for(requester)}@shop.example"
    found.ids["number"] = str(asked.pk)
    cleo = Identity.objects.get(value=CLEO).customer
    Identity.objects.create(customer=cleo, value="cleo@home.example", verified_at=now())
    found.ids["agent"] = ada.email
    return found


def mail(world: World, given: dict) -> bytes:
    """The mail of a row, with what the server in front says of its sender on top."""

    def filled(text: str) -> str:
        for name, value in world.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    given = dict(given)
    extra = [filled(one) for one in given.pop("more", [])]
    says = given.pop("says", "pass")
    body = given.pop("body", "Where is my tent?")
    wanted = {"from": CLEO, "to": DESK, "subject": "Tent", "message-id": "<m1@customer.example>"}
    wanted |= given
    instead = {one.partition(":")[0].lower() for one in extra} if "twice" not in given else set()
    given.pop("twice", None)
    letter = EmailMessage()
    for name, value in (wanted | given).items():
        if name not in instead and name != "twice":
            letter[name] = filled(value)
    letter.set_content(body)
    domain = filled(wanted["from"]).rpartition("@")[2].strip(">")
    head = [f"Authentication-Results: {SERVER}; dmarc={says} header.from={domain}"] if says else []
    raw = letter.as_bytes().replace(b"\n", b"\r\n")
    return "".join(f"{line}\r\n" for line in [*head, *extra]).encode() + raw


TO_ASKED = {"in-reply-to": "<{asked}>"}
TABLE = [
    ("the requester answers", TO_ASKED, APPEND),
    ("the requester, only the number is left", {"subject": "Re: Tent [#{number}]"}, APPEND),
    ("from the requester's second address", {"from": "cleo@home.example", **TO_ASKED}, APPEND),
    ("a stranger knows our id", {"from": MALLORY, **TO_ASKED}, MARKED),
    ("a stranger guesses the number", {"from": MALLORY, "subject": "Re: [#{number}]"}, NEW),
    ("a stranger guesses an address", {"from": MALLORY, "to": "help+{number}@shop.example"}, NEW),
    ("a stranger invents a code", {"from": MALLORY, "to": "help+t1-aaaaaaaaaaaaaaaa@shop.example"}, NEW),
    ("forged requester with a copy to the thief", {"says": "fail", "cc": MALLORY, **TO_ASKED}, MARKED),
    ("the same, nobody can tell", {"says": "none", "cc": MALLORY, **TO_ASKED}, MARKED),
    ("the requester brings a colleague", {"cc": CODY, **TO_ASKED}, APPEND),
    ("the requester brings somebody from elsewhere", {"cc": "pal@else.example", **TO_ASKED}, APPEND),
    ("a code of a vendor, to a guessed address",
     {"from": "no-reply@vendor.example", "to": "help+{number}@shop.example", "body": "Code 12345"}, NEW),
    ("a code of a vendor, with the number in the subject",
     {"from": "id@vendor.example", "subject": "[#{number}] Verify your address"}, NEW),
    ("an agent's address on a forged notice",
     {"from": "{agent}", "says": "fail", "in-reply-to": "<{forged notice}>"}, SUSPENDED),
    ("an agent's address on a forged notice, nobody can tell",
     {"from": "{agent}", "says": "none", "in-reply-to": "<{forged notice}>"}, SUSPENDED),
    ("an agent's address on a real notice, nobody can tell",
     {"from": "{agent}", "says": "none", "in-reply-to": "<{notice}>"}, SUSPENDED),
    ("an agent's name on another address", {"from": "Ada <ada@thief.example>", **TO_ASKED}, MARKED),
    ("an agent answers a notice", {"from": "{agent}", "in-reply-to": "<{notice}>"}, APPEND),
    ("an agent without a notice", {"from": "{agent}", "subject": "Re: [#{number}]"}, MARKED),
    ("an agent on a forged notice, proven address",
     {"from": "{agent}", "in-reply-to": "<{forged notice}>", "subject": "[#{number}]"}, MARKED),
    ("a stranger answers a notice that leaked", {"from": MALLORY, "in-reply-to": "<{notice}>"}, MARKED),
    ("a sender vouches for himself, with another server's name",
     {"says": "", "more": ["Authentication-Results: thief; dmarc=pass"], **TO_ASKED}, MARKED),
    ("the same below what the server says",
     {"says": "none", "more": [f"Authentication-Results: {SERVER}; dmarc=pass"], **TO_ASKED}, MARKED),
    ("below the server's Received",
     {"says": "", "more": ["Received: from thief by mx", "Authentication-Results: mx.elsewhere.example; x=y",
                           f"Authentication-Results: {SERVER}; dmarc=pass"], **TO_ASKED}, MARKED),
    ("two senders in two fields", {"more": [f"From: {MALLORY}"], "twice": "yes", **TO_ASKED}, SUSPENDED),
    ("two senders in one field", {"from": f"{CLEO}, {MALLORY}", **TO_ASKED}, SUSPENDED),
    ("answers are asked for elsewhere", {"reply-to": MALLORY, **TO_ASKED}, APPEND),
    ("ids of two tickets, the other one nearer", {"references": "<{asked}> <{other}>"}, APPEND),
    ("ids of two tickets, own one nearer", {"references": "<{other}> <{asked}>"}, APPEND),
    ("into a merged ticket", {"in-reply-to": "<{merged}>"}, APPEND),
    ("into an erased ticket", {"in-reply-to": "<{erased}>", "subject": "[#{erased number}]"}, NEW),
    ("to the signed address", {"to": "{address}"}, APPEND),
    ("a stranger to the signed address", {"from": MALLORY, "to": "{address}"}, MARKED),
    ("a machine that is a customer's", {"more": ["Auto-Submitted: auto-generated"], "subject": "New"}, NEW),
    *[(f"a machine: {line}", {"more": [line]}, ANY) for line in (
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All", "Precedence: auto_reply", "Precedence: bulk",
        "Precedence: list", "List-Id: <x.list>", "List-Unsubscribe: <mailto:u@x>",
        "Return-Path: <>", f"X-Loop: {DESK}", "X-Autorespond: x", "Feedback-ID: x",
        "Content-Type: multipart/report; report-type=delivery-status",
        "Content-Type: multipart/report; report-type=disposition-notification",
        "From: MAILER-DAEMON@x.example", f"From: {DESK}", "X-Foredesk-Instance: somebody",
        "Subject: Out of office: Re: Tent", "Subject: Automatische Antwort: Zelt",
    )],
]  # fmt: skip


def opened(data: bytes, world: World, **fields) -> Envelope:
    fields = {"peer": "127.0.0.1", "mail_from": "x@customer.example", **fields}
    envelope = accepting.accept(data, mailbox=world.mailbox, road="smtp", at=now(), **fields)
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    return envelope


def test_every_row_has_its_outcome(world):
    """One world for all: what a row did is undone before the next."""
    wrong = []
    for name, given, outcome in TABLE:
        try:
            with transaction.atomic():
                _must_be(world, given, outcome)
                transaction.set_rollback(True)
        except AssertionError as why:
            wrong.append(f"{name}: {str(why) or repr(why)}")
    assert not wrong, "\n".join(wrong)


def _must_be(world, given, outcome):
    sent = Dispatch.objects.count()
    tickets, people = set(Ticket.objects.values_list("pk", flat=True)), Participant.objects.count()
    envelope = opened(mail(world, given), world)
    message = Message.objects.filter(pk=envelope.message_id).first()
    is_new = message is not None and message.ticket_id not in tickets
    if outcome != ANY:
        is_kept = envelope.state == EnvelopeState.SUSPENDED and bool(envelope.reason)
        assert is_kept == (outcome == SUSPENDED), f"{envelope.state} {envelope.reason}"
        assert is_new == (outcome == NEW), "a new ticket?"
    if outcome in (APPEND, MARKED):
        assert message.ticket_id == world.asked.pk, "the wrong ticket"
        assert message.is_unverified == (outcome == MARKED), "the mark"
    as_agent = given.get("in-reply-to") == "<{notice}>" and outcome == APPEND
    if message is not None:
        assert message.author_kind == ("agent" if as_agent else "customer"), "as whom"
    joined = int(given.get("cc") == CODY)
    assert Participant.objects.count() == people + joined + int(is_new), "who takes part"
    assert Dispatch.objects.count() == sent, "an automatic mail"
    assert not Customer.objects.filter(identities__value=DESK).exists(), "our own address"


def test_the_agents_answer_is_their_reply(world):
    envelope = opened(mail(world, {"from": "{agent}", "in-reply-to": "<{notice}>"}), world)
    message = Message.objects.get(pk=envelope.message_id)
    assert (message.agent_id, message.is_public, message.delivery) == (world.ada.pk, True, "queued")
    assert message.ticket_id == world.asked.pk


def test_the_same_mail_twice_is_one_message(world):
    first = opened(mail(world, TO_ASKED), world)
    again = b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0000\r\n" + mail(world, TO_ASKED)
    assert opened(again, world).pk == first.pk
    assert Message.objects.filter(external_id="m1@customer.example").count() == 1


def test_a_taken_id_with_other_words_is_kept_and_flagged(world):
    opened(mail(world, TO_ASKED), world)
    envelope = opened(mail(world, {"from": MALLORY, "body": "Other words"}), world)
    later = Message.objects.get(pk=envelope.message_id)
    assert Message.objects.filter(external_id="m1@customer.example").count() == 2
    assert later.ticket_id != world.asked.pk
    assert later.evidence["is_id_reused"]


@pytest.mark.parametrize("loss", ["deactivated", "moved"])
def test_an_agent_who_lost_the_right_answers_no_more(world, orders, payments, loss):
    if loss == "deactivated":
        world.ada.is_active = False
    else:
        world.ada.sees = "teams"
        world.ada.teams.set([orders])
        Ticket.objects.filter(pk=world.asked.pk).update(team=payments, assignee=None)
    world.ada.save()
    envelope = opened(mail(world, {"from": "{agent}", "in-reply-to": "<{notice}>"}), world)
    assert envelope.state == EnvelopeState.SUSPENDED


def test_an_agents_absence_notice_goes_to_no_customer(world):
    given = {
        "from": "{agent}",
        "in-reply-to": "<{notice}>",
        "more": ["Auto-Submitted: auto-replied"],
    }
    assert opened(mail(world, given), world).state == EnvelopeState.IGNORED


def test_a_signature_without_policy_is_no_agent(world):
    given = {"from": "{agent}", "in-reply-to": "<{notice}>", "says": ""}
    given["more"] = [f"Authentication-Results: {SERVER}; dkim=pass header.d=halden.example"]
    envelope = opened(mail(world, given), world)
    message = Message.objects.get(pk=envelope.message_id)
    assert (message.author_kind, message.is_unverified) == ("customer", True)


def test_nobody_in_front_is_believed_from_elsewhere(world):
    envelope = opened(mail(world, TO_ASKED), world, peer="192.0.2.7")
    assert Message.objects.get(pk=envelope.message_id).verdict == "none"
