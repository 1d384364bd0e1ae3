"""The first-run wizard."""

import shutil
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from foredesk.channels import queries as channels
from foredesk.demo import loading
from foredesk.demo import queries as demo
from foredesk.desk.setup import code
from foredesk.people import queries as people
from foredesk.plumbing import keys
from foredesk.plumbing.jobs import settle

ACCOUNT = {"name": "Eva", "email": "eva@halden.example", "password": "correct horse battery"}
HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}
AFAR = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    """The code is a file of the data folder, which all workers share otherwise."""
    shutil.copytree(settings.ENV.data_dir / "secrets", tmp_path / "secrets")
    keys.drop_setup_code(tmp_path)
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_dir=tmp_path))


def test_an_empty_desk_leads_everybody_to_the_wizard(db):
    visitor = Client(**HERE)
    answer = visitor.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("setup")
    assert "Who leads this desk?" in answer.content.decode()


def test_the_way_from_nothing_to_an_inbox(db):
    visitor = Client(**HERE)
    assert visitor.post(reverse("setup"), ACCOUNT)["Location"] == reverse("setup_workspace")
    assert people.agent_by_email("eva@halden.example").role == "admin"

    step = visitor.get(reverse("setup_workspace")).content.decode()
    assert "Step 2 of 4" in step
    answer = visitor.post(reverse("setup_workspace"), {"name": "", "time_zone": "Europe/Oslo"})
    assert answer.status_code == 422
    values = {"name": "Halden", "time_zone": "Europe/Oslo"}
    assert visitor.post(reverse("setup_workspace"), values)["Location"] == reverse("setup_mailbox")
    assert people.workspace_now().name == "Halden"

    mailbox = {"address": "help@halden.example", "receive": "intake", "send": "keep"}
    answer = visitor.post(reverse("setup_mailbox"), mailbox)
    assert answer["Location"] == reverse("setup_mailbox_check")
    assert "Forward help@halden.example to this desk" in (
        visitor.get(reverse("setup_mailbox_check")).content.decode()
    )
    visitor.post(reverse("setup_mailbox"), mailbox | {"address": "hi@halden.example"})
    assert [box.address for box in channels.mailboxes()] == ["hi@halden.example"]

    assert visitor.post(reverse("setup_start"), {"with": "empty"})["Location"] == reverse("inbox")
    assert visitor.get(reverse("inbox")).status_code == 200
    for name in ("setup_workspace", "setup_mailbox", "setup_start", "setup_demo"):
        assert visitor.get(reverse(name))["Location"] == reverse("settings")


@pytest.mark.django_db(transaction=True)
def test_the_demo_moves_in_while_one_watches_and_nobody_can_sign_in_as_its_people(monkeypatch):
    # A small one: the whole is looked at in foredesk/demo/tests.
    monkeypatch.setitem(loading.load.__kwdefaults__, "arrivals", 100)
    from foredesk.demo.company import MAIN_EMAIL, PASSWORD

    visitor = Client(**HERE)
    visitor.post(reverse("setup"), ACCOUNT)
    assert visitor.post(reverse("setup_start"), {"with": "demo"})["Location"] == reverse(
        "setup_demo"
    )
    assert "Waiting for the worker" in visitor.get(reverse("setup_demo")).content.decode()
    settle()
    assert demo.is_loaded()
    assert "The demo is here" in visitor.get(reverse("setup_demo")).content.decode()
    assert visitor.get(reverse("setup_demo"), {"leave": "1"})["Location"] == reverse("inbox")
    assert not Client().login(email=MAIN_EMAIL, password=PASSWORD)
    assert people.agent_by_email("eva@halden.example").check_password(ACCOUNT["password"])


@pytest.mark.django_db(transaction=True)
def test_a_demo_that_does_not_fit_says_why():
    visitor = Client(**HERE)
    visitor.post(reverse("setup"), ACCOUNT)
    mailbox = {"address": "help@halden.example", "receive": "intake", "send": "keep"}
    visitor.post(reverse("setup_mailbox"), mailbox)
    visitor.post(reverse("setup_start"), {"with": "demo"})
    settle()
    page = visitor.get(reverse("setup_demo")).content.decode()
    assert "has an address of the demo" in page
    assert not demo.is_loaded()


def test_a_visitor_from_afar_needs_the_code(db):
    visitor = Client(**AFAR)
    assert "Setup code" in visitor.get(reverse("setup")).content.decode()
    for wrong in ({}, {"code": ""}, {"code": "aaaa-bbbb-cccc"}):
        answer = visitor.post(reverse("setup"), ACCOUNT | wrong)
        assert answer.status_code == 422
        assert people.is_empty()
    right = keys.setup_code(settings.ENV.data_dir)
    given = ACCOUNT | {"code": right.upper().replace("-", " ")}
    assert visitor.post(reverse("setup"), given).status_code == 302
    assert not people.is_empty()
    assert not (keys.folder(settings.ENV.data_dir) / keys.SETUP_CODE).exists()


def test_the_printed_link_carries_the_code(db):
    visitor = Client(**AFAR)
    right = keys.setup_code(settings.ENV.data_dir)
    visitor.get(reverse("setup"), {"code": "wrong"})
    assert "Setup code" in visitor.get(reverse("setup")).content.decode()
    answer = visitor.get(reverse("setup"), {"code": right})
    assert answer["Location"] == reverse("setup")
    assert "Setup code" not in visitor.get(reverse("setup")).content.decode()
    assert visitor.post(reverse("setup"), ACCOUNT).status_code == 302


@pytest.mark.parametrize(
    ("peer", "headers", "host", "site", "is_here"),
    [
        ("127.0.0.1", {}, "localhost:8000", "http://localhost:8000", True),
        ("::1", {}, "[::1]:8000", "http://localhost:8000", True),
        ("::ffff:127.0.0.1", {}, "127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("192.0.2.7", {}, "localhost:8000", "http://localhost:8000", False),
        ("", {}, "localhost:8000", "http://localhost:8000", False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, "localhost", "http://localhost", False),
        ("127.0.0.1", {"Via": "1.1 proxy"}, "localhost", "http://localhost", False),
        ("127.0.0.1", {}, "help.halden.example", "http://localhost:8000", False),
        ("127.0.0.1", {}, "localhost:8000", "https://help.halden.example", False),
    ],
)
def test_who_sits_at_this_machine(peer, headers, host, site, is_here):
    assert code.is_from_here(peer=peer, headers=headers, host=host, site=site) is is_here


def test_a_desk_with_people_has_no_wizard(client, ada):
    assert client.get(reverse("setup")).status_code == 404
    assert client.post(reverse("setup"), ACCOUNT).status_code == 404
    assert client.get(reverse("setup_workspace")).status_code == 302
    client.force_login(ada)
    assert client.get(reverse("setup_workspace")).status_code == 403


def test_a_weak_password_keeps_what_was_typed(db):
    visitor = Client(**HERE)
    answer = visitor.post(reverse("setup"), ACCOUNT | {"password": "short"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "12 characters" in page
    assert "eva@halden.example" in page
    assert people.is_empty()
