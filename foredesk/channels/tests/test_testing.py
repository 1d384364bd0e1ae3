"""The check of a mailbox goes both ways over real servers, and says where it ends."""

import pytest

from foredesk.channels import opening, pollers, testing
from foredesk.channels.models import Envelope, Mailbox
from foredesk.plumbing import crypto
from tests.peers.mailserver import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


@pytest.fixture
def both_ways(imap_mailbox, mailserver):
    """The mailbox with Postfix as its outgoing server: STARTTLS and a sign-in."""
    imap_mailbox.smtp_host, imap_mailbox.smtp_port = "127.0.0.1", mailserver.submission
    imap_mailbox.smtp_user = imap_mailbox.address
    imap_mailbox.smtp_secret = crypto.seal(PASSWORD, place=imap_mailbox.place_of("smtp"))
    imap_mailbox.save()
    return imap_mailbox


def test_a_mail_goes_out_by_postfix_and_comes_back_through_dovecot_and_the_pollers(both_ways):
    running = pollers.Pollers(interval=60)
    try:
        running.look_after()
        steps = list(testing.check(both_ways))
    finally:
        running.stop()
    assert [(step.name, step.is_well) for step in steps] == [
        ("Receiving", True),
        ("Sending", True),
        ("Test mail", True),
        ("Came back", True),
        ("Arrived here", True),
    ], steps
    envelope = Envelope.objects.get()
    opening.open_envelope(envelope.pk)
    envelope.refresh_from_db()
    assert envelope.state == "ignored"


def test_pollers_that_do_not_run_are_noticed(both_ways):
    *_, last = testing.check(both_ways)
    assert (last.name, last.is_well) == ("Fetched", False)
    assert "the pollers do not run" in last.text


def test_an_address_that_leads_elsewhere_is_noticed(both_ways, mailserver, monkeypatch):
    monkeypatch.setattr(testing, "PATIENCE", 2.0)
    mailserver.add("other@shop.example")
    both_ways.address = "other@shop.example"
    *_, last = testing.check(both_ways)
    assert (last.name, last.is_well) == ("Came back", False)
    assert "See whether other@shop.example leads to the mailbox" in last.text


@pytest.mark.parametrize(
    ("change", "step", "sentence"),
    [
        ({"imap_port": 1}, "Receiving", "Nothing listens"),
        ({"smtp_secret": ""}, "Sending", "refused the sign-in"),
        ({"smtp_security": "ssl"}, "Sending", "no TLS that could be agreed on"),
        ({"address": "nobody@shop.example"}, "Test mail", "refused nobody@shop.example"),
    ],
)
def test_each_step_says_what_is_wrong(both_ways, change, step, sentence):
    Mailbox.objects.update(**change)
    both_ways.refresh_from_db()
    failed = next(one for one in testing.check(both_ways) if not one.is_well)
    assert failed.name == step
    assert sentence in failed.text


def test_without_imap_the_mail_must_arrive_at_the_intake(both_ways, mailserver, start_intake):
    both_ways.imap_host, both_ways.address = "", "help@desk.example"
    both_ways.save()
    with start_intake() as port:
        mailserver.route("desk.example", port)
        steps = list(testing.check(both_ways))
    assert [step.is_well for step in steps] == [True] * 4, steps
    assert steps[-1].name == "Arrived here"
