"""An agent at work, with the keyboard alone, and with colleagues at other desks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.working import (
    head,
    open_list,
    open_ticket,
    press,
    ready,
    row,
    thread,
    write,
)
from tests.peers.browser import Chromium
from tests.peers.desk import PASSWORD, Desk, until

pytestmark = pytest.mark.browser

WORKED = """
import json
from foredesk.logbook import queries
found = queries.latest(("tickets.TicketWorkedOn",), limit=50)
print(json.dumps([[one.about_id, one.actor_name, one.data["seconds"]] for one in found]))
"""
WATCH = """() => {
  window.drawn = [];
  document.querySelector("[data-presence-url]").addEventListener("live-updated", () =>
    window.drawn.push(document.querySelector("#talk-head").innerText));
}"""
PEOPLE = (("Ada", "admin"), ("Ben", "agent"), ("Lia", "light"))


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with Desk() as desk:
        desk.run(
            f"""
from foredesk.channels import mailboxes
from foredesk.logbook.actors import SYSTEM
from foredesk.people import inviting, teaming
from foredesk.plumbing.clock import now
for name, role in {PEOPLE!r}:
    inviting.add_agent(email=f"{{name.lower()}}@shop.example", name=name, role=role, by=SYSTEM,
        at=now(), password="{PASSWORD}")
mailboxes.add(by=SYSTEM, at=now(), name="Help", address="help@shop.example")
teaming.add(name="Orders", icon="truck", by=SYSTEM, at=now())
"""
        )
        yield desk


@pytest.fixture(scope="module")
def ada(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(desk, "ada@shop.example") as page:
        yield page


@pytest.fixture(scope="module")
def ben(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(desk, "ben@shop.example") as page:
        yield page


@pytest.fixture(scope="module")
def lia(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    with chromium.person(desk, "lia@shop.example") as page:
        yield page


def editor(page: Page):
    return page.get_by_role("textbox", name="Your message")


def toast(page: Page, words: str) -> None:
    expect(page.locator(".toast", has_text=words).last).to_be_visible()


# With the keyboard alone


def test_j_and_k_walk_through_the_list(desk: Desk, ada: Page) -> None:
    for subject in ("Walk one", "Walk two"):
        write(desk, subject)
    open_list(ada, desk)
    expect(row(ada, "Walk one")).to_be_visible()
    expect(row(ada, "Walk two")).to_be_visible()
    subjects = ada.locator("a[data-row] .ticket__subject").all_inner_texts()
    press(ada, "j")
    expect(ada.locator("#t-title")).to_have_text(subjects[0])
    press(ada, "j")
    expect(ada.locator("#t-title")).to_have_text(subjects[1])
    press(ada, "k")
    expect(ada.locator("#t-title")).to_have_text(subjects[0])
    expect(row(ada, subjects[0])).to_have_attribute("aria-current", "true")
    row(ada, subjects[1]).focus()
    press(ada, "Enter")
    expect(ada.locator("#t-title")).to_have_text(subjects[1])


def test_reply_undo_and_send(desk: Desk, ada: Page) -> None:
    write(desk, "Reply by keys")
    number = open_ticket(ada, desk, "Reply by keys")
    press(ada, "r")
    ada.keyboard.type("It left us today.")
    press(ada, "Escape")
    expect(editor(ada)).not_to_be_focused()
    press(ada, "r", "Control+Enter")
    expect(thread(ada)).to_contain_text("It left us today.")
    toast(ada, "It goes out in 10 seconds")
    expect(head(ada)).to_contain_text("Waiting")
    press(ada, "z")
    expect(editor(ada)).to_have_text("It left us today.")
    expect(thread(ada)).not_to_contain_text("It left us today.")
    expect(head(ada)).to_contain_text("New")
    press(ada, "r", "Control+Enter")
    expect(thread(ada)).to_contain_text("It left us today.")
    shown = desk.ticket(number)
    assert (shown["status"], len(shown["messages"])) == ("pending", 2)


def test_a_reply_is_taken_back_from_the_toast(desk: Desk, ada: Page) -> None:
    """Its answer comes in, though the toast closed and the thread was drawn anew before."""

    def late(route: Route) -> None:
        answer = route.fetch()
        ada.locator(".msg__do").wait_for(state="detached")
        route.fulfill(response=answer)

    write(desk, "Taken back")
    open_ticket(ada, desk, "Taken back")
    press(ada, "r")
    ada.keyboard.type("It left us today.")
    press(ada, "Control+Enter")
    ada.route("**/withdraw/", late)
    ada.locator(".toast").get_by_role("button", name="Undo").click()
    expect(editor(ada)).to_have_text("It left us today.")
    ada.unroute("**/withdraw/")


def test_what_was_asked_before_a_change_does_not_undo_it_on_the_screen(
    desk: Desk, ada: Page
) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def late(route: Route) -> None:
        held.append((route, route.fetch()))

    write(desk, "Seen as it was")
    number = open_ticket(ada, desk, "Seen as it was")
    press(ada, "i")
    expect(head(ada)).to_contain_text("Ada")
    live = f"**/tickets/{number}/live/**"
    ada.route(live, late, times=1)
    press(ada, "p", "u", "Enter")
    until(lambda: held or ada.wait_for_timeout(20))
    press(ada, "s", "w", "Enter")
    expect(head(ada)).to_contain_text("Waiting")
    ada.evaluate(WATCH)
    with ada.expect_request(live):  # asked again
        [(route, answer)] = held
        route.fulfill(response=answer)
    ada.wait_for_function("() => window.drawn.length > 1")
    assert all("Waiting" in words for words in ada.evaluate("window.drawn"))


def test_a_note_stays_inside(desk: Desk, ada: Page) -> None:
    write(desk, "Note by keys")
    number = open_ticket(ada, desk, "Note by keys")
    press(ada, "n")
    ada.keyboard.type("She is a good customer.")
    press(ada, "Control+Enter")
    note = ada.locator(".msg--note", has_text="She is a good customer.")
    expect(note).to_contain_text("Internal note")
    assert desk.ticket(number)["status"] == "new"


def test_solve_status_priority_team_and_assignee(desk: Desk, ada: Page) -> None:
    write(desk, "Change by keys")
    open_ticket(ada, desk, "Change by keys")
    press(ada, "i")
    expect(head(ada)).to_contain_text("Ada")
    press(ada, "p", "u", "Enter")
    expect(head(ada).get_by_label("Urgent priority")).to_be_visible()
    press(ada, "t", "o", "Enter")
    expect(head(ada)).to_contain_text("Orders")
    press(ada, "a", "b", "Enter")
    expect(head(ada)).to_contain_text("Ben")
    press(ada, "s", "w", "Enter")
    expect(head(ada)).to_contain_text("Waiting")
    press(ada, "e")
    expect(head(ada)).to_contain_text("Solved")
    press(ada, "e")
    expect(head(ada)).to_contain_text("Open")


def test_snoozed_tickets_have_a_list(desk: Desk, ada: Page) -> None:
    write(desk, "Snooze by keys")
    open_ticket(ada, desk, "Snooze by keys")
    press(ada, "h", "Enter")
    toast(ada, "Snoozed.")
    open_list(ada, desk, "open")
    expect(row(ada, "Snooze by keys")).to_have_count(0)
    open_list(ada, desk, "snoozed")
    row(ada, "Snooze by keys").click()
    ready(ada, "Snooze by keys")
    press(ada, "h", "Enter")
    toast(ada, "Back in the list")


def test_merge(desk: Desk, ada: Page) -> None:
    write(desk, "Merge target", "The first half.")
    write(desk, "Merge source", "The second half.")
    target = open_ticket(ada, desk, "Merge target")
    open_ticket(ada, desk, "Merge source")
    press(ada, "m")
    dialog = ada.get_by_role("dialog")
    expect(dialog.get_by_label("Find the ticket")).to_be_focused()
    ada.keyboard.type("Merge target")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    press(ada, "Enter")
    ada.wait_for_url(f"**/tickets/{target}/")
    ready(ada, "Merge target")
    expect(thread(ada)).to_contain_text("The second half.")
    expect(thread(ada)).to_contain_text("The first half.")


def test_split(desk: Desk, ada: Page) -> None:
    first = write(desk, "Split me", "Two matters in one mail.")
    number = open_ticket(ada, desk, "Split me")
    ada.get_by_role("button", name="More actions").click()
    ada.get_by_role("menuitem", name="Split into a new ticket").click()
    dialog = ada.get_by_role("dialog")
    dialog.get_by_label("Subject of the new ticket").fill("The other matter")
    dialog.get_by_role("button", name="Split").click()
    toast(ada, "message")  # nothing chosen: a sentence, and the dialog stays
    expect(dialog).to_be_visible()
    press(ada, "Escape")
    write(desk, "Re: Split me", "The second matter is a refund.", in_reply_to=first)
    expect(thread(ada)).to_contain_text("The second matter is a refund.")
    ada.get_by_role("button", name="More actions").click()
    ada.get_by_role("menuitem", name="Split into a new ticket").click()
    dialog.get_by_label("Subject of the new ticket").fill("The other matter")
    dialog.get_by_label("The second matter is a refund.").check()
    dialog.get_by_role("button", name="Split").click()
    ada.wait_for_url(lambda url: "/tickets/" in url and f"/tickets/{number}/" not in url)
    ready(ada, "The other matter")
    expect(thread(ada)).to_contain_text("The second matter is a refund.")


def test_several_tickets_at_once(desk: Desk, ada: Page) -> None:
    for subject in ("Bulk one", "Bulk two"):
        write(desk, subject)
    open_list(ada, desk, "unassigned")
    for subject in ("Bulk one", "Bulk two"):
        row(ada, subject).focus()
        press(ada, "x")
    bar = ada.locator("#bulk")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_label("What to do").select_option("assign:me")
    bar.get_by_role("button", name="Apply").click()
    toast(ada, "2 tickets changed")
    expect(row(ada, "Bulk one")).to_have_count(0)
    expect(bar).to_be_hidden()


def test_search_palette_and_the_list_of_keys(desk: Desk, ada: Page) -> None:
    write(desk, "Needle in the haystack")
    open_list(ada, desk)
    expect(row(ada, "Needle")).to_be_visible()
    press(ada, "/")
    expect(ada.get_by_label("Search in this list")).to_be_focused()
    ada.keyboard.type("needle")
    press(ada, "Enter")
    expect(ada.locator("a[data-row]")).to_have_count(1)
    ada.get_by_role("link", name="Clear").click()
    ada.locator("html[data-live=on][data-ready]").wait_for()

    press(ada, "Control+k")
    ada.keyboard.type("needle")
    expect(ada.get_by_role("option", name=re.compile("Needle"))).to_be_visible()
    press(ada, "Enter")
    ready(ada, "Needle in the haystack")

    press(ada, "?")
    keys = ada.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Internal note")
    press(ada, "Escape")
    expect(keys).to_have_count(0)
    press(ada, "g", "c")
    ada.wait_for_url("**/customers/")
    ada.get_by_role("heading", name="Customers", level=1).wait_for()
    press(ada, "g", "i")
    ada.wait_for_url("**/inbox/")


# Writing


def test_a_list_is_saved_for_a_spreadsheet(desk: Desk, ada: Page) -> None:
    write(desk, "To be saved")
    open_list(ada, desk)
    expect(row(ada, "To be saved")).to_be_visible()
    with ada.expect_download() as saved:
        ada.get_by_role("button", name="More of this list").press("Enter")
        ada.get_by_role("menuitem", name="Save as CSV for a spreadsheet").press("Enter")
    assert saved.value.suggested_filename.startswith("All open, ")
    assert '"To be saved"' in Path(saved.value.path()).read_text()
    toast(ada, "Saved. Rows:")


def test_a_draft_is_there_on_the_other_device(desk: Desk, ada: Page, chromium: Chromium) -> None:
    write(desk, "Draft")
    number = open_ticket(ada, desk, "Draft")
    with chromium.person(desk, "ada@shop.example") as laptop:
        laptop.goto(f"{desk.url}/tickets/{number}/")
        ready(laptop, "Draft")
        press(ada, "r")
        ada.keyboard.type("Begun on one")
        expect(editor(laptop)).to_have_text("Begun on one")
        expect(ada.locator(".composer__saved")).to_have_text("Draft saved")
        press(laptop, "r")
        laptop.keyboard.type(", ended on the other.")
        expect(editor(ada)).to_have_text("Begun on one, ended on the other.")


DROP = """([name, text, kind]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  const box = document.querySelector("#editor");
  const event = kind === "drop"
    ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  box.dispatchEvent(event);
}"""


def test_files_by_button_drop_and_paste_go_with_the_reply(desk: Desk, ada: Page) -> None:
    write(desk, "Files")
    open_ticket(ada, desk, "Files")
    with ada.expect_file_chooser() as chooser:
        ada.get_by_role("button", name="Attach a file").click()
    chooser.value.set_files({"name": "chosen.txt", "mimeType": "text/plain", "buffer": b"chosen"})
    files = ada.get_by_role("list", name="Files")
    expect(files).to_contain_text("chosen.txt")
    ada.evaluate(DROP, ["dropped.txt", "dropped", "drop"])
    expect(files).to_contain_text("dropped.txt")
    ada.evaluate(DROP, ["pasted.txt", "pasted", "paste"])
    expect(files).to_contain_text("pasted.txt")
    ada.get_by_role("button", name="Remove dropped.txt").click()
    expect(files).not_to_contain_text("dropped.txt")
    ada.evaluate(DROP, ["dropped.txt", "dropped again", "drop"])
    expect(files).to_contain_text("dropped.txt")
    press(ada, "r")
    ada.keyboard.type("With three files.")
    press(ada, "Control+Enter")
    sent = ada.locator(".msg--agent", has_text="With three files.")
    for name, inside in (
        ("chosen.txt", b"chosen"),
        ("dropped.txt", b"dropped again"),
        ("pasted.txt", b"pasted"),
    ):
        link = sent.get_by_role("link", name=name)
        expect(link).to_be_visible()
        answer = ada.request.get(desk.url + (link.get_attribute("href") or ""))
        assert answer.body() == inside


RICH = (
    """<table width=600><tr><td bgcolor=#ffe0a0>24 tents</td></tr></table>
<img src="https://pictures.example/logo.png" width=200 height=80 alt=logo>"""
    + "<p>Long.</p>" * 30
)


def test_a_rich_mail_has_its_frame_and_pictures_come_when_asked(desk: Desk, ada: Page) -> None:
    asked: list[str] = []
    ada.context.route(
        "https://pictures.example/**",
        lambda route: (asked.append(route.request.url), route.fulfill(status=204)),
    )
    write(desk, "Rich", html=RICH)
    open_ticket(ada, desk, "Rich")
    frame = ada.frame_locator(".msg__frame")
    expect(frame.locator("td")).to_have_text("24 tents")
    expect(ada.locator(".msg__frame.is-fitted")).to_be_visible()
    ada.wait_for_function(
        """() => {
          const frame = document.querySelector(".msg__frame");
          const inside = frame.contentDocument.documentElement.getBoundingClientRect().height;
          return inside > 400 && Math.abs(frame.clientHeight - inside) < 8;
        }"""
    )
    assert asked == []
    show = ada.get_by_role("button", name="Show pictures from other servers")
    with ada.expect_request("**/messages/*/pictures/**"):  # of the desk, of nobody else
        show.click()
    expect(show).to_have_count(0)
    assert asked == []


def test_the_whole_message_comes_when_asked(desk: Desk, ada: Page) -> None:
    quote = "On Mon, 18 Nov 2024 at 10:14, Ada <help@shop.example> wrote:\n> Your parcel left us."
    write(desk, "Re: Quoted", f"Thanks!\n\n{quote}")
    open_ticket(ada, desk, "Re: Quoted")
    expect(thread(ada)).to_contain_text("Thanks!")
    expect(thread(ada)).not_to_contain_text("Your parcel left us.")
    ada.get_by_role("button", name="Show the whole message").click()
    expect(thread(ada)).to_contain_text("Your parcel left us.")
    press(ada, "n")
    ada.keyboard.type("Seen")
    ada.keyboard.press("Control+Enter")
    expect(thread(ada)).to_contain_text("Seen")
    expect(thread(ada)).to_contain_text("Your parcel left us.")  # it stays open


# Together


def test_two_agents_see_each_other(desk: Desk, ada: Page, ben: Page) -> None:
    write(desk, "Together")
    number = open_ticket(ada, desk, "Together")
    open_ticket(ben, desk, "Together")
    here = ada.locator("#presence")
    expect(here).to_contain_text("Ben")
    expect(here).to_contain_text("is only reading")
    press(ben, "r")
    ben.keyboard.type("I am on it")
    expect(here).to_contain_text("is writing an answer")
    press(ben, "Escape", "i")
    expect(head(ada)).to_contain_text("Ben")
    press(ben, "r", "Control+Enter")
    expect(thread(ada)).to_contain_text("I am on it")
    expect(head(ada)).to_contain_text("Waiting")
    ben.wait_for_function("() => performance.now() > 4000")  # of less than a second nobody is told
    ben.goto(f"{desk.url}/customers/")
    expect(here).not_to_contain_text("Ben")
    assert desk.ticket(number)["status"] == "pending"
    until(lambda: any(one[:2] == [number, "Ben"] for one in desk.run(WORKED)))


def test_a_stale_page_overwrites_nothing(desk: Desk, ada: Page, ben: Page) -> None:
    write(desk, "Stale")
    number = open_ticket(ada, desk, "Stale")
    ada.route("**/live/**", lambda route: route.abort())  # her page hears nothing for a while
    press(ada, "r")
    ada.keyboard.type("A half-written answer")
    press(ada, "Escape")
    open_ticket(ben, desk, "Stale")
    press(ben, "s", "w", "Enter")
    expect(head(ben)).to_contain_text("Waiting")
    press(ada, "e")
    toast(ada, "Somebody else changed the status meanwhile.")
    assert desk.ticket(number)["status"] == "pending"
    expect(editor(ada)).to_have_text("A half-written answer")
    ada.unroute("**/live/**")
    press(ben, "e")
    expect(head(ada)).to_contain_text("Solved")


def test_a_light_agent_writes_notes_alone(desk: Desk, lia: Page) -> None:
    write(desk, "Light")
    open_ticket(lia, desk, "Light")
    expect(lia.locator("#composer")).to_contain_text("You write notes for colleagues")
    expect(lia.get_by_role("button", name="Reply")).to_have_count(0)
    expect(lia.get_by_role("button", name="Solve")).to_have_count(0)
    editor(lia).click()
    lia.keyboard.type("Ask the workshop.")
    press(lia, "Control+Enter")
    expect(lia.locator(".msg--note", has_text="Ask the workshop.")).to_be_visible()


def test_spam_and_back(desk: Desk, ada: Page) -> None:
    write(desk, "Cheap watches")
    open_ticket(ada, desk, "Cheap watches")
    ada.get_by_role("button", name="More actions").click()
    ada.get_by_role("menuitem", name="Mark as spam").click()
    toast(ada, "Moved to Spam")
    expect(ada.locator("#rows a[data-row]", has_text="Cheap watches")).to_have_count(0)
    open_list(ada, desk, "spam")
    row(ada, "Cheap watches").click()
    ready(ada, "Cheap watches")
    expect(ada.locator("#composer")).to_contain_text("restore it to answer")
    ada.get_by_role("button", name="More actions").click()
    ada.get_by_role("menuitem", name="Restore from spam").click()
    toast(ada, "Restored")
    open_list(ada, desk)
    expect(row(ada, "Cheap watches")).to_be_visible()


# On a phone


def test_the_phone_shows_one_pane_at_a_time(desk: Desk, chromium: Chromium) -> None:
    write(desk, "On the phone")
    with chromium.person(desk, "ben@shop.example", width=390, height=844) as phone:
        phone.get_by_role("button", name="choose another list").click()
        phone.get_by_role("menuitem", name="Unassigned").click()
        phone.wait_for_url("**view=unassigned**")
        row(phone, "On the phone").click()
        ready(phone, "On the phone")
        expect(phone.locator("#list")).to_be_hidden()
        editor(phone).click()
        phone.keyboard.type("From the bus.")
        phone.get_by_role("button", name="Send", exact=False).first.click()
        expect(thread(phone)).to_contain_text("From the bus.")
        phone.get_by_role("link", name="Show customer details").click()
        expect(phone.get_by_role("heading", name="Cleo Client")).to_be_visible()
        phone.get_by_role("link", name="Close").click()
        expect(phone.get_by_role("heading", name="Cleo Client")).not_to_be_in_viewport()
        phone.get_by_role("link", name="Back to list").click()
        expect(phone.locator("#list")).to_be_visible()
        expect(row(phone, "On the phone")).to_have_count(0)


# A restart; the last of the module, for it takes the desk away for a while


def test_the_screen_is_right_after_a_restart_of_the_server(desk: Desk, ada: Page) -> None:
    write(desk, "Before the restart")
    number = open_ticket(ada, desk, "Before the restart")
    press(ada, "r")
    ada.keyboard.type("Half a sentence")
    expect(ada.locator(".composer__saved")).to_have_text("Draft saved")
    desk.stop()
    ada.locator("html:not([data-live=on])").wait_for(state="attached")
    desk.start()
    desk.cli("ticket", "reply", str(number), "Said meanwhile", "--as", "ben@shop.example")
    write(desk, "After the restart")
    ada.locator("html[data-live=on][data-ready]").wait_for()
    expect(thread(ada)).to_contain_text("Said meanwhile")
    expect(row(ada, "After the restart")).to_be_visible()
    expect(editor(ada)).to_have_text("Half a sentence")
