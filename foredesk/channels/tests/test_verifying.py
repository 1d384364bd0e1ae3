"""The verdict on a sender, by our own checks against a real DNS server, or by a trusted server."""

import base64
import dataclasses
import time
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from foredesk.channels import resolving, trusting, verifying
from foredesk.channels.mail import alignment, auth_results, mime
from foredesk.channels.models import Envelope, Mailbox
from foredesk.channels.tests.letters import raw
from tests.peers.names import NameServer

PEER = "5.9.140.7"
CLEO = "cleo@customer.example"


@cache
def key():
    """(private key in PEM, public key as DKIM publishes it)."""
    made = rsa.generate_private_key(65537, 1024)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = made.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, base64.b64encode(public).decode()


@pytest.fixture
def names(settings):
    """A DNS in which customer.example signs its mail and has a policy."""
    with NameServer() as server:
        settings.ENV = dataclasses.replace(settings.ENV, dns=(server.address,))
        resolving.forget()
        server.say("customer.example", "TXT", f"v=spf1 ip4:{PEER} -all")
        server.say("_dmarc.customer.example", "TXT", "v=DMARC1; p=reject")
        server.say("key._domainkey.customer.example", "TXT", f"v=DKIM1; k=rsa; p={key()[1]}")
        server.say("key._domainkey.thief.example", "TXT", f"v=DKIM1; k=rsa; p={key()[1]}")
        server.say("thief.example", "TXT", f"v=spf1 ip4:{PEER} -all")
        yield server
    resolving.forget()


def signed(mail: bytes, domain="customer.example", **options) -> bytes:
    head = [b"from", b"to", b"subject", b"date"]
    return (
        dkim.sign(mail, b"key", domain.encode(), key()[0], include_headers=head, **options) + mail
    )


def judged(mail: bytes, address=CLEO, road="smtp", peer=PEER, mail_from=CLEO, mailbox=None):
    envelope = Envelope(road=road, peer=peer, mail_from=mail_from, helo="mx", mailbox=mailbox)
    return verifying.verdict(mail, mime.split(mail), address, envelope)


def test_a_signature_of_the_domain_proves_it(names):
    found = judged(signed(raw()), peer="127.0.0.1")
    assert (found.value, found.dkim, found.dmarc) == ("pass", "pass", "pass")
    assert found.dkim_domains == ["customer.example"]
    assert (found.policy, found.spf) == ("reject", "none")


def test_a_server_that_the_domain_names_proves_it(names):
    found = judged(raw())
    assert (found.value, found.spf, found.dkim, found.dmarc) == ("pass", "pass", "none", "pass")


def test_a_server_that_it_does_not_name_is_a_forgery(names):
    found = judged(raw(), peer="5.9.140.8")
    assert (found.value, found.spf, found.dmarc) == ("fail", "fail", "fail")
    assert "customer.example" in found.why


def test_what_passes_for_another_domain_proves_nothing(names):
    found = judged(signed(raw(), "thief.example"), mail_from="x@thief.example")
    assert (found.spf, found.dkim) == ("pass", "pass")
    assert (found.value, found.dmarc) == ("fail", "fail")


def test_a_domain_that_only_begins_like_it_is_another(names):
    """A hyphen must not end a domain: mail of customer.example-thief.example is not theirs."""
    names.say("customer.example-thief.example", "TXT", f"v=spf1 ip4:{PEER} -all")
    found = judged(raw(), mail_from="x@customer.example-thief.example")
    assert (found.spf, found.value) == ("pass", "fail")


def test_a_changed_mail_fails(names):
    found = judged(signed(raw()).replace(b"my tent", b"my money"), peer="127.0.0.1")
    assert (found.value, found.dkim) == ("none", "fail")


def test_an_added_end_is_no_part_of_a_signature(names):
    """`l=` lets anybody write below what was signed."""
    found = judged(signed(raw(), length=True) + b"Send money\r\n", peer="127.0.0.1")
    assert (found.value, found.dkim) == ("none", "none")


def test_without_a_policy_a_signature_is_enough_and_a_server_is_not(names):
    del names.zone["_dmarc.customer.example", "TXT"]
    assert judged(signed(raw()), peer="127.0.0.1").value == "pass"
    alone = judged(raw())
    assert (alone.value, alone.spf, alone.dmarc) == ("none", "pass", "none")


def test_a_subdomain_is_judged_by_its_organisations_policy(names):
    names.say("_dmarc.customer.example", "TXT", "v=DMARC1; p=none; sp=quarantine; adkim=s")
    mail = raw(**{"from": "cleo@mail.customer.example"})
    found = judged(signed(mail), "cleo@mail.customer.example", peer="127.0.0.1")
    assert (found.policy, found.dmarc, found.dkim) == ("quarantine", "fail", "pass")
    names.say("_dmarc.customer.example", "TXT", "v=DMARC1; p=none; sp=quarantine")
    resolving.forget()
    assert judged(signed(mail), "cleo@mail.customer.example", peer="127.0.0.1").value == "pass"


def test_two_policies_are_none(names):
    names.say("_dmarc.customer.example", "TXT", "v=DMARC1; p=reject", "v=DMARC1; p=none")
    assert judged(raw(), peer="5.9.140.8").dmarc == "none"


def test_a_dns_that_does_not_answer_is_said_and_not_waited_for(names, monkeypatch):
    monkeypatch.setattr(resolving, "PATIENCE", 0.1)
    resolving.forget()
    names.is_silent = True
    began = time.monotonic()
    for _ in range(6):
        found = judged(signed(raw()))
        assert (found.value, found.dkim) == ("none", "temperror")
        assert "could not be checked" in found.why
    assert time.monotonic() - began < 5
    names.is_silent = False
    resolving.forget()
    assert judged(signed(raw())).value == "pass"


def test_answers_are_remembered(names):
    judged(signed(raw()))
    asked = len(names.asked)
    judged(signed(raw()))
    assert len(names.asked) == asked


def test_nobody_is_asked_about_mail_that_nothing_could_prove(names):
    found = judged(raw(), peer="127.0.0.1")
    assert (found.value, names.asked) == ("none", [])
    assert judged(raw(), road="imap", peer="").value == "none"


def test_off_asks_nobody(settings):
    settings.ENV = dataclasses.replace(settings.ENV, dns=("off",))
    found = judged(signed(raw()))
    assert found.value == "none"
    assert "FOREDESK_DNS" in found.why


@pytest.mark.parametrize("field", [b"DKIM-Signature: v=1; a=rsa-sha256; d=\xff; s=k; b=; bh=;",
                                   b"DKIM-Signature: " + b"=;" * 9000, b"DKIM-Signature:",
                                   b"ARC-Seal: i=1; cv=none", b"ARC-Seal: i=x; a=y; d=\0"])  # fmt: skip
def test_malformed_signatures_prove_nothing(names, field):
    assert judged(field + b"\r\n" + raw(), peer="127.0.0.1").value == "none"


def test_huge_mails_are_not_checked(names):
    began = time.process_time()
    found = judged(signed(raw()) + b"\n" * 3_000_000, peer="127.0.0.1")
    assert found.value == "none"
    assert time.process_time() - began < 1


def server(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode() + raw()


AR = "Authentication-Results: "
GOOD = "mx.shop.example; dmarc=pass (p=reject) header.from=customer.example"


def test_fetched_mail_of_a_known_provider():
    box = Mailbox(imap_host="imap.gmail.com")
    mail = server(
        "Delivered-To: help@shop.example", "Received: by 2002:a05 with SMTP id x",
        "Received: from a by mx.google.com", AR + "mx.google.com;\r\n dkim=pass header.i=@x.example;"
        "\r\n spf=pass smtp.mailfrom=a@x.example;\r\n dmarc=pass (p=NONE) header.from=customer.example",
        AR + "mx.google.com; dmarc=fail",
    )  # fmt: skip
    found = judged(mail, road="imap", mailbox=box)
    assert (found.value, found.by, found.spf) == ("pass", "mx.google.com", "pass")
    assert found.dkim_domains == ["x.example"]


def test_microsoft_names_no_server():
    box = Mailbox(imap_host="outlook.office365.com")
    mail = server("Received: from a by b", AR + "spf=pass (sender IP is 5.9.140.7)"
                  " smtp.mailfrom=customer.example; dkim=pass header.d=customer.example;"
                  "dmarc=pass action=none header.from=customer.example;")  # fmt: skip
    assert judged(mail, road="imap", mailbox=box).value == "pass"


def test_without_names_only_what_stands_above_the_first_received():
    box = Mailbox(imap_host="imap.shop.example")
    assert (
        judged(server(AR + GOOD, "Received: from a by b"), road="imap", mailbox=box).value == "pass"
    )
    below = judged(server("Received: from a by b", AR + GOOD), road="imap", mailbox=box)
    assert (below.value, below.stranger) == ("none", "mx.shop.example")


@pytest.mark.parametrize(("peer", "names_it", "value"), [
    ("127.0.0.1", True, "pass"), ("127.0.0.1", False, "none"), ("192.0.2.7", True, "none"),
    ("::ffff:127.0.0.1", True, "pass"), ("nonsense", True, "none"),
])  # fmt: skip
def test_the_intake_believes_a_named_server_of_ours_alone(peer, names_it, value):
    box = Mailbox(trusted_servers=["mx.shop.example"] if names_it else [])
    assert judged(server(AR + GOOD), peer=peer, mailbox=box).value == value


def test_mail_of_a_providers_webhook_vouches_for_nobody():
    box = Mailbox(trusted_servers=["mx.shop.example"])
    for mailbox in (box, Mailbox()):
        mail = server(AR + GOOD, "Received: from a by b")
        assert judged(mail, road="mailgun", peer="", mailbox=mailbox).value == "none"


def test_a_verdict_on_another_sender_is_none_on_this_one():
    box = Mailbox(trusted_servers=["*.shop.example"])
    mail = server(AR + "mx.shop.example; dmarc=pass header.from=thief.example")
    assert judged(mail, peer="127.0.0.1", mailbox=box).value == "none"


def test_the_first_word_of_each_method_counts():
    box = Mailbox(trusted_servers=["mx.shop.example"])
    mail = server(AR + "mx.shop.example; dmarc=fail header.from=customer.example", AR + GOOD)
    assert judged(mail, peer="127.0.0.1", mailbox=box).value == "fail"
    two = server(
        AR + "mx.shop.example; dkim=pass header.d=customer.example", "Subject: x", AR + GOOD
    )
    assert judged(two, peer="127.0.0.1", mailbox=box).dmarc == "pass"


@pytest.mark.parametrize(("text", "name", "dmarc"), [
    ('mx.a.example 1; dmarc = pass (a (b) ; dmarc=fail)', "mx.a.example", "pass"),
    ('"mx.a.example"; dmarc=pass', "mx.a.example", "pass"),
    ("mx.a.example (; dmarc=pass); dmarc=fail", "mx.a.example", "fail"),
    ("mx.a.example; none", "mx.a.example", None), ("", "", None), ("(((((", "", None),
    ("mx.a.example; reason=\"; dmarc=pass\"; dmarc=fail", "mx.a.example", "fail"),
])  # fmt: skip
def test_how_a_field_is_read(text, name, dmarc):
    report = auth_results.read(text)
    found = report.of("dmarc")
    assert (report.server, found and found.value) == (name, dmarc)


def test_a_field_is_read_in_linear_time():
    began = time.process_time()
    for text in ("(" * 100_000, "a=" * 50_000, 'x; "' * 25_000, "a.b=" * 25_000, "\\" * 100_000):
        auth_results.read(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(("one", "other", "is_same"), [
    ("mail.shop.example", "shop.example", True), ("a.co.uk", "b.co.uk", False),
    ("a.github.io", "b.github.io", False), ("SHOP.example.", "shop.example", True), ("", "", False),
    ("shop.example-thief.example", "shop.example", False), ("münchen.example", "xn--mnchen-3ya.example", True),
])  # fmt: skip
def test_which_domains_belong_together(one, other, is_same):
    assert alignment.is_aligned(one, other) == is_same


def test_names_of_servers_are_cleaned():
    assert trusting.cleaned("MX.Shop.example, *.mail.example;") == [
        "mx.shop.example",
        "*.mail.example",
    ]
    for bad in ("a b@c", "*", "x" * 300):
        with pytest.raises(ValueError, match="not the name"):
            trusting.cleaned([bad])
    assert not trusting.is_among("mail.example", ["*.mail.example"])
    assert not trusting.is_among("", ["mx.shop.example"])
