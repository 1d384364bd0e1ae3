"""A lead writes a rule by its slots, sees what it would have done, and lets it act; why it did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import working
from tests.browser.working import open_list, open_ticket, row, thread, write
from tests.peers.browser import Chromium
from tests.peers.desk import PASSWORD, Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with Desk() as desk:
        desk.run(
            f"""
from foredesk.channels import mailboxes
from foredesk.logbook.actors import SYSTEM
from foredesk.people import inviting, teaming
from foredesk.plumbing.clock import now
inviting.add_agent(email="lea@shop.example", name="Lea", role="lead", by=SYSTEM, at=now(),
    password="{PASSWORD}")
mailboxes.add(by=SYSTEM, at=now(), name="Help", address="help@shop.example")
teaming.add(name="Payments", icon="card", by=SYSTEM, at=now())
"""
        )
        yield desk


@pytest.fixture(scope="module")
def lea(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(desk, "lea@shop.example") as page:
        yield page


def slot(page: Page, name: str):
    return page.get_by_label(name, exact=True)


def drawn(page: Page, act) -> None:
    working.drawn(page, "/settings/rules/", act)


def test_a_rule_is_written_by_clicking_and_acts(desk: Desk, lea: Page) -> None:
    write(desk, "My card was declined", "It says do not honour.")
    open_list(lea, desk)
    expect(row(lea, "My card was declined")).to_be_visible()

    lea.goto(f"{desk.url}/settings/rules/")
    lea.get_by_role("button", name="New rule").click()
    lea.get_by_role("menuitem", name="When something happens").click()
    slot(lea, "Name, as tickets show it").fill("Cards to Payments")
    drawn(lea, lambda: lea.get_by_role("button", name="Add a condition").click())
    words = slot(lea, "the subject")
    words.fill("card")
    drawn(lea, lambda: words.press("Tab"))
    drawn(lea, lambda: lea.get_by_role("button", name="Add a step").click())
    drawn(lea, lambda: slot(lea, "What step 1 does").select_option("hand it to the team"))
    drawn(lea, lambda: lea.get_by_role("button", name="Add a condition").click())
    drawn(lea, lambda: slot(lea, "What to look at").last.select_option("the priority"))
    lea.get_by_role("button", name="the priority: choose").click()
    checks = lea.get_by_role("group", name="the priority")
    drawn(lea, lambda: checks.get_by_text("Normal").click())
    drawn(lea, lambda: checks.get_by_text("Low").click())
    expect(lea.get_by_role("button", name="the priority: Low or Normal")).to_be_visible()
    lea.keyboard.press("Escape")
    beside = lea.get_by_role("complementary", name="Test")
    expect(beside).to_contain_text("1of the last 1 tickets")
    expect(beside).to_contain_text("Payments")

    lea.keyboard.press("Control+Enter")
    lea.get_by_role("button", name="Switch on").click()
    expect(lea.locator(".toast", has_text="It is on.")).to_be_visible()
    lea.wait_for_timeout(1100)  # the other processes know of a new rule within a second

    write(desk, "Another card")
    open_list(lea, desk)
    open_ticket(lea, desk, "Another card")
    line = thread(lea).locator(
        ".event", has_text="The rule “Cards to Payments” handed it to Payments"
    )
    expect(line).to_be_visible()
    line.get_by_role("link", name="Why").click()
    why = lea.get_by_role("dialog", name="Why this happened")
    expect(why).to_contain_text("the subject contains card")
    expect(why).to_contain_text("It was: Another card")
    lea.keyboard.press("Escape")
    expect(why).to_be_hidden()


def test_a_macro_is_written_and_applied_with_the_keyboard(desk: Desk, lea: Page) -> None:
    lea.goto(f"{desk.url}/settings/macros/new/")
    lea.get_by_label("Name").fill("Refund")
    lea.get_by_label("Text").fill("Hello {{ customer.first_name | there }}, it is on its way.")
    lea.get_by_role("button", name="Add a step").click()
    lea.get_by_label("Priority", exact=True).select_option("Urgent")
    lea.get_by_label("When the reply is sent, leave the ticket").select_option("Solved")
    lea.get_by_role("button", name="Save").last.click()
    expect(lea.get_by_role("link", name="Refund")).to_be_visible()

    write(desk, "Give it back")
    open_list(lea, desk)
    open_ticket(lea, desk, "Give it back")
    lea.evaluate("document.activeElement?.blur()")
    held: list[Route] = []  # the script of the list comes late: the dialog waits for it
    lea.route("**/picking*.js*", lambda route: held.append(route))
    with lea.expect_request("**/picking*.js*"):
        lea.keyboard.press("q")
    expect(lea.locator("#d-macros")).to_be_attached()
    expect(lea.locator("#d-macros")).to_be_hidden()
    held[0].continue_()
    dialog = lea.get_by_role("dialog", name="Apply a macro")
    expect(dialog.get_by_text("Hello Cleo, it is on its way.")).to_be_visible()
    lea.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    editor = lea.get_by_role("textbox", name="Your message")
    expect(editor).to_have_text("Hello Cleo, it is on its way.")
    expect(editor).to_be_focused()
    expect(lea.get_by_role("button", name="Send and solve").first).to_be_visible()
    expect(thread(lea)).to_contain_text("applied the macro Refund, set the priority to urgent")
