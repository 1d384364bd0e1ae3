"""Promises and hours as an admin sets them up; others don't get in."""

from datetime import UTC, datetime

import pytest

from foredesk.logbook.actors import SYSTEM
from foredesk.people import queries as people
from foredesk.people import setting_up
from foredesk.sla import escalating, promising, queries

AT = datetime(2026, 11, 2, tzinfo=UTC)
WEEK = {f"from-{day}": ["08:00", "12:30"] for day in range(5)} | {
    f"to-{day}": ["12:00", "18:00"] for day in range(5)
}
HOURS = {"name": "Support", "time_zone": "Europe/Oslo", **WEEK}
PROMISE = {
    "name": "Plus",
    "is_active": "on",
    "c0.field": "priority",
    "c0.is": "at_least",
    "c0.value": "3",
    "c1.field": "domain",
    "c1.is": "any_of",
    "c1.value": "lys.example, fjell.example",
    "first_reply-4": "30 min",
    "first_reply-3": "1 h",
    "pauses": ["pending"],
}


@pytest.fixture
def admin(client, adi):
    client.force_login(adi)
    return client


def test_an_admin_sets_up_hours_a_promise_and_steps(admin):
    assert b"No hours yet" in admin.get("/settings/promises/").content
    assert admin.post("/settings/promises/hours/new/", HOURS).status_code == 302
    (hours,) = queries.schedules()
    assert hours.week[0] == [[480, 720], [750, 1080]]
    asked = PROMISE | {"schedule": str(hours.pk)}
    assert admin.post("/settings/promises/new/", asked).status_code == 302
    (policy,) = queries.policies()
    assert policy.targets == {"first_reply": {"4": "30m", "3": "1h"}}
    assert policy.conditions == {
        "all": [
            {"field": "priority", "is": "at_least", "value": 3.0},
            {"field": "domain", "is": "any_of", "value": ["lys.example", "fjell.example"]},
        ]
    }
    steps = {
        "left-0": "333",
        "move-0": "free",
        "tell-0": ["assignee", "team"],
        "left-1": "0",
        "tell-1": ["leads"],
    }
    assert admin.post("/settings/promises/steps/", steps).status_code == 302
    assert [(one.left, one.tell, one.move_to) for one in escalating.current()] == [
        (333, ("assignee", "team"), "free"),
        (0, ("leads",), ""),
    ]
    page = admin.get("/settings/promises/").content.decode()
    assert "30 min to 1 h" in page
    assert "the priority is at least 3 and the customer’s mail domain is lys.example" in page
    kept = admin.get(f"/settings/promises/{policy.pk}/").content.decode()
    assert 'value="30 min"' in kept
    assert "lys.example, fjell.example" in kept


def test_a_form_is_drawn_anew_and_nothing_is_saved(admin):
    page = admin.post("/settings/promises/hours/new/", HOURS | {"press": "add-5"})
    assert page.status_code == 200
    assert page.content.count(b'name="from-5"') == 1
    page = admin.post("/settings/promises/hours/new/", HOURS | {"press": "drop-0-1"})
    assert page.content.count(b'name="from-0"') == 1
    page = admin.post("/settings/promises/hours/new/", HOURS | {"press": "copy"})
    assert page.content.count(b'name="from-4"') == 2
    page = admin.post("/settings/promises/conditions/", PROMISE | {"do": "add_condition"})
    assert b'name="c2.field"' in page.content
    page = admin.post("/settings/promises/conditions/", PROMISE | {"do": "remove_condition-0"})
    assert b'name="c1.field"' not in page.content
    page = admin.post("/settings/promises/steps/", {"press": "step-add"})
    assert b'name="left-0"' in page.content
    assert not queries.schedules()
    assert not escalating.current()


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("hours/new/", HOURS | {"from-0": "18:00", "to-0": "08:00"}, "end after they begin"),
        ("hours/new/", HOURS | {"name": ""}, "Give the hours a name"),
        ("hours/new/", HOURS | {"time_zone": "Mars/Olympus"}, "no time zone"),
        ("hours/new/", HOURS | {"press": "add-9", "name": ""}, "Give the hours a name"),
        ("new/", PROMISE | {"first_reply-4": "soon"}, "is no time"),
        ("new/", PROMISE | {"c0.value": "many"}, "Give a number"),
        ("new/", {"name": "Empty"}, "at least one time"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(admin, path, data, says):
    answer = admin.post(f"/settings/promises/{path}", data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not queries.policies()
    assert not queries.schedules()


def test_days_off(admin):
    admin.post("/settings/promises/hours/new/", HOURS)
    path = f"/settings/promises/hours/{queries.schedules()[0].pk}/days/"
    assert admin.post(path, {"country": "NO"}).status_code == 302
    assert b"Christmas Day" in admin.get(path).content
    assert admin.post(path, {"country": "XX"}).status_code == 422
    assert admin.post(path, {"day": "2030-02-30"}).status_code == 422
    assert admin.post(path, {"day": "2030-02-03", "from": "10:00"}).status_code == 422
    assert admin.post(path, {"day": "2030-02-03", "name": "Outing"}).status_code == 302
    assert b"Outing" in admin.get(path).content
    admin.post(f"{path}remove/", {"day": "2030-02-03"})
    assert b"Outing" not in admin.get(path).content


def test_trying_says_by_when(admin):
    admin.post("/settings/promises/hours/new/", HOURS)
    (hours,) = queries.schedules()
    admin.post("/settings/promises/new/", PROMISE | {"schedule": str(hours.pk)})
    asked = {"priority": "3", "when": "2026-11-20T17:40"}
    row = people.workspace_now()
    setting_up.change_workspace(
        name=row.name, language=row.language, time_zone="Europe/Oslo",
        close_after_days=row.close_after_days, copies_join=row.copies_join, by=SYSTEM, at=AT,
    )  # fmt: skip
    page = admin.get("/settings/promises/try/", asked).content.decode()
    assert "First reply by Monday, 23 November, 08:40" in page
    assert "20 min on Friday, 40 min on Monday" in page
    assert "Write a date" in admin.get("/settings/promises/try/", {"when": "soon"}).content.decode()


def test_the_order_is_changed_by_buttons(admin):
    first, second = (
        promising.promise(
            name=name, conditions={}, targets={"first_reply": {"2": "4h"}}, schedule=None,
            pauses=[], by=SYSTEM, at=AT,
        )
        for name in ("One", "Two")
    )  # fmt: skip
    admin.post("/settings/promises/order/", {"policy": second.pk, "to": "up"})
    assert [one.pk for one in queries.policies()] == [second.pk, first.pk]
    admin.post("/settings/promises/order/", {"policy": second.pk, "to": "up"})
    admin.post(f"/settings/promises/{first.pk}/remove/")
    assert [one.pk for one in queries.policies()] == [second.pk]


def test_agents_do_not_change_promises(client, ada):
    client.force_login(ada)
    assert client.get("/settings/promises/").status_code == 403
    assert client.post("/settings/promises/new/", PROMISE).status_code == 403
    assert not queries.policies()
