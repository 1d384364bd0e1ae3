"""The first import: counted, shown, and gone on with where another process ended."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.channels import fetching, imap, judging, mailboxes, opening
from foredesk.channels.fetching import Fetcher
from foredesk.channels.models import Envelope, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


class Killed(BaseException):
    """The process ends in the middle."""


@pytest.fixture
def full(imap_mailbox, mailserver, monkeypatch):
    """A mailbox with twelve mails, taken in pieces of three."""
    monkeypatch.setattr(fetching, "BATCH", 3)
    with mailserver.client(imap_mailbox.address) as client:
        for number in range(12):
            client.append("INBOX", raw(f"mail {number}"), msg_time=now() - timedelta(days=9))
    return imap_mailbox


def fetch(mailbox, progress=lambda: None):
    client = imap.connect(Mailbox.objects.get(pk=mailbox.pk))
    try:
        return Fetcher(Mailbox.objects.get(pk=mailbox.pk), progress=progress).fetch(client)
    finally:
        imap.close(client)


def test_it_goes_on_where_a_process_was_killed_and_says_how_far_it_is(full):
    seen = []

    def until_half():
        box = Mailbox.objects.get()
        seen.append((box.import_done, box.import_total, box.is_importing))
        if box.import_done == 6:
            raise Killed

    with pytest.raises(Killed):
        fetch(full, until_half)
    assert (6, 12, True) in seen
    box = Mailbox.objects.get()
    said = judging.receiving(box, at=now())
    assert (said.word, said.text) == ("Importing", "It takes in what lay there: 6 of 12 mails.")
    assert judging.import_left(box, at=now()) > timedelta(0)
    assert judging.receiving(box, at=now()).state == "ok"
    assert fetch(full) == 6
    box = Mailbox.objects.get()
    assert (box.import_done, box.import_total, box.is_importing) == (12, 12, False)
    assert Envelope.objects.count() == 12


def test_old_mail_waits_behind_what_arrives_now(full, mailserver):
    mailserver.deliver(raw("new"), to=full.address)
    fetch(full)
    here = set(Envelope.objects.values_list("pk", flat=True))
    jobs = ProcrastinateJob.objects.filter(task_name="channels.open_envelope")
    priorities = {
        job.args["envelope_id"]: job.priority for job in jobs if job.args["envelope_id"] in here
    }
    newest = Envelope.objects.order_by("-received_at").first()
    assert priorities.pop(newest.pk) == 0
    assert list(priorities.values()) == [-5] * 12


def test_from_now_on_imports_nothing(full):
    Mailbox.objects.update(fetch_since=now())
    assert fetch(full) == 0
    box = Mailbox.objects.get()
    assert (box.import_total, box.is_importing) == (0, False)


def test_mail_that_comes_later_is_no_import(full, mailserver):
    fetch(full)
    mailserver.deliver(raw("new"), to=full.address)
    fetch(full)
    assert Mailbox.objects.get().import_done == 12


def test_another_account_is_imported_anew(full, adi):
    fetch(full)
    mailboxes.change(Mailbox.objects.get(), imap_folder="Other", by=adi, at=now())
    box = Mailbox.objects.get()
    assert (box.import_total, box.import_ended_at) == (None, None)


def test_what_lay_there_for_long_opens_tickets_that_are_told_from_new_ones(
    imap_mailbox, mailserver
):
    with mailserver.client(imap_mailbox.address) as client:
        for number, days in enumerate((9, 0)):
            client.append("INBOX", raw(f"mail {number}"), msg_time=now() - timedelta(days=days))
    fetch(imap_mailbox)
    for pk in Envelope.objects.order_by("received_at").values_list("pk", flat=True):
        opening.open_envelope(pk)
    opened = Entry.objects.filter(kind="tickets.TicketOpened").order_by("at")
    assert [entry.data["is_old"] for entry in opened] == [True, False]
