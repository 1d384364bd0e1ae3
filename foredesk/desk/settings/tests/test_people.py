"""Settings: people, teams, workspace."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from foredesk.conftest import PASSWORD
from foredesk.people import queries as people

ADMIN_PAGES = ("settings", "workspace", "people", "add_person", "teams")


@pytest.fixture
def admin(adi):
    client = Client()
    client.force_login(adi)
    return client


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_admins_see_the_settings(admin, payments, name):
    answer = admin.get(reverse(name))
    assert answer.status_code == 200
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize("name", ADMIN_PAGES)
@pytest.mark.parametrize("who", ["ada", "lea", "lou"])
def test_others_are_told_whom_to_ask(request, client, adi, name, who):
    client.force_login(request.getfixturevalue(who))
    answer = client.get(reverse(name))
    assert answer.status_code == 403
    assert "Ask one of them" in answer.content.decode()


def test_an_invitation_shows_a_link_that_works_once(admin, payments):
    answer = admin.post(
        reverse("add_person"),
        {
            "name": "Mira Lindqvist",
            "email": "mira@halden.example",
            "role": "agent",
            "sees": "everything",
            "teams": [payments.pk],
        },
    )
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    link = re.search(r"http://localhost[^<\s]+", answer.content.decode())[0]
    mira = people.agent_by_email("mira@halden.example")
    assert [team.name for team in mira.teams.all()] == ["Payments"]
    stranger = Client()
    path = link.removeprefix("http://localhost:8000")
    done = stranger.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 302
    assert stranger.get("/inbox/").status_code == 200
    assert Client().get(path).status_code == 410
    assert link not in admin.get(reverse("person", args=[mira.pk])).content.decode()


def test_a_new_link_ends_the_old_one(admin, ada):
    def link():
        answer = admin.post(reverse("person_link", args=[ada.pk]))
        found = re.search(r"http://localhost:8000([^<\s]+)", answer.content.decode())
        return found[1]

    first, second = link(), link()
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_a_taken_address_keeps_what_was_typed(admin, ada):
    values = {"name": "Ada Two", "email": "ADA@halden.example", "role": "agent", "sees": "teams"}
    answer = admin.post(reverse("add_person"), values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "already a person with the address" in page
    assert "Ada Two" in page


def test_a_demoted_lead_loses_the_right_at_the_next_click(admin, lea):
    client = Client()
    client.force_login(lea)
    values = {"name": "Lea", "email": lea.email, "role": "light", "sees": "everything"}
    assert admin.post(reverse("person", args=[lea.pk]), values).status_code == 302
    assert people.agent(lea.pk).role == "light"


def test_the_last_admin_can_not_be_demoted_in_the_form(admin, adi):
    values = {"name": "Adi", "email": adi.email, "role": "agent", "sees": "everything"}
    answer = admin.post(reverse("person", args=[adi.pk]), values)
    assert answer.status_code == 422
    assert "last admin" in answer.content.decode()


def test_deactivating_and_letting_in_again(admin, ada):
    client = Client()
    client.force_login(ada)
    admin.post(reverse("deactivate_person", args=[ada.pk]))
    assert client.get("/inbox/").status_code == 302
    assert admin.post(reverse("person_link", args=[ada.pk])).status_code == 422
    admin.post(reverse("reactivate_person", args=[ada.pk]))
    assert people.agent(ada.pk).is_active


def test_lost_second_steps_are_reset_and_told_by_mail(admin, ada):
    for kind in ("totp", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=ada, type=kind, data={})
    client = Client()
    client.force_login(ada)
    assert "Reset second step" in admin.get(reverse("person", args=[ada.pk])).content.decode()
    admin.post(reverse("reset_second_steps", args=[ada.pk]))
    assert not Authenticator.objects.filter(user=ada).exists()
    assert client.get("/inbox/").status_code == 302
    [letter] = mail.outbox
    assert letter.to == ["ada@halden.example"]
    assert "An admin removed your second steps" in letter.body
    admin.post(reverse("reset_second_steps", args=[ada.pk]))
    assert len(mail.outbox) == 1
    assert "Reset second step" not in admin.get(reverse("person", args=[ada.pk])).content.decode()


def test_an_admin_can_not_skip_the_own_second_step(admin, adi):
    Authenticator.objects.create(user=adi, type="totp", data={})
    answer = admin.post(reverse("reset_second_steps", args=[adi.pk]))
    assert answer.status_code == 422
    assert Authenticator.objects.filter(user=adi).exists()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("person", {"role": "admin"}),
        ("person_link", {}),
        ("reset_second_steps", {}),
        ("deactivate_person", {}),
        ("reactivate_person", {}),
    ],
)
def test_agents_can_not_change_people(client, ada, ben, name, values):
    client.force_login(ada)
    assert client.post(reverse(name, args=[ben.pk]), values).status_code == 403
    assert people.agent(ben.pk).is_active


def test_teams_are_added_changed_and_removed(admin, payments):
    assert admin.post(reverse("teams"), {"name": "Orders", "icon": "cart"}).status_code == 302
    orders = people.teams().get(name="Orders")
    page = reverse("team_settings", args=[orders.pk])
    assert admin.post(page, {"name": "payments", "icon": "cart"}).status_code == 422
    assert admin.post(page, {"name": "Shop", "icon": "truck"}).status_code == 302
    assert "Shop" in admin.get(reverse("teams")).content.decode()
    admin.post(reverse("remove_team", args=[orders.pk]))
    assert people.team(orders.pk) is None


def test_the_desk_is_renamed(admin):
    values = {"name": "Halden Help", "time_zone": "Europe/Oslo", "close_after_days": "14"}
    assert admin.post(reverse("workspace"), values).status_code == 302
    desk = people.workspace_now()
    assert (desk.name, desk.time_zone, desk.close_after_days) == ("Halden Help", "Europe/Oslo", 14)
    answer = admin.post(reverse("workspace"), values | {"close_after_days": "many"})
    assert answer.status_code == 422


def test_changes_are_shown_as_sentences(admin, ada):
    admin.post(reverse("deactivate_person", args=[ada.pk]))
    page = admin.get(reverse("settings")).content.decode()
    assert "Deactivated Ada" in page
