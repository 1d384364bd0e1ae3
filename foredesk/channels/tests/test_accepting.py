"""Everything that arrives is kept once, with the job that opens it, in one commit."""

import threading

import pytest
from django.db import close_old_connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.channels import accepting
from foredesk.channels.models import Envelope
from foredesk.channels.tests.letters import raw
from foredesk.files import reading, storing
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.usefixtures("blobs")


def take(data, **fields):
    return accepting.accept(data, mailbox=None, road="smtp", at=now(), **fields)


@pytest.mark.django_db
def test_the_bytes_are_kept_and_a_job_waits():
    mail = raw()
    envelope = take(mail, mail_from="cleo@customer.example", rcpt_to=["help@shop.example"])
    assert reading.read(envelope.blob) == mail
    assert (envelope.state, envelope.rcpt_to) == ("received", ["help@shop.example"])
    job = ProcrastinateJob.objects.get(task_name="channels.open_envelope")
    assert job.args == {"envelope_id": envelope.pk}


@pytest.mark.django_db
def test_the_same_mail_again_is_the_first_envelope():
    mail = raw()
    again = take(b"Received: by another road\r\n" + mail)
    assert take(mail).pk == again.pk
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_the_same_id_with_another_body_is_kept_too():
    take(raw("One", message_id="<x@customer.example>"))
    take(raw("Two", message_id="<x@customer.example>"))
    assert Envelope.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one():
    mail = raw()
    gate = threading.Barrier(20)
    found = []

    def run():
        gate.wait()
        try:
            found.append(take(mail).pk)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len(set(found)) == 1
    assert Envelope.objects.count() == ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_kept_when_the_disk_is_full(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing, "_write_local", full)
    with pytest.raises(storing.UnableToStore, match="No space left"), transaction.atomic():
        take(raw())
    assert not Envelope.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
def test_an_envelope_may_hold_anything():
    envelope = take(b"\0\xff" * 10, mail_from="a\0\ud800@b", rcpt_to=["\0"])
    assert envelope.mail_from == "a?@b"
