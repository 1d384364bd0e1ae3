"""What the DNS says about our domain, asked of a real name server, and mail that is signed."""

from dataclasses import replace

import dkim
import pytest

from foredesk.channels import resolving, sender_domain, sending, signing
from foredesk.channels.models import Dispatch, Mailbox
from foredesk.files import reading
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.tests import cases
from tests.peers.names import NameServer
from tests.peers.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

GOOD = {
    "shop.example": ["v=spf1 a:smtp.shop.example -all", "google-site-verification=x"],
    "_dmarc.shop.example": ["v=DMARC1; p=reject"],
}


@pytest.fixture
def names(settings):
    """A name server that this machine asks."""
    with NameServer() as server:
        settings.ENV = replace(settings.ENV, dns=(server.address,))
        resolving.forget()
        publish(server, GOOD)
        yield server
    resolving.forget()


def publish(server, records):
    """These TXT records and no others, from now on."""
    server.zone.clear()
    for name, rows in records.items():
        server.say(name, "TXT", *rows)
    resolving.forget()


@pytest.fixture
def box(mailbox):
    mailbox.smtp_host = "smtp.shop.example"
    mailbox.save()
    return mailbox


def found(box, what):
    return next(one for one in sender_domain.look(box) if one.what == what)


def test_a_domain_that_is_well_says_so(box, names):
    assert found(box, "SPF").state == "ok"
    assert found(box, "DMARC").text == "Forged mail in your name is refused."
    assert found(box, "DKIM").state == "unknown"


def test_nothing_published_gives_the_records_to_publish(box, names):
    publish(names, {})
    spf, dmarc = found(box, "SPF"), found(box, "DMARC")
    assert (spf.state, spf.name) == ("bad", "shop.example")
    assert spf.value == "v=spf1 a:smtp.shop.example ~all"
    assert (dmarc.state, dmarc.name) == ("warn", "_dmarc.shop.example")
    assert dmarc.value.startswith("v=DMARC1; p=none")


@pytest.mark.parametrize(
    ("records", "value"),
    [
        (["v=spf1 +all"], "v=spf1 ~all"),
        (["v=spf1 mx all"], "v=spf1 mx ~all"),
        (["v=spf1 mx ~all", "v=spf1 a -all"], "v=spf1 a mx ~all"),
    ],
)
def test_records_that_do_harm_are_replaced(box, names, records, value):
    publish(names, {**GOOD, "shop.example": records})
    spf = found(box, "SPF")
    assert (spf.state, spf.value) == ("bad", value)


@pytest.mark.parametrize(
    ("provider", "include"),
    [("mailgun", "include:mailgun.org"), ("amazon_ses", "include:amazonses.com")],
)
def test_a_provider_must_be_named(box, names, provider, include):
    box.smtp_host, box.provider, box.provider_out = "", provider, True
    spf = found(box, "SPF")
    assert spf.value == f"v=spf1 {include} a:smtp.shop.example -all"
    publish(names, {**GOOD, "shop.example": [spf.value]})
    assert found(box, "SPF").state == "ok"


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (["v=DMARC1; p=none"], "ok"),
        (["v=DMARC1; sp=none"], "bad"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "bad"),
        (["v=DMARC10; p=none"], "warn"),
    ],
)
def test_dmarc(box, names, rows, state):
    publish(names, {**GOOD, "_dmarc.shop.example": rows})
    assert found(box, "DMARC").state == state


def test_dmarc_of_the_domain_above_counts(box, names):
    box.address = "help@mail.shop.example"
    assert found(box, "DMARC").state == "ok"


def test_a_dns_that_is_silent_is_not_a_fault_of_the_domain(box, names, monkeypatch):
    monkeypatch.setattr(resolving, "PATIENCE", 0.1)
    names.is_silent = True
    assert {one.state for one in sender_domain.look(box)} == {"unknown"}


def test_mail_is_signed_once_the_record_is_seen_and_the_signature_holds(box, names, adi, ada):
    signing.make_key(box, by=adi, at=now())
    box.refresh_from_db()
    assert "PRIVATE" not in box.dkim_secret
    dkim_found = found(box, "DKIM")
    assert dkim_found.state == "warn"
    with Sink() as sink:
        Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none")
        unsigned = _send(ada)
        publish(names, {**GOOD, dkim_found.name: [dkim_found.value]})
        sender_domain.check(box, at=now())
        signed = _send(ada)
    assert b"DKIM-Signature" not in unsigned
    assert signed.startswith(b"DKIM-Signature:")

    def txt(name, timeout=5):
        return dkim_found.value.encode() if name.decode().startswith(dkim_found.name) else None

    assert dkim.verify(signed, dnsfunc=txt)
    assert not dkim.verify(signed.replace(b"hello", b"goodbye"), dnsfunc=txt)
    assert sink.taken[-1].data.replace(b"\r\n", b"\n").startswith(b"DKIM-Signature:")
    publish(names, {**GOOD, dkim_found.name: ["v=DKIM1; k=rsa; p=AAAA"]})
    sender_domain.check(box, at=now())
    assert Mailbox.objects.get().dkim_seen_at is None


def _send(ada):
    ticket = cases.arrive().ticket
    message = replying.reply(ticket, by=ada, at=now(), body_html="<p>hello</p>")
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    assert message.delivery == "sent", message.delivery_note
    return reading.read(Dispatch.objects.get(message_id=message.pk).blob_id)


def test_every_domain_that_sends_is_looked_at(box, names):
    sender_domain.check_all(at=now())
    assert [one.what for one in sender_domain.findings_of(Mailbox.objects.get())] == [
        "SPF",
        "DKIM",
        "DMARC",
    ]


def test_agents_make_no_keys(box, ada):
    with pytest.raises(NotAllowed):
        signing.make_key(box, by=ada, at=now())
