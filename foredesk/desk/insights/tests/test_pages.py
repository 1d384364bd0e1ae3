"""Insights as people look at them: figures, what narrows them, who may see what."""

from datetime import timedelta
from itertools import cycle

import pytest

from foredesk.analytics import arranging, counting, recounting, setting_up
from foredesk.analytics.measures import MEASURES
from foredesk.logbook.actors import SYSTEM
from foredesk.people import teaming
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.tests.cases import afresh, ticket_of


def count():
    counting.step(at=now())
    recounting.go_on(seconds=10)
    counting.go_on(seconds=10)


@pytest.fixture
def worked(db, ada):
    """A ticket of two hours ago, answered after 18 minutes and solved; another is open."""
    opened = now() - timedelta(hours=2)
    done, _open = ticket_of(at=opened, subject="Tent"), ticket_of(at=opened, subject="Stove")
    replying.reply(
        done, by=ada, at=opened + timedelta(minutes=18), body_html="Here.", then="solved"
    )
    count()
    return done


@pytest.fixture
def person(client, ada):
    client.force_login(ada)
    return client


def test_an_empty_desk_says_what_will_stand_there(person):
    page = person.get("/insights/").content.decode()
    assert "Your numbers will stand here" in page
    assert "kpi__value" not in page


def test_the_dashboard_shows_the_figures_and_where_they_lead(person, worked):
    page = person.get("/insights/").content.decode()
    assert "18<small> min</small>" in page
    assert "/insights/measures/first_reply/?days=28" in page
    assert "Nothing in these days" in page  # no promise was made


def test_a_measure_says_exactly_what_it_is_and_names_its_tickets(person, worked):
    page = person.get("/insights/measures/first_reply/").content.decode()
    assert "From the moment a ticket is created to the first public answer by a person." in page
    assert f'href="/tickets/{worked.pk}/"' in page
    behind = person.get("/insights/measures/first_reply/tickets/?channel=email")
    assert f"#{worked.pk}" in behind.content.decode()
    other = person.get("/insights/measures/first_reply/tickets/?channel=phone")
    assert "Nothing in these days" in other.content.decode()


@pytest.mark.parametrize(("name", "has"), [("first_reply", True), ("created", False)])
def test_what_has_no_clock_tells_of_none(person, worked, name, has):
    page = person.get(f"/insights/measures/{name}/").content.decode()
    assert ("<dt>Pauses</dt>" in page) is has
    assert ("<dt>Clock</dt>" in page) is has


def test_every_measure_and_every_split_can_be_looked_at(person, worked):
    splits = cycle(("channel", "team", "priority", "tag", "customer", "promise"))
    for name, split in zip([*MEASURES, *["first_reply"] * 6], splits, strict=False):
        answer = person.get(f"/insights/measures/{name}/?split={split}&days=7")
        assert answer.status_code == 200, (name, split)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-11-09&to=2026-11-01", "ends before it begins"),
        ("from=today", "is no day"),
        ("from=1000-01-01&to=1000-01-02", "from before 1971"),
        ("from=2000-01-01", "ten years"),
        ("days=12", "no length of a period"),
        ("team=abc", "is not the number of a team"),
        ("agent=99999999999999", "is not the number of a agent"),
    ],
)
def test_what_cannot_be_asked_is_said(person, worked, query, words):
    answer = person.get(f"/insights/?{query}")
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_team_that_is_gone_is_an_empty_answer(person, worked):
    assert person.get("/insights/?team=4711").status_code == 200
    assert person.get("/insights/measures/nothing/").status_code == 404


def test_who_sees_only_some_tickets_sees_their_numbers_alone(client, worked, ben):
    ticket = afresh(worked)
    ticket.team = teaming.add(name="Elsewhere", by=SYSTEM, at=now())
    ticket.save(update_fields=["team"])
    ben.sees = "teams"
    ben.save(update_fields=["sees"])
    client.force_login(ben)
    page = client.get("/insights/measures/first_reply/tickets/").content.decode()
    assert f"#{worked.pk}" not in page
    assert "Nothing in these days" in page


def test_figures_of_persons_are_for_leads(client, person, worked, ada):
    assert "shown to team leads only" not in person.get("/insights/").content.decode()
    ada.role = "lead"
    ada.save(update_fields=["role"])
    assert "shown to team leads only" in person.get("/insights/").content.decode()


def test_figures_of_another_person_are_not_to_be_had_by_an_address(person, worked, ada, ben):
    for path in ("", "measures/first_reply/", "measures/first_reply/tickets/"):
        assert person.get(f"/insights/{path}?agent={ada.pk}").status_code == 200
        assert person.get(f"/insights/{path}?agent={ben.pk}").status_code == 403
    split = person.get("/insights/measures/first_reply/?split=agent").content.decode()
    assert "Where it comes from" in split
    assert "split=agent" not in split


def test_the_numbers_of_a_day_lead_to_its_tickets_narrowed_as_they_are(person, worked):
    page = person.get("/insights/measures/created/?channel=email").content.decode()
    day = now().date().isoformat()
    assert f"/tickets/?channel=email&amp;from={day}&amp;to={day}" in page


def test_open_tickets_are_split_and_lead_to_themselves(person, worked):
    page = person.get("/insights/measures/backlog/").content.decode()
    assert "Where it comes from" in page
    assert "Stove" in page


def test_a_dashboard_of_ones_own(person, worked, ada):
    made = person.post("/insights/new/", {"of": "overview"})
    (board,) = arranging.dashboards_of(ada)
    assert made["Location"] == f"/insights/dashboards/{board.key}/arrange/"
    steps = f"/insights/dashboards/{board.key}/save/"
    person.post(steps, {"do": "remove-0"})
    person.post(steps, {"do": "down-0"})
    person.post(steps, {"do": "add", "kind": "table", "measure": "created", "by": "tag"})
    (board,) = arranging.dashboards_of(ada)
    assert [card["measure"] for card in board.cards[:2]] == ["resolution_rate", "full_resolution"]
    assert board.cards[-1] == {"kind": "table", "width": 4, "measure": "created", "by": "tag"}
    refused = person.post(steps, {"do": "add", "kind": "bars", "measure": "first_reply"})
    assert refused.status_code == 422
    assert b"Bars show parts of a whole" in refused.content
    assert person.get(f"/insights/dashboards/{board.key}/").status_code == 200
    assert person.get(f"/insights/dashboards/{board.key}/wall/").status_code == 200
    person.post(f"/insights/dashboards/{board.key}/first/")
    assert board.name.encode() in person.get("/insights/").content


def test_a_dashboard_that_was_not_given_is_not_there(client, person, worked, ada, ben):
    person.post("/insights/new/", {})
    (board,) = arranging.dashboards_of(ada)
    client.force_login(ben)
    for path in ("", "wall/", "arrange/"):
        assert client.get(f"/insights/dashboards/{board.key}/{path}").status_code == 404
    assert client.post(f"/insights/dashboards/{board.key}/remove/").status_code == 404
    assert client.post("/insights/dashboards/overview/save/", {"do": "add"}).status_code == 404


def test_an_agent_gives_nothing_to_others(person, worked, ada):
    person.post("/insights/new/", {})
    (board,) = arranging.dashboards_of(ada)
    asked = {"do": "name", "name": "Mine", "given_to": ["light"]}
    person.post(f"/insights/dashboards/{board.key}/save/", asked)
    (board,) = arranging.dashboards_of(ada)
    assert (board.name, board.given_to) == ("Mine", [])


def test_an_admin_sets_targets(client, adi, worked):
    client.force_login(adi)
    assert client.post("/insights/aims/", {"first_reply": "20 min", "promises_kept": "92"})
    targets = setting_up.yardstick().targets
    assert targets == {"first_reply": 1200.0, "promises_kept": 0.92}
    page = client.get("/insights/").content.decode()
    assert "target 20 min" in page
    refused = client.post("/insights/aims/", {"first_reply": "soon", "promises_kept": "92"})
    assert refused.status_code == 422
    assert "First response: “soon” is no time" in refused.content.decode()
    assert setting_up.yardstick().targets == targets


def test_agents_set_no_targets(person):
    assert person.get("/insights/aims/").status_code == 403
    assert person.post("/insights/aims/", {"first_reply": "20 min"}).status_code == 403
