"""The weekly review by keyboard alone: written, judged, ticked, sent to nobody by mistake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filled import Filled
from tests.peers.browser import Chromium

pytestmark = pytest.mark.browser
POINT = "Ring three customers of the summer camp about their tents"
WRITTEN = ("analytics_review", "analytics_agreedpoint", "analytics_verdict")


@pytest.fixture(scope="module")
def ada(filled_desk: Filled, chromium: Chromium) -> Iterator[Page]:
    person = chromium.person(filled_desk.desk, "ada@shop.example")
    with filled_desk.as_it_was(*WRITTEN), person as page:
        yield page


def tab_to(page: Page, name: str) -> None:
    """Go on with Tab until what has the focus is called so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const one = document.activeElement;
              const label = one.labels?.[0]?.textContent ?? "";
              return (one.getAttribute("aria-label") || label || one.textContent).trim();
            }"""
        )
        if found == name:
            return
    raise AssertionError(f"Tab never comes to “{name}”.")


def test_a_meeting_without_a_mouse(filled_desk: Filled, ada: Page) -> None:
    ada.goto(f"{filled_desk.url}/insights/review/")
    tab_to(ada, "Weekly review")
    tab_to(ada, "Send to the team")
    ada.keyboard.press("Enter")
    dialog = ada.get_by_role("dialog", name="Send the review")
    expect(dialog).to_contain_text("Ben")
    expect(dialog).not_to_contain_text("boss@owner.example")
    ada.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    tab_to(ada, "Keep")
    ada.keyboard.press("Enter")
    tried = ada.get_by_role("group", name="Verdict on")
    expect(tried.get_by_role("button", name="Keep")).to_have_attribute("aria-pressed", "true")
    tab_to(ada, f"Done: {POINT}")
    ada.keyboard.press("Space")
    ticked = ada.get_by_role("checkbox", name=f"Done: {POINT}")
    expect(ticked).to_have_attribute("aria-checked", "false")
    tab_to(ada, "Agree on something")
    ada.keyboard.press("Enter")
    tab_to(ada, "What")
    ada.keyboard.type("Count the poles")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("checkbox", name="Done: Count the poles")).to_be_visible()
    tab_to(ada, "Notes")
    ada.keyboard.type("Poles were missing.")
    tab_to(ada, "Save")
    ada.keyboard.press("Enter")
    expect(ada.get_by_text("The notes are saved.")).to_be_visible()
    expect(ada.get_by_label("Notes", exact=True)).to_have_value("Poles were missing.")
