"""What stands above every page."""

from datetime import timedelta

import pytest

from foredesk.channels.models import Consent, Mailbox
from foredesk.operations import troubling
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


def test_a_lost_consent_warns_before_mail_stops():
    at = now()
    box = Mailbox.objects.create(
        name="Help",
        address="help@shop.example",
        oauth_provider="google",
        imap_host="imap.gmail.com",
        imap_sign_in="oauth",
        created_at=at,
        changed_at=at,
    )
    Consent.objects.create(
        mailbox=box,
        granted_at=at - timedelta(days=9),
        access_until=at + timedelta(minutes=40),
        renew_at=at,
        is_lost=True,
        error="Google takes the consent no longer.",
    )

    def said(when):
        [one] = [one for one in troubling.troubles(at=when) if one.kind == "consent"]
        return one.state, one.mailbox_id

    assert said(at) == ("warn", box.pk)
    assert said(at + timedelta(hours=2)) == ("bad", box.pk)
