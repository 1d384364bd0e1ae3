"""Webhooks of providers: signed or nothing, kept before the answer, counted once."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from standardwebhooks.webhooks import Webhook

from foredesk.channels import accepting, hooking, mailboxes, opening, queries
from foredesk.channels.models import Dispatch, Envelope, HookCall, Mailbox
from foredesk.channels.providers import amazon_ses, resend
from foredesk.channels.tests.letters import raw
from foredesk.channels.tests.test_providing import KEYS
from foredesk.files.storing import UnableToStore
from foredesk.people.models import Identity
from foredesk.plumbing import http
from foredesk.plumbing.clock import now
from foredesk.tickets import delivery, replying
from foredesk.tickets.models import Message
from foredesk.tickets.tests import cases

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

LATIN = raw("Gr\u00fc\u00dfe").replace(b"Where", b"W").replace(b"My tent", b"My t\xe9nt")


@pytest.fixture
def hook(mailbox, adi):
    """Post to the webhook of a provider: `hook("mailgun")` gives the address."""

    def set_up(provider, **more):
        box = mailboxes.change(
            mailbox, provider=provider, provider_in=True, provider_out=True,
            provider_keys=KEYS[provider] | more, by=adi, at=now(),
        )  # fmt: skip
        address = mailboxes.hook_address(box)
        return address[address.index("/hooks") :]

    return set_up


def post(address, body, content_type="application/json", **headers):
    content = body if isinstance(body, bytes) else body.encode()
    client = Client(raise_request_exception=False)
    return client.generic("POST", address, content, content_type, headers=headers)


# Mailgun


def mailgun(key="canary-sign", at=None, token="t" * 50, **fields):
    stamp = str(int(at or time.time()))
    digest = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": stamp, "token": token, "signature": digest, **fields}


def mailgun_mail(content=LATIN, **how):
    fields = mailgun(sender="cleo@customer.example", recipient="help@shop.example", **how)
    return urlencode({**fields, "body-mime": content})


FORM = "application/x-www-form-urlencoded"


def test_mailgun_posts_the_whole_mail_and_not_a_byte_is_lost(hook):
    address = hook("mailgun")
    assert post(address, mailgun_mail(), FORM).status_code == 200
    envelope = Envelope.objects.get()
    assert (envelope.kind, envelope.road) == ("email", "mailgun")
    assert queries.raw_of(envelope) == LATIN
    assert (envelope.mail_from, envelope.rcpt_to) == (
        "cleo@customer.example",
        ["help@shop.example"],
    )
    assert opening.open_envelope(envelope.pk).state == "opened"
    assert Mailbox.objects.get().last_hook_at


def test_a_call_that_is_repeated_makes_no_second_ticket(hook):
    address = hook("mailgun")
    body = mailgun_mail()
    for again in (body, body, mailgun_mail(token="u" * 50)):
        assert post(address, again, FORM).status_code == 200
    assert Envelope.objects.count() == 1


def test_a_token_that_was_heard_signs_no_other_body(hook):
    address = hook("mailgun")
    post(address, mailgun_mail(), FORM)
    forged = post(address, mailgun_mail(raw("Send me the money")), FORM)
    assert forged.status_code == 403
    assert Envelope.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        mailgun_mail(key="wrong"),
        mailgun_mail(at=time.time() - 2 * 86400),
        urlencode({"body-mime": "x"}),
        urlencode({**mailgun(), "signature": "\u00e9"}),
        "",
    ],
    ids=["wrong key", "too old", "unsigned", "no hexadecimal", "empty"],
)
def test_a_wrong_or_old_signature_keeps_nothing(hook, body):
    address = hook("mailgun")
    answer = post(address, body, FORM)
    assert answer.status_code == 403
    assert not Envelope.objects.exists()
    assert not HookCall.objects.exists()


def test_mailgun_without_the_whole_mail_is_put_together_by_the_worker(hook):
    address = hook("mailgun")
    headers = [
        ["From", "Cleo <cleo@customer.example>"],
        ["Subject", "Tent"],
        ["To", "help@x.example"],
    ]
    fields = mailgun(**{"message-headers": json.dumps(headers), "body-plain": "Where is it?"})
    fields |= {"attachment-count": "1", "Message-Id": "<1@customer.example>"}
    fields["attachment-1"] = SimpleUploadedFile("a.txt", b"inside", content_type="text/plain")
    body = encode_multipart(BOUNDARY, fields)
    assert post(address, body, MULTIPART_CONTENT).status_code == 200
    assert post(address, body, MULTIPART_CONTENT).status_code == 200
    envelope = Envelope.objects.get()
    assert envelope.kind == "webhook"
    assert opening.open_envelope(envelope.pk).state == "opened", envelope.reason
    message = Message.objects.get()
    assert message.body_text == "Where is it?"
    assert message.attachments.get().name == "a.txt"
    assert message.ticket.account == str(envelope.mailbox_id)


# What a mail became


@pytest.fixture
def sent(hook, mailbox, ada):
    message = replying.reply(cases.arrive().ticket, by=ada, at=now(), body_html="<p>Yes</p>")
    delivery.claim(message.ticket_id, at=now())
    delivery.mark_sent(message, at=now())
    Dispatch.objects.create(
        message_id=message.pk, ticket_id=message.ticket_id, mailbox=mailbox, state="sent",
        provider_id="wire-1@shop.example", at=now(), started_at=now(),
        to=["cleo@customer.example"],
    )  # fmt: skip
    return message


def mailgun_event(event, **more):
    said = {
        "event": event, "id": "e", "recipient": "cleo@customer.example", "timestamp": time.time(),
        "message": {"headers": {"message-id": "wire-1@shop.example"}}, **more,
    }  # fmt: skip
    return json.dumps({"signature": mailgun(token=event * 5), "event-data": said})


def test_a_mail_that_came_back_is_told_on_the_message(hook, sent):
    address = hook("mailgun")
    failed = {"severity": "permanent", "delivery-status": {"message": "550 no such user"}}
    body = mailgun_event("failed", **failed)
    for _ in range(2):
        assert post(address, body).status_code == 200
    sent.refresh_from_db()
    assert sent.delivery == "failed"
    assert "550 no such user" in sent.delivery_note
    assert Identity.objects.get(value="cleo@customer.example").undeliverable_at
    told = Message.objects.filter(ticket=sent.ticket, body_text__contains="550 no such user")
    assert told.count() <= 1


def test_delivered_and_complained_stand_on_the_dispatch_and_opens_nowhere(hook, sent):
    address = hook("mailgun")
    for event in ("opened", "clicked", "delivered", "complained"):
        assert post(address, mailgun_event(event)).status_code == 200
    assert Dispatch.objects.get().delivered_at
    assert Identity.objects.get(value="cleo@customer.example").complained_at
    sent.refresh_from_db()
    assert sent.delivery == "sent"


def test_a_failure_that_may_pass_and_a_foreign_mail_change_nothing(hook, sent):
    address = hook("mailgun")
    post(address, mailgun_event("failed", severity="temporary"))
    other = {"message": {"headers": {"message-id": "other@x"}}, "severity": "permanent"}
    body = json.loads(mailgun_event("failed", **other))
    body["signature"] = mailgun(token="z" * 50)
    assert post(address, json.dumps(body)).status_code == 200
    sent.refresh_from_db()
    assert sent.delivery == "sent"


# Postmark


def test_postmark_posts_the_raw_mail(hook):
    address = hook("postmark")
    said = {
        "From": "cleo@customer.example", "MessageID": "pm-1", "RawEmail": raw().decode(),
        "OriginalRecipient": "help@shop.example",
        "Headers": [{"Name": "Return-Path", "Value": "<cleo@customer.example>"}],
    }  # fmt: skip
    assert post(address, json.dumps(said)).status_code == 200
    envelope = Envelope.objects.get()
    assert queries.raw_of(envelope) == raw()[:0] + said["RawEmail"].encode()
    assert envelope.mail_from == "cleo@customer.example"


def test_postmark_without_the_raw_mail_is_put_together(hook):
    address = hook("postmark")
    said = {
        "From": "cleo@customer.example", "MessageID": "pm-2", "Subject": "Tent",
        "FromFull": {"Email": "cleo@customer.example", "Name": "Cleo"}, "TextBody": "Hi",
        "ToFull": [{"Email": "help@shop.example", "Name": ""}], "Headers": [],
        "Attachments": [{
            "Name": "a.txt", "ContentType": "text/plain",
            "Content": base64.b64encode(b"inside").decode(), "ContentID": "",
        }],
    }  # fmt: skip
    for _ in range(2):
        assert post(address, json.dumps(said)).status_code == 200
    envelope = opening.open_envelope(Envelope.objects.get().pk)
    assert envelope.state == "opened", envelope.reason
    assert Message.objects.get().attachments.get().name == "a.txt"


def test_postmark_bounces(hook, sent):
    address = hook("postmark")
    said = {
        "RecordType": "Bounce", "ID": 7, "Type": "HardBounce", "TypeCode": 1,
        "MessageID": "wire-1@shop.example", "Email": "cleo@customer.example",
        "BouncedAt": "2026-03-01T10:00:00Z", "Details": "550 gone", "Description": "x",
    }  # fmt: skip
    assert post(address, json.dumps(said)).status_code == 200
    sent.refresh_from_db()
    assert sent.delivery == "failed"


# SendGrid


def sendgrid_key():
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return key, base64.b64encode(public).decode()


def sendgrid_headers(key, body, stamp):
    signature = key.sign(stamp.encode() + body.encode(), ec.ECDSA(hashes.SHA256()))
    return {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": stamp,
    }


def test_sendgrid_posts_the_raw_mail_byte_for_byte(hook):
    address = hook("sendgrid")
    envelope = json.dumps({"from": "cleo@customer.example", "to": ["help@shop.example"]})
    body = b"".join(
        b'--xx\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % pair
        for pair in ((b"envelope", envelope.encode()), (b"email", LATIN))
    )
    answer = post(address, body + b"--xx--\r\n", "multipart/form-data; boundary=xx")
    assert answer.status_code == 200
    assert queries.raw_of(Envelope.objects.get()) == LATIN


def test_sendgrid_events_need_their_signature(hook, sent):
    key, public = sendgrid_key()
    address = hook("sendgrid", verification_key=public)
    body = json.dumps([{
        "event": "bounce", "email": "cleo@customer.example", "sg_event_id": "1",
        "smtp-id": "<wire-1@shop.example>", "anymail_id": "wire-1@shop.example",
        "timestamp": int(time.time()), "reason": "550 gone",
    }])  # fmt: skip
    stamp = str(int(time.time()))
    good = sendgrid_headers(key, body, stamp)
    wrong = sendgrid_headers(sendgrid_key()[0], body, stamp)
    old = sendgrid_headers(key, body, str(int(time.time()) - 2 * 86400))
    for headers in ({}, wrong, old):
        assert post(address, body, **headers).status_code == 403
    sent.refresh_from_db()
    assert sent.delivery == "sent"
    assert post(address, body, **good).status_code == 200
    sent.refresh_from_db()
    assert sent.delivery == "failed"


def test_sendgrid_events_without_a_key_are_refused(hook):
    assert post(hook("sendgrid"), "[]").status_code == 403


# Resend


def test_resend_is_signed_and_its_mail_is_fetched_by_the_worker(hook, monkeypatch):
    address = hook("resend")
    body = json.dumps({"type": "email.received", "data": {"email_id": "abc-1", "to": []}})
    at = datetime.now(UTC)
    headers = {"svix-id": "m1", "svix-timestamp": str(int(at.timestamp()))}
    signer = Webhook(KEYS["resend"]["signing_secret"])
    assert post(address, body, **headers, **{"svix-signature": "v1,AAAA"}).status_code == 403
    assert post(address, body).status_code == 403
    headers["svix-signature"] = signer.sign("m1", at, body)
    assert post(address, body + " ", **headers).status_code == 403
    for _ in range(2):
        assert post(address, body, **headers).status_code == 200
    envelope = Envelope.objects.get()
    asked = []

    def fetch(url, *, headers, max_bytes):
        asked.append((url, headers))
        place = json.dumps({"raw": {"download_url": "https://files.example/1"}}).encode()
        content = place if "api.resend.com" in url else raw()
        return http.Answer(200, {}, content, url)

    monkeypatch.setattr(resend.http, "fetch", fetch)
    assert opening.open_envelope(envelope.pk).state == "opened"
    assert asked[0] == (
        "https://api.resend.com/emails/receiving/abc-1",
        {"authorization": "Bearer canary-resend"},
    )
    assert asked[1] == ("https://files.example/1", {})


# Amazon SES


@pytest.fixture
def amazon(monkeypatch):
    """Amazon's key, and a way to sign with it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    asked = []

    def fetch(url, **_):
        asked.append(url)
        return http.Answer(200, {}, pem, url)

    monkeypatch.setattr(amazon_ses.http, "fetch", fetch)
    amazon_ses._certificate.cache_clear()

    def signed(message, *, kind="Notification", topic=KEYS["amazon_ses"]["topic"], **more):
        said = {
            "Type": kind, "MessageId": "n1", "TopicArn": topic, "Message": message,
            "Timestamp": datetime.now(UTC).isoformat(), "SignatureVersion": "2",
            "SigningCertURL": "https://sns.eu-central-1.amazonaws.com/cert.pem", **more,
        }  # fmt: skip
        names = amazon_ses._SIGNED[kind]
        text = "".join(f"{one}\n{said[one]}\n" for one in names if one in said)
        signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        said["Signature"] = base64.b64encode(signature).decode()
        return said

    signed.asked = asked
    return signed


def sns(address, said):
    headers = {"x-amz-sns-message-type": said["Type"], "x-amz-sns-message-id": said["MessageId"]}
    return post(address, json.dumps(said), "text/plain; charset=UTF-8", **headers)


RECEIVED = json.dumps({
    "notificationType": "Received", "content": base64.b64encode(LATIN).decode(),
    "mail": {"source": "cleo@customer.example", "messageId": "s1"},
    "receipt": {
        "action": {"type": "SNS", "encoding": "BASE64"}, "recipients": ["help@shop.example"],
    },
})  # fmt: skip


def test_amazon_posts_the_mail_with_a_signature_that_is_checked(hook, amazon):
    address = hook("amazon_ses")
    said = amazon(RECEIVED)
    for _ in range(2):
        assert sns(address, said).status_code == 200
    assert queries.raw_of(Envelope.objects.get()) == LATIN


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"},
        {"Signature": "AAAA"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.example/cert.pem"},
        {"SigningCertURL": "http://sns.eu-central-1.amazonaws.com/cert.pem"},
        {"Type": "Odd"},
    ],
)
def test_what_amazon_did_not_sign_keeps_nothing(hook, amazon, change):
    address = hook("amazon_ses")
    assert sns(address, amazon(RECEIVED) | change).status_code == 403
    assert not Envelope.objects.exists()
    assert not any("evil" in url for url in amazon.asked)


def test_another_topic_is_refused_and_ours_is_confirmed_by_itself(hook, amazon):
    address = hook("amazon_ses")
    other = amazon(RECEIVED, topic="arn:aws:sns:eu-central-1:2:evil")
    assert sns(address, other).status_code == 403
    where = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription"
    hello = amazon("x", kind="SubscriptionConfirmation", SubscribeURL=where, Token="t")
    assert sns(address, hello).status_code == 200
    assert where in amazon.asked
    evil = amazon(
        "x", kind="SubscriptionConfirmation", SubscribeURL="https://evil.example/", Token="t",
        MessageId="n2",
    )  # fmt: skip
    assert sns(address, evil).status_code == 503
    assert "https://evil.example/" not in amazon.asked


def test_amazon_bounces(hook, amazon, sent):
    address = hook("amazon_ses")
    event = {
        "notificationType": "Bounce", "mail": {"messageId": "wire-1@shop.example"},
        "bounce": {
            "bounceType": "Permanent", "bounceSubType": "General",
            "bouncedRecipients": [
                {"emailAddress": "cleo@customer.example", "diagnosticCode": "smtp; 550 gone"}
            ],
        },
    }  # fmt: skip
    assert sns(address, amazon(json.dumps(event))).status_code == 200
    sent.refresh_from_db()
    assert sent.delivery == "failed"


# All of them


def test_an_address_that_is_none_says_nothing(hook):
    hook("mailgun")
    assert post("/hooks/mail/abc/", "x").status_code == 404
    assert post("/hooks/mail/" + "a" * 3000 + "/", "x").status_code == 404


def test_a_new_address_kills_the_old_one(hook, mailbox, adi):
    old = hook("mailgun")
    mailboxes.renew_hook(mailbox, by=adi, at=now())
    assert post(old, mailgun_mail(), FORM).status_code == 404
    mailbox.refresh_from_db()
    new = mailboxes.hook_address(mailbox)
    assert post(new[new.index("/hooks") :], mailgun_mail(), FORM).status_code == 200


def test_a_mailbox_that_is_off_takes_nothing(hook, mailbox):
    address = hook("mailgun")
    Mailbox.objects.update(is_active=False)
    assert post(address, mailgun_mail(), FORM).status_code == 404


def test_what_can_not_be_kept_is_not_acknowledged(hook, monkeypatch):
    address = hook("mailgun")

    def full(*_args, **_kwargs):
        raise UnableToStore("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(accepting.storing, "write", full)
        assert post(address, mailgun_mail(), FORM).status_code == 503
    assert not HookCall.objects.exists()
    assert post(address, mailgun_mail(), FORM).status_code == 200


@pytest.mark.parametrize("provider", sorted(KEYS))
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", ""),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"{}", "application/json"),
        (b'{"signature": 1}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\x00", "multipart/form-data; boundary=x"),
        (b"a=\x00", FORM),
        (b"x", "text/\xe9"),
    ],
)
def test_nonsense_is_refused_and_keeps_nothing(hook, provider, body, content_type):
    answer = post(hook(provider), body, content_type)
    assert 400 <= answer.status_code < 500
    assert not Envelope.objects.exists()


def test_the_secret_of_the_address_is_stored_as_a_digest_and_sealed(hook, mailbox):
    secret = hook("mailgun").split("/")[-2]
    row = Mailbox.objects.filter(pk=mailbox.pk).values().get()
    assert secret not in str(row)
    assert row["hook_digest"] == hooking.digest(secret)
