"""Secrets of mailboxes leave no trace: not in logs at their loudest, not in rows, not on pages."""

import json
import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from foredesk.channels import consenting, health, imap, mailboxes, outcomes, pop3, smtp_session
from foredesk.channels.models import Consent, Mailbox
from foredesk.channels.tests.test_consenting import consent
from foredesk.channels.tests.test_providing import KEYS
from foredesk.plumbing import crypto
from foredesk.plumbing.clock import now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

CANARY = "canary-9f3b"


def rows() -> str:
    """Everything that the product's tables and jobs hold."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    found = [
        str(list(model._default_manager.values()))
        for model in apps.get_models()
        if model.__module__.startswith("foredesk.")
    ]
    return "".join(found) + str(list(ProcrastinateJob.objects.values("args")))


@pytest.fixture
def loud(caplog):
    """Every logger at its loudest, imaplib's and smtplib's users too."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def test_row_27_passwords_that_are_refused_appear_nowhere(
    imap_mailbox, mailserver, adi, loud, capfd
):
    box = imap_mailbox
    for road, port in (("imap", mailserver.imaps), ("pop3", mailserver.pop3s)):
        setattr(box, f"{road}_host", "127.0.0.1")
        setattr(box, f"{road}_port", port)
        setattr(box, f"{road}_user", box.address)
    box.smtp_host, box.smtp_port, box.smtp_user = "127.0.0.1", mailserver.submission, box.address
    for road in ("imap", "pop3", "smtp"):
        secret = crypto.seal(f"{CANARY}-{road}", place=box.place_of(road))
        setattr(box, f"{road}_secret", secret)
    box.save()
    said = []
    for failing in (imap.connect, pop3.connect):
        with pytest.raises(imap.Trouble) as trouble:
            failing(box)
        said.append(str(trouble.value))
        health.fetching_failed(box, str(trouble.value), at=now())
    talk = outcomes.Talk()
    with pytest.raises(outcomes.TemporaryFailure) as failure:
        smtp_session.connect(box, talk=talk)
    said += [str(failure.value), talk.text()]
    health.sending_failed(box, str(failure.value), at=now())
    Mailbox.objects.update(pop3_host="")
    said += _pages(adi)
    out, err = capfd.readouterr()
    everything = "".join([*said, rows(), loud.text, out, err])
    assert "refused the sign-in" in everything
    assert CANARY not in everything


def test_row_27_tokens_and_client_secrets_appear_nowhere(
    google_mailbox, adi, oauth_server, loud, capfd
):
    consent(google_mailbox, adi)
    oauth_server.end_access()
    Consent.objects.update(refreshed_at=now() - timedelta(minutes=9))
    said = []
    with pytest.raises(imap.Trouble) as trouble:
        imap.connect(google_mailbox)
    said.append(str(trouble.value))
    oauth_server.revoke()
    consenting.renew_due(at=now())
    talk = outcomes.Talk()
    with pytest.raises(outcomes.TemporaryFailure) as failure:
        smtp_session.connect(google_mailbox, talk=talk)
    said += [str(failure.value), talk.text(), *_pages(adi)]
    out, err = capfd.readouterr()
    assert "canary" not in "".join([*said, rows(), loud.text, out, err])
    assert Consent.objects.get().is_lost


def test_row_27_keys_of_providers_and_the_address_of_a_webhook_appear_nowhere(
    mailbox, adi, loud, capfd
):
    box = mailboxes.change(
        mailbox, provider="mailgun", provider_in=True, provider_out=True,
        provider_keys=KEYS["mailgun"], by=adi, at=now(),
    )  # fmt: skip
    address = mailboxes.hook_address(box)
    secret = address.rstrip("/").rpartition("/")[2]
    client = Client(raise_request_exception=False)
    path = address[address.index("/hooks") :]
    said = [
        client.post(path, json.dumps({"signature": 1}), content_type="application/json"),
        client.post(path, {"timestamp": "1", "token": "t", "signature": "s"}),
    ]
    said.append(client.get(path))
    texts = [answer.content.decode() for answer in said]
    out, err = capfd.readouterr()
    everything = "".join([*texts, rows(), loud.text, out, err])
    assert secret not in everything
    assert "canary" not in everything + "".join(_pages(adi))


def _pages(adi) -> list[str]:
    client = Client(raise_request_exception=False)
    client.force_login(adi)
    pk = Mailbox.objects.get().pk
    wrong = {"address": "x", "imap_password": f"{CANARY}-typed", "receive": "imap"}
    pages = [
        client.get(reverse("mailboxes")),
        client.get(reverse("mailbox", args=[pk])),
        client.post(reverse("mailbox", args=[pk]), wrong),
        client.get(reverse("settings")),
        client.get(reverse("health")),
    ]
    return [page.content.decode() for page in pages]
