"""A mailbox whose server hangs does not stop the others, and nobody who steps back is forgotten."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.channels import sending, taking_turns
from foredesk.channels.models import Dispatch
from foredesk.channels.tests.test_sending import (  # noqa: F401
    ada,
    answer,
    outgoing,
    sink,
    ticket_from,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    monkeypatch.setattr(taking_turns, "_busy", type(taking_turns._busy)())
    monkeypatch.setattr(taking_turns, "_waiting", {})


def queued():
    jobs = ProcrastinateJob.objects.filter(task_name="channels.send_due", status="todo")
    return [job.args["ticket_id"] for job in jobs.order_by("id")]


def test_half_of_the_worker_is_the_most_for_one_mailbox(db):
    with taking_turns.turn(1, 10) as first, taking_turns.turn(1, 11) as second:
        with taking_turns.turn(1, 12) as third, taking_turns.turn(2, 20) as other:
            assert (first, second, third, other) == (True, True, False, True)
            with taking_turns.turn(3, 30) as one_too_many:
                assert not one_too_many, "no job is left to open mail"
        assert queued() == [30], "12 has no room yet"
    assert queued() == [30, 12]


def test_a_reply_that_steps_back_is_as_it_was_and_its_turn_comes(outgoing, sink, ada):  # noqa: F811
    ticket = ticket_from(outgoing)
    message = answer(ticket, ada)
    with taking_turns.turn(outgoing.pk, 0), taking_turns.turn(outgoing.pk, 0):
        sending.send_due(ticket.pk)
        message.refresh_from_db()
        assert (message.delivery, message.attempts) == ("queued", 0)
        assert not sink.taken
        before = queued()
        assert before[-1] == ticket.pk, "a job comes later, whoever dies meanwhile"
    assert queued() == [*before, ticket.pk], "and one comes as soon as there is a turn"
    sending.send_due(ticket.pk)
    message.refresh_from_db()
    assert (message.delivery, message.attempts, len(sink.taken)) == ("sent", 1, 1)
    assert Dispatch.objects.get(message_id=message.pk).state == "sent"
