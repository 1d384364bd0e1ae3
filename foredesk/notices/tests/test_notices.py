"""The bell: who hears of what, once; who may not see a ticket hears nothing of it."""

from datetime import timedelta

import pytest

from foredesk.logbook import listening
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.logbook.models import Entry
from foredesk.notices import notifying, queries, reading
from foredesk.notices.models import Notice
from foredesk.people import profiling
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import assigning
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(payments):
    row = cases.ticket_of()
    return assigning.hand_to(row, payments, by=SYSTEM, at=now())


def hear():
    """The listeners of the latest entry, twice: a job may run again."""
    entry = Entry.objects.latest("id")
    for _ in range(2):
        listening.run_listeners(entry.pk)


def said(agent):
    return [line.said for line in queries.notices(agent)[0]]


def tell(agents, ticket, *, kind="rule", about=1, words="Look."):
    return notifying.notify(
        [one.pk for one in agents], ticket, kind=kind, about=about, said=words, at=now()
    )


def test_who_is_given_a_ticket_hears_who_gave_it(ticket, ada, lea):
    assigning.assign(ticket, ada, by=lea, at=now())
    hear()
    assigning.assign(ticket, None, by=lea, at=now())
    hear()
    assigning.assign(ticket, ada, by=Actor("rule", 7, "Cards"), at=now())
    hear()
    assert said(ada) == ["The rule “Cards” gave you this ticket.", "Lea gave you this ticket."]
    assert said(lea) == []


def test_taking_a_ticket_oneself_is_no_news(ticket, ada):
    assigning.assign(ticket, ada, by=ada, at=now())
    hear()
    assert said(ada) == []


def test_messages_of_one_ticket_are_one_notice_until_it_is_read(ticket, ada):
    assigning.assign(ticket, ada, by=ada, at=now())
    cases.answered(ticket)
    hear()
    cases.answered(ticket, name="Cleo")
    hear()
    (line,), more = queries.notices(ada)
    assert (line.said, line.number, line.subject, line.is_new, more) == (
        "Cleo Client wrote.", ticket.pk, "Tent", True, None,
    )  # fmt: skip
    assert queries.unread(ada) == 1
    assert reading.read(ada, ticket_id=ticket.pk, at=now()) == 1
    queries.forget()
    assert queries.unread(ada) == 0
    cases.answered(ticket)
    hear()
    assert [line.is_new for line in queries.notices(ada)[0]] == [True, False]
    assert len(queries.notices(ada, only_unread=True)[0]) == 1


def test_who_reads_the_ticket_now_needs_no_bell(ticket, ada):
    assigning.assign(ticket, ada, by=ada, at=now())
    presence.appear(topic=f"ticket-{ticket.pk}", agent_id=ada.pk, state="reading", at=now())
    cases.answered(ticket)
    hear()
    assert said(ada) == []
    assert tell([ada], ticket) == 1  # a rule tells also those


def test_machines_ring_no_bell(ticket, ada):
    assigning.assign(ticket, ada, by=ada, at=now())
    cases.answered(ticket, is_auto_reply=True)
    hear()
    assert said(ada) == []


def test_nobody_hears_of_a_ticket_that_they_may_not_see(ticket, ada, ben, lea, adi, lou, orders):
    assert tell([ada, ben, lea, adi], ticket) == 3
    assert said(ben) == []
    assigning.hand_to(ticket, orders, by=SYSTEM, at=now())
    ada.sees = "teams"
    ada.save()
    (line,), _ = queries.notices(ada)
    assert (line.said, line.subject) == ("", "")
    assigning.assign(ticket, ada, by=SYSTEM, at=now())
    assert said(ada) == ["Look."]


@pytest.mark.parametrize("kind", sorted(notifying.WISHES))
def test_each_kind_has_its_own_switch(ticket, ada, lea, kind):
    profiling.change_own(ada, at=now(), **{notifying.WISHES[kind]: False})
    assert tell([ada, lea], ticket, kind=kind) == 1
    assert (said(ada), said(lea)) == ([], ["Look."])


def test_nobody_is_told_twice_of_the_same(ticket, ada):
    tell([ada], ticket)
    tell([ada], ticket, words="Look again.")
    tell([ada], ticket, about=2)
    assert said(ada) == ["Look.", "Look."]


def test_pages_follow_each_other_without_gaps(ticket, ada, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    at = now()
    for number in range(5):
        notifying.notify([ada.pk], ticket, kind="rule", about=number, said=f"{number}", at=at)
    found, before = [], None
    for _ in range(3):
        lines, before = queries.notices(ada, before=before)
        found += [line.said for line in lines]
    assert (found, before) == (["4", "3", "2", "1", "0"], None)
    assert queries.notices(ada, before=10**12) == ([], None)


def test_telling_a_hundred_costs_what_telling_one_costs(ticket, ada, django_assert_num_queries):
    from foredesk.conftest import _agent

    crowd = [_agent(f"P{number}", "agent") for number in range(30)]
    with django_assert_num_queries(5):  # whom, a savepoint and its end, the rows, the poke
        tell(crowd, ticket)


def test_old_notices_are_forgotten(ticket, ada):
    tell([ada], ticket)
    assert reading.forget_old(at=now()) == 0
    assert reading.forget_old(at=now() + timedelta(days=91)) == 1
    assert Notice.objects.count() == 0
