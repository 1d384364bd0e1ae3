"""A page asks the database the same number of questions, however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.logbook import freshness
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import assigning, noting, tagging
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_names(monkeypatch):
    """Names and troubles are read now and then; here a page counts as one that need not."""
    monkeypatch.setattr(freshness, "monotonic", lambda: 0.0)


LIST, FRAGMENT, TICKET, PANE = 4, 3, 7, 4
"""The most that each page may ask, sign-in and session included."""


def _asked(browser, path, **headers):
    browser.get(path, headers=headers)  # sessions, statements and names are warm
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path, headers=headers)
    assert answer.status_code == 200
    return len(captured), [one["sql"][:150] for one in captured]


def _fill(count, ada, lea):
    for n in range(count):
        ticket = cases.ticket_of(author=f"p{n}@customer.example", name=f"Person {n}")
        assigning.assign(ticket, lea, by=ada, at=now())
        tagging.change_tags(ticket, add=["a", "b"], by=ada, at=now())
        presence.appear(topic=f"ticket-{ticket.pk}", agent_id=lea.pk, state="reading", at=now())


PAGES = [
    ("/inbox/?view=open", {}, LIST),
    ("/inbox/list/?view=open", {"HX-Request": "true"}, FRAGMENT),
    ("/inbox/more/?view=open", {"HX-Request": "true"}, FRAGMENT),
    ("/inbox/?view=open&sort=waiting&q=person", {}, LIST),
    ("/nav/", {"HX-Request": "true"}, FRAGMENT),
    ("/customers/", {}, LIST),
]


@pytest.mark.parametrize(("path", "headers", "most"), PAGES, ids=[page[0] for page in PAGES])
def test_a_list_costs_the_same_with_5_and_with_60_tickets(browser, ada, lea, path, headers, most):
    _fill(5, ada, lea)
    few, _ = _asked(browser, path, **headers)
    _fill(55, ada, lea)
    many, queries = _asked(browser, path, **headers)
    assert many == few, queries
    assert many <= most, queries


@pytest.mark.parametrize(
    ("path", "headers", "most"),
    [("", {}, TICKET), ("", {"HX-Request": "true"}, PANE), ("live/", {}, PANE)],
)
def test_a_ticket_costs_the_same_with_3_and_with_40_messages(
    ticket, browser, ada, lea, path, headers, most
):
    def talk(count):
        for n in range(count):
            file = cases.inbound_file(b"%d" % n, "a.txt")
            cases.answered(ticket, author=f"p{n}@customer.example", files=(file,))
            noting.note(ticket, by=lea, at=now(), body_html="<p>n</p>")
            cases.draft_with_file(ticket, by=ada, data=b"d%d" % n)
            cases.ticket_of(subject=f"No. {n}")

    talk(8)
    url = f"/tickets/{ticket.pk}/{path}"
    few, _ = _asked(browser, url, **headers)
    talk(40)
    many, queries = _asked(browser, url, **headers)
    assert many == few, queries
    assert many <= most, queries
