"""Breaches that happened to others, each as the test that shows that it can't happen here."""

import re
from itertools import count

import pytest
from django.test import Client

from foredesk.channels import accepting, addressing, opening, recovering
from foredesk.channels.models import Dispatch, Envelope, EnvelopeState, Mailbox
from foredesk.conftest import _agent
from foredesk.logbook.models import Entry
from foredesk.people.models import Customer
from foredesk.people.queries import workspace_now
from foredesk.plumbing.clock import now
from foredesk.tickets import agent_tokens, replying
from foredesk.tickets.models import Message, Participant, Ticket
from foredesk.tickets.reply_tokens import token_for

pytestmark = pytest.mark.django_db
SERVER = "mx.shop.example"
CAROL, THIEF = "carol@customer.example", "x@thief.example"
_numbers = count(1)


@pytest.fixture
def mailbox(settings, tmp_path):
    storages = dict(settings.STORAGES)
    storages["blobs"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "blobs")},
    }
    settings.STORAGES = storages
    at = now()
    return Mailbox.objects.create(
        name="Help", address="help@shop.example", is_default=True, trusted_servers=[SERVER],
        created_at=at, changed_at=at,
    )  # fmt: skip


@pytest.fixture
def anna():
    return _agent("Anna", "agent")


def arrive(mailbox, says="pass", more="", body="Hello", **fields) -> Envelope:
    """A mail by the server in front, which `says` what it thinks of the sender."""
    given = {"from": CAROL, "to": "help@shop.example", "subject": "Tent"}
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    given.setdefault("message-id", f"<{next(_numbers)}@mail.example>")
    domain = re.sub(r".*@|>", "", given["from"])
    head = f"Authentication-Results: {SERVER}; dmarc={says} header.from={domain}\r\n{more}"
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    envelope = accepting.accept(
        f"{head}{lines}\r\n{body}\r\n".encode(), mailbox=mailbox, road="smtp", at=now(),
        mail_from="bounce@mail.example", peer="127.0.0.1",
    )  # fmt: skip
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    return envelope


def message_of(envelope: Envelope) -> Message:
    return Message.objects.select_related("ticket").get(pk=envelope.message_id)


@pytest.fixture
def answered(mailbox, anna):
    """Carol's ticket with an answer of Anna's, whose id is `ours@shop.example`."""
    ticket = message_of(arrive(mailbox)).ticket
    reply = replying.reply(ticket, by=anna, at=now(), body_html="<p>Hello</p>")
    Message.objects.filter(pk=reply.pk).update(external_id="ours@shop.example", delivery="sent")
    return ticket


def recipients_of_the_next_answer(ticket, anna, mailbox) -> set[str]:
    copies = [
        one.customer.identities.get().value
        for one in Participant.objects.filter(ticket=ticket, role="cc")
    ]
    reply = replying.reply(ticket, by=anna, at=now(), body_html="<p>Secret</p>", cc=copies)
    letter = addressing.letter_for(reply, mailbox, at=now())
    return {one.lower() for one in addressing.recipients_of(letter, reply)}


def seen_by(agent, path: str) -> str:
    client = Client()
    client.force_login(agent)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_zendesk_2024_a_forged_requester_brings_nobody_in(mailbox, anna, answered):
    """Ticket takeover (October 2024): From the requester, the thief in copy, a known id."""
    for says in ("fail", "none"):
        envelope = arrive(mailbox, says, cc=THIEF, in_reply_to="<ours@shop.example>")
        message = message_of(envelope)
        assert (message.ticket_id, message.is_unverified) == (answered.pk, True)
    assert not Customer.objects.filter(identities__value=THIEF).exists()
    assert recipients_of_the_next_answer(answered, anna, mailbox) == {CAROL}
    page = seen_by(anna, f"/tickets/{answered.pk}/")
    assert "Not verified" in page
    assert "Probably forged" in page


def test_zendesk_2024_a_proven_requester_brings_in_whom_the_policy_allows(mailbox, answered):
    def joined(policy, address):
        row = workspace_now()
        row.copies_join = policy
        row.save()
        from foredesk.people import directory

        directory.forget()
        arrive(mailbox, cc=address, in_reply_to="<ours@shop.example>")
        found = Participant.objects.filter(ticket=answered, customer__identities__value=address)
        return found.exists()

    assert not joined("nobody", "a@customer.example")
    assert not joined("same_domain", THIEF)
    assert joined("same_domain", "b@customer.example")
    assert joined("anybody", "c@else.example")


def test_ticket_trick_2017_a_vendors_code_reaches_no_ticket_of_an_outsider(mailbox, anna, answered):
    """A verification mail to a guessed address of a ticket opens one that only agents read."""
    for fields in (
        {"to": f"help+{answered.pk}@shop.example"},
        {"to": f"help+{answered.public_id}@shop.example"},
        {"to": "help+t1-aaaaaaaaaaaaaaaa@shop.example"},
        {"subject": f"[#{answered.pk}] verify"},
        {"subject": f"Re: Tent [#{answered.pk}]", "in_reply_to": "<guess@shop.example>"},
    ):
        fields["from"] = "no-reply@vendor.example"
        envelope = arrive(mailbox, body="Your code is 123456", **fields)
        ticket = message_of(envelope).ticket
        assert ticket.pk != answered.pk
        assert list(ticket.participants.values_list("customer__identities__value", flat=True)) == [
            "no-reply@vendor.example"
        ]
    assert "123456" not in seen_by(anna, f"/tickets/{answered.pk}/").partition('id="context"')[0]
    assert Client().get(f"/tickets/{answered.pk}/").status_code == 302


def test_cve_2026_47123_agent_by_mail_needs_a_mac(mailbox, anna, answered):
    """From an agent with the id of a notification that nobody sent: kept aside, nothing leaves."""
    token = agent_tokens.token_for(answered, anna, agent_tokens.REPLY)
    forged = f"<{token[:-16]}{'a' * 16}.1@shop.example>"
    sent, written = Dispatch.objects.count(), Message.objects.filter(author_kind="agent").count()
    for says in ("fail", "none"):
        envelope = arrive(mailbox, says, in_reply_to=forged, **{"from": anna.email})
        assert envelope.state == EnvelopeState.SUSPENDED
        assert Entry.objects.filter(
            kind="channels.EnvelopeSuspended", about_id=envelope.pk
        ).exists()
    proven = arrive(mailbox, "pass", in_reply_to=forged, **{"from": anna.email})
    assert message_of(proven).author_kind == "customer"
    real = arrive(mailbox, "fail", in_reply_to=f"<{token}.1@shop.example>", **{"from": anna.email})
    assert real.state == EnvelopeState.SUSPENDED
    recovering.recover(real, by=_agent("Lead", "lead"), at=now())
    opening.open_envelope(real.pk)
    real.refresh_from_db()
    assert (message_of(real).author_kind, message_of(real).is_unverified) == ("customer", True)
    assert Message.objects.filter(author_kind="agent").count() == written
    assert Dispatch.objects.count() == sent


def test_cve_2026_47123_the_right_is_asked_at_that_moment(mailbox, anna, answered):
    token = agent_tokens.token_for(answered, anna, agent_tokens.REPLY)
    answer = {"in_reply_to": f"<{token}.1@shop.example>", "from": anna.email}
    assert message_of(arrive(mailbox, **answer)).agent_id == anna.pk
    anna.role = "light"
    anna.save()
    assert not message_of(arrive(mailbox, **answer)).is_public
    anna.is_active = False
    anna.save()
    assert arrive(mailbox, **answer).state == EnvelopeState.SUSPENDED


def test_a_number_opens_nothing_and_says_nothing(mailbox, anna, answered):
    """Enumeration: numbers are for people, what is sent out can't be guessed, and each reader has
    an address of their own."""
    assert len(answered.public_id) >= 13  # 64 bits in 31 letters
    bob = arrive(mailbox, cc="bob@customer.example", in_reply_to="<ours@shop.example>")
    people = Participant.objects.filter(ticket=message_of(bob).ticket)
    tokens = [token_for(one) for one in people]
    assert len(set(tokens)) == 2
    mixed = tokens[0].partition("-")[0] + "-" + tokens[1].partition("-")[2]
    outcomes = []
    for guess in (f"help+{mixed}@shop.example", "help+t999999-aaaaaaaaaaaaaaaa@shop.example"):
        envelope = arrive(mailbox, to=guess, **{"from": THIEF})
        outcomes.append((envelope.state, message_of(envelope).ticket_id == answered.pk))
    for number in (answered.pk, 999_999_999):
        envelope = arrive(mailbox, subject=f"[#{number}]", **{"from": THIEF})
        outcomes.append((envelope.state, message_of(envelope).ticket_id == answered.pk))
    assert set(outcomes) == {("opened", False)}
    ids = {addressing.new_message_id(mailbox).partition("@")[0] for _ in range(20)}
    assert len(ids) == 20
    assert all(len(one) >= 13 for one in ids)
    assert Ticket.objects.filter(pk=answered.pk).exists()


def test_two_authors_are_nobody(mailbox, answered):
    """Readers and checkers pick different ones of two From fields."""
    for more in (f"From: {THIEF}\r\n", f"from : {THIEF}\r\n", f"FROM:\r\n {THIEF}\r\n"):
        envelope = arrive(mailbox, more=more, in_reply_to="<ours@shop.example>")
        assert envelope.state == EnvelopeState.SUSPENDED, more
    twice = arrive(mailbox, more=f"From: {CAROL}\r\n", in_reply_to="<ours@shop.example>")
    assert message_of(twice).ticket_id == answered.pk


def test_an_id_that_is_taken_hides_no_message(mailbox, answered):
    envelope = arrive(mailbox, message_id="<ours@shop.example>", **{"from": THIEF})
    message = message_of(envelope)
    assert message.evidence["is_id_reused"]
    assert message.ticket_id != answered.pk
    later = arrive(mailbox, in_reply_to="<ours@shop.example>")
    assert message_of(later).ticket_id == answered.pk


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (f'"Carol {CAROL}" <{THIEF}>', THIEF),
        (f"Anna <{THIEF}>", THIEF),
        ("Carol <carol@сustomer.example>", "сustomer".encode("idna").decode()),
    ],
)
def test_a_borrowed_name_never_hides_the_address(mailbox, anna, answered, author, shown):
    """The first letter of the last domain is a Cyrillic one."""
    envelope = arrive(mailbox, in_reply_to="<ours@shop.example>", **{"from": author})
    assert message_of(envelope).is_unverified
    page = seen_by(anna, f"/tickets/{answered.pk}/")
    assert shown in page
    assert "Not seen on this ticket before" in page
