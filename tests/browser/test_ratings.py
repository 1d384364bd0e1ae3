"""A customer says how it was, by the keyboard alone and without any script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filled import Filled
from tests.peers.browser import Chromium

pytestmark = pytest.mark.browser


def said(filled: Filled, token: str) -> tuple:
    public_id = token.partition("-")[0]
    [row] = filled.desk.ask(
        "select score, rating, reasons, comment, changed_at is not null from surveys_survey"
        f" where public_id = '{public_id}'"
    )
    return row


def reach(page: Page, selector: str) -> None:
    """Move on with Tab until the thing has the focus."""
    for _ in range(30):
        if page.locator(selector).first.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def test_answering_changing_and_saying_no(filled_desk: Filled, chromium: Chromium) -> None:
    token = filled_desk.found["another"]
    with chromium.page(width=390, height=844) as page:
        page.goto(f"{filled_desk.url}/rate/{token}/?r=2")
        assert said(filled_desk, token) == (None, "", [], "", False)
        expect(page.get_by_role("radio", name="Poor", exact=True)).to_be_checked()
        expect(page.get_by_text("Took too long")).to_be_visible()
        expect(page.get_by_text("Kept me informed")).to_be_hidden()
        reach(page, "input[name=r]:checked")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="Very good")).to_be_checked()
        expect(page.get_by_text("Took too long")).to_be_hidden()
        reach(page, "input[value='Kept me informed']")
        page.keyboard.press("Space")
        reach(page, "textarea")
        page.keyboard.type("You wrote first <3")
        reach(page, "button[value=send]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        expected = (5, "good", ["Kept me informed"], "You wrote first <3", False)
        assert said(filled_desk, token) == expected

        page.get_by_role("link", name="Change your answer").click()
        expect(page.get_by_role("radio", name="Very good")).to_be_checked()
        expect(page.get_by_label("Anything to add?")).to_have_value("You wrote first <3")
        page.get_by_role("radio", name="Very poor").check(force=True)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("You said “Very poor”")).to_be_visible()
        assert said(filled_desk, token) == (1, "bad", [], "You wrote first <3", True)

        page.get_by_role("button", name="Do not ask me again").click()
        expect(page.get_by_text("We do not ask you again.")).to_be_visible()
        page.get_by_role("button", name="You may ask me again").click()
        page.get_by_role("button", name="Open it again").click()
        expect(page.get_by_text("Your request is open")).to_be_visible()
