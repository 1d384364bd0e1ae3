"""The screens of rules: written by slots and buttons, looked at before they are switched on."""

import pytest
from django.test import Client

from foredesk.automations.tests.cases import (
    Following,
    Macro,
    Rule,
    Run,
    Sequence,
    Template,
    active,
    leaf,
    macro,
    template,
    trigger,
)
from foredesk.desk import conditions
from foredesk.desk.tests.pages import Page
from foredesk.logbook import listening
from foredesk.logbook import queries as logbook
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(lea):
    client = Client()
    client.force_login(lea)
    return client


FORM = {
    "version": "0", "kind": "trigger", "name": "Cards", "occasion": ["wrote_first"],
    "c0.field": "message", "c0.was": "message", "c0.is": "contains", "c0.value": "card, declined",
    "s0.do": "priority", "s0.was": "priority", "s0.to": "3",
}  # fmt: skip


def test_a_lead_writes_a_rule_and_sees_what_it_would_have_done(browser, payments):
    ticket = cases.ticket_of(subject="My card")
    cases.ticket_of()
    blank = Page(browser.get("/settings/rules/new/?kind=trigger").content.decode())
    assert "Add a step: the rule does nothing yet." in blank.text

    tried = browser.post("/settings/rules/new/", FORM | {"do": "try", "tried": str(ticket.pk)})
    page = Page(tried.content.decode())
    assert "1 of the last 2 tickets" in page.text
    assert "It would act." in page.text
    assert not Rule.objects.exists()

    saved = browser.post("/settings/rules/new/", FORM | {"do": "save"})
    rule = Rule.objects.get()
    assert saved["Location"] == f"/settings/rules/{rule.pk}/"
    assert rule.conditions == {"all": [leaf("message", "contains", ["card", "declined"])]}
    assert not rule.is_active
    browser.post(f"/settings/rules/{rule.pk}/switch/", {"on": "1"})
    rule.refresh_from_db()
    assert (rule.is_active, rule.switched_by) == (True, "Lea")
    assert "On" in Page(browser.get("/settings/rules/").content.decode()).text


def test_buttons_change_the_form_and_keep_nothing(browser):
    asked = {"HX-Request": "true"}
    added = browser.post("/settings/rules/new/", FORM | {"do": "add_condition"}, headers=asked)
    page = Page(added.content.decode())
    assert page.elements[0][1]["id"] == "rule"
    names = [attributes.get("name") for _, attributes in page.elements]
    assert "c1.join" in names
    removed = browser.post("/settings/rules/new/", FORM | {"do": "remove_step-0"}, headers=asked)
    assert 's0.do"' not in removed.content.decode()
    other = browser.post(
        "/settings/rules/new/", FORM | {"c0.field": "priority", "do": ""}, headers=asked
    )
    page = Page(other.content.decode())
    assert "choose" in page.text
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Give the rule a name"),
        ({"occasion": []}, "Choose what sets the rule off."),
        ({"s0.to": "9"}, "Choose: Priority."),
        ({"c0.value": " , "}, "Say what to compare this message with."),
        ({"c0.field": "gone"}, "not there"),
        ({"kind": "automation", "amount": "soon"}, "Let it wait"),
    ],
)
def test_what_can_not_be_saved_stays_in_the_form_with_a_sentence(browser, change, sentence):
    answer = browser.post("/settings/rules/new/", FORM | change | {"do": "save"})
    assert answer.status_code == 422
    assert sentence in Page(answer.content.decode()).text
    assert not Rule.objects.exists()


def test_two_leads_do_not_overwrite_each_other(browser):
    rule = active(trigger("Cards"))
    Rule.objects.filter(pk=rule.pk).update(version=2)
    answer = browser.post(f"/settings/rules/{rule.pk}/", FORM | {"version": "1", "do": "save"})
    assert answer.status_code == 422
    assert "Somebody else changed this rule meanwhile." in answer.content.decode()


def test_a_rule_that_calls_shows_its_key_and_its_trouble(browser):
    rule = active(trigger("Call", steps=[{"do": "webhook", "url": "https://erp.example/hook"}]))
    Rule.objects.filter(pk=rule.pk).update(trouble="erp.example answered with 500.", failures=20)
    page = Page(browser.get(f"/settings/rules/{rule.pk}/").content.decode())
    assert "whsec_" in page.text
    assert "erp.example answered with 500. It failed 20 times in a row" in page.text
    assert "Trouble" in page.text


LINES = [
    {"join": "and", "field": "status", "is": "any_of", "value": ["open"]},
    {"join": "or", "field": "priority", "is": "at_least", "value": 3},
    {"join": "and", "field": "team", "is": "empty"},
    {"join": "not", "field": "tags", "is": "any_of", "value": ["vip"]},
    {"join": "not", "field": "subject", "is": "contains", "value": ["test"]},
]


def test_lines_and_conditions_are_two_faces_of_one_thing():
    kept = conditions.conditions_of(LINES)
    assert kept == {
        "all": [
            {"any": [leaf("status", "any_of", ["open"]), leaf("priority", "at_least", 3)]},
            leaf("team", "empty"),
            {"none": [leaf("tags", "any_of", ["vip"]), leaf("subject", "contains", ["test"])]},
        ]
    }
    assert conditions.lines_of(kept) == LINES
    assert conditions.lines_of({"any": kept["all"][0]["any"]}) == LINES[:2]


def test_a_ticket_says_which_rule_did_it_and_why(browser, ada):
    rule = active(trigger("Cards <b>", conditions=[leaf("subject", "contains", ["card"])]))
    ticket = cases.ticket_of(subject="My card")
    for entry in logbook.facts_about("ticket", [ticket.pk], kinds=("tickets.MessageReceived",)):
        listening.run_listeners(entry.pk)
    reader = Client()
    reader.force_login(ada)
    page = Page(reader.get(f"/tickets/{ticket.pk}/").content.decode())
    assert "The rule “Cards <b>” set the priority to urgent" in page.text
    link = next(
        one["href"] for tag, one in page.elements if tag == "a" and "/why/" in one.get("href", "")
    )
    why = Page(reader.get(link, headers={"HX-Request": "true"}).content.decode())
    for words in (
        "Cards <b> , version 1", "the subject contains card", "It was: My card",
        "set the priority to Urgent", "a customer writes, Cleo Client",
    ):  # fmt: skip
        assert words in why.text
    assert "Open the rule" not in why.text
    assert "Open the rule" in browser.get(link).content.decode()
    assert reader.get(f"/tickets/{ticket.pk}/why/1/").status_code == 404
    run = Run.objects.get(rule=rule)
    assert "What fitted" in reader.get(f"/settings/rules/runs/{run.pk}/").content.decode()
    shown = browser.get(f"/settings/rules/{rule.pk}/").content.decode()
    assert f"/settings/rules/runs/{run.pk}/" in shown


def test_a_template_grows_by_languages(browser):
    body = {"name": "Thanks", "text.en": "Hello", "subject.en": "", "language": "de"}
    page = browser.post("/settings/templates/new/", body | {"do": "add_language"})
    assert 'name="text.de"' in page.content.decode()
    browser.post("/settings/templates/new/", body | {"text.de": "Hallo", "do": "save"})
    found = Template.objects.get()
    assert found.texts == {"en": {"text": "Hello"}, "de": {"text": "Hallo"}}
    bad = browser.post(f"/settings/templates/{found.pk}/", body | {"text.en": "{{ x }}"})
    assert bad.status_code == 422
    assert "There is no variable x." in bad.content.decode()
    active(trigger("Answer", steps=[{"do": "reply", "template": str(found.pk)}]))
    assert "Answer" in Page(browser.get("/settings/templates/").content.decode()).text
    browser.post(f"/settings/templates/{found.pk}/remove/")
    assert not Template.objects.exists()


def test_a_follow_up_is_put_together(browser):
    found = template()
    body = {"name": "After", "f0.do": "mail", "f0.amount": "1", "f0.unit": "days",
            "f0.template": str(found.pk)}  # fmt: skip
    more = browser.post("/settings/followups/new/", body | {"do": "add_call"})
    assert 'name="f1.text"' in more.content.decode()
    body |= {"f1.do": "call", "f1.amount": "2", "f1.unit": "hours", "f1.text": "Call them."}
    browser.post("/settings/followups/new/", body | {"do": "save"})
    row = Sequence.objects.get()
    assert [one["hours"] for one in row.steps] == [24, 2]
    assert "After" in browser.get(f"/settings/followups/{row.pk}/").content.decode()
    assert not Following.objects.exists()


def test_an_agent_writes_and_applies_their_own_macro(ada, ben):
    agent = Client()
    agent.force_login(ada)
    body = {
        "name": "Refund", "scope": "personal", "text.en": "Hello {{ customer.first_name | there }}",
        "s0.do": "priority", "s0.was": "priority", "s0.to": "4", "then": "solved",
    }  # fmt: skip
    agent.post("/settings/macros/new/", body | {"do": "save"})
    found = Macro.objects.get()
    assert (found.owner_id, found.then) == (ada.pk, "solved")
    ticket = cases.ticket_of()
    choice = agent.get(f"/tickets/{ticket.pk}/macros/").content.decode()
    assert "Refund" in choice
    assert "No macro fits" in agent.get(f"/tickets/{ticket.pk}/macros/?q=xyz").content.decode()
    url = f"/tickets/{ticket.pk}/macros/{found.pk}/"
    assert agent.post(url).status_code == 422
    answer = agent.post(url, headers={"HX-Request": "true"})
    assert 'data-then="solved"' in answer.content.decode()
    assert "<p>Hello Cleo</p>" in answer.content.decode()
    assert cases.afresh(ticket).priority == 4
    other = Client()
    other.force_login(ben)
    assert other.post(url, headers={"HX-Request": "true"}).status_code == 404
    assert other.get(f"/settings/macros/{found.pk}/").status_code == 404


def test_an_agent_reads_and_does_not_change_what_others_use(ada):
    found = macro(SYSTEM, "All")
    agent = Client()
    agent.force_login(ada)
    page = agent.get(f"/settings/macros/{found.pk}/").content.decode()
    assert "Leads and admins change this macro" in page
    body = {"name": "Mine now", "scope": "all", "text.en": "x", "do": "save"}
    assert agent.post(f"/settings/macros/{found.pk}/", body).status_code == 403
    assert agent.post(f"/settings/macros/{found.pk}/remove/").status_code == 403
    found.refresh_from_db()
    assert found.name == "All"
    assert now() > found.changed_at


def test_a_found_moment_is_said_as_people_say_it(browser):
    late = cases.ticket_of(subject="My card")
    created = FORM | {"c0.field": "created", "c0.was": "created", "c0.is": "within_hours", "c0.value": "5"}  # fmt: skip  # noqa: E501
    tried = browser.post("/settings/rules/new/", created | {"do": "try", "tried": str(late.pk)})
    text = Page(tried.content.decode()).text
    assert "Today " in text
    assert late.created_at.isoformat(timespec="minutes") not in text
