"""One job opens the mails of several, and no mail is ever without a job until it is done."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.channels import accepting, opening, tasks
from foredesk.channels.models import Envelope, EnvelopeState
from foredesk.channels.tests.letters import raw
from foredesk.logbook import listening
from foredesk.logbook.models import Entry
from foredesk.plumbing import jobs, taking_over
from foredesk.plumbing.clock import now
from foredesk.tickets.events import MessageReceived

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


@pytest.fixture(autouse=True)
def no_jobs(db):
    ProcrastinateJob.objects.all()._raw_delete("default")


def waiting(count, mailbox):
    return [
        accepting.accept(
            raw(message_id=f"<{number}@x.example>"), mailbox=mailbox, road="smtp", at=now()
        ).pk
        for number in range(count)
    ]


def started(number):
    job = ProcrastinateJob.objects.get(args__envelope_id=number)
    ProcrastinateJob.objects.filter(pk=job.pk).update(status="doing")
    return job.pk


def taken(job):
    given = taking_over.take(job, tasks.open_envelope.name)
    return given and given["envelope_id"]


def waiting_jobs():
    return ProcrastinateJob.objects.filter(
        task_name=tasks.open_envelope.name, status__in=("todo", "doing")
    )


def test_all_are_opened_and_no_job_is_left(mailbox):
    numbers = waiting(4, mailbox)
    jobs.settle()
    states = Envelope.objects.filter(pk__in=numbers).values_list("state", flat=True)
    assert set(states) == {EnvelopeState.OPENED}
    assert not waiting_jobs().exists()


def test_a_worker_that_dies_leaves_a_job_for_every_mail_that_waits(mailbox):
    first, second, third = waiting(3, mailbox)
    job = started(first)
    opening.open_envelope(first)
    assert taken(job) == second
    left = {one.pk: one.args["envelope_id"] for one in waiting_jobs()}
    assert sorted(left.values()) == [second, third]
    assert left[job] == second  # what rescuing runs again


def test_a_mail_that_can_not_be_opened_fails_its_own_job(mailbox, monkeypatch):
    first, second, third = waiting(3, mailbox)
    whole = opening.open_envelope

    def fails_at_the_second(number):
        if number == second:
            raise MemoryError
        return whole(number)

    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_envelope", fails_at_the_second)
        jobs.settle()
    [left] = waiting_jobs()
    assert left.args["envelope_id"] == second
    assert (left.status, left.attempts) == ("todo", 1)
    opened = Envelope.objects.filter(state=EnvelopeState.OPENED).values_list("pk", flat=True)
    assert set(opened) == {first, third}


@pytest.fixture
def heard(monkeypatch):
    """What came, as a listener hears it: the numbers of entries."""
    known = {fact: dict(named) for fact, named in listening._listeners.items()}
    monkeypatch.setattr(listening, "_listeners", known)
    found = []
    listening.on(MessageReceived)(lambda fact, *, entry: found.append(entry.pk))
    return found


def test_who_opens_a_mail_hears_of_it(mailbox, heard, monkeypatch):
    waiting(3, mailbox)
    others = []
    with monkeypatch.context() as patch:
        patch.setattr(listening, "defer_delivery", others.extend)
        jobs.settle()
    received = Entry.objects.filter(kind="tickets.MessageReceived").order_by("pk")
    assert heard == [one.pk for one in received]
    assert len(heard) == 3
    assert others == []


def test_a_mail_whose_opener_died_before_it_heard_of_it_is_heard_of(mailbox, heard, monkeypatch):
    [number] = waiting(1, mailbox)
    with monkeypatch.context() as patch:
        patch.setattr(listening, "hear", lambda entry, fact: 1 / 0)
        jobs.settle()
    assert heard == []
    [left] = waiting_jobs()
    assert left.args["envelope_id"] == number
    assert left.args["hears"] == [Entry.objects.get(kind="tickets.MessageReceived").pk]
    ProcrastinateJob.objects.filter(pk=left.pk).update(scheduled_at=None)
    jobs.settle()
    assert heard == left.args["hears"]
    assert not waiting_jobs().exists()


def test_a_job_that_is_to_wait_is_left_alone(mailbox):
    first, second = waiting(2, mailbox)
    ProcrastinateJob.objects.filter(args__envelope_id=second).update(
        scheduled_at=now().replace(year=2100)
    )
    job = started(first)
    assert taken(job) is None
    assert ProcrastinateJob.objects.filter(args__envelope_id=second, status="todo").exists()


def test_two_workers_never_take_the_same(mailbox):
    first, second, third, fourth = waiting(4, mailbox)
    one, other = started(first), started(second)
    assert {taken(one), taken(other)} == {third, fourth}
    assert taken(one) is None
