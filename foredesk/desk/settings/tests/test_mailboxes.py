"""Settings: mailboxes."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from foredesk.channels import (
    accepting,
    consenting,
    hooking,
    mailboxes,
    queries,
    testing,
    trying_out,
)
from foredesk.desk.settings.mailbox_form import MailboxForm
from foredesk.desk.settings.mailbox_values import values_of
from foredesk.logbook import queries as logbook
from foredesk.plumbing.clock import now

INTAKE = {
    "address": "help@halden.example",
    "receive": "intake",
    "send": "keep",
    "from_name": "{agent} at {workspace}",
}
IMAP = INTAKE | {
    "receive": "imap",
    "imap_host": "imap.halden.example",
    "imap_port": "993",
    "imap_security": "ssl",
    "imap_user": "help",
    "imap_password": "sesame-in",
    "since": "now",
    "after_fetch": "leave",
    "send": "smtp",
    "smtp_host": "smtp.halden.example",
    "smtp_port": "587",
    "smtp_security": "starttls",
    "smtp_user": "help",
    "smtp_password": "sesame-out",
}

POP3 = IMAP | {
    "receive": "pop3",
    "pop3_host": "pop.halden.example",
    "pop3_port": "995",
    "pop3_security": "ssl",
    "pop3_user": "help",
    "pop3_password": "sesame-pop",
}


@pytest.fixture
def admin(adi):
    client = Client()
    client.force_login(adi)
    return client


@pytest.fixture
def box(admin):
    answer = admin.post(reverse("add_mailbox"), IMAP)
    assert answer.status_code == 302, answer.content.decode()
    return queries.mailboxes()[0]


def test_passwords_are_kept_sealed_and_never_shown(admin, box):
    assert (box.imap_password(), box.smtp_password()) == ("sesame-in", "sesame-out")
    assert "sesame" not in box.imap_secret + box.smtp_secret
    for page in (reverse("mailbox", args=[box.pk]), reverse("mailboxes"), reverse("settings")):
        assert "sesame" not in admin.get(page).content.decode()
    assert "sesame" not in str([one.data for one in _entries()])


def _entries():
    found = logbook.latest(("channels.MailboxAdded", "channels.MailboxChanged"), limit=9)
    assert found
    return found


def test_an_empty_password_keeps_the_old_one(admin, box):
    page = reverse("mailbox", args=[box.pk])
    values = IMAP | {"imap_password": "", "smtp_password": "new-one", "imap_folder": "Help"}
    assert admin.post(page, values).status_code == 302
    changed = queries.mailbox(box.pk)
    assert (changed.imap_password(), changed.smtp_password()) == ("sesame-in", "new-one")
    assert changed.imap_folder == "Help"


def test_a_road_that_is_left_forgets_its_password(admin, box):
    assert admin.post(reverse("mailbox", args=[box.pk]), INTAKE).status_code == 302
    changed = queries.mailbox(box.pk)
    assert (changed.imap_host, changed.imap_secret) == ("", "")
    assert (changed.smtp_host, changed.smtp_secret) == ("", "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"address": "nobody"}, "is not a mail address"),
        ({"imap_host": ""}, "Say which server holds the mail."),
        ({"smtp_host": ""}, "Say which server takes the mail."),
        ({"imap_host": "two words"}, "is not the name of a server"),
        ({"imap_port": "99999"}, "A port is a number from 1 to 65535."),
        ({"from_name": "{boss}"}, "Only {agent}, {brand} and {workspace} can stand in braces."),
        ({"after_fetch": "move"}, "Say which folder fetched mail is moved to."),
        ({"team": "999"}, "Select a valid choice"),
    ],
)
def test_what_can_not_be_is_said_at_the_field_and_nothing_is_kept(admin, change, sentence):
    answer = admin.post(reverse("add_mailbox"), IMAP | change)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert escape(sentence) in page
    assert "sesame" not in page
    assert queries.mailboxes() == []


def test_old_mail_is_left_alone_unless_it_is_wanted(db):
    at = now()

    def since(choice):
        form = MailboxForm(IMAP | {"since": choice})
        assert form.is_valid(), form.errors
        return values_of(form, at=at, is_new=True)["fetch_since"]

    assert since("now") == at
    assert (at - since("month")).days == 30
    assert since("all") is None


def test_a_used_mailbox_is_switched_off_not_removed(admin, box):
    accepting.accept(b"From: a@b.example\r\n\r\nHi", mailbox=box, road="imap", at=now())
    assert "d-remove" not in admin.get(reverse("mailbox", args=[box.pk])).content.decode()
    answer = admin.post(reverse("remove_mailbox", args=[box.pk]))
    assert answer.status_code == 409
    assert "Switch it off" in answer.content.decode()
    assert admin.post(reverse("switch_mailbox", args=[box.pk]), {"on": "0"}).status_code == 302
    assert not queries.mailbox(box.pk).is_active


def test_an_unused_mailbox_is_removed(admin, box):
    assert admin.post(reverse("remove_mailbox", args=[box.pk])).status_code == 302
    assert queries.mailboxes() == []


def test_another_mailbox_becomes_the_default(admin, box):
    admin.post(reverse("add_mailbox"), INTAKE | {"address": "orders@halden.example"})
    other = next(one for one in queries.mailboxes() if one.pk != box.pk)
    admin.post(reverse("default_mailbox", args=[other.pk]))
    assert {one.pk: one.is_default for one in queries.mailboxes()} == {
        box.pk: False,
        other.pk: True,
    }


def test_the_steps_of_a_check_are_seen_as_they_happen(admin, box, monkeypatch):
    """The real check is tried against real servers in the tests of channels."""
    page = reverse("check_mailbox", args=[box.pk])
    seen = []

    def steps(mailbox):
        yield testing.Step("Receiving", True, "Signed in at imap.halden.example.")
        seen.append(admin.get(page).content.decode())
        yield testing.Step("Sending", False, "The password was refused.")

    monkeypatch.setattr(testing, "check", steps)
    started = admin.post(page, headers={"HX-Request": "true"}).content.decode()
    assert "Waiting for the worker" in started
    assert "hx-trigger" in started
    check = trying_out.look(box.pk, at=now())
    trying_out.take_steps(box.pk, "another run")
    assert seen == []
    trying_out.take_steps(box.pk, check.run)
    assert "Signed in at imap.halden.example." in seen[0]
    assert "hx-trigger" in seen[0]
    ended = admin.get(page).content.decode()
    assert "The password was refused." in ended
    assert "hx-trigger" not in ended


def test_what_is_to_be_checked_is_saved_first(admin, box):
    changed = {**INTAKE, "from_name": "{agent} of {workspace}"}
    admin.post(reverse("mailbox", args=[box.pk]), changed)
    assert trying_out.look(box.pk, at=now()) is None
    changed["from_name"] = "{agent} for {workspace}"
    admin.post(reverse("mailbox", args=[box.pk]), changed | {"then": "check"})
    box.refresh_from_db()
    assert box.from_name == "{agent} for {workspace}"
    assert trying_out.look(box.pk, at=now()).state == "waiting"


def test_what_can_not_be_saved_is_not_checked(admin, box):
    wrong = {**INTAKE, "address": "nowhere", "then": "check"}
    assert admin.post(reverse("mailbox", args=[box.pk]), wrong).status_code == 422
    assert trying_out.look(box.pk, at=now()) is None


def test_a_check_whose_worker_died_says_so(admin, box):
    admin.post(reverse("check_mailbox", args=[box.pk]))
    check = trying_out.look(box.pk, at=now() + trying_out.LOST * 2)
    assert check.state == "lost"


@pytest.mark.parametrize("who", ["ada", "lea", "lou"])
def test_only_admins(request, client, box, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("mailboxes")).status_code == 403
    for name in ("mailbox", "default_mailbox", "switch_mailbox", "remove_mailbox", "check_mailbox"):
        assert client.post(reverse(name, args=[box.pk]), IMAP).status_code == 403
    assert client.post(reverse("add_mailbox"), INTAKE).status_code == 403
    assert len(queries.mailboxes()) == 1


def test_a_mailbox_fetched_by_pop3_leaves_its_mail_there_unless_told(admin, box):
    page = reverse("mailbox", args=[box.pk])
    assert admin.post(page, POP3).status_code == 302
    changed = queries.mailbox(box.pk)
    assert (changed.pop3_host, changed.pop3_password()) == ("pop.halden.example", "sesame-pop")
    assert (changed.imap_host, changed.imap_secret) == ("", "")
    assert not changed.pop3_deletes
    shown = admin.get(page).content.decode()
    assert "sesame" not in shown
    assert admin.post(page, POP3 | {"pop3_password": "", "pop3_deletes": "on"}).status_code == 302
    changed = queries.mailbox(box.pk)
    assert (changed.pop3_password(), changed.pop3_deletes) == ("sesame-pop", True)
    assert admin.post(page, IMAP).status_code == 302
    assert (queries.mailbox(box.pk).pop3_host, queries.mailbox(box.pk).pop3_secret) == ("", "")


@pytest.mark.parametrize("name", ["pop3_host", "pop3_user"])
def test_pop3_needs_a_server_and_a_name(admin, box, name):
    answer = admin.post(reverse("mailbox", args=[box.pk]), POP3 | {name: ""})
    assert answer.status_code == 422
    assert queries.mailbox(box.pk).pop3_host == ""


GOOGLE = INTAKE | {
    "receive": "google",
    "send": "google",
    "oauth_fetch": "imap",
    "oauth_client_id": "client-1",
    "oauth_client_secret": "canary-client-secret",
    "after_fetch": "leave",
    "since": "now",
}


@pytest.fixture
def at_google(admin):
    answer = admin.post(reverse("add_mailbox"), GOOGLE)
    assert answer.status_code == 302, answer.content.decode()
    return queries.mailboxes()[0]


def test_a_mailbox_at_google_knows_its_servers_and_shows_no_secret(admin, at_google):
    assert (at_google.imap_host, at_google.imap_sign_in) == ("imap.gmail.com", "oauth")
    assert (at_google.smtp_host, at_google.smtp_sign_in) == ("smtp.gmail.com", "oauth")
    assert at_google.imap_user == "help@halden.example"
    shown = admin.get(reverse("mailbox", args=[at_google.pk])).content.decode()
    assert "/settings/mailboxes/consent/" in shown
    assert "Nobody has signed in at Google yet." in shown
    assert "canary" not in shown
    page = reverse("mailbox", args=[at_google.pk])
    assert admin.post(page, GOOGLE | {"oauth_client_secret": ""}).status_code == 302
    assert queries.mailbox(at_google.pk).oauth_secret == at_google.oauth_secret
    assert admin.post(page, INTAKE).status_code == 302
    left = queries.mailbox(at_google.pk)
    assert (left.oauth_provider, left.oauth_secret, left.imap_host) == ("", "", "")


@pytest.mark.parametrize(
    "change",
    [
        {"oauth_client_id": ""},
        {"send": "microsoft"},
        {"receive": "microsoft", "send": "keep", "oauth_tenant": "a/../b"},
    ],
)
def test_what_does_not_fit_a_sign_in_is_refused(admin, change):
    assert admin.post(reverse("add_mailbox"), GOOGLE | change).status_code == 422
    assert queries.mailboxes() == []


def test_the_browser_goes_to_google_with_pkce_and_comes_back_only_once(
    admin, at_google, monkeypatch
):
    away = admin.get(reverse("begin_consent", args=[at_google.pk]))["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert away.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["access_type"] == ["offline"]
    assert asked["redirect_uri"] == [consenting.redirect_address()]
    finished = []

    def finish(mailbox, *, code, **_kwargs):
        finished.append(code)

    monkeypatch.setattr(consenting, "finish", finish)
    for state in ("", "x", "é", asked["state"][0][:-1]):
        answer = admin.get(reverse("finish_consent"), {"state": state, "code": "c"})
        assert answer["Location"] == reverse("mailboxes")
    assert finished == []
    away = admin.get(reverse("begin_consent", args=[at_google.pk]))["Location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    stranger = Client()
    stranger.force_login(_other_admin())
    stranger.get(reverse("finish_consent"), {"state": state, "code": "stolen"})
    back = admin.get(reverse("finish_consent"), {"state": state, "code": "good"})
    assert back["Location"] == reverse("mailbox", args=[at_google.pk])
    admin.get(reverse("finish_consent"), {"state": state, "code": "again"})
    assert finished == ["good"]


def test_a_refusal_at_google_is_said(admin, at_google):
    away = admin.get(reverse("begin_consent", args=[at_google.pk]))["Location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    query = {"state": state, "error": "access_denied"}
    shown = admin.get(reverse("finish_consent"), query, follow=True).content.decode()
    assert "Google sent you back without a consent." in shown


def _other_admin():
    from foredesk.conftest import _agent

    return _agent("Eva", "admin")


PROVIDER = INTAKE | {
    "receive": "provider",
    "send": "provider",
    "provider": "mailgun",
    "mailgun_api_key": "canary-api",
    "mailgun_signing_key": "canary-signing",
    "mailgun_sender_domain": "mg.halden.example",
    "mailgun_region": "eu",
}


def test_a_provider_s_keys_are_sealed_and_its_webhook_is_shown(admin):
    assert admin.post(reverse("add_mailbox"), PROVIDER).status_code == 302
    box = queries.mailboxes()[0]
    assert (box.provider, box.provider_in, box.provider_out) == ("mailgun", True, True)
    assert "canary" not in box.provider_secret + str(box.provider_settings)
    page = reverse("mailbox", args=[box.pk])
    shown = admin.get(page).content.decode()
    assert mailboxes.hook_address(box) in shown
    assert "canary" not in shown
    assert "mg.halden.example" in shown
    kept = PROVIDER | {"mailgun_api_key": "", "mailgun_signing_key": "canary-new"}
    assert admin.post(page, kept).status_code == 302
    keys = hooking.keys_of(queries.mailbox(box.pk))
    assert (keys["api_key"], keys["signing_key"]) == ("canary-api", "canary-new")
    assert mailboxes.hook_address(queries.mailbox(box.pk)) == mailboxes.hook_address(box)
    assert admin.post(reverse("renew_hook", args=[box.pk])).status_code == 302
    assert mailboxes.hook_address(queries.mailbox(box.pk)) != mailboxes.hook_address(box)
    assert admin.post(page, INTAKE).status_code == 302
    left = queries.mailbox(box.pk)
    assert (left.provider, left.provider_secret, left.hook_digest) == ("", "", None)
    assert "canary" not in str([one.data for one in _entries()])


@pytest.mark.parametrize("name", ["mailgun_api_key", "mailgun_sender_domain", "provider"])
def test_a_provider_needs_its_keys(admin, name):
    answer = admin.post(reverse("add_mailbox"), PROVIDER | {name: ""})
    assert answer.status_code == 422
    assert queries.mailboxes() == []


def test_one_direction_may_go_by_the_provider_alone(admin):
    given = IMAP | {"send": "provider"} | {k: v for k, v in PROVIDER.items() if "mailgun" in v + k}
    assert admin.post(reverse("add_mailbox"), given).status_code == 302
    box = queries.mailboxes()[0]
    assert (box.imap_host, box.smtp_host) == ("imap.halden.example", "")
    assert (box.provider_in, box.provider_out, box.can_send) == (False, True, True)
