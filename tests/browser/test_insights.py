"""A lead makes a dashboard, goes from a figure to its tickets, and takes the numbers along."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filled import Filled
from tests.peers.browser import Chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ada(filled_desk: Filled, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(filled_desk.desk, "ada@shop.example") as page:
        yield page


def test_from_a_dashboard_of_ones_own_to_the_tickets(filled_desk: Filled, ada: Page) -> None:
    ada.goto(f"{filled_desk.url}/insights/dashboards/overview/")
    ada.locator("html[data-ready]").wait_for()
    ada.get_by_role("button", name="More", exact=True).click()
    ada.get_by_role("menuitem", name="Make my own of it").click()
    expect(ada.get_by_role("heading", name="Arrange Team overview, mine")).to_be_visible()
    ada.get_by_label("What it shows").select_option("table")
    ada.get_by_label("What it measures").select_option("created")
    ada.get_by_label("Bars and tables: split by").select_option("channel")
    ada.get_by_role("button", name="Add", exact=True).click()
    expect(ada.get_by_role("button", name="Remove New tickets").last).to_be_visible()
    ada.get_by_role("link", name="Done").click()

    table = ada.get_by_role("region", name="New tickets by channel")
    count = table.get_by_role("link", name="Email").inner_text()
    table.get_by_role("link", name="Email").click()
    expect(ada.get_by_role("heading", name="New tickets: the tickets")).to_be_visible()
    expect(ada.get_by_role("link", name="Email Take away")).to_be_visible()
    expect(ada.get_by_text(f"28 days, {count} tickets")).to_be_visible()

    with ada.expect_download() as taken:
        ada.get_by_role("link", name="Numbers").click()
    rows = csv.DictReader(taken.value.path().read_text(encoding="utf-8-sig").splitlines())
    assert len(list(rows)) == int(count)
    ada.locator("li.item a").first.click()
    expect(ada.locator("#t-title")).to_be_visible()


def test_a_chart_is_zoomed_into_and_its_days_looked_at(filled_desk: Filled, ada: Page) -> None:
    ada.goto(f"{filled_desk.url}/insights/measures/created/")
    ada.locator("html[data-ready]").wait_for()
    ada.get_by_role("button", name="Zoom").click()
    place = ada.locator(".u-over")
    box = place.bounding_box()
    assert box is not None
    ada.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    ada.mouse.down()
    ada.mouse.move(box["x"] + box["width"] - 2, box["y"] + 60, steps=4)
    ada.mouse.up()
    ada.get_by_role("link", name="Look at these days").click()
    ada.wait_for_url("**from=*")
    expect(ada.get_by_role("heading", name="New tickets", exact=True)).to_be_visible()
