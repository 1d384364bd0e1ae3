"""Passkeys with a virtual authenticator, and what the account pages do by script.

How they look, and that axe finds nothing: tests/browser/test_accessibility.py.
"""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from foredesk.logbook.actors import Actor
from foredesk.people import inviting
from foredesk.plumbing.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "four plain words here"


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium.browser


@pytest.fixture
def ada(transactional_db):
    cache.clear()
    system = Actor("system", None, "test")
    return inviting.add_agent(
        email="ada@halden.example",
        name="Ada Lund",
        role="agent",
        by=system,
        at=now(),
        password=PASSWORD,
    )


@pytest.fixture
def page(browser, live_server):
    """A page that fails the test when the browser refused anything or a script broke.

    The live stream is another server's work and absent here: its 404 is no failure.
    """
    context = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    heard = []

    def hear(message):
        is_expected = "/live?" in message.location["url"] or "422" in message.text
        if message.type == "error" and not is_expected:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield page
    context.close()
    assert heard == []


def sign_in(page, password=PASSWORD):
    page.goto("/account/login/")
    page.get_by_label("Email").fill("ada@halden.example")
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def forget_me(page):
    """As on another day: no page is open that could still be answered with a cookie."""
    page.goto("about:blank")
    page.context.clear_cookies()


def confirm(page):
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def add_authenticator(page):
    """A device with a fingerprint reader, as Chromium's WebAuthn domain simulates it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    answer = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, answer["authenticatorId"]


def test_a_passkey_is_made_used_and_removed(page, ada):
    devtools, authenticator = add_authenticator(page)
    sign_in(page)
    page.goto("/me/second-step/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    keys = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert [key["isResidentCredential"] for key in keys["credentials"]] == [True]

    forget_me(page)
    page.goto("/account/login/?next=/me/second-step/webauthn/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("My laptop")).to_be_visible()
    expect(page.get_by_text("used just now")).to_be_visible()

    page.get_by_role("link", name="Remove My laptop").click()
    confirm(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="No passkeys yet")).to_be_visible()


def test_a_passkey_is_the_second_step_after_a_password(page, ada):
    add_authenticator(page)
    sign_in(page)
    page.goto("/me/second-step/webauthn/add/")
    confirm(page)
    page.get_by_label("Sign in without a password").uncheck()
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    forget_me(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    with page.expect_navigation(url=lambda url: "/account/" not in url):
        page.get_by_role("button", name="Use a passkey").click()
    page.goto("/me/")
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


def test_without_a_passkey_the_page_says_so_and_stays(page, ada):
    devtools, authenticator = add_authenticator(page)
    unproven = {"authenticatorId": authenticator, "isUserVerified": False}
    devtools.send("WebAuthn.setUserVerified", unproven)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")


def test_a_wrong_password_is_said_and_the_address_is_kept(page, ada):
    sign_in(page, "not that one")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Email")).to_have_value("ada@halden.example")


def test_a_signature_is_written_with_formats_and_the_theme_shows_at_once(page, ada):
    sign_in(page)
    page.goto("/me/")
    page.locator(".richtext__text").click()
    expect(page.get_by_role("textbox", name="Signature")).to_be_focused()
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("Ada Lund")
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
    ada.refresh_from_db()
    assert "<b>Ada Lund</b>" in ada.signature_html
