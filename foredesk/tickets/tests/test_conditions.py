"""Conditions: decided as tables, taken and worded as people write them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foredesk.tickets.conditions import evaluating
from foredesk.tickets.conditions.checking import BadCondition, check, problems
from foredesk.tickets.conditions.evaluating import evaluate, names
from foredesk.tickets.conditions.pictures import Picture, pictures_of
from foredesk.tickets.conditions.wording import sentence
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import arrive

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CARD = Picture(
    id=1,
    subject="My card was declined",
    status="open",
    priority=3,
    channel="email",
    account="help@halden.example",
    language="en",
    tags=("Payments", "vip"),
    team_id=7,
    assignee_id=None,
    requester_id=1,
    requester_name="Amara Okafor",
    requester_address="amara@lys.example",
    organisation="Lys AS",
    organisation_id=3,
    created_at=AT - timedelta(hours=30),
    activity_at=AT - timedelta(hours=1),
    customer_wrote_at=AT - timedelta(hours=1),
    waiting_since=AT - timedelta(hours=1),
    first_reply_at=None,
    solved_at=None,
    is_snoozed=False,
    text="It says  'do not\nhonour'. Order 48213.",
)


def leaf(field, operator, value=None):
    return {"field": field, "is": operator, **({} if value is None else {"value": value})}


HIGH = leaf("priority", "at_least", 3)
VIP = leaf("tags", "any_of", ["VIP"])
ORDERS = leaf("team", "any_of", ["8"])


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"all": []}, True),
        ({"any": []}, False),
        ({"none": []}, True),
        (HIGH, True),
        (leaf("priority", "at_most", 2), False),
        (leaf("priority", "any_of", ["3", "4"]), True),
        (leaf("status", "none_of", ["open"]), False),
        (VIP, True),
        (leaf("tags", "has_all", ["vip", "payments"]), True),
        (leaf("tags", "has_all", ["vip", "refund"]), False),
        (leaf("tags", "none_of", ["refund"]), True),
        (leaf("assignee", "empty"), True),
        (leaf("assignee", "set"), False),
        (leaf("team", "any_of", ["7"]), True),
        (leaf("subject", "contains", ["CARD WAS"]), True),
        (leaf("text", "contains", ["do not honour"]), True),
        (leaf("text", "contains", [".*"]), False),
        (leaf("text", "lacks", ["refund", "order 48213"]), False),
        (leaf("domain", "any_of", ["lys.example"]), True),
        (leaf("created", "hours_ago", 30), True),
        (leaf("created", "hours_ago", 31), False),
        (leaf("activity", "within_hours", 2), True),
        (leaf("first_reply", "hours_ago", 0), False),
        (leaf("first_reply", "empty"), True),
        ({"all": [HIGH, VIP]}, True),
        ({"all": [HIGH, ORDERS]}, False),
        ({"any": [ORDERS, VIP]}, True),
        ({"none": [ORDERS]}, True),
        ({"none": [ORDERS, VIP]}, False),
        ({"all": [HIGH, {"any": [ORDERS, {"none": [leaf("language", "any_of", ["de"])]}]}]}, True),
        (leaf("weather", "any_of", ["rain"]), False),
        (leaf("priority", "contains", ["3"]), False),
        ({"none": [leaf("weather", "any_of", ["rain"])]}, False),
        ({}, False),
    ],
)
def test_what_fits(condition, fits):
    assert evaluate(condition, CARD, at=AT).fits is fits
    assert evaluating.fits(condition, CARD, at=AT) is fits


def test_a_verdict_names_what_decided():
    assert evaluate({"all": [HIGH, ORDERS]}, CARD, at=AT).because == (ORDERS,)
    assert evaluate({"any": [ORDERS, VIP]}, CARD, at=AT).because == (VIP,)
    assert evaluate({"none": [ORDERS]}, CARD, at=AT).because == (ORDERS,)
    assert evaluate({"none": [VIP]}, CARD, at=AT).because == (VIP,)
    assert evaluate({"all": [HIGH, VIP]}, CARD, at=AT).because == (HIGH, VIP)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("all", "has a field"),
        ({"all": HIGH}, "is a list"),
        (leaf("weather", "any_of", ["rain"]), "not there"),
        (leaf("priority", "contains", ["3"]), "how to compare the priority"),
        (leaf("priority", "any_of", ["9"]), "not there"),
        (leaf("priority", "any_of", []), "what to compare"),
        (leaf("priority", "any_of"), "what to compare"),
        (leaf("created", "hours_ago", "soon"), "a number"),
        (leaf("created", "hours_ago", "nan"), "a number"),
        (leaf("created", "hours_ago", -1), "a number"),
        (leaf("subject", "contains", ["a\x00b"]), "can't be kept"),
        ({"all": [{"all": [{"all": [{"all": []}]}]}]}, "3 levels"),
        ({"all": [leaf("tags", "set")] * 51}, "50 conditions"),
    ],
)
def test_a_bad_condition_is_refused_with_a_sentence(bad, says):
    with pytest.raises(BadCondition, match=says):
        check(bad)


def test_a_checked_condition_is_plain():
    rough = {"all": [leaf("tags", "any_of", "  vip  gold "), leaf("tags", "set", ["x"])], "x": 1}
    assert check(rough) == {"all": [leaf("tags", "any_of", ["vip gold"]), leaf("tags", "set")]}
    assert check(leaf("created", "hours_ago", ["1,5"])) == leaf("created", "hours_ago", 1.5)


def test_the_fields_of_a_condition():
    assert names({"all": [HIGH, {"none": [VIP]}]}) == {"priority", "tags"}


def test_sentences(payments):
    mine = leaf("team", "any_of", [str(payments.pk)])
    assert check(mine) == mine
    text = sentence({"all": [leaf("priority", "any_of", ["3", "4"]), {"none": [VIP]}, mine]})
    assert text == "the priority is High or Urgent and not (a tag is VIP) and the team is Payments"
    assert sentence({"all": []}) == ""
    assert "something removed" in sentence(leaf("team", "any_of", ["999999"]))


def test_what_was_removed_since_is_told(payments):
    mine = leaf("team", "any_of", [str(payments.pk)])
    assert problems({"all": [mine, VIP]}) == []
    payments.delete()
    from foredesk.people import directory

    directory.forget()
    (said,) = problems({"all": [mine, VIP]})
    assert "not there" in said


def test_pictures_of_many_tickets_take_one_question(db, django_assert_num_queries):
    first = arrive(subject="One", text="Hello there").ticket
    arrive(subject="Two", author="ben@example.org")
    ids = list(Ticket.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        pictures = pictures_of(ids)
    assert set(pictures) == set(ids)
    assert pictures[first.pk].text == "Hello there"
    assert pictures[first.pk].requester_address
    assert replace(CARD, id=first.pk) != pictures[first.pk]
