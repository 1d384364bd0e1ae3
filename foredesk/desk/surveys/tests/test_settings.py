"""Admins set how customers are asked, and see it as they do."""

import pytest

from foredesk.surveys import queries, wording

pytestmark = pytest.mark.django_db
FORM = {
    "is_on": "on", "delay_hours": "4", "scale": "3", "every_days": "90", "open_days": "7",
    "subject": "Well?", "text": "Dear {name}: {choices}", "good_reasons": "Fast\r\nKind\r\n",
    "bad_reasons": "",
}  # fmt: skip


@pytest.fixture
def browser(client, adi):
    client.force_login(adi)
    return client


def test_what_is_saved_is_shown(browser):
    answer = browser.post("/settings/surveys/", FORM, follow=True)
    shown = answer.content.decode()
    plan = queries.plan()
    assert (plan.is_on, plan.scale, plan.delay_hours) == (True, 3, 4)
    assert (plan.good_reasons, plan.bad_reasons) == (["Fast", "Kind"], [])
    assert "Fast\nKind" in shown
    assert "Dear Amara: Good · Fair · Poor" in shown
    assert "of surveys" in browser.get("/settings/").content.decode()


def test_what_can_not_be_is_said_at_its_field(browser):
    answer = browser.post("/settings/surveys/", {**FORM, "text": "No links", "scale": "4"})
    assert answer.status_code == 422
    answer = browser.post("/settings/surveys/", {**FORM, "text": "<script> {password} {choices}"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "{password} can’t be filled in" in shown
    assert "&lt;script&gt;" in shown
    assert not queries.plan().is_on


def test_the_preview_is_the_page_and_sends_nothing(browser):
    shown = browser.get("/settings/surveys/preview/").content.decode()
    assert "How was it with Mira?" in shown
    assert all(reason in shown for reason in wording.GOOD)
    assert "action=" not in shown
    assert browser.post("/settings/surveys/preview/").status_code == 405


def test_leads_do_not_set_it(client, lea):
    client.force_login(lea)
    assert client.get("/settings/surveys/").status_code == 403
    assert client.post("/settings/surveys/", FORM).status_code == 403
    assert not queries.plan().is_on
