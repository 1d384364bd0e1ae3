"""POP3 from a real Dovecot: each mail once, nothing deleted unless told, nothing lost."""

import poplib
from datetime import timedelta

import pytest
from django.db import DatabaseError

from foredesk.channels import accepting, opening, pollers, pop3, testing
from foredesk.channels.collecting import Collector
from foredesk.channels.imap import Trouble
from foredesk.channels.models import Collected, Envelope, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.plumbing import crypto
from foredesk.plumbing.clock import now
from tests.peers.mailserver import PASSWORD, wait_until
from tests.peers.proxy import Proxy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


def collect(mailbox: Mailbox, collector: Collector | None = None) -> int:
    client = pop3.connect(mailbox)
    try:
        count = (collector or Collector(mailbox)).collect(client)
    except BaseException:
        pop3.drop(client)
        raise
    pop3.leave(client)
    return count


def test_each_mail_comes_once_and_stays_where_it_is(pop3_mailbox, mailserver):
    for text in ("one", "two"):
        mailserver.deliver(raw(text), to=pop3_mailbox.address)
    assert collect(pop3_mailbox) == 2
    assert collect(pop3_mailbox) == 0
    mailserver.deliver(raw("three"), to=pop3_mailbox.address)
    assert collect(pop3_mailbox) == 1
    assert Envelope.objects.filter(road="pop3", mailbox=pop3_mailbox).count() == 3
    assert len(mailserver.mails(pop3_mailbox.address)) == 3
    envelope = opening.open_envelope(Envelope.objects.order_by("pk").first().pk)
    assert envelope.state == "opened"


def test_the_bytes_are_those_of_the_server(pop3_mailbox, mailserver):
    from foredesk.channels import queries

    text = ".a dot\n..two dots\n" + "x" * 5000 + "\nend"
    mailserver.deliver(raw(text), to=pop3_mailbox.address)
    collect(pop3_mailbox)
    assert queries.raw_of(Envelope.objects.get()) == mailserver.raw_mails(pop3_mailbox.address)[0]


def test_from_now_on_passes_over_what_lay_there(pop3_mailbox, mailserver):
    mailserver.deliver(raw("old"), to=pop3_mailbox.address)
    pop3_mailbox.fetch_since = now() + timedelta(seconds=2)
    pop3_mailbox.save()
    assert collect(pop3_mailbox) == 0
    mailserver.deliver(raw("new"), to=pop3_mailbox.address)
    assert collect(pop3_mailbox) == 1


def test_deleting_happens_only_when_told_and_only_after_the_commit(
    pop3_mailbox, mailserver, monkeypatch
):
    pop3_mailbox.pop3_deletes = True
    pop3_mailbox.save()
    mailserver.deliver(raw(), to=pop3_mailbox.address)

    def full(*_args, **_kwargs):
        raise DatabaseError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(accepting, "accept", full)
        with pytest.raises(DatabaseError):
            collect(pop3_mailbox)
    assert len(mailserver.mails(pop3_mailbox.address)) == 1
    assert Collected.objects.count() == 0
    assert collect(pop3_mailbox) == 1
    assert mailserver.mails(pop3_mailbox.address) == []
    assert collect(pop3_mailbox) == 0
    assert Collected.objects.count() == 0


def test_a_session_cut_before_quit_deletes_nothing_and_doubles_nothing(pop3_mailbox, mailserver):
    pop3_mailbox.pop3_deletes = True
    pop3_mailbox.save()
    mailserver.deliver(raw(), to=pop3_mailbox.address)
    client = pop3.connect(pop3_mailbox)
    Collector(pop3_mailbox).collect(client)
    pop3.drop(client)
    assert len(mailserver.mails(pop3_mailbox.address)) == 1
    assert collect(pop3_mailbox) == 0
    assert mailserver.mails(pop3_mailbox.address) == []
    assert Envelope.objects.count() == 1


def test_what_was_passed_over_is_never_deleted(pop3_mailbox, mailserver):
    mailserver.deliver(raw("old"), to=pop3_mailbox.address)
    pop3_mailbox.fetch_since = now() + timedelta(seconds=2)
    pop3_mailbox.pop3_deletes = True
    pop3_mailbox.save()
    collect(pop3_mailbox)
    collect(pop3_mailbox)
    assert len(mailserver.mails(pop3_mailbox.address)) == 1


def test_new_ids_for_the_same_mails_make_no_doubles(pop3_mailbox, mailserver):
    mailserver.deliver(raw(), to=pop3_mailbox.address)
    collect(pop3_mailbox)
    before = set(Collected.objects.values_list("uidl", flat=True))
    mailserver.change_uidvalidity(pop3_mailbox.address)
    collect(pop3_mailbox)
    assert set(Collected.objects.values_list("uidl", flat=True)).isdisjoint(before)
    assert Envelope.objects.count() == 1


def test_a_mail_that_is_too_large_is_set_aside_with_its_header(pop3_mailbox, mailserver, settings):
    from dataclasses import replace

    settings.ENV = replace(settings.ENV, smtp_max_mb=1)
    mailserver.deliver(raw("x" * 70 + "\n" + ("y" * 70 + "\n") * 20_000), to=pop3_mailbox.address)
    mailserver.deliver(raw("small"), to=pop3_mailbox.address)
    assert collect(pop3_mailbox) == 1
    aside = Envelope.objects.get(state="unreadable")
    assert "more than the 1 MB" in aside.reason
    assert collect(pop3_mailbox) == 0
    assert Envelope.objects.count() == 2


def test_a_mail_that_the_server_never_hands_over_does_not_stop_the_others(
    pop3_mailbox, mailserver, monkeypatch
):
    for text in ("bad", "good"):
        mailserver.deliver(raw(text), to=pop3_mailbox.address)
    whole = pop3.Client.bytes_of

    def sometimes(self, number):
        if number == 1:
            raise poplib.error_proto(b"-ERR [SYS/TEMP] can't read it")
        return whole(self, number)

    monkeypatch.setattr(pop3.Client, "bytes_of", sometimes)
    collector = Collector(pop3_mailbox)
    for _ in range(3):
        with pytest.raises(Trouble, match="can't hand over a mail"):
            collect(pop3_mailbox, collector)
    assert collect(pop3_mailbox, collector) == 1
    assert Envelope.objects.get(state="unreadable").reason.startswith("127.0.0.1 failed three")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pop3_port": 1}, "Nothing listens at 127.0.0.1"),
        ({"pop3_secret": ""}, "refused the sign-in"),
        ({"pop3_secret": "v1:AAAA"}, "Enter it again"),
        ({"pop3_host": "10.1.2.3"}, "a private or special address"),
    ],
)
def test_a_sign_in_that_fails_says_why(pop3_mailbox, change, sentence, settings):
    Mailbox.objects.update(**change)
    pop3_mailbox.refresh_from_db()
    if "pop3_host" in change:
        from dataclasses import replace

        settings.ENV = replace(settings.ENV, allow_private_hosts=())
    with pytest.raises(Trouble, match=sentence):
        pop3.connect(pop3_mailbox)


def test_starttls(pop3_mailbox, mailserver):
    pop3_mailbox.pop3_security, pop3_mailbox.pop3_port = "starttls", mailserver.pop3
    pop3_mailbox.save()
    mailserver.deliver(raw(), to=pop3_mailbox.address)
    assert collect(pop3_mailbox) == 1


def test_the_poller_takes_mail_and_survives_a_line_that_goes_silent(
    pop3_mailbox, mailserver, monkeypatch
):
    monkeypatch.setattr(pollers, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(pollers, "LOOK", 0.1)
    with Proxy(mailserver.pop3s) as wire:
        Mailbox.objects.update(pop3_port=wire.port)
        running = pollers.Pollers(interval=0.3)
        try:
            running.look_after()
            wait_until(lambda: Mailbox.objects.get().last_success_at, "the first look")
            monkeypatch.setattr(pop3, "CONNECT", 0.5)
            wire.go_silent()
            wait_until(lambda: Mailbox.objects.get().failing_since, "the failure")
            mailserver.deliver(raw(), to=pop3_mailbox.address)
            wire.heal()
            wait_until(lambda: Envelope.objects.count() == 1, "the mail")
            wait_until(lambda: Mailbox.objects.get().failing_since is None, "the recovery")
        finally:
            running.stop()
    assert Envelope.objects.count() == 1


def test_the_check_goes_both_ways(pop3_mailbox, mailserver, monkeypatch):
    monkeypatch.setattr(pollers, "LOOK", 0.1)
    pop3_mailbox.smtp_host, pop3_mailbox.smtp_port = "127.0.0.1", mailserver.submission
    pop3_mailbox.smtp_user = pop3_mailbox.address
    pop3_mailbox.smtp_secret = crypto.seal(PASSWORD, place=pop3_mailbox.place_of("smtp"))
    pop3_mailbox.save()
    running = pollers.Pollers(interval=0.5)
    try:
        running.look_after()
        steps = list(testing.check(pop3_mailbox))
    finally:
        running.stop()
    assert [(one.name, one.is_well) for one in steps] == [
        ("Receiving", True),
        ("Sending", True),
        ("Test mail", True),
        ("Arrived here", True),
    ], steps
