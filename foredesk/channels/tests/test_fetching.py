"""Mail comes from a real Dovecot: once, without a trace, and one bad mail stops no other."""

from datetime import UTC, datetime, timedelta

import pytest
from imapclient.exceptions import IMAPClientError

from foredesk.channels import accepting, fetching, imap
from foredesk.channels.models import Envelope, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.files import reading
from foredesk.plumbing.clock import now
from tests.peers.proxy import Proxy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


def fetch(mailbox):
    mailbox.refresh_from_db()
    client = imap.connect(mailbox)
    try:
        return fetching.Fetcher(mailbox).fetch(client)
    finally:
        imap.close(client)


def fill(server, mailbox, count, **fields):
    for number in range(count):
        server.deliver(raw(f"Mail {number}", **fields), to=mailbox.address)


def test_new_mail_is_fetched_once_and_left_unread(imap_mailbox, mailserver):
    fill(mailserver, imap_mailbox, 3)
    assert fetch(imap_mailbox) == 3
    assert fetch(imap_mailbox) == 0
    assert Envelope.objects.filter(mailbox=imap_mailbox, road="imap").count() == 3
    assert not any(b"\\Seen" in flags for flags in mailserver.flags(imap_mailbox.address))
    fill(mailserver, imap_mailbox, 1)
    assert fetch(imap_mailbox) == 1


def test_the_bytes_are_those_of_the_server(imap_mailbox, mailserver):
    fill(mailserver, imap_mailbox, 1)
    fetch(imap_mailbox)
    [there] = mailserver.raw_mails(imap_mailbox.address)
    assert reading.read(Envelope.objects.get().blob) == there


def test_another_uidvalidity_reads_again_and_doubles_nothing(imap_mailbox, mailserver):
    fill(mailserver, imap_mailbox, 3)
    fetch(imap_mailbox)
    before = Mailbox.objects.get(pk=imap_mailbox.pk).uidvalidity
    mailserver.change_uidvalidity(imap_mailbox.address)
    fill(mailserver, imap_mailbox, 1)
    assert fetch(imap_mailbox) == 4
    assert Mailbox.objects.get(pk=imap_mailbox.pk).uidvalidity != before
    assert Envelope.objects.count() == 4


def test_the_same_mail_by_the_intake_and_by_imap_is_one(imap_mailbox, mailserver):
    mail = raw()
    accepting.accept(mail, mailbox=imap_mailbox, road="smtp", at=now())
    mailserver.deliver(mail, to=imap_mailbox.address)
    fetch(imap_mailbox)
    assert Envelope.objects.count() == 1


@pytest.mark.parametrize("wish", ["seen", "move", "delete"])
def test_the_far_side_is_touched_only_as_told_and_after_the_commit(
    imap_mailbox, mailserver, wish, monkeypatch
):
    imap_mailbox.after_fetch, imap_mailbox.after_fetch_folder = wish, "Archive"
    imap_mailbox.save()
    fill(mailserver, imap_mailbox, 2)

    def fail(*_, **__):
        raise OSError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(accepting, "accept", fail)
        with pytest.raises(OSError, match="went away"):
            fetch(imap_mailbox)
    untouched = mailserver.flags(imap_mailbox.address)
    assert [set(flags) - {b"\\Recent"} for flags in untouched] == [set(), set()]
    fetch(imap_mailbox)
    left = mailserver.flags(imap_mailbox.address)
    if wish == "seen":
        assert [b"\\Seen" in flags for flags in left] == [True, True]
    else:
        assert left == []
    if wish == "move":
        assert len(mailserver.mails(imap_mailbox.address, "Archive")) == 2
    assert Envelope.objects.count() == 2


def test_a_mail_that_is_too_big_is_noted_and_the_others_come(imap_mailbox, mailserver, settings):
    settings.ENV = _smaller(settings.ENV)
    mailserver.deliver(
        raw("x" * 76 + "\n", subject="Huge") + b"y" * 70 * 20000, to=imap_mailbox.address
    )
    fill(mailserver, imap_mailbox, 1)
    assert fetch(imap_mailbox) == 1
    aside = Envelope.objects.get(state="unreadable")
    assert "more than the 1 MB" in aside.reason
    assert b"Subject: Huge" in reading.read(aside.blob)
    fetch(imap_mailbox)
    assert Envelope.objects.count() == 2


def _smaller(env):
    class Smaller:
        smtp_max_mb = 1

        def __getattr__(self, name):
            return getattr(env, name)

    return Smaller()


def test_a_mail_deleted_between_list_and_fetch_is_no_trouble(imap_mailbox, mailserver, monkeypatch):
    fill(mailserver, imap_mailbox, 2)
    take = fetching.Fetcher._take

    def delete_first(self, client, uids):
        with mailserver.client(imap_mailbox.address) as other:
            other.select_folder("INBOX")
            other.delete_messages(uids[:1])
            other.expunge()
        return take(self, client, uids)

    monkeypatch.setattr(fetching.Fetcher, "_take", delete_first)
    assert fetch(imap_mailbox) == 1


def test_a_mail_that_the_server_can_not_hand_over_is_set_aside(
    imap_mailbox, mailserver, monkeypatch
):
    fill(mailserver, imap_mailbox, 3)
    fetcher = fetching.Fetcher(imap_mailbox)
    real = imap.Client.fetch

    def broken(self, uids, what):
        if "BODY.PEEK[]" in what and 2 in uids:
            raise imap.IMAPClientError("internal error")
        return real(self, uids, what)

    monkeypatch.setattr(imap.Client, "fetch", broken)
    for _ in range(fetching.TRIES + 1):
        client = imap.connect(imap_mailbox)
        try:
            fetcher.fetch(client)
        except imap.Trouble:
            continue
        finally:
            imap.close(client)
    assert Envelope.objects.filter(state="received").count() == 2
    aside = Envelope.objects.get(state="unreadable")
    assert "failed three times to hand over the mail with UID 2" in aside.reason


def test_only_mail_since_a_date_when_told_so(imap_mailbox, mailserver):
    fill(mailserver, imap_mailbox, 2)
    imap_mailbox.fetch_since = now() + timedelta(minutes=1)
    imap_mailbox.save()
    assert fetch(imap_mailbox) == 0
    imap_mailbox.refresh_from_db()
    assert imap_mailbox.last_uid == 2
    with mailserver.client(imap_mailbox.address) as client:
        late = datetime.now(UTC) + timedelta(minutes=2)
        client.append("INBOX", raw("Later"), msg_time=late)
    assert fetch(imap_mailbox) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"imap_secret": ""}, "refused the sign-in of help-"),
        ({"imap_port": 1}, "Nothing listens at 127.0.0.1"),
        ({"imap_folder": "Nowhere"}, "can't open the folder Nowhere"),
        ({"imap_host": "10.0.0.1"}, "private or special address"),
        ({"imap_host": "nowhere.invalid"}, "There is no host called nowhere.invalid"),
        ({"imap_secret": "v1:AAAA"}, "Enter it again"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(imap_mailbox, change, sentence):
    Mailbox.objects.filter(pk=imap_mailbox.pk).update(**change)
    with pytest.raises(imap.Trouble, match=sentence):
        fetch(imap_mailbox)


def test_a_certificate_that_is_not_trusted_is_refused(imap_mailbox, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(imap.Trouble, match=r"certificate of 127.0.0.1 can't be trusted"):
        fetch(imap_mailbox)


def test_starttls_is_used_when_asked_for(imap_mailbox, mailserver):
    Mailbox.objects.filter(pk=imap_mailbox.pk).update(
        imap_port=mailserver.imap, imap_security="starttls"
    )
    fill(mailserver, imap_mailbox, 1)
    assert fetch(imap_mailbox) == 1


def test_a_wire_that_breaks_again_and_again_brings_every_mail(imap_mailbox, mailserver):
    for number in range(8):
        mailserver.deliver(raw(f"Mail {number} " + "x" * 2500), to=imap_mailbox.address)
    with Proxy(mailserver.imaps) as wire:
        wire.most = 12_000  # some three mails after the handshake and the sign-in
        imap_mailbox.imap_port = wire.port
        imap_mailbox.save()
        fetcher = fetching.Fetcher(imap_mailbox)
        for _ in range(20):
            try:
                client = imap.connect(imap_mailbox)
                fetcher.fetch(client)
            except (imap.Trouble, IMAPClientError, OSError):
                continue
            break
    states = Envelope.objects.values_list("state", flat=True)
    assert sorted(states) == ["received"] * 8, "the wire is at fault, not the mails"
