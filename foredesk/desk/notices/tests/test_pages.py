"""The bell and its page, as an agent uses them."""

import pytest

from foredesk.desk.tests.pages import Page, settled
from foredesk.logbook.actors import SYSTEM
from foredesk.notices import notifying, queries
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
BELL = "/bell/"


@pytest.fixture
def ada_browser(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def ticket(db):
    return cases.ticket_of(subject="Tent <b>pole</b>")


def tell(agent, ticket, about=1, said="The rule “Cards” tells you of this ticket."):
    notifying.notify([agent.pk], ticket, kind="rule", about=about, said=said, at=now())
    queries.forget()


def page(browser, path="/me/notices/"):
    queries.forget()
    return browser.get(path).content.decode()


def test_the_bell_counts_what_is_unread_and_stands_in_every_frame(ada_browser, ada, ticket):
    assert "nav__count--dawn" not in page(ada_browser, BELL)
    tell(ada, ticket)
    assert "1 unread" in Page(page(ada_browser, BELL)).text
    for path, bell in (
        ("/inbox/", BELL),
        ("/customers/", BELL),
        ("/me/notices/", BELL + "?here=1"),
    ):
        frame = settled(page(ada_browser, path))
        assert settled(page(ada_browser, bell)) in frame, path
    phone = Page(page(ada_browser, BELL + "?phone=1"))
    assert phone.text == "Notifications 1"
    for about in range(2, 103):
        tell(ada, ticket, about)
    assert "99+ unread" in Page(page(ada_browser, BELL)).text


def test_a_notice_is_opened_read_and_taken_up_again(ada_browser, ada, ticket):
    tell(ada, ticket)
    (line,), _ = queries.notices(ada)
    shown = page(ada_browser)
    assert f"#{ticket.pk} Tent <b>pole</b>" in Page(shown).text
    opened = ada_browser.post(f"/me/notices/{line.pk}/open/")
    assert opened.headers["Location"] == f"/tickets/{ticket.pk}/"
    assert "Everything is read" in page(ada_browser, "/me/notices/?show=unread")
    ada_browser.post(f"/me/notices/{line.pk}/mark/", {"read": "0"})
    assert "1 unread" in Page(page(ada_browser, BELL)).text
    ada_browser.post("/me/notices/read/")
    assert "unread" not in Page(page(ada_browser, BELL)).text
    assert "There was nothing unread." in ada_browser.post("/me/notices/read/", follow=True).content.decode()  # fmt: skip  # noqa: E501


def test_who_opens_the_ticket_has_read_its_notices(ada_browser, ada, ticket):
    other = cases.ticket_of()
    tell(ada, ticket)
    tell(ada, other, 2)
    ada_browser.get(f"/tickets/{ticket.pk}/")
    assert [line.number for line in queries.notices(ada, only_unread=True)[0]] == [other.pk]


def test_the_list_says_nothing_of_what_one_may_not_see(client, ben, ticket, payments):
    client.force_login(ben)
    tell(ben, ticket, said="Cleo Client wrote.")
    assigning.hand_to(ticket, payments, by=SYSTEM, at=now())
    shown = page(client)
    assert "Cleo" not in shown
    assert "pole" not in shown
    assert "About a ticket that you can’t see any more" in shown
    (line,), _ = queries.notices(ben)
    assert client.post(f"/me/notices/{line.pk}/open/", follow=True).status_code == 404


def test_everybody_chooses_what_they_hear_of(ada_browser, ada):
    ada_browser.post("/me/notices/wishes/", {"bell_on_promise": "on", "mail_on_message": "on"})
    row = people.agent(ada.pk)
    assert [row.bell_on_assignment, row.bell_on_message, row.bell_on_promise, row.bell_on_rule] == [
        False, False, True, False,
    ]  # fmt: skip
    assert (row.mail_on_assignment, row.mail_on_message) == (False, True)


def test_a_strange_page_is_the_end_of_the_list(ada_browser, ada, ticket):
    tell(ada, ticket)
    for before in ("x", "999999", "-1", "9" * 30):
        assert ada_browser.get(f"/me/notices/?before={before}").status_code == 200
