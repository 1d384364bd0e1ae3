"""A lead makes a dashboard, goes from a figure to its tickets, and takes the numbers along."""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Page, expect
from pyarrow import parquet

from foredesk.plumbing.postgres import embedded
from tests.browser.filled import Filled
from tests.peers.browser import Chromium

pytestmark = pytest.mark.browser
ROWS = 3000
LONG_AGO = """
insert into analytics_tally (ticket_id, what, at, made_at, value, open_value, channel, team_id,
  agent_id, customer_id, priority, detail, until)
select ticket_id, what, '2001-05-01'::timestamptz + n * interval '1 minute', made_at, value,
  open_value, channel, team_id, agent_id, customer_id, priority, detail, until
from (select * from analytics_tally where what = 'created' limit 1) as one,
  generate_series(1, %s) as n
"""


@pytest.fixture(scope="module")
def ada(filled_desk: Filled, chromium: Chromium) -> Iterator[Page]:
    person = chromium.person(filled_desk.desk, "ada@shop.example")
    with filled_desk.as_it_was("analytics_dashboard", "analytics_start"), person as page:
        yield page


@pytest.fixture
def much(filled_desk: Filled) -> Iterator[str]:
    """The address of a period in which much was counted; afterwards nothing was."""
    dsn = embedded.dsn(filled_desk.desk.data_dir)
    with psycopg.connect(dsn, autocommit=True) as own:
        own.execute(LONG_AGO.encode(), (ROWS,))
        yield f"{filled_desk.url}/insights/measures/created/?from=2001-05-01&to=2001-12-31"
        own.execute("delete from analytics_tally where at < '2002-01-01'")


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
        ada.get_by_role("button", name="Numbers", exact=True).click()
        ada.get_by_role("menuitem", name="CSV").click()
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


def test_a_long_export_says_how_far_it_is_and_can_be_stopped(ada: Page, much: str) -> None:
    ada.goto(much)
    ada.locator("html[data-ready]").wait_for()
    opener = ada.get_by_role("button", name="Numbers", exact=True)
    dialog = ada.get_by_role("dialog", name="Saving the file")
    opener.press("Enter")
    expect(ada.get_by_role("menuitem", name="CSV")).to_be_focused()
    line = ada.context.new_cdp_session(ada)
    slow = {"offline": False, "latency": 0, "downloadThroughput": 60_000, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    ada.keyboard.press("Enter")
    expect(dialog).to_contain_text(f"of {ROWS:,} rows")
    bar = dialog.get_by_role("progressbar", name="Saving the file")
    expect(bar).to_have_attribute("max", str(ROWS))
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    ada.keyboard.press("Escape")
    expect(ada.get_by_text("Stopped. Nothing was saved.")).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    line.detach()  # as fast as ever

    with ada.expect_download() as taken:
        opener.press("Enter")
        ada.get_by_role("menuitem", name="Parquet").press("Enter")
    assert taken.value.suggested_filename == "New tickets, 2001-05-01 to 2001-12-31.parquet"
    assert parquet.read_table(taken.value.path()).num_rows == ROWS
    expect(ada.get_by_text(f"Saved. Rows: {ROWS:,}")).to_be_visible()

    half = struct.pack(">II", 1, 3) + b"row"  # and no end
    ada.route("**/rows.csv*", lambda route: route.fulfill(headers={"X-Row-Count": "2"}, body=half))
    opener.press("Enter")
    ada.get_by_role("menuitem", name="CSV").press("Enter")
    expect(ada.get_by_text("The connection broke, so nothing was saved.")).to_be_visible()
    ada.unroute("**/rows.csv*")
