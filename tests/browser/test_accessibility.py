"""Every page, in both themes, wide and on a phone: axe finds nothing, no policy is broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from playwright.sync_api import Page

from tests.browser.filled import Filled
from tests.browser.looking import faults
from tests.peers.browser import Chromium
from tests.peers.desk import PASSWORD, Desk

pytestmark = pytest.mark.browser

# Names of paths → addresses to look at; {names} are what tests/browser/filled.py made.
PAGES = {
    "inbox": ("/inbox/?view=open", "/inbox/?view=spam", "/inbox/?view=open&q=nothing-like-this"),
    "ticket": (
        "/tickets/{plain}/",
        "/tickets/{rich}/",
        "/tickets/{failed}/",
        "/tickets/{closed}/",
        "/tickets/{merged}/",
        "/tickets/{spam}/",
        "/tickets/{snoozed}/",
        "/tickets/{rated}/",
    ),
    "new_ticket": ("/tickets/new/",),
    "customers": ("/customers/", "/customers/?q=nobody-like-this"),
    "customer": ("/customers/{customer}/",),
    "profile": ("/me/",),
    "notices": ("/me/notices/", "/me/notices/?show=unread"),
    "usersessions_list": ("/me/sessions/",),
    "account_change_password": ("/account/password/change/",),
    "account_logout": ("/account/logout/",),
    "mfa_index": ("/me/second-step/",),
    "mfa_activate_totp": ("/me/second-step/totp/activate/",),
    "mfa_list_webauthn": ("/me/second-step/webauthn/",),
    "mfa_add_webauthn": ("/me/second-step/webauthn/add/",),
    "settings": ("/settings/",),
    "workspace": ("/settings/workspace/",),
    "people": ("/settings/people/",),
    "add_person": ("/settings/people/new/",),
    "person": ("/settings/people/{ben}/",),
    "mailboxes": ("/settings/mailboxes/",),
    "add_mailbox": ("/settings/mailboxes/new/",),
    "mailbox": ("/settings/mailboxes/{mailbox}/",),
    "brands": ("/settings/brands/",),
    "brand_settings": ("/settings/brands/{brand}/",),
    "teams": ("/settings/teams/",),
    "team_settings": ("/settings/teams/{team}/",),
    "promises": ("/settings/promises/",),
    "add_promise": ("/settings/promises/new/",),
    "promise": ("/settings/promises/{promise}/",),
    "add_hours": ("/settings/promises/hours/new/",),
    "save_hours": ("/settings/promises/hours/{hours}/",),
    "days_off": ("/settings/promises/hours/{hours}/days/",),
    "routing": ("/settings/routing/",),
    "add_skill": ("/settings/routing/skills/new/",),
    "skill": ("/settings/routing/skills/{skill}/",),
    "add_tier": ("/settings/routing/tiers/new/",),
    "tier": ("/settings/routing/tiers/{tier}/",),
    "rules": ("/settings/rules/",),
    "new_rule": ("/settings/rules/new/?kind=trigger", "/settings/rules/new/?kind=automation"),
    "rule": ("/settings/rules/{rule}/", "/settings/rules/{quiet}/"),
    "run": ("/settings/rules/runs/{run}/",),
    "why": ("/tickets/{snoozed}/why/{did}/",),
    "macros": ("/settings/macros/",),
    "new_macro": ("/settings/macros/new/",),
    "macro": ("/settings/macros/{macro}/",),
    "templates": ("/settings/templates/",),
    "new_template": ("/settings/templates/new/",),
    "template": ("/settings/templates/{template}/",),
    "followups": ("/settings/followups/",),
    "new_followup": ("/settings/followups/new/",),
    "followup": ("/settings/followups/{followup}/",),
    "surveys": ("/settings/surveys/",),
    "survey_preview": ("/settings/surveys/preview/",),
    "sent_mail": ("/mail/sent/", "/mail/sent/?state=failed"),
    "sent_one": ("/mail/sent/{sent}/",),
    "suspended_mail": ("/mail/suspended/",),
    "suspended_one": ("/mail/suspended/{unreadable}/",),
    "senders": ("/mail/senders/",),
    "health": ("/health/",),
    "insights": ("/insights/", "/insights/?days=7&team={team}"),
    "dashboard": ("/insights/dashboards/speed/",),
    "wall": ("/insights/dashboards/overview/wall/",),
    "arrange": ("/insights/dashboards/{board}/arrange/",),
    "all_measures": ("/insights/measures/",),
    "measure": ("/insights/measures/first_reply/", "/insights/measures/backlog/"),
    "behind": ("/insights/measures/first_reply/tickets/",),
    "aims": ("/insights/aims/",),
    "last_review": ("/insights/review/",),
    "review": ("/insights/review/2020-W1/",),
    "review_mail": ("/insights/review/mail/",),
    "a page that is not there": ("/nowhere/",),
}
STRANGERS = {
    "account_login": ("/account/login/",),
    "account_reset_password": ("/account/password/reset/",),
    "account_reset_password_done": ("/account/password/reset/done/",),
    "account_reset_password_from_key": (
        "/account/password/reset/key/{reset}/",
        "/account/password/reset/key/1-nothing/",
    ),
    "account_reset_password_from_key_done": ("/account/password/reset/key/done/",),
    "account_inactive": ("/account/inactive/",),
    "invitation": ("/welcome/{invitation}/", "/welcome/nothing/"),
    "rate": (
        "/rate/{survey}/",
        "/rate/{survey}/?r=2",
        "/rate/{survey}/?r=5",
        "/rate/{answered}/",
        "/rate/nothing/",
    ),
}
WITH_A_SECOND_STEP = {
    "mfa_view_recovery_codes": "/me/second-step/recovery-codes/",
    "mfa_generate_recovery_codes": "/me/second-step/recovery-codes/generate/",
    "mfa_deactivate_totp": "/me/second-step/totp/deactivate/",
    "mfa_index": "/me/second-step/",
}
WALKED = {  # looked at on the way: the wizard, and signing in with a second step
    "setup",
    "setup_workspace",
    "setup_mailbox",
    "setup_mailbox_check",
    "setup_start",
    "mfa_authenticate",
}


def because(why: str, *names: str) -> dict[str, str]:
    """Each of the names (words of the strings) with its reason."""
    return dict.fromkeys(" ".join(names).split(), why)


NOT_PAGES = {
    **because("leads to the inbox", "home"),
    **because("is there while a demo loads: foredesk/desk/setup/tests", "setup_demo"),
    **because(
        "a part of a page",
        "inbox_list inbox_more nav palette ticket_live draft_state health_parts whole_message",
        "check_mailbox import_progress recalculation try_promise draft_conditions notices_list",
        "bell",
    ),
    **because("a dialog: tests/browser/test_inbox.py", "merge split"),
    **because("a dialog: tests/browser/test_rules.py", "ticket_macros"),
    **because("for machines", "mail_hook"),
    **because("goes to or comes from Google or Microsoft", "begin_consent finish_consent"),
    **because(
        "a file",
        "original picture file file_small file_large inbox_export ticket_export frame",
        "sent_frame sent_raw suspended_raw mfa_download_recovery_codes",
        "dashboard_pdf dashboard_csv review_pdf measure_rows measure_rows_parquet",
    ),
    **because(
        "closed here",
        "account_email account_signup account_email_verification_sent account_set_password",
        "account_confirm_login_code account_confirm_email",
    ),
    **because(
        "needs a key or an old session: foredesk/desk/account/tests/test_in_a_browser.py",
        "account_reauthenticate mfa_reauthenticate mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn mfa_edit_webauthn mfa_login_webauthn",
    ),
    **because(
        "takes a form",
        "bulk replies draft_save draft_discard draft_files presence status assignment team",
        "brand set_brand_aside",
        "priority tags subject snooze spam unread withdraw send_again detach describe",
        "profile_theme end_other_sessions end_session person_link deactivate_person",
        "reset_second_steps reactivate_person default_mailbox switch_mailbox remove_mailbox",
        "remove_team suspended_decide remove_sender retry_jobs retry_job forget_job scheduled",
        "meeting check_domain sign_mailbox renew_hook apply_macro switch_rule move_rule",
        "remove_rule remove_macro remove_template remove_followup",
        "order_promises escalations remove_promise remove_hours remove_day_off",
        "read_notices notice_wishes open_notice mark_notice",
        "begin_with save_dashboard remove_dashboard make_dashboard write_review send_review",
        "confirm_reader",
        "give_out measures capacity remove_skill remove_tier availability active next_ticket",
    ),
}


def names(resolver: Any) -> Iterator[str]:
    """The names of all paths; those without a name are for machines."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern)
        elif pattern.name:
            yield pattern.name


def test_every_path_is_looked_at_or_says_why_not() -> None:
    known = {*PAGES, *STRANGERS, *WITH_A_SECOND_STEP, *WALKED, *NOT_PAGES}
    assert set(names(get_resolver())) - known == set()


@pytest.fixture(scope="module")
def ada(filled_desk: Filled, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(filled_desk.desk, "ada@shop.example") as page:
        yield page


@pytest.fixture(scope="module")
def stranger(chromium: Chromium) -> Iterator[Page]:
    with chromium.page() as page:
        yield page


def look(page: Page, desk: Filled, paths: tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for n, path in enumerate(paths):
        page.goto(desk.url + path.format(**desk.found))
        found[path] = faults(page, "#work" if n and path.startswith("/tickets/{") else "")
    return {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize("name", PAGES)
def test_an_agents_page(name: str, filled_desk: Filled, ada: Page) -> None:
    assert look(ada, filled_desk, PAGES[name]) == {}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_page(name: str, filled_desk: Filled, stranger: Page) -> None:
    assert look(stranger, filled_desk, STRANGERS[name]) == {}


PAINT = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


@pytest.mark.parametrize(
    ("css", "where"),
    [
        ("h1 { color: #ccc }", ["1440 px, light"]),
        ("@media (prefers-color-scheme: dark) { h1 { color: #333 } }", ["1440 px, dark"]),
        (".tabbar * { color: #777; background: #666 }", ["390 px, light", "390 px, dark"]),
    ],
    ids=["light", "dark", "on a phone alone"],
)
def test_what_cannot_be_read_is_noticed(
    css: str, where: list[str], filled_desk: Filled, ada: Page
) -> None:
    ada.goto(f"{filled_desk.url}/settings/people/")
    ada.evaluate(PAINT, css)
    found = faults(ada)
    assert [line.partition(":")[0] for line in found] == where
    assert all("color-contrast" in line for line in found)


def test_signing_in_with_a_second_step(filled_desk: Filled, chromium: Chromium) -> None:
    with chromium.page() as page:
        page.goto(f"{filled_desk.url}/account/login/")
        page.fill("input[name=login]", "tove@shop.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]:not([formnovalidate])")
        page.wait_for_url("**/authenticate/**")
        assert faults(page) == []
        page.fill("input[name=code]", filled_desk.code())
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox/**")
        assert look(page, filled_desk, tuple(WITH_A_SECOND_STEP.values())) == {}


def test_the_wizard(chromium: Chromium) -> None:
    with Desk() as desk, chromium.page() as page:
        page.goto(desk.url)
        page.wait_for_url("**/setup/")
        assert faults(page) == []
        page.get_by_label("Name").fill("Ada Lund")
        page.get_by_label("Email").fill("ada@shop.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/setup/workspace/")
        assert faults(page) == []
        page.get_by_label("Name of the desk").fill("Tents and more")
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/setup/mailbox/")
        assert faults(page) == []
        page.get_by_label("Address", exact=True).fill("help@shop.example")
        page.get_by_label("Forwarded to this desk").check()
        page.get_by_label("Keep answers here for now").check()
        page.get_by_role("button", name="Save and check").click()
        page.wait_for_url("**/setup/mailbox/check/")
        assert faults(page) == []
        page.get_by_role("link", name="Go on").click()
        page.wait_for_url("**/setup/start/")
        assert faults(page) == []
