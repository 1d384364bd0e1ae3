"""What agents change about themselves."""

import pytest
from django.urls import reverse

from foredesk.logbook import queries as logbook
from foredesk.logbook.actors import Actor
from foredesk.people import inviting
from foredesk.people.events import AgentChanged
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db
CHANGED = {
    "name": "Ada  Lund-Berg",
    "signature_html": '<b>Ada</b><script>x()</script><img src="x"><a href="javascript:x">y</a>',
    "time_zone": "Europe/Oslo",
    "theme": "dark",
    "density": "compact",
}


@pytest.fixture
def ada(client):
    system = Actor("system", None, "test")
    agent = inviting.add_agent(
        email="ada@halden.example", name="Ada Lund", role="agent", by=system, at=now()
    )
    client.force_login(agent)
    return agent


def test_a_profile_is_saved_and_shown(client, ada):
    assert client.post(reverse("profile"), CHANGED).status_code == 302
    ada.refresh_from_db()
    assert ada.name == "Ada Lund-Berg"
    assert ada.signature_html == '<b>Ada</b><a rel="noopener noreferrer">y</a>'
    assert (ada.time_zone, ada.theme, ada.density) == ("Europe/Oslo", "dark", "compact")
    assert ada.shortcuts_on is False
    page = client.get(reverse("profile")).content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert 'data-shortcuts="off"' in page
    assert "Saved." in page


def test_only_what_changed_is_recorded(client, ada):
    client.post(reverse("profile_theme"), {"theme": "light"})
    client.post(reverse("profile_theme"), {"theme": "light"})
    entries = logbook.entries_about("agent", [ada.pk])
    [fact] = [entry for entry in entries if entry.kind == AgentChanged.kind()]
    assert fact.data["before"] == {"theme": "system"}
    assert fact.data["after"] == {"theme": "light"}
    assert fact.actor_name == "Ada Lund"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 121),
        ("time_zone", "Moon/Tranquility"),
        ("theme", "pink"),
        ("density", ""),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(client, ada, field, value):
    response = client.post(reverse("profile"), CHANGED | {field: value})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Ada" in page
    ada.refresh_from_db()
    assert ada.name == "Ada Lund"


def test_an_unknown_theme_is_refused(client, ada):
    response = client.post(reverse("profile_theme"), {"theme": "pink"})
    assert response.status_code == 422
    assert "data-error" in response.content.decode()
