"""Tickets find people: fairly, once, with a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.routing import arranging, being_here, distributing
from foredesk.routing.models import Availability, Distribution, Skill, Tier
from foredesk.tickets import assigning, prioritising, replying
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import afresh, answered, arrive

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
DE = {"all": [{"field": "language", "is": "any_of", "value": ["de"]}]}


def at(minutes):
    return AT + timedelta(minutes=minutes)


def way(team=None, **fields):
    fields = {
        "way": "load", "is_sticky": True, "overflow_minutes": None, "overflow_to": None,
        "return_minutes": None, **fields,
    }  # fmt: skip
    return arranging.give_out(team, **fields, by=SYSTEM, at=AT)


def here(*people, state="online", when=AT):
    for one in people:
        being_here.set_state(one, state, by=one, at=when)


def ticket(minutes=0, **fields):
    return arrive(at=at(minutes), **fields).ticket


def holder(one):
    return afresh(one).assignee


def reasons(one):
    found = Entry.objects.filter(kind="routing.TicketRouted", about_id=one.pk).order_by("id")
    return [entry.data["reason"] for entry in found]


def test_people_take_tickets_themselves_unless_a_team_wants_it_otherwise(ada):
    here(ada)
    one = ticket()
    assert distributing.distribute(at=at(1)).given == 0
    assert holder(one) is None
    way()
    assert distributing.distribute(at=at(2)) == distributing.Dealt(1, 0)
    assert holder(one) == ada
    assert reasons(one) == ["Ada holds the least: 0 of 30."]


def test_load_is_even_and_only_who_is_online_gets_any(ada, lea, adi, lou):
    way()
    here(ada, lea, lou)
    here(adi, state="transfers")
    for n in range(6):
        ticket(n, author=f"c{n}@customer.example")
    distributing.distribute(at=at(10))
    held = dict.fromkeys([ada.pk, lea.pk], 3)
    found = Ticket.objects.values_list("assignee_id", flat=True)
    assert {pk: list(found).count(pk) for pk in set(found)} == held


def test_turns_go_round(ada, lea):
    way(way="turns", is_sticky=False)
    here(ada, lea)
    got = []
    for n in range(4):
        one = ticket(n, author=f"c{n}@customer.example")
        distributing.distribute(at=at(n))
        got.append(holder(one))
    assert got == [ada, lea, ada, lea]


def test_a_team_gets_its_own_and_a_full_hand_gets_nothing(ada, ben, orders):
    way(orders)
    here(ada, ben)
    arranging.hold_at_most(ben, {"email": 1}, by=SYSTEM, at=AT)
    first, second = ticket(0), ticket(1, author="other@customer.example")
    for one in (first, second):
        assigning.hand_to(one, orders, by=SYSTEM, at=at(1))
    assert distributing.distribute(at=at(2)) == distributing.Dealt(1, 1)
    assert (holder(first), holder(second)) == (ben, None)


def test_who_answered_last_goes_first(ada, lea):
    way()
    here(lea)
    earlier = ticket(0)
    replying.reply(earlier, by=ada, at=at(1), body_html="<p>Hello</p>")
    here(ada)
    fresh = ticket(5, subject="Another thing")
    distributing.distribute(at=at(6))
    assert holder(fresh) == ada
    assert reasons(fresh) == ["Ada answered this customer last."]


def test_skills_and_tiers(ada, lea):
    way()
    here(ada, lea)
    arranging.set_skill(None, name="German", needs=DE, agents=[lea], by=SYSTEM, at=AT)
    vip = {"all": [{"field": "domain", "is": "any_of", "value": ["lys.example"]}]}
    arranging.set_tier(None, name="Gold", rank=1, needs=vip, by=SYSTEM, at=AT)
    german = ticket(0, language="de")
    distributing.distribute(at=at(1))
    assert holder(german) == lea
    assert reasons(german) == ["Lea holds the least: 0 of 30, with German."]
    arranging.set_measure(most={"email": 1}, away_minutes=20, by=SYSTEM, at=AT)
    plain = ticket(2, author="c@customer.example")
    gold = ticket(3, author="amara@lys.example")
    prioritising.prioritise(plain, 4, by=SYSTEM, at=at(3))
    distributing.distribute(at=at(4))
    assert (holder(plain), holder(gold)) == (None, ada)


def test_nobody_gets_back_what_they_let_go(ada, lea):
    way()
    here(ada)
    one = ticket()
    distributing.distribute(at=at(1))
    assigning.assign(one, None, by=ada, at=at(2))
    assert distributing.distribute(at=at(3)).given == 0
    here(lea)
    distributing.distribute(at=at(4))
    assert holder(one) == lea


def test_what_waits_too_long_goes_to_another_team(ada, payments, orders):
    way(orders, overflow_minutes=30, overflow_to=payments)
    way(payments)
    one = ticket()
    assigning.hand_to(one, orders, by=SYSTEM, at=AT)
    distributing.distribute(at=at(29))
    assert afresh(one).team == orders
    here(ada, when=at(30))
    distributing.distribute(at=at(30))
    assert afresh(one).team == payments
    distributing.distribute(at=at(31))
    assert holder(one) == ada
    assert Entry.objects.filter(kind="routing.TicketOverflowed", about_id=one.pk).count() == 1


def test_who_went_away_gives_back_what_waits_for_them(ada, lea):
    way(return_minutes=15)
    here(ada)
    waits, answered_one = ticket(0), ticket(1, author="c@customer.example")
    distributing.distribute(at=at(2))
    replying.reply(answered_one, by=ada, at=at(3), body_html="<p>Done</p>")
    here(ada, state="away", when=at(4))
    assert distributing.give_back(at=at(18)) == 0
    assert distributing.give_back(at=at(19)) == 1
    assert (holder(waits), holder(answered_one)) == (None, ada)
    answered(answered_one, at=at(20))
    assert distributing.give_back(at=at(21)) == 1
    here(lea, when=at(22))
    distributing.distribute(at=at(22))
    assert holder(waits) == lea


def test_the_next_ticket_is_the_one_that_goes_first(ada, ben, lou, orders, payments):
    late, urgent, theirs = (ticket(n, author=f"c{n}@customer.example") for n in range(3))
    prioritising.prioritise(urgent, 4, by=SYSTEM, at=at(3))
    assigning.hand_to(theirs, payments, by=SYSTEM, at=at(3))
    assert distributing.take_next(ben, at=at(4)).pk == urgent.pk
    assert distributing.take_next(ben, at=at(4)).pk == late.pk
    assert distributing.take_next(ben, at=at(4)) is None
    assert distributing.take_next(ada, at=at(5)).pk == theirs.pk
    with pytest.raises(NotAllowed):
        distributing.take_next(lou, at=at(5))


def test_who_does_not_move_is_away_and_back_when_they_move(ada, lea):
    here(ada, lea)
    being_here.note_activity(lea, at=at(15))
    assert being_here.notice_absence(at=at(19)) == 0
    assert being_here.notice_absence(at=at(21)) == 1
    assert Availability.objects.get(pk=ada.pk).state == "away"
    being_here.note_activity(ada, at=at(25))
    assert Availability.objects.get(pk=ada.pk).state == "online"
    being_here.set_state(ada, "away", by=ada, at=at(30))
    being_here.note_activity(ada, at=at(31))
    assert Availability.objects.get(pk=ada.pk).state == "away"


def test_only_admins_say_where_others_are(ada, lea, adi):
    with pytest.raises(NotAllowed):
        being_here.set_state(ada, "online", by=lea, at=AT)
    being_here.set_state(ada, "offline", by=adi, at=AT)
    with pytest.raises(Refused):
        being_here.set_state(ada, "asleep", by=ada, at=AT)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"way": "magic"}, "how tickets are given out"),
        ({"overflow_minutes": 0}, "a minute at least"),
        ({"overflow_minutes": 5}, "to which team"),
        ({"return_minutes": 99_999}, "a week at most"),
    ],
)
def test_bad_ways_are_refused(fields, says):
    with pytest.raises(Refused, match=says):
        way(**fields)
    assert not Distribution.objects.exists()


def test_bad_skills_and_tiers_are_refused(ada):
    with pytest.raises(Refused, match="a name"):
        arranging.set_skill(None, name=" ", needs={}, agents=[], by=SYSTEM, at=AT)
    bad = {"field": "weather", "is": "set"}
    with pytest.raises(Refused, match="not there"):
        arranging.set_skill(None, name="Rain", needs=bad, agents=[], by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="everybody"):
        arranging.set_tier(None, name="All", rank=1, needs={"all": []}, by=SYSTEM, at=AT)
    skill = arranging.set_skill(None, name="German", needs=DE, agents=[], by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="already a skill"):
        arranging.set_skill(None, name="German", needs={}, agents=[ada], by=SYSTEM, at=AT)
    with pytest.raises(NotAllowed):
        arranging.remove(skill, by=ada, at=AT)
    arranging.remove(skill, by=SYSTEM, at=AT)
    assert not Skill.objects.exists()
    assert not Tier.objects.exists()


def test_dealing_asks_little_for_each_ticket(ada, lea, django_assert_max_num_queries):
    way()
    here(ada, lea)
    for n in range(10):
        ticket(n, author=f"c{n}@customer.example")
    with django_assert_max_num_queries(24 + 10 * 10):
        distributing.distribute(at=at(20))


def test_when_all_are_full_what_waits_is_not_looked_at(ada, lea, django_assert_num_queries):
    way()
    here(ada, lea)
    arranging.set_measure(most={"email": 1}, away_minutes=20, by=SYSTEM, at=AT)
    arranging.set_skill(None, name="German", needs=DE, agents=[lea], by=SYSTEM, at=AT)
    for n in range(8):
        ticket(n, author=f"c{n}@customer.example")
    assert distributing.distribute(at=at(20)).given == 2
    with django_assert_num_queries(12):  # who is here, and one that finds nothing
        assert distributing.distribute(at=at(21)) == distributing.Dealt(0, 0)


def test_one_free_place_costs_the_same_however_many_wait(ada, lea):
    way()
    here(ada)
    arranging.set_measure(most={"email": 1}, away_minutes=20, by=SYSTEM, at=AT)
    costs = []
    for waiting in (6, 20):
        for n in range(waiting):
            ticket(n, author=f"c{n}@customer.example")
        with CaptureQueriesContext(connection) as asked:
            assert distributing.distribute(at=at(40)).given == 1
        costs.append(len(asked))
        Ticket.objects.update(status="solved")
    assert costs[0] == costs[1]


def lined_up(orders, payments):
    """Tickets that wait, the first first: two urgent German ones, a phone call, two mails."""
    found = {
        "german": ticket(0, author="g@customer.example", language="de"),
        "german2": ticket(1, author="h@customer.example", language="de"),
        "call": ticket(2, author="p@customer.example"),
        "mail": ticket(3, author="m@customer.example"),
        "last": ticket(4, author="l@customer.example"),
    }
    Ticket.objects.filter(pk=found["call"].pk).update(channel="phone")
    for name in ("german", "german2"):
        prioritising.prioritise(found[name], 4, by=SYSTEM, at=at(5))
    return found


@pytest.mark.parametrize(
    ("most", "german_for", "got", "over"),
    [
        # nobody free has the skill: those behind go on
        ({"email": 1, "phone": 0}, "lea", {"mail"}, {"german", "german2", "call", "last"}),
        # who has it takes the first, and the next holds up nobody
        ({"email": 2, "phone": 0}, "ada", {"german", "german2"}, {"call", "mail", "last"}),
        ({"email": 1, "phone": 1}, "ada", {"german", "call"}, {"german2", "mail", "last"}),
        # full of mail, and free for the telephone
        ({"email": 0, "phone": 1}, "ada", {"call"}, {"german", "german2", "mail", "last"}),
        ({"email": 0, "phone": 0}, "ada", set(), {"german", "german2", "call", "mail", "last"}),
        ({"email": 9, "phone": 9}, "ada", {"german", "german2", "call", "mail", "last"}, set()),
    ],
)
def test_at_the_limit_the_same_ones_get_a_place(
    ada, lea, orders, payments, most, german_for, got, over
):
    way(overflow_minutes=60, overflow_to=payments)
    found = lined_up(orders, payments)
    here(ada)
    arranging.set_measure(most=most, away_minutes=90, by=SYSTEM, at=AT)
    skilled = {"ada": ada, "lea": lea}[german_for]
    arranging.set_skill(None, name="German", needs=DE, agents=[skilled], by=SYSTEM, at=AT)
    distributing.distribute(at=at(30))
    assert {name for name, one in found.items() if holder(one) == ada} == got
    distributing.distribute(at=at(70))
    assert {name for name, one in found.items() if afresh(one).team == payments} == over


def test_skilled_tickets_by_the_dozen_block_nobody(ada, lea):
    way()
    here(ada)
    arranging.set_skill(None, name="German", needs=DE, agents=[lea], by=SYSTEM, at=AT)
    for n in range(12):
        ticket(n, author=f"g{n}@customer.example", language="de")
    last = ticket(13, author="c@customer.example")
    assert distributing.distribute(at=at(20)) == distributing.Dealt(1, 12)
    assert holder(last) == ada
