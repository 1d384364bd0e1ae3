"""Signing in and out, with real forms, the real database and real codes."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from foredesk.logbook.actors import Actor
from foredesk.people import inviting
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def ada():
    return inviting.add_agent(
        email="ada@halden.example",
        name="Ada Lund",
        role="agent",
        by=Actor("system", None, "test"),
        at=now(),
        password=PASSWORD,
    )


def sign_in(client, password=PASSWORD, **more):
    data = {"login": "ada@halden.example", "password": password, **more}
    return client.post(reverse("account_login"), data)


def is_in(client):
    return client.get(reverse("profile")).status_code == 200


def confirm(client):
    """Say once more who it is, as changes of the second step ask."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def code_of(secret, *, at=None):
    counter = int(time.time() if at is None else at) // 30
    return format_hotp_value(hotp_value(secret, counter))


def test_the_right_password_lets_in(client, ada):
    response = sign_in(client)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert is_in(client)


def test_a_wrong_password_is_refused_with_a_sentence(client, ada):
    response = sign_in(client, "not that one")
    assert response.status_code == 422
    assert "Address and password do not belong together" in response.content.decode()
    assert not is_in(client)


def test_an_unknown_address_reads_the_same(client, ada):
    known = sign_in(client, "not that one").content.decode()
    unknown = client.post(
        reverse("account_login"), {"login": "bob@halden.example", "password": "not that one"}
    ).content.decode()
    sentence = "Address and password do not belong together"
    assert sentence in known
    assert sentence in unknown


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, ada):
    response = client.get(reverse("profile"))
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=%2Fme%2F"
    page = client.get(response["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/me/">' in page
    assert sign_in(client, next="/me/")["Location"] == "/me/"


def test_a_foreign_address_is_no_way_back(client, ada):
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


def test_staying_signed_in_is_a_choice(client, ada):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    other = Client()
    sign_in(other, remember="on")
    assert not other.session.get_expire_at_browser_close()


def test_a_deactivated_agent_is_out_at_once_and_stays_out(client, ada):
    sign_in(client)
    assert is_in(client)
    get_user_model().objects.filter(pk=ada.pk).update(is_active=False)
    assert not is_in(client)
    response = sign_in(client)
    page = client.get(response["Location"]) if response.status_code == 302 else response
    assert "switched off" in page.content.decode()
    assert not is_in(client)


def test_too_many_tries_are_stopped_even_with_the_right_password(client, ada):
    for _ in range(5):
        sign_in(client, "not that one")
    response = sign_in(client)
    assert response.status_code in (422, 429)
    assert "Too many tries" in response.content.decode()
    assert not is_in(client)


def test_signing_out_needs_a_post(client, ada):
    sign_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    response = client.post(reverse("account_logout"))
    assert response["Location"] == reverse("account_login")
    assert not is_in(client)


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password"])
def test_there_is_no_open_door_beside(client, ada, name):
    sign_in(client)
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse(name), {"email": "x@y.example"}).status_code == 404
    assert not EmailAddress.objects.filter(email="x@y.example").exists()


def test_a_reset_link_works_once(client, ada):
    response = client.post(reverse("account_reset_password"), {"email": "Ada@halden.example"})
    assert response["Location"] == reverse("account_reset_password_done")
    assert "link is on its way" in client.get(response["Location"]).content.decode()
    [letter] = mail.outbox
    assert letter.to == ["ada@halden.example"]
    link = re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]

    response = client.get(link, follow=True)
    form_at = response.redirect_chain[-1][0]
    new = {"password1": "another four plain words", "password2": "another four plain words"}
    assert client.post(form_at, new).status_code == 302
    assert sign_in(client).status_code == 422
    assert sign_in(client, new["password1"]).status_code == 302
    told = mail.outbox[-1]
    assert (told.to, told.subject) == (letter.to, "Your sign-in at Foredesk was changed")
    assert "set anew with a link from a mail" in told.body

    again = Client().get(link, follow=True)
    assert "does not work any more" in again.content.decode()


def test_a_reset_for_an_unknown_address_sends_nothing_and_says_the_same(client, ada):
    response = client.post(reverse("account_reset_password"), {"email": "bob@halden.example"})
    assert response["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_a_weak_new_password_is_refused(client, ada):
    sign_in(client)
    data = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    response = client.post(reverse("account_change_password"), data)
    assert response.status_code == 422
    assert "at least 12 characters" in response.content.decode()


def test_a_changed_password_ends_the_other_sessions(client, ada):
    sign_in(client)
    other = Client()
    sign_in(other)
    new = "another four plain words"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), data).status_code == 302
    assert is_in(client)
    assert not is_in(other)


def test_an_authenticator_app_is_set_up_and_then_asked_for(
    client, ada, django_capture_on_commit_callbacks
):
    sign_in(client)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code tabindex=\"0\">([A-Z2-7]+)</code>", page)[1]
    assert "data:image/svg+xml;base64," in page

    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 422
    assert "wrong or too old" in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = re.findall(
        r'<li class="mono">(\d+)</li>', client.get(done["Location"]).content.decode()
    )
    assert len(codes) == 10
    assert "A code app was added as your second step." in mail.outbox[0].body
    stored = Authenticator.objects.get(user=ada, type="totp").data["secret"]
    assert secret not in stored

    other = Client()
    response = sign_in(other)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_in(other)
    assert other.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    cache.clear()
    later = code_of(secret, at=time.time() + 30)  # the first one is used up
    assert other.post(reverse("mfa_authenticate"), {"code": later}).status_code == 302
    assert is_in(other)

    third = Client()
    sign_in(third)
    assert third.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert is_in(third)
    fourth = Client()
    sign_in(fourth)
    assert fourth.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 422


def test_a_change_of_the_second_step_asks_again_who_it_is(client, ada):
    sign_in(client)
    response = client.get(reverse("mfa_activate_totp"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert "Is it you?" in client.get(response["Location"]).content.decode()
    wrong = client.post(response["Location"], {"password": "not that one"})
    assert wrong.status_code == 422
    right = client.post(response["Location"], {"password": PASSWORD})
    assert right["Location"] == reverse("mfa_activate_totp")


def test_sessions_are_listed_and_ended_one_by_one(client, ada):
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
    client.defaults["HTTP_USER_AGENT"] = firefox
    sign_in(client)
    other = Client(HTTP_USER_AGENT=phone)
    sign_in(other)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("This device") == 1
    end_at = re.search(r'action="(/me/sessions/\d+/end/)"', page)[1]
    assert client.post(end_at, follow=True).status_code == 200
    assert not is_in(other)
    assert is_in(client)


def test_everywhere_else_is_one_button(client, ada):
    sign_in(client)
    others = [Client(), Client()]
    for other in others:
        sign_in(other)
    client.post(reverse("end_other_sessions"))
    assert [is_in(other) for other in others] == [False, False]
    assert is_in(client)


def test_the_session_of_another_person_is_not_to_be_ended(client, ada):
    sign_in(client)
    ben = inviting.add_agent(
        email="ben@halden.example",
        name="Ben",
        role="agent",
        by=Actor("system", None, "test"),
        at=now(),
        password=PASSWORD,
    )
    other = Client()
    other.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})
    pk = ben.usersession_set.get().pk
    assert client.post(reverse("end_session", args=[pk])).status_code == 404
    assert is_in(other)
