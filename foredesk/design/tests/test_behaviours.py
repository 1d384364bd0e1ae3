"""The behaviours, in a real browser, under the strict Content-Security-Policy."""

import re

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from foredesk.design.tests import trial

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site():
    with override_settings(**trial.SETTINGS):
        site = trial.Site()
        yield site
        site.stop()


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium.browser


@pytest.fixture
def page(browser, site):
    """The trial page, with every behaviour bound; fails when the console heard an error."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    heard = []
    page.on("console", lambda message: heard.append(message) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(error))
    opened = len(trial.streams)
    page.goto("/", wait_until="domcontentloaded")
    expect(page.locator("html[data-live=on][data-ready]")).to_have_count(1)
    assert len(trial.streams) == opened + 1
    yield page
    context.close()
    texts = [getattr(item, "text", str(item)) for item in heard]
    assert [text for text in texts if "409" not in text] == []


def test_the_palette_runs_a_command_and_finds_what_the_server_knows(page):
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("solve")
    expect(palette.get_by_role("option")).to_have_text(["Solve and closeE", "#1 solve"])
    page.keyboard.press("Enter")
    expect(palette).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_text("That ticket was merged meanwhile.")


def test_the_palette_follows_a_link_that_the_server_found(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("tent")
    expect(page.get_by_role("option", name="#1 tent")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#found$"))


def test_a_refusal_is_a_toast_and_the_page_stays(page):
    page.get_by_role("button", name="Solve").click()
    expect(page.get_by_role("alert")).to_have_text("That ticket was merged meanwhile.")
    expect(page.get_by_role("heading", name="Trial")).to_be_visible()


def test_every_post_of_htmx_carries_the_csrf_token(page):
    page.click("#save")
    expect(page.locator("#answer")).to_have_text("posted POST")


def test_single_keys_press_buttons_but_not_while_typing(page):
    page.fill("#text", "r")
    page.keyboard.press("e")
    expect(page.locator("#text")).to_have_value("re")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator("#text").blur()
    page.keyboard.press("e")
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_sequence_of_keys_goes_somewhere(page):
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("#inbox$"))


def test_control_enter_sends_from_inside_the_field(page):
    page.fill("#text", "hello")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_have_text("sent hello")


def test_shortcuts_can_be_switched_off(page):
    page.goto("/?keys=off", wait_until="domcontentloaded")
    expect(page.locator("html[data-live=on][data-ready]")).to_have_count(1)
    page.keyboard.press("e")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Command palette")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_question_mark_lists_the_keys_of_this_page(page):
    page.keyboard.press("Shift+?")
    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("Inbox", "Solve and close", "Merge", "Next ticket", "Send"):
        expect(listed.get_by_text(words, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed).to_have_count(0)


def test_j_and_k_walk_along_the_rows(page):
    page.keyboard.press("j")
    expect(page.locator('a[data-row="2"]')).to_have_attribute("aria-current", "true")
    expect(page.locator('a[data-row="2"]')).to_be_focused()
    expect(page.locator("#answer")).to_have_text("ticket 2")
    page.keyboard.press("k")
    expect(page.locator('a[data-row="1"]')).to_have_attribute("aria-current", "true")


def test_a_menu_walks_by_arrows_and_gives_focus_back(page):
    opener = page.get_by_role("button", name="More actions")
    opener.click()
    expect(page.get_by_role("menuitem", name="Assign")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Merge")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_dialog_opens_by_key_and_closes_by_its_button(page):
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Merge")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()


def test_tabs_change_by_arrows_and_the_choice_survives_a_click_elsewhere(page):
    page.get_by_role("tab", name="One").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Two")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("second")).to_be_visible()
    expect(page.get_by_text("first")).to_be_hidden()


def test_a_password_can_be_looked_at(page):
    field = page.get_by_label("Password", exact=True)
    field.fill("secret words")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Hide password").click()
    expect(field).to_have_attribute("type", "password")


def test_a_poke_fetches_the_part_again_and_keeps_focus_and_text(page):
    inside = page.locator("#inside")
    inside.fill("half a word")
    before = trial.state["count"]
    trial.streams[-1].put('event: poke\ndata: {"topic":"ticket-2"}\n\n')
    for _ in range(3):
        trial.streams[-1].put('event: poke\ndata: {"topic":"ticket-1"}\n\n')
    expect(page.locator("#part p")).to_have_text(f"count {before + 1}")
    expect(inside).to_be_focused()
    expect(inside).to_have_value("half a word")
    assert trial.state["live"][-1] == "1"


def test_after_a_break_the_page_connects_again_and_looks_again(page):
    before = trial.state["count"]
    trial.streams[-1].put("end")
    expect(page.locator("#part p")).to_have_text(f"count {before + 1}", timeout=10_000)


def test_the_theme_of_the_system_holds_until_someone_chooses(page):
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.get_by_role("button", name="Mira").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("menuitemradio", name="Dark").click()
    assert trial.state["theme"] == "dark"
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
