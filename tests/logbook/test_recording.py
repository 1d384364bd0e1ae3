"""A fact, its entry, its job and its poke share one commit."""

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.logbook import listening, recording
from foredesk.logbook.actors import SYSTEM, Actor, actor_of
from foredesk.logbook.models import Entry
from foredesk.people.events import CustomerAppeared, CustomerChanged, WorkspaceSetUp
from foredesk.people.models import Agent
from foredesk.plumbing.clock import now
from foredesk.tickets.events import TicketAssigned, TicketClosed

CLOSED = TicketClosed(ticket_id=7, team_id=3, assignee_id=2, before="open")


def _jobs_of(entry):
    jobs = ProcrastinateJob.objects.filter(task_name="logbook.deliver")
    return [job for job in jobs if job.args["entry_id"] == entry.pk]


@pytest.fixture
def ears():
    """What another connection hears on the channel; call it to collect."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"], host=settings["HOST"], user=settings["USER"],
        port=settings["PORT"] or None, password=settings["PASSWORD"] or None, autocommit=True,
    ) as other:  # fmt: skip
        other.execute(f"listen {recording.CHANNEL}")

        def heard():
            with connection.cursor() as cursor:
                cursor.execute("select pg_notify(%s, 'end')", [recording.CHANNEL])
            found = []
            for notice in other.notifies(timeout=20):
                if notice.payload == "end":
                    return found
                found.append(notice.payload)
            raise AssertionError("The end was not heard.")

        yield heard


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused_and_leaves_nothing(listeners):
    listeners(TicketClosed)(lambda fact, *, entry: None)
    jobs = ProcrastinateJob.objects.count()
    with pytest.raises(recording.OutsideTransaction, match=r"tickets\.TicketClosed"):
        recording.record(CLOSED, by=SYSTEM, at=now())
    assert not Entry.objects.exists()
    assert ProcrastinateJob.objects.count() == jobs


@pytest.mark.django_db(transaction=True)
def test_entry_job_and_poke_come_with_the_commit(listeners, ears):
    listeners(TicketClosed)(lambda fact, *, entry: None)
    at = now()
    with transaction.atomic():
        entry = recording.record(CLOSED, by=SYSTEM, at=at)
    assert len(_jobs_of(entry)) == 1
    assert ears() == ["agent-2 team-3 ticket-7"]
    stored = Entry.objects.get()
    assert (stored.kind, stored.about_kind, stored.about_id, stored.at, stored.depth) == (
        "tickets.TicketClosed", "ticket", 7, at, 0,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_entry_no_job_and_no_poke(listeners, ears):
    listeners(TicketClosed)(lambda fact, *, entry: None)
    jobs = ProcrastinateJob.objects.count()
    with transaction.atomic():
        recording.record(CLOSED, by=SYSTEM, at=now())
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert ProcrastinateJob.objects.count() == jobs
    assert ears() == []


@pytest.mark.django_db
def test_a_fact_that_nobody_hears_makes_no_job():
    with transaction.atomic():
        entry = recording.record(CustomerAppeared(customer_id=1), by=SYSTEM, at=now())
    assert _jobs_of(entry) == []


@pytest.mark.django_db(transaction=True)
def test_pokes_to_very_many_screens_all_arrive(ears):
    topics = tuple(f"ticket-{10**9 + n}" for n in range(2000))
    with transaction.atomic():
        recording.poke(topics)
        recording.poke(())
    heard = ears()
    assert {topic for payload in heard for topic in payload.split()} == set(topics)
    assert all(len(payload) < 8000 for payload in heard)


@pytest.mark.django_db
def test_cause_and_depth_tell_what_led_to_what():
    first = recording.record(CLOSED, by=SYSTEM, at=now())
    rule = Actor("rule", 5, "Close the loop")
    second = recording.record(CLOSED, by=rule.because(first), at=now())
    third = recording.record(CLOSED, by=rule.because(second), at=now())
    assert [(e.cause_id, e.depth) for e in (first, second, third)] == [
        (None, 0), (first.pk, 1), (second.pk, 2),
    ]  # fmt: skip
    assert (third.actor_kind, third.actor_id, third.actor_name) == ("rule", 5, "Close the loop")
    assert rule.cause is None


def test_people_say_as_whom_they_act():
    assert actor_of(Agent(pk=4, name="Ada")) == Actor("agent", 4, "Ada")
    assert actor_of(SYSTEM) is SYSTEM


@pytest.mark.django_db
def test_a_fact_about_nothing_in_particular():
    entry = recording.record(WorkspaceSetUp(name="Halden"), by=SYSTEM, at=now())
    assert (entry.about_kind, entry.about_id, entry.data) == ("", None, {"name": "Halden"})


TOPICS = [
    ("of no team and nobody", TicketClosed(1, None, None, before="new"), {"ticket-1", "team-0"}),
    ("of a team and somebody", CLOSED, {"ticket-7", "team-3", "agent-2"}),
    ("given away", TicketAssigned(1, 3, 2, before=9, after=2),
     {"ticket-1", "team-3", "agent-2", "agent-9"}),
    ("of people", CustomerChanged(customer_id=1, before={}, after={}), set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fact", "topics"), TOPICS, ids=[case[0] for case in TOPICS])
def test_the_screens_that_look_again(name, fact, topics):
    assert set(fact.topics()) == topics


@pytest.mark.django_db(transaction=True)
def test_facts_of_one_ability_are_written_together(listeners, ears, django_assert_num_queries):
    listeners(TicketClosed)(lambda fact, *, entry: None)
    listeners(TicketAssigned)(lambda fact, *, entry: None)
    given = TicketAssigned(8, 3, 2, before=None, after=2)
    assert listening.is_heard(given)  # what is kept for a moment is read now
    facts_and_jobs = 2
    with (
        transaction.atomic(),
        django_assert_num_queries(facts_and_jobs),
        recording.together(),
    ):
        first = recording.record(CLOSED, by=SYSTEM, at=now())
        with recording.together():
            second = recording.record(given, by=SYSTEM, at=now())
        silent = recording.record(CustomerAppeared(customer_id=1), by=SYSTEM, at=now())
        assert first.pk is None
    assert first.pk < second.pk < silent.pk
    assert [one.kind for one in Entry.objects.order_by("id")] == [
        "tickets.TicketClosed", "tickets.TicketAssigned", "people.CustomerAppeared",
    ]  # fmt: skip
    assert [len(_jobs_of(one)) for one in (first, second, silent)] == [1, 1, 0]
    assert ears() == ["agent-2 team-3 ticket-7 ticket-8"]


@pytest.mark.django_db
def test_when_an_ability_fails_none_of_its_facts_is_written():
    def fail():
        recording.record(CLOSED, by=SYSTEM, at=now())
        raise ValueError

    with pytest.raises(ValueError), recording.together():  # noqa: PT011  (our own)
        fail()
    assert not Entry.objects.exists()
    assert recording.record(CLOSED, by=SYSTEM, at=now()).pk
