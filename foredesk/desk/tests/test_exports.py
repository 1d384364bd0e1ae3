"""Tickets leave the desk as CSV and JSON: all that is shown, and nothing more."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foredesk.logbook import queries as logbook
from foredesk.plumbing import cells
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, exporting, tagging
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


def table(browser, query=""):
    """The rows of the CSV as dicts, and the answer."""
    answer = browser.get(f"/inbox/tickets.csv{query}")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""))), answer


def test_the_list_leaves_as_it_is_shown(browser, ada, payments):

    first = cases.ticket_of(subject='Größe, "M";\nand more')
    second = cases.ticket_of(subject="Second", author="dora@else.example", name="Dora")
    assigning.hand_to(second, payments, by=ada, at=now())
    assigning.assign(second, ada, by=ada, at=now())
    tagging.change_tags(second, add=["tent", "pole"], by=ada, at=now())
    found, answer = table(browser, "?view=open")
    assert [row["Number"] for row in found] == [str(second.pk), str(first.pk)]
    row = found[0]
    assert row["Subject"] == "Second"
    assert (row["Customer"], row["Address"]) == ("Dora", "dora@else.example")
    assert (row["Assignee"], row["Team"], row["Tags"]) == ("Ada", "Payments", "tent, pole")
    assert (row["Status"], row["Priority"], row["Messages"]) == ("New", "Normal", "1")
    assert row["Opened (UTC)"][:10] == f"{now():%Y-%m-%d}"
    assert row["Link"].endswith(f"/tickets/{second.pk}/")
    assert answer["Content-Type"] == "text/csv"
    assert answer["Content-Disposition"].startswith('attachment; filename="All open')
    assert answer["Cache-Control"] == "private, no-store"


def test_view_order_and_search_narrow_it(browser, ada):
    kept = cases.ticket_of(subject="Tent")
    cases.ticket_of(subject="Stove")
    found, _ = table(browser, "?view=open&q=tent")
    assert [row["Number"] for row in found] == [str(kept.pk)]
    assert table(browser, "?view=mine")[0] == []
    found, _ = table(browser, "?view=open&sort=waiting")
    assert [row["Subject"] for row in found] == ["Tent", "Stove"]


def test_who_may_not_see_a_ticket_does_not_export_it(ada, ben, lou, payments):

    ticket = cases.ticket_of()
    assigning.hand_to(ticket, payments, by=ada, at=now())
    for agent, count in ((ada, 1), (ben, 0), (lou, 1)):
        client = Client()
        client.force_login(agent)
        assert len(table(client, "?view=open")[0]) == count
        status = client.get(f"/tickets/{ticket.pk}/ticket.json").status_code
        assert status == (200 if count else 404)


def test_the_logbook_knows_who_took_what(browser, ada):
    ticket = cases.ticket_of(subject="Tent")
    table(browser, "?view=open&q=tent")
    browser.get(f"/tickets/{ticket.pk}/ticket.json")
    one, many = logbook.latest(("tickets.ListExported", "tickets.TicketExported"), limit=9)
    assert (many.actor_id, many.data) == (ada.pk, {"view": "open", "text": "tent", "tickets": 1})
    assert (one.actor_id, one.about_id, one.data["form"]) == (ada.pk, ticket.pk, "json")


def test_it_is_known_before_the_first_byte(browser):
    answer = browser.get("/inbox/tickets.csv?view=open")
    assert logbook.latest(("tickets.ListExported",), limit=1)
    answer.close()


def test_a_ticket_that_moves_meanwhile_comes_once(browser, ada, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    tickets = [cases.ticket_of(subject=f"T{n}") for n in range(5)]
    answer = browser.get("/inbox/tickets.csv?view=open")
    cases.answered(tickets[0])
    text = b"".join(answer.streaming_content).decode()[1:]
    numbers = [row["Number"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert numbers == [str(one.pk) for one in reversed(tickets)]


def test_the_cost_grows_with_chunks_not_with_tickets(browser):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            table(browser, "?view=open")
        return len(seen)

    cases.ticket_of()
    asked()  # after a fact the names of people and teams are asked for anew
    one = asked()
    for n in range(6):
        cases.ticket_of(author=f"c{n}@customer.example")
    asked()
    assert asked() == one


@pytest.mark.parametrize("bad", ["=1+1", "@SUM(1)", "+49 30 1234", " =1", "a;=cmd"])
def test_no_cell_runs_and_its_text_comes_back(browser, bad):
    cases.ticket_of(subject=bad, name=bad, text=bad)
    (row,) = table(browser, "?view=open")[0]
    for name in ("Subject", "Customer", "Begins with"):
        assert row[name] != bad
        assert cells.original(row[name]).strip() == bad.strip()


def test_one_ticket_as_json_with_its_messages_notes_and_files(browser, ada):
    ticket = cases.ticket_of(files=(cases.inbound_file(b"x", "a.txt"),), text="Where?")
    answer = browser.get(f"/tickets/{ticket.pk}/ticket.json")
    found = json.loads(answer.content)
    assert found["id"] == ticket.pk
    (message,) = found["messages"]
    assert (message["text"], message["kind"]) == ("Where?", "customer")
    assert message["files"][0]["name"] == "a.txt"
    assert found["history"][0]["what"] == "tickets.TicketOpened"
    assert f"ticket-{ticket.pk}.json" in answer["Content-Disposition"]


def test_the_list_offers_it_in_its_menu_and_to_the_palette(browser):
    page = browser.get("/inbox/?view=open&q=tent").content.decode()
    assert 'href="/inbox/tickets.csv?view=open&amp;q=tent"' in page
    assert 'data-command="Save this list as CSV"' in page
