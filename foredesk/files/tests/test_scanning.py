"""Files wait for the verdict of a real clamd; nothing is lost while it is away."""

import socket
import threading
from dataclasses import replace

import pytest

from foredesk.files import clamd, forgetting, scanning, storing
from foredesk.files.models import Blob, Scan, ScanState
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import settle
from tests.peers.scanner import EICAR, Scanner

pytestmark = pytest.mark.django_db
BAD = f"before {EICAR} after".encode()


@pytest.fixture(scope="module")
def daemon():
    with Scanner() as scanner:
        yield scanner


@pytest.fixture
def scanner(daemon, settings, own_store):
    settings.ENV = replace(settings.ENV, clamav=daemon.where)
    yield daemon
    if daemon.process is None:
        daemon.start()


def test_without_a_scanner_every_file_opens_and_nothing_is_noted(own_store):
    blob = storing.keep(BAD)
    scanning.ask([blob.pk], topic="ticket-1")
    scanning.must_be_clean(blob.pk, at=now())
    assert scanning.check_waiting(at=now()) == 0
    assert not Scan.objects.exists()


def test_a_clean_file_opens_and_a_bad_one_is_held_back_by_name(scanner):
    good, bad = storing.keep(b"hello"), storing.keep(BAD)
    scanning.must_be_clean(good.pk, at=now())
    with pytest.raises(scanning.HeldBack, match="found Eicar-Test-Signature"):
        scanning.must_be_clean(bad.pk, at=now())
    entry = Entry.objects.get(kind="files.FileHeldBack")
    assert entry.data["sha256"] == bad.pk
    assert entry.data["signature"].startswith("Eicar-Test-Signature")


def test_what_was_bad_stays_closed_without_the_scanner(scanner, settings):
    bad = storing.keep(BAD)
    scanning.check(bad.pk, at=now())
    settings.ENV = replace(settings.ENV, clamav="")
    with pytest.raises(scanning.HeldBack):
        scanning.must_be_clean(bad.pk, at=now())


@pytest.mark.django_db(transaction=True)
def test_a_job_looks_at_what_was_attached(scanner):
    good, bad = storing.keep(b"a"), storing.keep(BAD)
    scanning.ask([good.pk, bad.pk, good.pk], topic="ticket-1")
    assert set(Scan.objects.values_list("state", flat=True)) == {ScanState.WAITING}
    settle()
    assert Scan.objects.get(pk=good.pk).state == ScanState.CLEAN
    assert Scan.objects.get(pk=bad.pk).state == ScanState.INFECTED


def test_nothing_is_lost_while_the_scanner_is_away(scanner):
    scanner.stop()
    blobs = [storing.keep(b"%d" % number) for number in range(5)]
    scanning.ask([blob.pk for blob in blobs], topic="ticket-1")
    with pytest.raises(scanning.NotChecked, match="try again"):
        scanning.must_be_clean(blobs[0].pk, at=now())
    assert scanning.check_waiting(at=now()) == 0
    assert scanning.waiting_count() == 5
    assert "does not answer" in Scan.objects.get(pk=blobs[0].pk).note
    scanner.start()
    assert scanning.check_waiting(at=now()) == 5
    for blob in blobs:
        scanning.must_be_clean(blob.pk, at=now())


def test_a_verdict_is_asked_for_once(scanner):
    blob = storing.keep(b"once")
    scanning.must_be_clean(blob.pk, at=now())
    scanner.stop()
    scanning.must_be_clean(blob.pk, at=now())


def test_what_is_too_long_for_the_scanner_stays_closed_and_says_why(scanner):
    blob = storing.keep(b"x" * 3_000_000)
    with pytest.raises(scanning.NotChecked, match="larger than the virus scanner takes"):
        scanning.must_be_clean(blob.pk, at=now())
    assert scanning.waiting_count() == 0


def test_a_verdict_goes_with_its_bytes(scanner):
    blob = storing.keep(b"soon gone")
    scanning.check(blob.pk, at=now())
    assert forgetting.forget([blob.pk]) == 1
    assert not Blob.objects.exists()
    assert not Scan.objects.exists()


def test_it_is_reached_over_tcp_and_says_its_version(scanner):
    assert clamd.version(scanner.where).startswith("ClamAV")
    assert clamd.scan(scanner.where, [b""]) == ""


@pytest.fixture
def odd():
    """A listener that answers what a test tells it, and its address."""
    said = [b""]
    server = socket.create_server(("127.0.0.1", 0))

    def answer():
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                line.recv(1024)
                if said[0]:
                    line.sendall(said[0])

    threading.Thread(target=answer, daemon=True).start()
    yield f"127.0.0.1:{server.getsockname()[1]}", said
    server.close()


def test_what_answers_strangely_is_no_verdict(odd):
    where, said = odd
    with pytest.raises(clamd.Away):
        clamd.scan(where, [b"x"])
    said[0] = b"UNKNOWN COMMAND\0"
    with pytest.raises(clamd.Refused, match="UNKNOWN COMMAND"):
        clamd.scan(where, [b"x"])
    with pytest.raises(clamd.Away, match="does not answer"):
        clamd.scan("127.0.0.1:1", [b"x"])
