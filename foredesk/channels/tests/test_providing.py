"""Answers leave by a provider's API: once, whole, and flagged when the answer is lost."""

import base64
import email.policy
import json

import pytest

from foredesk.channels import checking_mailboxes, mailboxes, providers, sending
from foredesk.channels.models import Dispatch
from foredesk.channels.providers import mailgun, resend
from foredesk.files import storing
from foredesk.plumbing import extras
from foredesk.plumbing.clock import now
from foredesk.tickets import drafting, replying
from foredesk.tickets.tests import cases
from tests.peers.provider import ProviderApi

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

KEYS = {
    "mailgun": {
        "api_key": "canary-mailgun", "signing_key": "canary-sign",
        "sender_domain": "shop.example", "region": "us",
    },
    "postmark": {"server_token": "canary-postmark"},
    "sendgrid": {"api_key": "canary-sendgrid"},
    "resend": {"api_key": "canary-resend", "signing_secret": "whsec_Y2FuYXJ5"},
    "amazon_ses": {
        "access_key": "AKIATEST", "secret_key": "canary-ses", "region": "eu-central-1",
        "topic": "arn:aws:sns:eu-central-1:1:mail",
    },
}  # fmt: skip
ANSWERS = {
    "mailgun": {"id": "<wire-1@shop.example>", "message": "Queued. Thank you."},
    "postmark": {
        "ErrorCode": 0,
        "Message": "OK",
        "MessageID": "wire-1",
        "To": "cleo@customer.example",
    },
    "sendgrid": {},
    "resend": {"id": "wire-1"},
    "amazon_ses": {"MessageId": "wire-1"},
}


@pytest.fixture
def api():
    with ProviderApi() as found:
        yield found


@pytest.fixture(params=sorted(KEYS))
def provider(request, api, monkeypatch):
    """Each provider in turn, its API being the small one."""
    kind = type(providers.provider(request.param))
    real = kind.backend

    def backend(self, keys):
        found, settings = real(self, keys)
        if request.param == "amazon_ses":
            settings["client_params"]["endpoint_url"] = api.url
        else:
            settings["api_url"] = f"{api.url}/"
        return found, settings

    monkeypatch.setattr(kind, "backend", backend)
    api.answer = (200, ANSWERS[request.param])
    return request.param


@pytest.fixture
def sends(mailbox, provider, adi):
    return mailboxes.change(
        mailbox,
        provider=provider,
        provider_out=True,
        provider_keys=KEYS[provider],
        by=adi,
        at=now(),
    )


def answer(ada, **more):
    message = cases.arrive()
    ticket = message.ticket
    draft = drafting.open_draft(ticket, kind="reply", by=ada, at=now())
    blob = storing.keep(b"%PDF-1.7 invoice")
    drafting.attach(draft, blob, name="Rechnung März.pdf", content_type="application/pdf")
    html = "<p>Grüße, it is <b>on its way</b>.</p>"
    return replying.reply(
        ticket, by=ada, at=now(), body_html=html, draft_id=draft.pk, bcc=["secret@other.example"],
        **more,
    )  # fmt: skip


def test_every_provider_gets_the_whole_answer_once(sends, provider, api, ada):
    message = answer(ada)
    sending.send_due(message.ticket_id)
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    assert message.delivery == "sent", message.delivery_note
    [asked] = api.asked
    text = asked.body.decode("utf-8", "replace")
    if provider == "amazon_ses":
        raw = base64.b64decode(json.loads(text)["Content"]["Raw"]["Data"])
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert [part.get_content() for part in mail.iter_attachments()] == [b"%PDF-1.7 invoice"]
        text += raw.decode() + mail.get_body(("plain",)).get_content()
    assert "cleo@customer.example" in text.replace("%40", "@")
    assert "secret@other.example" in text.replace("%40", "@")
    assert message.external_id in text
    assert "on its way" in text
    dispatch = Dispatch.objects.get()
    assert dispatch.provider_id == ("" if provider == "sendgrid" else _wire(provider))
    assert "canary" not in dispatch.transcript


def _wire(provider):
    return "wire-1@shop.example" if provider == "mailgun" else "wire-1"


def test_a_lost_answer_is_flagged_and_never_sent_again(sends, api, ada):
    api.fault = "drop"
    message = answer(ada)
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    assert message.delivery == "unknown"
    assert "may have been sent" in message.delivery_note
    api.fault = ""
    sending.send_due(message.ticket_id)
    assert len(api.asked) == 1


def test_amazon_without_its_packages_says_how_to_get_them(mailbox, adi, ada, monkeypatch):
    amazon = {"provider": "amazon_ses", "provider_out": True, "provider_keys": KEYS["amazon_ses"]}
    mailboxes.change(mailbox, **amazon, by=adi, at=now())
    monkeypatch.setitem(extras._MODULES, "s3", ("not_installed_here",))
    with pytest.raises(checking_mailboxes.InvalidMailbox, match=r"Amazon SES needs .*foredesk\[s3"):
        mailboxes.change(mailbox, **amazon, by=adi, at=now())
    message = answer(ada)  # the packages went after the mailbox was set
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    mailbox.refresh_from_db()
    assert message.delivery == "queued"
    assert "foredesk[s3]" in mailbox.send_error


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "queued"), (429, "queued"), (503, "queued"), (422, "failed"), (500, "unknown")],
)
def test_what_an_answer_means(sends, api, ada, status, expected):
    api.answer = (status, {"message": "no", "Message": "no", "__type": "Odd", "ErrorCode": 9})
    message = answer(ada)
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    assert message.delivery == expected, message.delivery_note
    assert len(api.asked) == 1
    sends.refresh_from_db()
    assert bool(sends.send_failing_since) == (expected == "queued")


def test_a_provider_that_cannot_be_reached_gets_it_later(sends, api, ada, monkeypatch):
    kind = type(providers.provider(sends.provider))
    real = kind.backend

    def nowhere(self, keys):
        found, settings = real(self, keys)
        if "client_params" in settings:
            settings["client_params"]["endpoint_url"] = "http://127.0.0.1:1"
        else:
            settings["api_url"] = "http://127.0.0.1:1/"
        return found, settings

    monkeypatch.setattr(kind, "backend", nowhere)
    message = answer(ada)
    sending.send_due(message.ticket_id)
    message.refresh_from_db()
    assert message.delivery == "queued"
    assert "can't be reached" in message.delivery_note
    assert Dispatch.objects.get().handed_over_at is None


def test_keys_that_are_missing_are_named(mailbox, adi):
    with pytest.raises(checking_mailboxes.InvalidMailbox) as refused:
        mailboxes.change(
            mailbox, provider="mailgun", provider_out=True, provider_keys={}, by=adi, at=now()
        )
    assert set(refused.value.errors) == {
        "mailgun_api_key", "mailgun_signing_key", "mailgun_sender_domain", "mailgun_region",
    }  # fmt: skip


def test_real_addresses_are_the_providers_own():
    assert mailgun.REGIONS["eu"].startswith("https://api.eu.mailgun.net/")
    assert resend.API == "https://api.resend.com"
