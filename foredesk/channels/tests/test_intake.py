"""Mail by SMTP: acknowledged after the commit, refused with a sentence, never half taken."""

import asyncio
import smtplib
import socket

import pytest
from aiosmtpd.smtp import SMTP
from django.db import DatabaseError, connection

from foredesk.channels import accepting, intake, taking_data
from foredesk.channels.models import Envelope
from foredesk.channels.tests.letters import letter, raw
from foredesk.files import reading, storing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

FROM, TO = "cleo@customer.example", "help@shop.example"


def send(port, data=None, to=TO, sender=FROM, options=()):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        return client.sendmail(sender, to, data or raw(), options)


def test_a_mail_is_kept_byte_for_byte_before_the_answer(start_intake, mailbox):
    data = raw("Line\r\n.dot\r\n..two\r\n" + "x" * 5000)
    with start_intake() as port:
        send(port, data)
        envelope = Envelope.objects.get()
    assert reading.read(envelope.blob) == data
    assert (envelope.mailbox, envelope.road) == (mailbox, "smtp")
    assert (envelope.mail_from, envelope.rcpt_to) == (FROM, [TO])


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("HELP@Shop.Example", True),
        ("help+t1-abcdefghijklmnop@shop.example", True),
        ("sales@shop.example", True),
        ("who@else.example", False),
    ],
)
def test_known_takes_only_addresses_of_mailboxes(start_intake, mailbox, address, is_own):
    mailbox.more_addresses = ["sales@shop.example"]
    mailbox.save()
    with start_intake(accept="known") as port:
        if is_own:
            send(port, to=address)
            assert Envelope.objects.get().mailbox == mailbox
        else:
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                send(port, to=address)
            assert refused.value.recipients[address][0] == 550
            assert b"not an address of this help desk" in refused.value.recipients[address][1]


def test_any_gives_strangers_mail_to_the_default_mailbox(start_intake, mailbox):
    with start_intake() as port:
        send(port, to="whatever@else.example")
    assert Envelope.objects.get().mailbox == mailbox


@pytest.mark.parametrize(
    ("error", "code"),
    [(storing.UnableToStore("full"), 452), (DatabaseError("away"), 451), (ValueError("?"), 451)],
)
def test_trouble_here_is_never_a_250(start_intake, mailbox, monkeypatch, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(accepting, "accept", fail)
    with start_intake() as port, pytest.raises(smtplib.SMTPDataError) as refused:
        send(port)
    assert refused.value.smtp_code == code
    assert not Envelope.objects.exists()


def test_an_outage_of_the_database_is_a_451_and_the_next_mail_passes(start_intake, mailbox):
    with start_intake() as port:
        with connection.cursor() as cursor:
            cursor.execute("alter table channels_envelope rename to away")
        try:
            with pytest.raises(smtplib.SMTPDataError) as refused:
                send(port)
            assert refused.value.smtp_code == 451
        finally:
            with connection.cursor() as cursor:
                cursor.execute("alter table away rename to channels_envelope")
        send(port)
    assert Envelope.objects.count() == 1


def test_too_big_is_refused_before_or_after_it_came(start_intake, mailbox):
    with start_intake(max_bytes=10_000) as port:
        with pytest.raises(smtplib.SMTPException) as refused:
            send(port, raw("x\r\n" * 10_000))
        assert b"552" in str(refused.value).encode() or refused.value.smtp_code == 552
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.helo()  # without SIZE the client can't know
            client.mail(FROM)
            client.rcpt(TO)
            assert client.data(raw("x\r\n" * 10_000))[0] == 552
    assert not Envelope.objects.exists()


def test_at_most_a_hundred_recipients(start_intake, mailbox):
    with start_intake() as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail(FROM)
        codes = [client.rcpt(f"user{n}@shop.example")[0] for n in range(102)]
    assert codes == [250] * 100 + [452] * 2


def test_long_lines_and_addresses_beyond_ascii_pass(start_intake, mailbox):
    data = letter().as_bytes().replace(b"\n", b"\r\n") + b"y" * 100_000 + b"\r\n"
    with start_intake() as port:
        send(port, data, to="grüße@shop.example", options=["SMTPUTF8"])
    envelope = Envelope.objects.get()
    assert envelope.rcpt_to == ["grüße@shop.example"]
    assert reading.read(envelope.blob) == data


def test_a_smuggled_second_mail_stays_text_of_the_first(start_intake, mailbox):
    data = raw("one\n.\nMAIL FROM:<a@b.example>\nRCPT TO:<c@d.example>\nDATA\nforged")
    with start_intake() as port, socket.create_connection(("127.0.0.1", port), 10) as peer:
        talk = peer.makefile("rwb")
        talk.readline()
        for line in (
            b"HELO x",
            b"MAIL FROM:<a@b.example>",
            b"RCPT TO:<help@shop.example>",
            b"DATA",
        ):
            talk.write(line + b"\r\n")
            talk.flush()
            talk.readline()
        bare = data.replace(b"\r\n.\r\n", b"\n.\n")
        talk.write(bare + b"\r\n.\r\nQUIT\r\n")
        talk.flush()
        assert talk.readline().startswith(b"250")
        assert talk.readline().startswith(b"221")
    assert Envelope.objects.count() == 1


def test_a_silent_peer_is_sent_away(start_intake, monkeypatch):
    monkeypatch.setattr(intake, "SILENCE", 0.2)
    with start_intake() as port, socket.create_connection(("127.0.0.1", port), 10) as peer:
        peer.settimeout(10)
        received = b""
        while chunk := peer.recv(1000):
            received += chunk
        assert received.startswith(b"220")


def test_too_many_connections_are_told_to_come_back(start_intake, monkeypatch):
    monkeypatch.setattr(intake, "MAX_CONNECTIONS", 1)
    with start_intake() as port, smtplib.SMTP("127.0.0.1", port, timeout=10):
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", port, timeout=10)
        assert refused.value.smtp_code == 421


def test_a_null_sender_is_kept_as_none(mailbox, start_intake):
    with start_intake() as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("", ["help@shop.example"], raw())
    assert Envelope.objects.get().mail_from == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..b\r\n...\r\n.\r\n", b"a\r\n.b\r\n..\r\n"),
        (b"a\n.\nb\r.\rc\r\n.x\r\n.\r\n", b"a\n.\nb\r.\rc\r\nx\r\n"),
        (b"y" * 1_200_000 + b"\r\n.\r\n", b"y" * 1_200_000 + b"\r\n"),
        (b"y" * 2_000_001 + b"\r\n.\r\n", None),
    ],
    ids=["empty", "one-empty-line", "a-dot", "dots", "bare", "one-long-line", "too-much"],
)
def test_a_mail_ends_at_its_lone_dot_and_nowhere_else(sent, kept):
    async def take(piece):
        reader = asyncio.StreamReader(limit=512 * 1024)
        taking = asyncio.ensure_future(taking_data.take(reader, 2_000_000))
        rest = sent + b"QUIT\r\n"
        for start in range(0, len(rest), piece):
            await asyncio.sleep(0)
            reader.feed_data(rest[start : start + piece])
        assert await taking == kept
        assert await reader.readline() == b"QUIT\r\n"

    for piece in (1, 2, 3, 65_536) if len(sent) < 100 else (65_536, 5_000_000):
        asyncio.run(take(piece))


@pytest.mark.parametrize(
    "given",
    [
        "<a@b.example>", " <a.b+c@d-e.example> SIZE=3 BODY=8BITMIME", "<>", "<a@b", "a@b.example",
        "<@x:a@b.example>", '<"a b"@c.example>', "<a@[127.0.0.1]>", "<a..b@c.example>",
        "<.a@c.example>", "<a@b.example> ", "<grüße@b.example>", "<a@b.example>SIZE=3", "<a@-b.x>",
        "<a @b.example>", "",
    ],
)  # fmt: skip
def test_an_address_is_read_as_by_the_library(given):
    ours = intake.Connection._getaddr(intake.Connection.__new__(intake.Connection), given)
    theirs = SMTP._getaddr(SMTP.__new__(SMTP), given)
    assert ours == theirs
