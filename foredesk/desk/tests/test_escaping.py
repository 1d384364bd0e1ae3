"""What strangers and colleagues called things is text on every screen, never markup."""

import pytest
from django.test import Client

from foredesk.desk.tests.pages import Page
from foredesk.logbook.actors import SYSTEM
from foredesk.people import teaming
from foredesk.people.describing import describe
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    drafting,
    merging,
    noting,
    renaming,
    replying,
    seeing,
    splitting,
)
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db

EVIL = """"'><evil onload=x>{{7*191919}}</title></textarea></script><evil>"""
SIGN = "{{7*191919}}"
SHORT = f"'><evil onload=x>{SIGN}<evil>"


@pytest.fixture
def hostile(ada, lea):
    """A ticket in which everything that can carry a name carries a hostile one."""
    for agent in (ada, lea):
        agent.name = f"{agent.name} {EVIL}"
        agent.signature_html = "<p>Kind regards</p>"
        agent.save()
    team = teaming.add(name=SHORT, by=SYSTEM, at=now())
    ada.teams.add(team)
    message = cases.arrive(
        name=EVIL,
        subject=EVIL,
        text=f"{EVIL}\nhttps://shop.example/{EVIL}",
        whole_text=f"{EVIL} all of it",
        files=(cases.inbound_file(b"x", EVIL),),
        cc=(),
    )
    ticket = message.ticket
    describe(ticket.requester, name=EVIL, notes=EVIL, organisation=EVIL, by=ada, at=now())
    assigning.hand_to(ticket, team, by=ada, at=now())
    assigning.assign(ticket, lea, by=ada, at=now())
    renaming.rename(ticket, f"{EVIL} 2", by=ada, at=now())
    noting.note(ticket, by=lea, at=now(), body_html=f"<p>{EVIL}</p>")
    replying.reply(ticket, by=lea, at=now(), body_html="", body_text=EVIL)
    cases.arrive(name=EVIL, subject=EVIL)
    drafting.save(ticket, kind="reply", by=ada, at=now(), body_html=EVIL, cc=EVIL, bcc=EVIL)
    seeing.unsee(ticket, by=ada)
    later = cases.answered(ticket, text=EVIL)
    splitting.split(ticket, message_ids=[later.pk], subject=EVIL, by=ada, at=now())
    merging.merge(cases.ticket_of(subject=EVIL), into=ticket, by=ada, at=now())
    return message, ticket


def _clean(html, *, shows=True):
    page = Page(html)
    for tag, attributes in page.elements:
        assert tag != "evil"
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert "style" not in attributes, (tag, attributes)
        assert not any(
            value.strip().lower().startswith("javascript:") for value in attributes.values()
        )
        if tag == "script":
            assert attributes.get("src") or attributes.get("nonce") or attributes.get("type")
    said = page.text + " ".join(page.values())
    assert str(7 * 191919) not in said
    if shows:
        assert SIGN in said
    return page


GETS = {
    "the list": "/inbox/?view=open",
    "rows": "/inbox/list/?view=open",
    "a search": "/inbox/?view=open&q={{7*191919}}",
    "the ticket": "/tickets/{t}/",
    "its live fragment": "/tickets/{t}/live/",
    "merging": "/tickets/{t}/merge/",
    "merging by a search": "/tickets/{t}/merge/?q={{7*191919}}",
    "splitting": "/tickets/{t}/split/",
    "drafts": "/tickets/{t}/draft/state/",
    "the palette": "/search/palette?q={{7*191919}}",
    "the sidebar": "/nav/",
    "customers": "/customers/",
    "a customer": "/customers/{c}/",
    "a new ticket": "/tickets/new/?email={{7*191919}}",
    "the whole message": "/messages/{m}/whole/",
    "the profile": "/me/",
}


@pytest.mark.parametrize("name", GETS)
def test_a_screen_shows_names_as_text(hostile, browser, name):
    message, ticket = hostile
    path = GETS[name].replace("{t}", str(ticket.pk))
    path = path.replace("{c}", ticket.requester.public_id).replace("{m}", message.public_id)
    answer = browser.get(path)
    assert answer.status_code == 200
    _clean(answer.content.decode())


def test_the_title_and_the_live_title_are_text(hostile, browser):
    _, ticket = hostile
    html = browser.get(f"/tickets/{ticket.pk}/").content.decode()
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert "<" not in title
    page = Page(html)
    named = [
        attributes["data-title"] for _, attributes in page.elements if "data-title" in attributes
    ]
    assert any(SIGN in one for one in named)


POSTS = {
    "assignment/": lambda lea: {"agent": lea.pk},
    "team/": lambda lea: {"team": lea.teams_made.pk},
    "status/": lambda lea: {"status": EVIL},
    "priority/": lambda lea: {"priority": EVIL},
    "tags/": lambda lea: {"add": EVIL.replace(",", "")},
    "snooze/": lambda lea: {"until": EVIL},
    "replies/": lambda lea: {"body": "x", "cc": EVIL, "then": "pending"},
    "subject/": lambda lea: {"subject": EVIL},
    "presence/": lambda lea: {"state": EVIL},
    "merge/": lambda lea: {"into": EVIL},
}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("fragment", [True, False])
def test_toasts_and_refusals_say_it_as_text(hostile, browser, lea, path, fragment):
    _, ticket = hostile
    lea.teams_made = teaming.add(name=f"Other {SHORT}", by=SYSTEM, at=now())
    headers = {"HX-Request": "true"} if fragment else {}
    answer = browser.post(f"/tickets/{ticket.pk}/{path}", POSTS[path](lea), headers=headers)
    assert answer.status_code < 500
    _clean(answer.content.decode(), shows=False)


def test_a_report_of_many_changes_says_why_as_text(hostile, browser):
    _, ticket = hostile
    answer = browser.post(
        "/tickets/bulk/", {"ticket": [ticket.pk], "action": "status", "value": EVIL}
    )
    assert SIGN in _clean(answer.content.decode()).text


def test_a_refused_form_shows_what_was_typed_as_text(hostile, browser):
    answer = browser.post(
        "/tickets/new/", {"email": EVIL, "name": EVIL, "subject": EVIL, "body": EVIL, "how": "told"}
    )
    assert answer.status_code == 422
    _clean(answer.content.decode())


def test_an_answer_in_json_is_no_page(hostile, browser):
    _, ticket = hostile
    answer = browser.post(f"/tickets/{ticket.pk}/draft/", {"kind": "reply", "body": EVIL})
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_link_in_a_mail_is_a_link_and_nothing_more(hostile, browser):
    _, ticket = hostile
    page = Page(browser.get(f"/tickets/{ticket.pk}/").content.decode())
    links = [a for tag, a in page.elements if tag == "a" and "shop.example" in a.get("href", "")]
    assert links
    for link in links:
        assert link["href"].startswith("https://shop.example/")
        assert set(link["rel"].split()) >= {"noopener", "noreferrer", "nofollow"}


def test_a_person_whose_name_is_hostile_is_shown_as_reading(hostile, browser, lea):
    _, ticket = hostile
    other = Client()
    other.force_login(lea)
    other.post(f"/tickets/{ticket.pk}/presence/", {"state": "typing"})
    _clean(browser.get(f"/tickets/{ticket.pk}/").content.decode())
    _clean(browser.get("/inbox/?view=open").content.decode())
