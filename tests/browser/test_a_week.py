"""A week of a support team: hours, promises and rules are set up by clicking, then time passes.

The right people get what comes in, with reasons; the clock pauses, warns, breaks and escalates; a
follow-up goes out, and the old ticket is closed after its warning. Nobody waits for any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import working
from tests.browser.working import head, open_ticket, press, ready, thread, write
from tests.peers.browser import Chromium
from tests.peers.desk import PASSWORD
from tests.peers.moved_clock import MovedDesk

pytestmark = pytest.mark.browser
MONDAY = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk() -> Iterator[MovedDesk]:
    with MovedDesk(MONDAY, FOREDESK_UNDO_SECONDS="0") as desk:
        desk.run(
            f"""
from foredesk.automations import writing_texts
from foredesk.channels import mailboxes
from foredesk.logbook.actors import SYSTEM
from foredesk.people import inviting, setting_up, teaming
from foredesk.plumbing.clock import now
from foredesk.routing import arranging, being_here
keep = dict(by=SYSTEM, at=now())
team = teaming.add(name="Payments", icon="card", **keep)
for name, role in (("Adi", "admin"), ("Ada", "agent"), ("Ben", "agent")):
    agent = inviting.add_agent(email=f"{{name.lower()}}@shop.example", name=name, role=role,
        password="{PASSWORD}", teams=[team] if role == "agent" else [], **keep)
    being_here.set_state(agent, "online", **keep)
arranging.set_measure(away_minutes=0, most={{}}, **keep)  # hours pass in which nobody moves
mailboxes.add(name="Help", address="help@shop.example", **keep)
setting_up.change_workspace(name="Shop", language="en", time_zone="UTC", copies_join="nobody",
    close_after_days=7, close_warning_days=3, **keep)
texts = {{"en": {{"subject": "Is all well?", "text": "Hello, does your card work again?"}}}}
thanks = writing_texts.save_template(None, {{"name": "All well", "texts": texts}}, **keep)
writing_texts.save_sequence(None, {{"name": "Check in", "steps": [
    {{"do": "mail", "hours": 24, "template": thanks.pk}}]}}, **keep)
"""
        )
        yield desk


@pytest.fixture(scope="module")
def adi(desk: MovedDesk, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(desk, "adi@shop.example") as page:
        yield page


def drawn(page: Page, act) -> None:
    working.drawn(page, "/settings/", act)


def slot(page: Page, name: str):
    return page.get_by_label(name, exact=True)


def only_words(page: Page, text: str) -> None:
    """The first condition: the subject contains this."""
    drawn(page, lambda: page.get_by_role("button", name="Add a condition").click())
    words = slot(page, "the subject")
    words.fill(text)
    drawn(page, lambda: words.press("Tab"))


def set_up_promises(page: Page, desk: MovedDesk) -> None:
    page.goto(f"{desk.url}/settings/promises/hours/new/")
    slot(page, "Name").fill("Support")
    monday = page.get_by_role("group", name="Monday")
    monday.get_by_label("Monday, period 1, to").fill("12:00")
    drawn(page, lambda: monday.get_by_role("button", name="Add hours on Monday").click())
    drawn(page, lambda: page.get_by_role("button", name="Copy Monday to weekdays").click())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("09:00 to 12:00")).to_have_count(5)
    for name, words, hours in (("Cards", "card", "1 h"), ("Everyone", "", "4 h")):
        page.get_by_role("link", name="New promise").click()
        slot(page, "Name").fill(name)
        if words:
            only_words(page, words)
        for priority in ("Urgent", "High", "Normal", "Low"):
            page.get_by_label(f"First reply, {priority}").fill(hours)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name=name)).to_be_visible()
    for number in (1, 2):
        drawn(page, lambda: page.get_by_role("button", name="Add a step").click())
        expect(page.get_by_role("group", name=f"Step {number}")).to_be_visible()
    warn, late = (page.get_by_role("group", name=f"Step {number}") for number in (1, 2))
    warn.get_by_label("At which moment").select_option("a third is left")
    late.get_by_label("At which moment").select_option("it is late")
    late.get_by_text("whoever has it").click()
    late.get_by_text("the leads").click()
    late.get_by_label("Who gets the ticket").select_option("whoever is free")
    page.get_by_role("button", name="Save the steps").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def set_up_routing(page: Page, desk: MovedDesk) -> None:
    page.goto(f"{desk.url}/settings/routing/")
    card = page.locator("section.card", has_text="Payments").first
    card.get_by_label("How tickets are given out").select_option("In turn")
    card.get_by_role("button", name="Save Payments").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def new_rule(page: Page, desk: MovedDesk, kind: str, name: str) -> None:
    page.goto(f"{desk.url}/settings/rules/new/?kind={kind}")
    slot(page, "Name, as tickets show it").fill(name)


def add_step(page: Page, number: int, what: str) -> None:
    drawn(page, lambda: page.get_by_role("button", name="Add a step").click())
    drawn(page, lambda: slot(page, f"What step {number} does").select_option(what))


def save_and_switch_on(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".toast", has_text="It is on.")).to_be_visible()


def choose_occasion(page: Page, words: str, instead_of: str) -> None:
    page.get_by_role("button", name="What sets it off").click()
    group = page.get_by_role("group", name="What sets it off")
    drawn(page, lambda: group.get_by_text(words, exact=True).click())
    drawn(page, lambda: group.get_by_text(instead_of, exact=True).click())
    page.keyboard.press("Escape")


def set_up_rules(page: Page, desk: MovedDesk) -> None:
    new_rule(page, desk, "trigger", "Cards to Payments")
    only_words(page, "card")
    add_step(page, 1, "hand it to the team")
    beside = page.get_by_role("complementary", name="Test")
    expect(beside).to_contain_text("1of the last 2 tickets")
    expect(beside).to_contain_text("Payments")
    save_and_switch_on(page)

    new_rule(page, desk, "trigger", "Check in")
    choose_occasion(page, "a ticket is solved", "a customer writes a new ticket")
    add_step(page, 1, "start the follow-up")
    save_and_switch_on(page)

    new_rule(page, desk, "automation", "Old ones")
    slot(page, "How long").fill("5")
    drawn(page, lambda: slot(page, "How long").press("Tab"))
    drawn(page, lambda: slot(page, "After which moment").select_option("the solving"))
    drawn(page, lambda: page.get_by_role("button", name="Remove condition 1").click())
    add_step(page, 1, "add the tags")
    tags = slot(page, "Tags, separated by commas")
    tags.fill("quiet")
    drawn(page, lambda: tags.press("Tab"))
    save_and_switch_on(page)


def event(page: Page, text: str):
    return thread(page).locator(".event", has_text=text)


def promise(page: Page):
    """The side panel's line of the first reply."""
    return page.locator("li.row.nowrap", has_text="First reply")


def test_a_week_with_promises_rules_and_the_right_people(desk: MovedDesk, adi: Page) -> None:
    write(desk, "My old card", "It was declined before.")
    write(desk, "Where is my parcel?")
    desk.settle()
    set_up_promises(adi, desk)
    set_up_routing(adi, desk)
    set_up_rules(adi, desk)

    # A mail comes in the morning: the rule hands it over, the desk gives it to whose turn it is.
    desk.set_clock(MONDAY + timedelta(minutes=10))
    mail = write(desk, "My card was declined")
    desk.settle()
    number = open_ticket(adi, desk, "My card was declined")
    expect(event(adi, "The rule “Cards to Payments” handed it to Payments")).to_be_visible()
    expect(event(adi, "It is the turn of Ada.")).to_be_visible()
    expect(promise(adi)).to_contain_text("10:40")

    # It waits for the customer from 09:45 on: the clock stands still until they write at 11:40.
    desk.set_clock(MONDAY + timedelta(minutes=15))
    press(adi, "s")
    adi.locator("#m-status").get_by_text("Waiting on customer").click()
    expect(promise(adi)).to_contain_text("55 min left when it goes on")
    desk.set_clock(MONDAY + timedelta(hours=2, minutes=10))
    write(desk, "Re: My card was declined", "It is a blue one.", in_reply_to=mail)
    expect(thread(adi)).to_contain_text("It is a blue one.")
    expect(promise(adi)).to_contain_text("13:3")  # an hour of lunch lies between

    # At 13:16 less than a third is left, at 13:40 it is late and goes to whoever is free.
    desk.set_clock(MONDAY + timedelta(hours=3, minutes=46))
    desk.strike("watch_promises")
    expect(event(adi, "told of a promise at risk")).to_be_visible()
    desk.set_clock(MONDAY + timedelta(hours=4, minutes=10))
    desk.strike("watch_promises")
    expect(event(adi, "noted a broken promise")).to_be_visible()
    expect(event(adi, "Ben holds the least")).to_be_visible()
    expect(event(adi, "escalated it: First reply: the promise is 5 min late.")).to_be_visible()
    expect(promise(adi)).to_contain_text("5 min late")
    expect(adi.locator("#bell")).to_contain_text("unread")
    press(adi, "g", "b")
    expect(adi.locator("#notices")).to_contain_text("First reply: the promise is 5 min late.")
    adi.get_by_role("button", name=f"Open #{number}").click()
    ready(adi, "My card was declined")
    expect(adi.locator(f"#notices form[action$='{number}/open/']")).to_have_count(0)

    # Answered and solved: a day later the follow-up asks, on Friday the customer is warned.
    adi.locator("#editor.is-empty").wait_for()
    press(adi, "r")
    adi.keyboard.type("We unlocked it.")
    press(adi, "Control+Enter")
    expect(thread(adi)).to_contain_text("We unlocked it.")
    head(adi).get_by_role("button", name="Solve").click()
    expect(event(adi, "The rule “Check in” started the follow-up Check in")).to_be_visible()
    solved = desk.now
    desk.set_clock(solved + timedelta(hours=25))
    desk.strike("act_on_time")
    expect(thread(adi)).to_contain_text("does your card work again?")
    expect(event(adi, "ended the follow-up Check in: Its last step is done.")).to_be_visible()
    desk.set_clock(solved + timedelta(days=4, hours=1))
    desk.strike("close_solved")
    expect(thread(adi)).to_contain_text("close it in 3 days")
    desk.set_clock(solved + timedelta(days=5, hours=1))
    desk.strike("act_on_time")
    expect(event(adi, "The rule “Old ones” added quiet")).to_be_visible()
    desk.set_clock(solved + timedelta(days=7, hours=2))
    desk.strike("close_solved")
    expect(event(adi, "set it to Closed")).to_be_visible()
