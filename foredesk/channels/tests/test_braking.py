"""No machine of ours floods anybody: brakes per address, per stranger and for the whole desk."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection, transaction

from foredesk.channels import alarming, braking
from foredesk.channels.events import AutomaticMailHeld
from foredesk.channels.models import AutomaticMail
from foredesk.logbook.models import Entry
from foredesk.people.models import Agent
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def may(address="cleo@customer.example", *, at=None, is_proven=True):
    with transaction.atomic():
        return braking.may_send(
            address, purpose="acknowledgement", ticket_id=None, is_proven=is_proven, at=at or now()
        )


def told():
    return list(
        Entry.objects.filter(kind="channels.AutomaticMailHeld").values_list("data", flat=True)
    )


def test_five_in_an_hour_and_twenty_in_a_day_then_silence_and_one_notice():
    start = now() - timedelta(hours=10)
    went = [start + n * timedelta(minutes=1) for n in range(1000) if may(at=start + n * timedelta(minutes=1))]  # fmt: skip # noqa: E501
    assert len(went) == 20
    for at in went:
        assert sum(at - HOUR < other <= at for other in went) <= 5
    assert told() == [{"brake": "address", "address": "cleo@customer.example", "limit": 5}]


def test_an_address_that_nobody_has_proven_gets_one_a_day_without_alarm():
    at = now()
    assert may(is_proven=False, at=at)
    assert not may("Cleo@Customer.example", is_proven=False, at=at + HOUR)
    assert may(is_proven=False, at=at + 25 * HOUR)
    assert told() == []


def test_the_brake_of_the_whole_desk_holds_and_says_so(settings):
    settings.ENV = replace(settings.ENV, automatic_per_minute=3)
    at = now()
    went = [may(f"stranger{n}@x.example", is_proven=False, at=at) for n in range(40)]
    assert went == [True] * 3 + [False] * 37
    assert [one["brake"] for one in told()] == ["desk"]
    assert may("stranger50@x.example", is_proven=False, at=at + timedelta(minutes=2))


def test_none_at_all_when_the_desk_is_set_to_none(settings):
    settings.ENV = replace(settings.ENV, automatic_per_minute=0)
    assert not may()


def test_admins_get_one_mail_with_what_to_do(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for name, role in (("Ada", "admin"), ("Ben", "agent")):
        Agent.objects.create(name=name, email=f"{name.lower()}@shop.example", role=role)
    assert (
        alarming.tell_of_a_brake(AutomaticMailHeld(brake="desk", address="x@y.example", limit=3))
        == 1
    )
    [mail] = outbox.outbox
    assert mail.to == ["ada@shop.example"]
    assert "automatic mail is stopped" in mail.subject
    assert "x@y.example" not in mail.body


def test_what_no_brake_counts_any_more_is_forgotten():
    may(at=now() - timedelta(days=3))
    assert may()
    assert braking.tidy(at=now()) == 1
    assert AutomaticMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_only_one_is_the_last(settings):
    import threading

    at = now()
    answers = []

    def ask():
        try:
            answers.append(may(is_proven=False, at=at))
        finally:
            connection.close()

    both = [threading.Thread(target=ask) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == [False, False, False, True]
