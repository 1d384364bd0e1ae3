"""Who gets what, as an admin arranges it and an agent lives with it."""

import pytest

from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.routing import being_here, distributing, queries
from foredesk.tickets import queries as tickets
from foredesk.tickets.tests.cases import arrive

SKILL = {"name": "German", "c0.field": "language", "c0.is": "any_of", "c0.value": "de"}


@pytest.fixture
def admin(client, adi):
    client.force_login(adi)
    return client


def test_an_admin_arranges_who_gets_what(admin, ada, payments):
    assert admin.get("/settings/routing/").status_code == 200
    asked = {"team": payments.pk, "way": "load", "is_sticky": "on", "return_minutes": "15"}
    assert admin.post("/settings/routing/team/", asked).status_code == 302
    assert queries.distributions()[payments.pk].return_minutes == 15
    assert (
        admin.post("/settings/routing/skills/new/", SKILL | {"agents": ada.pk}).status_code == 302
    )
    (skill,) = queries.skills()
    assert [one.pk for one in skill.agents.all()] == [ada.pk]
    tier = {
        "name": "Gold",
        "rank": "1",
        "c0.field": "domain",
        "c0.is": "any_of",
        "c0.value": "a.example",
    }
    assert admin.post("/settings/routing/tiers/new/", tier).status_code == 302
    assert admin.post("/settings/routing/measures/", {"most-chat": "2", "away_minutes": "5"})
    assert queries.measure().most == {"chat": 2}
    assert (
        admin.post(f"/settings/routing/capacity/{ada.pk}/", {"most-email": "7"}).status_code == 302
    )
    assert queries.capacity(ada) == {"email": 7}
    page = admin.get("/settings/routing/").content.decode()
    assert "needed when the language is de" in page
    assert "Ada" in page
    assert b'value="7"' in admin.get(f"/settings/people/{ada.pk}/").content
    admin.post(f"/settings/routing/skills/{skill.pk}/remove/")
    assert not queries.skills()


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("team/", {"way": "magic"}, "how tickets are given out"),
        ("team/", {"way": "load", "overflow_minutes": "soon"}, "as a number"),
        ("measures/", {"most-chat": "-2"}, "0 to 1,000"),
        ("measures/", {"away_minutes": "99999"}, "1,440"),
        ("skills/new/", SKILL | {"name": ""}, "a name"),
        ("tiers/new/", {"name": "All", "rank": "1"}, "everybody changes nothing"),
        ("tiers/new/", {"name": "All", "rank": "x"}, "A rank is"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(admin, path, data, says):
    answer = admin.post(f"/settings/routing/{path}", data)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_agents_do_not_arrange(client, ada):
    client.force_login(ada)
    assert client.get("/settings/routing/").status_code == 403
    assert client.post("/settings/routing/team/", {"way": "load"}).status_code == 403


def test_somebody_says_that_they_are_here_and_gets_the_next_ticket(client, ada):
    client.force_login(ada)
    answer = client.post("/me/availability/", {"state": "online"}, follow=True)
    assert "You are set to: Online." in answer.content.decode()
    assert queries.availability(ada).state == "online"
    assert client.post("/me/availability/active/").status_code == 204
    ticket = arrive().ticket
    answer = client.post("/tickets/next/")
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert tickets.ticket(ada, ticket.pk).assignee == ada
    page = client.get(answer["Location"]).content.decode()
    assert "Ada asked for the next ticket." in page
    assert "Nothing waits for you." in client.post("/tickets/next/", follow=True).content.decode()
    client.post("/me/availability/", {"state": "asleep"})
    assert queries.availability(ada).state == "online"


def test_a_light_agent_takes_no_tickets(client, lou):
    client.force_login(lou)
    arrive()
    assert client.post("/tickets/next/").status_code == 403


def test_the_timeline_says_why(client, ada, adi):
    client.force_login(adi)
    client.post("/settings/routing/team/", {"team": "", "way": "turns"})
    being_here.set_state(ada, "online", by=ada, at=now())
    ticket = arrive().ticket
    distributing.distribute(at=now())
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "It is the turn of Ada." in page
    assert SYSTEM.name in page
