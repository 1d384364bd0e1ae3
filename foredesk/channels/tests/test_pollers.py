"""Pollers notice mail at once, survive the server, and share mailboxes by lease."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from foredesk.channels import imap, leasing, pollers
from foredesk.channels.models import Envelope, Heartbeat, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from tests.peers.mailserver import wait_until
from tests.peers.proxy import Proxy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


@pytest.fixture
def running(imap_mailbox, monkeypatch):
    monkeypatch.setattr(pollers, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(pollers, "LOOK", 0.2)
    found = pollers.Pollers(interval=600)
    yield found
    found.stop()


def count():
    return Envelope.objects.count()


def test_mail_is_noticed_by_idle_long_before_the_next_poll(running, imap_mailbox, mailserver):
    running.look_after()
    wait_until(lambda: Mailbox.objects.get().last_success_at, "the first look")
    mailserver.deliver(raw(), to=imap_mailbox.address)
    wait_until(lambda: count() == 1, "the mail")
    assert Heartbeat.objects.get(name="pollers").detail == "mailboxes: 1"


def test_a_server_that_goes_and_comes_is_told_about_and_read_again(
    running, imap_mailbox, mailserver
):
    running.look_after()
    wait_until(lambda: Mailbox.objects.get().last_success_at, "the first look")
    mailserver.stop_dovecot()
    try:
        wait_until(lambda: Mailbox.objects.get().failing_since, "the failure")
        assert "127.0.0.1" in Mailbox.objects.get().last_error
    finally:
        mailserver.start_dovecot()
    mailserver.deliver(raw(), to=imap_mailbox.address)
    wait_until(lambda: count() == 1, "the mail")
    wait_until(lambda: Mailbox.objects.get().failing_since is None, "the recovery")
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds.count("channels.MailboxFailed") == kinds.count("channels.MailboxRecovered") == 1


def test_an_idle_connection_that_died_silently_is_noticed_by_the_poll(
    running, imap_mailbox, mailserver, monkeypatch
):
    monkeypatch.setattr(imap, "READ", 1.0)
    running.interval = 1
    with Proxy(mailserver.imaps) as wire:
        Mailbox.objects.update(imap_port=wire.port)
        running.look_after()
        wait_until(lambda: Mailbox.objects.get().last_success_at, "the first look")
        wire.go_silent()
        wait_until(lambda: Mailbox.objects.get().failing_since, "the failure")
        assert Mailbox.objects.get().last_error == "127.0.0.1 did not answer in time."
        mailserver.deliver(raw(), to=imap_mailbox.address)
        wire.heal()
        wait_until(lambda: count() == 1, "the mail")


def test_one_broken_mailbox_does_not_stop_the_other(running, imap_mailbox, mailserver):
    at = now()
    Mailbox.objects.create(
        name="Broken",
        address="broken@shop.example",
        imap_host="127.0.0.1",
        imap_port=1,
        imap_user="x",
        created_at=at,
        changed_at=at,
    )
    mailserver.deliver(raw(), to=imap_mailbox.address)
    running.look_after()
    wait_until(lambda: count() == 1, "the mail")
    wait_until(
        lambda: Mailbox.objects.get(name="Broken").last_error.startswith("Nothing listens"),
        "the sentence",
    )


def test_changed_settings_are_taken_up(running, imap_mailbox, mailserver):
    Mailbox.objects.update(imap_port=1)
    running.look_after()
    wait_until(lambda: Mailbox.objects.get().failing_since, "the failure")
    Mailbox.objects.update(imap_port=mailserver.imaps, changed_at=now())
    running.look_after()
    wait_until(lambda: not running.running[imap_mailbox.pk].is_alive(), "the old poller to end")
    running.look_after()
    running.look_after()
    wait_until(lambda: Mailbox.objects.get().failing_since is None, "the recovery")


def test_two_processes_never_hold_one_mailbox(imap_mailbox):
    first, second = leasing.new_holder(), leasing.new_holder()
    assert [box.pk for box in leasing.claim(first)] == [imap_mailbox.pk]
    assert leasing.claim(second) == []
    assert leasing.renew(second, [imap_mailbox.pk]) == set()
    Mailbox.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert [box.pk for box in leasing.claim(second)] == [imap_mailbox.pk]
    assert leasing.renew(first, [imap_mailbox.pk]) == set()
    leasing.release(second)
    assert [box.pk for box in leasing.claim(first)] == [imap_mailbox.pk]


def test_the_lease_of_a_dead_process_of_this_machine_ends_at_once(imap_mailbox):
    import socket
    import subprocess

    dead = subprocess.Popen(["true"])
    dead.wait()
    Mailbox.objects.update(
        leased_by=f"{socket.gethostname()}/{dead.pid}/x", lease_until=Now() + timedelta(hours=1)
    )
    assert [box.pk for box in leasing.claim(leasing.new_holder())] == [imap_mailbox.pk]


def test_mailboxes_that_are_off_are_left_alone(imap_mailbox):
    Mailbox.objects.update(is_active=False)
    assert leasing.claim(leasing.new_holder()) == []
