"""Floods and loops that automatic mail of others made: each as a test of this desk.

10,000 strangers over the real road are in `make score`; here are fewer of them.
"""

from collections import Counter
from dataclasses import replace

import pytest
from django.core import mail as outbox

from foredesk.channels import accepting, alarming, marking, opening, our_addresses, sending
from foredesk.channels.events import AutomaticMailHeld
from foredesk.channels.models import Mailbox, Security
from foredesk.channels.tests.letters import raw
from foredesk.conftest import _agent
from foredesk.logbook.models import Entry
from foredesk.people.models import Customer, Identity
from foredesk.plumbing.clock import now
from foredesk.tickets.models import Message, Ticket
from tests.peers.sink import Sink

SPAM = "BUY-PILLS http://evil.example"
HELP = "help@shop.example"
MARKS = ("auto-submitted", "precedence", "x-auto-response-suppress", "x-foredesk-instance")


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture
def mailbox(db, settings, tmp_path, sink):
    """A mailbox that acknowledges, and sends to the sink."""
    storages = dict(settings.STORAGES)
    storages["blobs"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "blobs")},
    }
    settings.STORAGES = storages
    at = now()
    return Mailbox.objects.create(
        name="Help", address=HELP, is_default=True, acknowledges=True, created_at=at, changed_at=at,
        smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security=Security.NONE,
    )  # fmt: skip


def arrive(mailbox, author="cleo@customer.example", text="Help", **fields):
    data = raw(text, **{"from": author, **fields})
    envelope = accepting.accept(data, mailbox=mailbox, road="smtp", mail_from=author, at=now())
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    return envelope


def send_all() -> None:
    for pk in Ticket.objects.values_list("pk", flat=True):
        sending.send_due(pk)


def test_zendesk_2025_strangers_are_not_flooded_with_foreign_words(settings, mailbox, sink):
    """Row 4: one to an address, none of the attacker's words, a brake for all, and an alarm."""
    settings.ENV = replace(settings.ENV, automatic_per_minute=10)
    _agent("Adi", "admin")
    for number in range(60):
        author = f'"{SPAM}" <stranger{number % 40}@x{number % 40}.example>'
        arrive(mailbox, author, SPAM, subject=SPAM, cc="victim@other.example")
    send_all()
    assert Ticket.objects.count() == 60
    assert len(sink.taken) == 10
    assert len({one.rcpt_to for one in sink.taken}) == 10
    for one in sink.taken:
        said = one.mail.as_string() + str(one.mail["subject"]) + one.mail.get_content()
        assert not any(word in said for word in ("PILLS", "evil", "victim"))
    [told] = Entry.objects.filter(kind="channels.AutomaticMailHeld")
    fact = AutomaticMailHeld(**{**told.data})
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert alarming.tell_of_a_brake(fact) == 1
    assert "automatic mail is stopped" in outbox.outbox[-1].subject


def test_freescout_2445_a_script_without_headers_gets_five_and_no_subject_grows(mailbox, sink):
    """Row 6: a vacation script answers each mail by a new one that looks like a person's."""
    arrive(mailbox)
    Identity.objects.update(verified_at=now())
    answered = 0
    send_all()
    while answered < len(sink.taken) and answered < 100:
        subject = str(sink.taken[answered].mail["subject"])
        arrive(mailbox, subject=f"Re: {subject}", text="I am away")
        answered += 1
        send_all()
    assert answered == len(sink.taken) == 5
    assert max(len(str(one.mail["subject"])) for one in sink.taken) < 60


def test_row_6_every_automatic_mail_says_that_it_is_one(mailbox, sink):
    arrive(mailbox)
    send_all()
    [taken] = sink.taken
    assert taken.mail_from == "<>"
    assert taken.mail["auto-submitted"] == "auto-replied"
    assert taken.mail["x-auto-response-suppress"] == "All"
    assert taken.mail["precedence"] == "auto_reply"


def test_posthog_2026_an_address_of_ours_never_asks(mailbox, sink):
    """Row 6: neither as it is, nor with a tag, nor in capitals."""
    for author in (HELP, "help+t1@shop.example", HELP.upper(), f"Help <{HELP}>"):
        assert arrive(mailbox, author).message_id is None
    assert not Customer.objects.exists()
    assert not Ticket.objects.exists()


def test_servicenow_a_person_whose_mail_is_marked_as_generated_is_heard(mailbox, sink):
    """Row 6: it becomes a ticket; only the acknowledgement is left out."""
    envelope = arrive(mailbox, auto_submitted="auto-generated", subject="The printer burns")
    assert Message.objects.get(pk=envelope.message_id).ticket.subject == "The printer burns"
    send_all()
    assert sink.taken == []


@pytest.mark.parametrize("are_marks_lost", [False, True])
def test_row_6_two_desks_that_answer_each_other_stop(mailbox, sink, monkeypatch, are_marks_lost):
    """Each acknowledges the other's mails; a relay between them may take every mark away."""
    desks = {HELP: "a" * 20, "help@other.example": "b" * 20}

    def be(address):
        mailbox.address = address
        mailbox.save()
        our_addresses.forget()
        monkeypatch.setattr(marking, "desk_id", lambda: desks[address])

    arrive(mailbox, "help@other.example")
    Identity.objects.update(verified_at=now())
    send_all()
    heard = 0
    while heard < len(sink.taken) and heard < 100:
        mail = sink.taken[heard].mail
        heard += 1
        here, there = mail["to"].addresses[0].addr_spec, mail["from"].addresses[0].addr_spec
        be(here)
        fields = {} if are_marks_lost else {name: mail[name] for name in MARKS}
        arrive(mailbox, there, mail.get_content(), to=here, subject=str(mail["subject"]), **fields)
        Identity.objects.update(verified_at=now())
        send_all()
    to_each = Counter(one.rcpt_to[0] for one in sink.taken)
    assert heard == len(sink.taken) == (10 if are_marks_lost else 1)
    assert max(to_each.values()) <= 5
