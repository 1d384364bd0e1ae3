"""An invitation link: one use, three days, a first password."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from foredesk.desk.account import invitations
from foredesk.logbook.actors import Actor
from foredesk.people import inviting
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db
CHOSEN = {"password": "four plain words here", "again": "four plain words here"}


@pytest.fixture
def ada():
    system = Actor("system", None, "test")
    return inviting.add_agent(
        email="ada@halden.example", name="Ada Lund", role="agent", by=system, at=now()
    )


def test_the_link_sets_a_password_and_lets_in_once(client, ada):
    secret = inviting.invite(ada, at=now())
    page = reverse("invitation", args=[secret])
    assert "Welcome, Ada Lund" in client.get(page).content.decode()
    assert client.post(page, CHOSEN).status_code == 302
    assert client.get(reverse("profile")).status_code == 200

    again = Client().get(page)
    assert again.status_code == 410
    assert "does not work any more" in again.content.decode()
    assert Client().post(page, CHOSEN).status_code == 410


def test_two_passwords_must_agree_and_nothing_is_lost(client, ada):
    page = reverse("invitation", args=[inviting.invite(ada, at=now())])
    response = client.post(page, CHOSEN | {"again": "other words entirely"})
    assert response.status_code == 422
    assert "The two passwords differ" in response.content.decode()
    assert client.post(page, CHOSEN).status_code == 302


def test_a_weak_password_leaves_the_link_alive(client, ada):
    page = reverse("invitation", args=[inviting.invite(ada, at=now())])
    assert (
        client.post(page, {"password": "password1234", "again": "password1234"}).status_code == 422
    )
    assert client.get(page).status_code == 200


def test_an_old_link_is_dead(client, ada):
    secret = inviting.invite(ada, at=now() - timedelta(hours=73))
    assert client.get(reverse("invitation", args=[secret])).status_code == 410


def test_a_newer_link_kills_the_older(client, ada):
    older = inviting.invite(ada, at=now())
    newer = inviting.invite(ada, at=now())
    assert client.get(reverse("invitation", args=[older])).status_code == 410
    assert client.get(reverse("invitation", args=[newer])).status_code == 200


def test_a_deactivated_person_is_not_let_in(client, ada):
    secret = inviting.invite(ada, at=now())
    get_user_model().objects.update(is_active=False)
    assert client.get(reverse("invitation", args=[secret])).status_code == 410


def test_the_letter_holds_the_link(ada, settings):
    settings.SITE_URL = "https://desk.halden.example"
    secret = inviting.invite(ada, at=now())
    invitations.send(email=ada.email, name="Ada & Co", inviter="Mira", secret=secret)
    [letter] = mail.outbox
    assert letter.to == ["ada@halden.example"]
    assert letter.subject.startswith("Mira invites you to ")
    assert f"https://desk.halden.example/welcome/{secret}/" in letter.body
    assert "Hello Ada & Co," in letter.body
