"""The desk's own clockwork."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.channels import accepting, beating
from foredesk.channels.models import Heartbeat
from foredesk.operations import catching_up, closing_solved, tasks, tidying
from foredesk.people import setting_up
from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import app, settle
from foredesk.tickets import progressing, receiving
from foredesk.tickets.arrivals import Address, InboundMessage
from foredesk.tickets.models import Delivery, Message, Ticket


def a_ticket(number=1):
    message = receiving.receive(
        InboundMessage(
            channel="email",
            account="help@halden.example",
            external_id=f"{number}@mail.example",
            author=Address("cleo@mail.example", "Cleo"),
            at=now(),
            subject="Tent pole broke",
            text="It snapped.",
            html="<p>It snapped.</p>",
        ),
        at=now(),
    )
    return message.ticket


def test_each_task_waits_at_most_once():
    own = [name for name in app.tasks if name.startswith("operations.")]
    assert len(own) >= 6
    for name in own:
        assert app.tasks[name].queueing_lock == name
    assert {task.name for task in _periodic()} >= set(own) - {"operations.load_demo"}


def _periodic():
    return [one.task for one in app.periodic_registry.periodic_tasks.values()]


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_them():
    for task in (tasks.rescue, tasks.wake_snoozed, tasks.sweep_presence, tasks.catch_up):
        task.defer(timestamp=0)
    settle()
    left = ProcrastinateJob.objects.filter(task_name__startswith="operations.")
    assert not left.exclude(status="succeeded").exists()


def test_a_mail_without_a_job_is_opened_after_all(db):
    at = now()
    envelope = accepting.accept(
        b"From: a@b.example\r\n\r\nHi", mailbox=None, road="smtp", at=at - timedelta(minutes=5)
    )
    ProcrastinateJob.objects.all()._raw_delete(using="default")
    assert catching_up.catch_up(at=at)["envelopes"] == 1
    job = ProcrastinateJob.objects.get(task_name="channels.open_envelope")
    assert job.args["envelope_id"] == envelope.pk
    assert catching_up.catch_up(at=at)["envelopes"] == 0


def test_a_reply_without_a_job_is_sent_after_all(db, ada):
    ticket, at = a_ticket(), now()
    Message.objects.create(
        ticket=ticket,
        author_kind="agent",
        channel="email",
        agent=ada,
        at=at,
        is_public=True,
        delivery=Delivery.QUEUED,
        send_at=at - timedelta(minutes=5),
    )
    assert catching_up.catch_up(at=at)["replies"] == 1
    jobs = ProcrastinateJob.objects.filter(task_name="channels.send_due")
    assert [job.args["ticket_id"] for job in jobs] == [ticket.pk]


def test_tickets_solved_long_ago_are_closed(db, ada, adi):
    old, fresh, at = a_ticket(1), a_ticket(2), now()
    progressing.set_status(old, "solved", by=ada, at=at - timedelta(days=29))
    progressing.set_status(fresh, "solved", by=ada, at=at - timedelta(days=27))
    assert closing_solved.close_solved(at=at) == 1
    statuses = dict(Ticket.objects.values_list("pk", "status"))
    assert (statuses[old.pk], statuses[fresh.pk]) == ("closed", "solved")
    values = {"name": "H", "language": "en", "time_zone": "UTC", "close_after_days": 0}
    setting_up.change_workspace(**values, by=adi, at=at)
    assert closing_solved.close_solved(at=at + timedelta(days=99)) == 0


def test_what_nobody_needs_is_removed(db):
    at = now()
    Session.objects.create(session_key="old", session_data="x", expire_date=at - timedelta(hours=1))
    Session.objects.create(session_key="new", session_data="x", expire_date=at + timedelta(hours=1))
    beating.beat("intake", at=at)
    beating.beat("gone", at=at - timedelta(days=8))
    cache.set("short", 1, timeout=1)
    tidying.tidy(at=at + timedelta(seconds=5))
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["intake"]
    assert tidying.tidy(at=at)["cached"] == 0
