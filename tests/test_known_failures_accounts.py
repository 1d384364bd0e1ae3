"""Breaches that happened to others by links in mails about accounts."""

import re
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from foredesk.conftest import _agent
from foredesk.desk.account.reset_links import ResetTokens
from foredesk.logbook.actors import SYSTEM
from foredesk.people import changing, deactivating, inviting
from foredesk.people.inviting import UnableToAdd
from foredesk.people.models import Agent, Invitation
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db
RESET = "/account/password/reset/"
NEW = "another four plain words"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def anna():
    return _agent("Anna", "agent")


def ask(client, email, **more):
    return client.post(RESET, {"email": email}, **more)


def link_to(agent) -> str:
    """The path of a reset link, out of the mail."""
    mail.outbox.clear()
    cache.clear()
    ask(Client(), agent.email)
    return re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]


def is_alive(link: str) -> bool:
    """Whether the link still asks for a new password."""
    return b"password1" in Client().get(link, follow=True).content


def test_cve_2022_35488_many_askings_send_three_mails(client, anna, settings):
    """Row 5: the header that anybody can write names nobody; behind a true proxy the address
    that is asked for counts."""
    refused = [
        ask(client, f"x{number}@y.example", headers={"x-forwarded-for": f"{number + 1}.1.1.1"})
        for number in range(22)
    ]
    assert refused[-1].status_code == 429
    cache.clear()
    proxy = (ip_network("127.0.0.0/8"),)
    settings.ENV = replace(settings.ENV, trusted_proxies=proxy)
    for number in range(30):
        spelt = anna.email.upper() if number % 2 else anna.email
        ask(client, spelt, headers={"x-forwarded-for": f"198.51.100.{number}"})
    assert len(mail.outbox) == 3
    assert {one.to[0] for one in mail.outbox} == {anna.email}


def test_cve_2022_35488_others_are_not_locked_out_by_it(client, anna):
    """Row 5."""
    for _ in range(6):
        ask(client, anna.email)
    ben = _agent("Ben", "agent")
    ask(client, ben.email)
    assert [one.to[0] for one in mail.outbox].count(ben.email) == 1


def test_cve_2026_41902_a_reset_link_dies_with_what_it_was_made_for(anna):
    """Row 10: after a day, with the password, with the address, with the account, after its use."""
    for change in (
        lambda: anna.set_password(NEW),
        lambda: setattr(anna, "email", "anna.new@halden.example"),
        lambda: setattr(anna, "is_active", False),
    ):
        link = link_to(anna)
        assert is_alive(link)
        change()
        anna.save()
        assert not is_alive(link), change
    assert timedelta(hours=24).total_seconds() >= django_settings.PASSWORD_RESET_TIMEOUT


def test_cve_2026_41902_an_invitation_dies_too(anna):
    """Row 10: used, after 72 hours, with a newer one, a password, another address, the account."""
    at = now()
    assert timedelta(hours=72) >= inviting.LINK_LIVES
    secret = inviting.invite(anna, at=at)
    assert inviting.invited_by(secret, at=at) == anna
    assert inviting.invited_by(secret, at=at + timedelta(hours=73)) is None
    newer = inviting.invite(anna, at=at)
    assert inviting.invited_by(secret, at=at) is None
    inviting.accept(newer, password=NEW, at=at)
    with pytest.raises(UnableToAdd):
        inviting.accept(newer, password=NEW, at=at)

    def changed():
        changing.change(
            anna, email="anna.new@halden.example", name="Anna", role="agent", sees="everything",
            teams=(), by=SYSTEM, at=at,
        )  # fmt: skip

    def renewed():
        anna.set_password(NEW)
        anna.save()

    for end in (renewed, changed, lambda: deactivating.deactivate(anna, by=SYSTEM, at=at)):
        secret = inviting.invite(anna, at=at)
        end()
        assert not Invitation.objects.filter(agent=anna, used_at=None).exists()
        assert inviting.invited_by(secret, at=at) is None
        anna.refresh_from_db()


def test_cve_2026_27637_tokens_are_chance_and_only_their_hash_is_kept(anna):
    """Row 10: 128 bits or more, none like another, not to be read in the database."""
    secrets = {inviting.invite(anna, at=now()) for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(set(re.findall(r"[\w-]", one))) > 8 and len(one) >= 22 for one in secrets)
    kept = Invitation.objects.get(agent=anna).token_hash
    assert kept not in secrets
    assert re.fullmatch(r"[0-9a-f]{64}", kept)


def test_cve_2026_27637_the_key_alone_lets_nobody_in(anna):
    """Row 10: whoever has SECRET_KEY, but not the database, knows no password hash to sign."""
    guess = Agent(pk=anna.pk, email=anna.email, name=anna.name, is_active=True)
    for password in ("", "!", "md5$x$y"):
        guess.password = password
        key = f"{user_pk_to_url_str(anna)}-{ResetTokens().make_token(guess)}"
        link = get_adapter().get_reset_password_from_key_url(key)
        assert not is_alive(link.removeprefix(django_settings.SITE_URL))
    assert django_settings.SESSION_ENGINE == "foredesk.people.session_store"  # no signed cookies
    forged = Client()
    forged.cookies[django_settings.SESSION_COOKIE_NAME] = "a" * 32
    assert forged.get("/inbox/").status_code == 302


HOSTS = [
    "evil.example", "evil.example:80", "localhost.evil.example", "evil.example#localhost",
    "localhost@evil.example", "localhost:80@evil.example", "localhost:evil",
    "localhost, evil.example",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_cve_2025_25198_a_foreign_host_gets_no_link(client, anna, host):
    """Row 11."""
    assert ask(client, anna.email, headers={"host": host}).status_code == 400
    assert mail.outbox == []


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-server": "evil.example"},
        {"x-host": "evil.example"},
        {"forwarded": "host=evil.example"},
        {"x-original-url": "http://evil.example/"},
        {"x-forwarded-port": "6666"},
        {"x-forwarded-proto": "gopher"},
        {"host": "localhost:6666"},
        {"host": "127.0.0.1"},
    ],
)
def test_cve_2025_25198_the_link_leads_to_the_configured_address(client, anna, headers):
    """Row 11: a host that the desk answers to is still not what the mail names."""
    ask(client, anna.email, headers=headers)
    for letter in mail.outbox:
        [link] = re.findall(r"https?://\S+", letter.body)
        assert link.startswith(django_settings.SITE_URL + "/account/")


def test_cve_2025_25198_an_address_instead_of_a_path_changes_no_link(client, anna):
    """Row 11: the absolute form of a request line."""
    client.post("http://evil.example" + RESET, {"email": anna.email}, headers={"host": "localhost"})
    client.post("//evil.example" + RESET, {"email": anna.email})
    assert all("evil" not in letter.body for letter in mail.outbox)


def test_cve_2026_28299_a_megabyte_of_password_is_refused_unhashed(client, anna, monkeypatch):
    """Row 29: neither to sign in nor as a new one; 128 characters are fine."""
    long = "long plain words " * 60_000
    monkeypatch.setattr(Agent, "check_password", lambda *_: pytest.fail("it was hashed"))
    answer = client.post("/account/login/", {"login": anna.email, "password": long})
    assert answer.status_code == 422
    assert "do not belong together" in answer.content.decode()
    secret = inviting.invite(anna, at=now())
    with pytest.raises(UnableToAdd, match="at most 1000 characters"):
        inviting.accept(secret, password=long, at=now())
    inviting.accept(secret, password="four plain words and more " * 5, at=now())
