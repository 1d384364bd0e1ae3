"""An admin says when somebody is here and what is promised; the next ticket shows its time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import working
from tests.browser.working import open_list, row, write
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
from foredesk.people import inviting
from foredesk.plumbing.clock import now
inviting.add_agent(email="adi@shop.example", name="Adi", role="admin", by=SYSTEM, at=now(),
    password="{PASSWORD}")
mailboxes.add(by=SYSTEM, at=now(), name="Help", address="help@shop.example")
"""
        )
        yield desk


@pytest.fixture(scope="module")
def adi(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(desk, "adi@shop.example") as page:
        yield page


def drawn(page: Page, act) -> None:
    working.drawn(page, "/settings/promises/", act)


def test_hours_with_a_lunch_break_a_promise_and_its_chip(desk: Desk, adi: Page) -> None:
    adi.goto(f"{desk.url}/settings/promises/hours/new/")
    adi.locator("html[data-ready]").wait_for()
    adi.get_by_label("Name", exact=True).fill("Support")
    monday = adi.get_by_role("group", name="Monday")
    monday.get_by_label("Monday, period 1, to").fill("12:00")
    drawn(adi, lambda: monday.get_by_role("button", name="Add hours on Monday").click())
    expect(monday.get_by_label("Monday, period 2, from")).to_have_value("13:00")
    drawn(adi, lambda: adi.get_by_role("button", name="Copy Monday to weekdays").click())
    expect(adi.get_by_label("Friday, period 2, to")).to_have_value("17:00")
    adi.get_by_role("button", name="Save").click()
    expect(adi.get_by_text("09:00 to 12:00")).to_have_count(5)

    adi.get_by_role("link", name="New promise").click()
    adi.get_by_label("Name", exact=True).fill("Cards first")
    drawn(adi, lambda: adi.get_by_role("button", name="Add a condition").click())
    conditions = adi.locator("#conditions")
    expect(conditions).to_have_count(1)
    words = adi.get_by_label("the subject", exact=True)
    words.fill("card")
    drawn(adi, lambda: words.press("Tab"))
    drawn(adi, lambda: adi.get_by_role("button", name="Add a condition").click())
    expect(adi.get_by_role("group", name="Condition 2")).to_be_visible()
    drawn(adi, lambda: adi.get_by_role("button", name="Remove condition 2").click())
    expect(adi.get_by_role("group", name="Condition 2")).to_have_count(0)
    adi.get_by_label("Time counts by").select_option("the calendar")
    adi.get_by_role("button", name="Save").click()
    expect(adi.get_by_text("when the subject contains card")).to_be_visible()

    drawn(adi, lambda: adi.get_by_role("button", name="Add a step").click())
    expect(adi.get_by_role("group", name="Step 1")).to_be_visible()
    adi.get_by_role("button", name="Save the steps").click()
    expect(adi.get_by_role("group", name="Step 1")).to_be_visible()
    adi.get_by_label("writes on").fill("2026-11-20T10:00")
    expect(adi.get_by_text("First reply by Friday, 20 November, 14:00")).to_be_visible()

    write(desk, "My card was declined")
    write(desk, "Where is my parcel?")
    open_list(adi, desk)
    expect(row(adi, "My card was declined").locator(".sla")).to_contain_text("3 h 59 min")
    expect(row(adi, "Where is my parcel?")).to_be_visible()
    expect(row(adi, "Where is my parcel?").locator(".sla")).to_have_count(0)
