"""Whoever changed a mailbox checks what stands there, not what was saved before."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.filled import Filled
from tests.peers.browser import Chromium

pytestmark = pytest.mark.browser


def test_a_changed_mailbox_is_saved_before_it_is_checked(
    filled_desk: Filled, chromium: Chromium
) -> None:
    with chromium.person(filled_desk.desk, "ada@shop.example") as page:
        page.goto(f"{filled_desk.url}/settings/mailboxes/{filled_desk.found['mailbox']}/")
        saved, unsaved = (
            page.get_by_role("button", name=name)
            for name in ("Check both directions", "Save and check")
        )
        expect(saved).to_be_visible()
        expect(unsaved).to_be_hidden()
        page.get_by_text("Mail out", exact=True).first.click()
        page.locator("[name=send][value=smtp]").check()
        expect(unsaved).to_be_visible()
        expect(saved).to_be_hidden()
        page.locator("[name=send][value=keep]").check()
        expect(saved).to_be_visible()
        expect(unsaved).to_be_hidden()
        page.get_by_text("How it speaks", exact=True).first.click()
        page.get_by_role("textbox", name="Signature").click()
        page.keyboard.type("Yours")
        expect(unsaved).to_be_visible()
