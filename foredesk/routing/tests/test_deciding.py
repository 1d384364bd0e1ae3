"""Who gets what, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from foredesk.routing.deciding import Candidate, Waiting, choose, in_order

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def person(pk, name, holds=0, turn=None, **fields):
    turn_at = None if turn is None else AT - timedelta(minutes=turn)
    return Candidate(pk, name, holds={"email": holds}, had_turn_at=turn_at, **fields)


def ticket(pk=1, **fields):
    return Waiting(pk, "email", fields.pop("priority", 2), AT, **fields)


ADA, BEN, CAI = person(1, "Ada", 3, 5), person(2, "Ben", 1, 1), person(3, "Cai", 2)
GERMAN = frozenset({"German"})
EVA = person(9, "Eva", 9, skills=GERMAN)
FLO, GUS = person(5, "Flo", 1, most={"email": 5}), person(6, "Gus", 4)
FULL = person(4, "Dee", 30)


@pytest.mark.parametrize(
    ("one", "candidates", "way", "sticky", "name", "says"),
    [
        (ticket(), [ADA, BEN, CAI], "turns", False, "Cai", "the turn of Cai"),
        (ticket(), [ADA, BEN], "turns", False, "Ada", "the turn of Ada"),
        (ticket(), [ADA, BEN, CAI], "load", False, "Ben", "1 of 30"),
        (ticket(), [person(1, "Ada", 1, 1), person(2, "Ben", 1, 9)], "load", False, "Ben", "least"),
        (ticket(knows=1), [ADA, BEN, CAI], "load", True, "Ada", "answered this customer last"),
        (ticket(knows=1), [ADA, BEN, CAI], "load", False, "Ben", "least"),
        (ticket(knows=4), [FULL, BEN], "load", True, "Ben", "least"),
        (ticket(needs=GERMAN), [BEN, EVA], "load", False, "Eva", "German"),
        (ticket(needs=GERMAN), [ADA, BEN], "load", False, None, "has the skills: German"),
        (ticket(), [FULL], "load", False, None, "as much as they can hold"),
        (ticket(), [], "load", False, None, "Nobody of the team is online"),
        (ticket(let_go_by=frozenset({2})), [ADA, BEN], "load", False, "Ada", "least"),
        (ticket(), [person(5, "Flo", 2, most={"email": 2}), ADA], "load", False, "Ada", "3 of 30"),
        # a share counts, not a number: 4 of 30 is less than 1 of 5
        (ticket(), [FLO, GUS], "load", False, "Gus", "4 of 30"),
    ],
)  # fmt: skip
def test_who_gets_it(one, candidates, way, sticky, name, says):
    choice = choose(one, candidates, way=way, is_sticky=sticky)
    assert (choice.agent.name if choice.agent else None) == name
    assert says in choice.reason


def test_turns_go_round_fairly():
    people = {one.id: one for one in (person(1, "Ada"), person(2, "Ben"), person(3, "Cai"))}
    got = []
    for n in range(9):
        choice = choose(ticket(n), list(people.values()), way="turns", is_sticky=False)
        got.append(choice.agent.id)
        people[choice.agent.id] = choice.agent.with_one_more("email", at=AT + timedelta(minutes=n))
    assert got == [1, 2, 3] * 3


def test_load_evens_out():
    people = {1: person(1, "Ada", 6), 2: person(2, "Ben", 0), 3: person(3, "Cai", 3)}
    for n in range(9):
        best = choose(ticket(n), list(people.values()), way="load", is_sticky=False).agent
        people[best.id] = best.with_one_more("email", at=AT + timedelta(minutes=n))
    assert [one.load for one in people.values()] == [6, 6, 6]


def test_the_order_of_those_who_wait():
    late = AT - timedelta(hours=5)
    due = AT + timedelta(minutes=10)
    waiting = [
        ticket(1),
        Waiting(2, "email", 2, late),
        ticket(3, priority=4),
        ticket(4, rank=1),
        ticket(5, due_at=due),
        ticket(6, rank=2, priority=4),
    ]
    assert [one.id for one in in_order(waiting)] == [4, 6, 3, 5, 2, 1]
