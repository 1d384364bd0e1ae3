"""Google's and Microsoft's sign-in: a small provider, and Dovecot and Postfix that ask it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from foredesk.channels import (
    consenting,
    imap,
    judging,
    mailboxes,
    oauth,
    outcomes,
    pollers,
    pop3,
    smtp_session,
    testing,
)
from foredesk.channels.models import Consent, Envelope, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from tests.peers.mailserver import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


def consent(mailbox, by):
    """The whole way through a browser: out, agreed, and back with a code."""
    beginning = consenting.begin(mailbox, by=by)
    back = httpx.get(beginning.url, follow_redirects=False).headers["location"]
    assert back.startswith(consenting.redirect_address())
    query = parse_qs(urlsplit(back).query)
    assert consenting.is_same(query["state"][0], beginning.state)
    return consenting.finish(
        mailbox, code=query["code"][0], verifier=beginning.verifier, by=by, at=now()
    )


@pytest.fixture
def agreed(google_mailbox, adi):
    consent(google_mailbox, adi)
    google_mailbox.refresh_from_db()
    return google_mailbox


def test_tokens_sign_in_by_imap_pop3_and_smtp_at_real_servers(agreed, mailserver):
    client = imap.connect(agreed)
    assert client.select_folder("INBOX")[b"EXISTS"] == 0
    imap.close(client)
    server = smtp_session.connect(agreed, talk=outcomes.Talk())
    smtp_session.leave(server)
    agreed.pop3_host, agreed.pop3_port = "127.0.0.1", mailserver.pop3s
    agreed.pop3_user, agreed.pop3_sign_in = agreed.address, "oauth"
    popping = pop3.connect(agreed)
    assert popping.uidls() == {}
    pop3.leave(popping)


def test_mail_goes_both_ways_by_tokens_alone(agreed):
    running = pollers.Pollers(interval=60)
    try:
        running.look_after()
        steps = list(testing.check(agreed))
    finally:
        running.stop()
    assert [step.is_well for step in steps] == [True] * 5, steps


def test_tokens_are_sealed_and_the_client_secret_goes_only_to_the_provider(agreed, oauth_server):
    row = Consent.objects.get()
    stored = f"{row.access_secret}{row.refresh_secret}{agreed.oauth_secret}"
    assert "canary" not in stored
    assert row.account == agreed.address
    assert oauth_server.asked[0]["code_verifier"]
    fact = Entry.objects.get(kind="channels.MailboxConsentGiven")
    assert "canary" not in str(fact.data)


def test_a_token_is_renewed_half_way_and_the_new_refresh_token_is_kept(agreed, oauth_server):
    before = consenting.access_token(agreed)
    assert consenting.renew_due(at=now()) == 0
    assert consenting.renew_due(at=now() + timedelta(minutes=31)) == 1
    middle = consenting.access_token(agreed)
    assert middle != before
    Consent.objects.update(renew_at=now())
    assert consenting.renew_due(at=now()) == 1
    assert consenting.access_token(agreed) != middle
    assert len(oauth_server.refreshable) == 1


def test_a_token_that_ended_is_renewed_at_the_sign_in(agreed, oauth_server):
    oauth_server.end_access()
    Consent.objects.update(access_until=now())
    imap.close(imap.connect(agreed))


def test_a_token_that_a_server_refuses_is_not_trusted_again(agreed, oauth_server):
    oauth_server.end_access()
    Consent.objects.update(refreshed_at=now() - timedelta(minutes=5))
    with pytest.raises(imap.Trouble, match="refused the sign-in"):
        imap.connect(agreed)
    imap.close(imap.connect(agreed))


def test_a_withdrawn_consent_is_told_while_mail_still_flows(agreed, oauth_server):
    oauth_server.revoke()
    Consent.objects.update(renew_at=now())
    consenting.renew_due(at=now())
    box = Mailbox.objects.select_related("consent").get()
    said = judging.consent(box, at=now())
    assert said.state == "warn"
    assert "Mail still flows for" in said.text
    imap.close(imap.connect(agreed))
    assert Entry.objects.filter(kind="channels.MailboxConsentLost").count() == 1
    later = now() + timedelta(hours=2)
    assert judging.consent(box, at=later).state == "bad"
    Consent.objects.update(access_until=now())
    with pytest.raises(imap.Trouble, match="Sign in there again"):
        imap.connect(agreed)
    with pytest.raises(outcomes.TemporaryFailure, match="Sign in there again") as failure:
        smtp_session.connect(agreed, talk=outcomes.Talk())
    assert failure.value.is_mailbox
    asked = len(oauth_server.asked)
    consenting.renew_due(at=later)
    assert len(oauth_server.asked) == asked


def test_a_new_consent_mends_it(agreed, oauth_server, adi):
    oauth_server.revoke()
    Consent.objects.update(renew_at=now(), access_until=now())
    consenting.renew_due(at=now())
    consent(agreed, adi)
    box = Mailbox.objects.select_related("consent").get()
    assert judging.consent(box, at=now()).state == "ok"
    imap.close(imap.connect(box))


@pytest.mark.parametrize("fault", ["down", "garbage", "hang"])
def test_a_provider_that_is_away_breaks_nothing_that_still_works(
    agreed, oauth_server, fault, monkeypatch
):
    monkeypatch.setattr(oauth, "TIMEOUT", 0.5)
    oauth_server.fault = fault
    Consent.objects.update(renew_at=now())
    consenting.renew_due(at=now())
    row = Consent.objects.get()
    assert not row.is_lost
    assert "Google" in row.error
    assert row.claimed_until is None
    imap.close(imap.connect(agreed))
    oauth_server.fault = ""
    consenting.renew_due(at=now() + timedelta(minutes=2))
    assert Consent.objects.get().failing_since is None


def test_an_end_that_the_provider_tells_is_told_two_weeks_before(agreed, oauth_server, adi):
    oauth_server.refresh_seconds = 20 * 86400
    consent(agreed, adi)
    box = Mailbox.objects.select_related("consent").get()
    assert judging.consent(box, at=now()).state == "ok"
    assert judging.consent(box, at=now() + timedelta(days=7)).word == "Consent ends"
    box.oauth_secret_until = (now() + timedelta(days=3)).date()
    assert judging.consent(box, at=now()).word == "Secret ends"


def test_without_a_consent_it_says_so(google_mailbox):
    with pytest.raises(imap.Trouble, match="Nobody has signed in at Google"):
        imap.connect(google_mailbox)
    assert judging.consent(google_mailbox, at=now()).state == "bad"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"code": "stolen"}, "no longer accepts"), ({"verifier": "x" * 43}, "no longer accepts")],
)
def test_a_code_is_worth_nothing_without_its_verifier(
    google_mailbox, adi, oauth_server, change, sentence
):
    beginning = consenting.begin(google_mailbox, by=adi)
    back = httpx.get(beginning.url, follow_redirects=False).headers["location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    given = {"code": code, "verifier": beginning.verifier} | change
    with pytest.raises(consenting.UnableToConsent, match=sentence):
        consenting.finish(google_mailbox, **given, by=adi, at=now())
    assert not Consent.objects.exists()


def test_a_consent_without_a_refresh_token_is_none(google_mailbox, adi, oauth_server):
    oauth_server.fault = "no refresh"
    with pytest.raises(consenting.UnableToConsent, match="no lasting consent"):
        consent(google_mailbox, adi)


def test_agents_cannot_consent(google_mailbox, ada):
    with pytest.raises(NotAllowed):
        consenting.begin(google_mailbox, by=ada)
    with pytest.raises(NotAllowed):
        consenting.finish(google_mailbox, code="x", verifier="y", by=ada, at=now())


def test_another_client_needs_another_consent(agreed, adi):
    mailboxes.change(agreed, name="Renamed", by=adi, at=now())
    assert Consent.objects.exists()
    mailboxes.change(agreed, oauth_client_id="client-2", by=adi, at=now())
    assert not Consent.objects.exists()


def test_two_processes_ask_once(agreed, oauth_server):
    Consent.objects.update(renew_at=now(), claimed_until=now() + timedelta(seconds=30))
    asked = len(oauth_server.asked)
    assert consenting._renew(agreed, Consent.objects.get()) is False
    assert len(oauth_server.asked) == asked


def test_the_poller_fetches_by_tokens_and_outlives_their_end(agreed, oauth_server, mailserver):
    oauth_server.end_access()
    Consent.objects.update(access_until=now())
    mailserver.deliver(raw(), to=agreed.address)
    running = pollers.Pollers(interval=60)
    try:
        running.look_after()
        wait_until(lambda: Envelope.objects.count() == 1, "the mail", log=mailserver.logs)
    finally:
        running.stop()
