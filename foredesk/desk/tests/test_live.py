"""The live screen equals a reload, after each thing that can happen to a ticket."""

from datetime import timedelta

import pytest
from django.test import Client

from foredesk.desk.tests.pages import partials, settled
from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.tickets import (
    assigning,
    closing,
    delivery,
    drafting,
    merging,
    noting,
    prioritising,
    progressing,
    renaming,
    replying,
    snoozing,
    spamming,
    splitting,
    tagging,
    unsending,
)
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
LIST = "view=open&sort=waiting&q=te"
PARTS = ("talk-head", "presence", "thread", "context-body")


def _reply(ticket, by, **more):
    return replying.reply(ticket, by=by, at=now(), body_html="<p>On its way</p>", **more)


def _sent(ticket, by):
    _reply(ticket, by)
    delivery.mark_sent(delivery.claim(ticket.pk, at=now()), at=now())


def _failed(ticket, by):
    _reply(ticket, by)
    delivery.mark_failed(delivery.claim(ticket.pk, at=now()), reason="No such person.", at=now())


def _withdrawn(ticket, by):
    unsending.unsend(_reply(ticket, by), by=by, at=now())


def _split(ticket, by):
    later = cases.answered(ticket, text="And my boots?")
    splitting.split(ticket, message_ids=[later.pk], subject="Boots", by=by, at=now())


def _team(ticket, by):
    assigning.hand_to(ticket, by.teams.get(), by=by, at=now())


HAPPENINGS = {
    "nothing": lambda t, by: None,
    "a customer's message": lambda t, by: cases.answered(t, text="Hello?"),
    "a file": lambda t, by: cases.answered(t, files=(cases.inbound_file(b"a", "a.pdf"),)),
    "a rich message": lambda t, by: cases.answered(t, html="<table></table>", is_rich=True),
    "somebody in copy": lambda t, by: cases.answered(t, author="mum@customer.example"),
    "a reply": _reply,
    "a sent reply": _sent,
    "a failed reply": _failed,
    "a withdrawn reply": _withdrawn,
    "a reply with copies": lambda t, by: _reply(t, by, cc=["a@b.example"], bcc=["c@d.example"]),
    "a note": lambda t, by: noting.note(t, by=by, at=now(), body_html="<p>n</p>"),
    "a status": lambda t, by: progressing.set_status(t, "on_hold", by=by, at=now()),
    "solved": lambda t, by: progressing.set_status(t, "solved", by=by, at=now()),
    "closed": lambda t, by: closing.close(t, by=by, at=now()),
    "an assignee": lambda t, by: assigning.assign(t, by, by=by, at=now()),
    "a team": _team,
    "a priority": lambda t, by: prioritising.prioritise(t, 4, by=by, at=now()),
    "tags": lambda t, by: tagging.change_tags(t, add=["a", "b"], by=by, at=now()),
    "a subject": lambda t, by: renaming.rename(t, "Better", by=by, at=now()),
    "a snooze": lambda t, by: snoozing.snooze(
        t, until=now() + timedelta(days=2), by=by, at=now()
    ),
    "spam": lambda t, by: spamming.mark_as_spam(t, by=by, at=now()),
    "merged away": lambda t, by: merging.merge(t, into=cases.ticket_of(), by=by, at=now()),
    "another merged in": lambda t, by: merging.merge(cases.ticket_of(), into=t, by=by, at=now()),
    "a split": _split,
}  # fmt: skip


def _shows(page, fragments):
    for part in PARTS:
        assert fragments[part] in page, part


@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("who", ["ada", "lou"])
def test_the_live_fragment_is_what_a_reload_shows(ticket, request, lea, payments, happening, who):
    viewer = request.getfixturevalue(who)
    lea.teams.add(payments)
    client = Client()
    client.force_login(viewer)
    presence.appear(topic=f"ticket-{ticket.pk}", agent_id=lea.pk, state="typing", at=now())
    HAPPENINGS[happening](ticket, lea)
    live = client.get(f"/tickets/{ticket.pk}/live/?{LIST}")
    page = client.get(f"/tickets/{ticket.pk}/?{LIST}")
    assert (live.status_code, page.status_code) == (200, 200)
    _shows(settled(page.content.decode()), partials(live.content.decode()))


POSTS = {
    "status/": {"status": "pending"},
    "assignment/": {"agent": "me"},
    "team/": {"team": ""},
    "priority/": {"priority": "4"},
    "tags/": {"add": "a"},
    "subject/": {"subject": "Better"},
    "snooze/": {"until": "2099-01-01T10:00"},
    "spam/": {"spam": "1"},
    "unread/": {},
    "replies/": {"body": "<p>Hello</p>", "then": "solved"},
}


@pytest.mark.parametrize("path", POSTS)
def test_the_answer_to_a_change_is_what_a_reload_shows(ticket, browser, path, lea):
    cases.ticket_of(subject="An earlier one")
    if path == "snooze/":
        POSTS[path] = {"until": (now() + timedelta(days=3)).isoformat()}
    here = f"http://testserver/tickets/{ticket.pk}/?{LIST}#thread"
    answer = browser.post(
        f"/tickets/{ticket.pk}/{path}",
        POSTS[path],
        headers={"HX-Request": "true", "HX-Current-URL": here},
    )
    assert answer.status_code == 200
    page = browser.get(f"/tickets/{ticket.pk}/?{LIST}")
    fragments = partials(answer.content.decode())
    _shows(settled(page.content.decode()), fragments)
    if path == "replies/":
        assert fragments["composer"] in settled(page.content.decode())


def test_a_row_that_was_clicked_shows_what_the_page_shows(ticket, browser):
    fragment = browser.get(f"/tickets/{ticket.pk}/?{LIST}", headers={"HX-Request": "true"})
    page = browser.get(f"/tickets/{ticket.pk}/?{LIST}")
    shown = settled(fragment.content.decode()).partition(" data-live-token")[2].partition(">")[2]
    assert shown in settled(page.content.decode())


def test_the_list_again_is_the_list_of_the_page(ticket, browser):
    rows = settled(browser.get(f"/inbox/list/?{LIST}").content.decode())
    assert f"/tickets/{ticket.pk}/" in rows
    assert rows in settled(browser.get(f"/inbox/?{LIST}").content.decode())


def test_the_lists_of_the_sidebar_again_are_those_of_the_page(ticket, browser):
    lists = settled(browser.get("/nav/?view=open").content.decode())
    assert lists in settled(browser.get("/inbox/?view=open").content.decode())


def test_a_draft_is_there_on_the_other_device(ticket, browser, ada):
    drafting.save(ticket, kind="reply", by=ada, at=now(), body_html="<p>Begun</p>")
    state = browser.get(f"/tickets/{ticket.pk}/draft/state/").content.decode()
    assert "Begun" in state
    assert "Begun" in browser.get(f"/tickets/{ticket.pk}/").content.decode()


def test_who_hands_a_ticket_out_of_sight_is_back_in_the_list(ticket, ben, payments):
    client = Client()
    client.force_login(ben)
    given = {"team": payments.pk}
    live = client.post(f"/tickets/{ticket.pk}/team/", given, headers={"HX-Request": "true"})
    assert (live.status_code, live["HX-Redirect"]) == (204, "/inbox/")
    assert "Handed to Payments" in client.get("/inbox/").content.decode()
    assert client.get(f"/tickets/{ticket.pk}/").status_code == 404
