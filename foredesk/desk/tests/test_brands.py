"""Brands on the screens: a desk with one sees nothing of them; with two they are all over it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.automations.fields import fields_for
from foredesk.channels import mailboxes
from foredesk.desk.rules import editing
from foredesk.people import branding, queries
from foredesk.plumbing.clock import now
from foredesk.tickets import queries as tickets
from foredesk.tickets import rebranding
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(adi):
    client = Client()
    client.force_login(adi)
    return client


@pytest.fixture
def leir(adi):
    return branding.add(name="Leirplass", short_name="Leir", by=adi, at=now())


def page(client, path, **given):
    answer = client.get(path, given)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_a_desk_with_one_brand_sees_nothing_of_brands(admin, ticket, adi):
    box = mailboxes.add(address="help@shop.example", by=adi, at=now())
    paths = (
        "/inbox/?view=open", f"/tickets/{ticket.pk}/", "/tickets/new/", "/customers/",
        f"/tickets/{ticket.pk}/merge/", f"/settings/mailboxes/{box.pk}/", "/settings/mailboxes/",
        "/settings/workspace/", "/settings/rules/new/?kind=trigger", "/settings/promises/new/",
        "/settings/templates/new/",
    )  # fmt: skip
    for path in paths:
        words = re.sub(r"data-brand=", "", page(admin, path))
        assert not re.search(r"\bbrands?\b", words, re.I), path
    export = admin.get("/inbox/tickets.csv?view=open")
    assert "Brand" not in b"".join(export.streaming_content).decode()


def test_a_brand_is_added_changed_set_aside_and_back(admin, adi):
    answer = admin.post(
        reverse("brands"),
        {"name": "Leirplass", "hue": "5", "from_name": "{agent} from {brand}", "short_name": ""},
    )
    assert answer.status_code == 302
    brand = queries.brand(queries.brands()[1].id)
    assert (brand.short_name, brand.hue) == ("Leirplass", 5)
    path = reverse("brand_settings", args=[brand.pk])
    assert 'value="{agent} from {brand}"' in page(admin, path)
    assert admin.post(path, {"name": "Leir", "hue": "2"}).status_code == 302
    box = mailboxes.add(address="hei@leir.example", brand=brand.pk, by=adi, at=now())
    aside = reverse("set_brand_aside", args=[brand.pk])
    told = admin.post(aside, follow=True).content.decode()
    assert "Leir still has mailboxes: hei@leir.example" in told
    mailboxes.change(box, brand=None, by=adi, at=now())
    assert "Set Leir aside" in admin.post(aside, follow=True).content.decode()
    assert "set aside" in page(admin, reverse("brands"))
    admin.post(aside, {"back": "1"})
    assert [one.name for one in queries.brands_in_use()] == ["Foredesk", "Leir"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "", "hue": "1"}, "required"),
        ({"name": "LEIRPLASS", "hue": "1"}, "already a brand"),
        ({"name": "X", "hue": "9"}, "valid choice"),
        ({"name": "X", "hue": "1", "from_name": "{x}"}, "Only {agent}"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_kept(admin, leir, given, sentence):
    answer = admin.post(reverse("brands"), given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert len(queries.brands()) == 2


def test_a_mailbox_gets_its_brand_and_its_tags_on_its_page(admin, leir, adi):
    box = mailboxes.add(address="help@shop.example", by=adi, at=now())
    path = reverse("mailbox", args=[box.pk])
    assert '<option value="" selected>Foredesk</option>' in page(admin, path)
    form = {
        "address": "help@shop.example", "name": "Help", "receive": "intake", "send": "keep",
        "brand": str(leir.pk), "plus_tags": "Refund, big order", "plus_tags_known": "on",
    }  # fmt: skip
    assert admin.post(path, form).status_code == 302
    box.refresh_from_db()
    assert box.brand == leir
    assert (box.plus_tags, box.plus_tags_known) == (["refund", "big-order"], True)
    shown = page(admin, path)
    assert "refund, big-order" in shown
    assert "{agent} at {brand}" in shown
    assert "Leirplass" in page(admin, reverse("mailboxes"))


def test_the_inbox_is_narrowed_and_keeps_it(browser, leir, ada):
    ours, theirs = cases.ticket_of(subject="Bought"), cases.ticket_of(subject="Rented")
    rebranding.rebrand(theirs, leir, by=ada, at=now())
    every = page(browser, "/inbox/", view="open")
    assert "Bought" in every
    assert "All brands" in every
    assert re.search(r'class="chip[^"]*">.{0,200}Leir</span>', every, re.S)
    found = page(browser, "/inbox/", view="open", brand=str(leir.pk))
    assert "Rented" in found
    assert f"/tickets/{ours.pk}/" not in found
    assert f"/tickets/{theirs.pk}/?view=open&amp;brand={leir.pk}" in found
    for odd in ("987", "x", "-1", "9" * 40):
        assert "Bought" in page(browser, "/inbox/", view="open", brand=odd)
    export = browser.get("/inbox/tickets.csv", {"view": "open", "brand": leir.pk})
    lines = b"".join(export.streaming_content).decode().strip().splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines] == ['"Brand"', '"Leirplass"']


def test_an_agent_changes_the_brand_and_the_timeline_tells(browser, leir, ticket):
    path = f"/tickets/{ticket.pk}/"
    assert "Answered in the name of" in page(browser, path)
    answer = browser.post(f"{path}brand/", {"brand": leir.pk, "seen": ""})
    assert answer.status_code == 302
    assert cases.afresh(ticket).brand_id == leir.pk
    shown = page(browser, path)
    assert "gave it to the brand <b>Leirplass</b>, it was Foredesk’s" in shown
    stale = browser.post(f"{path}brand/", {"brand": "", "seen": ""}, headers={"HX-Request": "true"})
    assert stale.status_code == 409
    gone = browser.post(f"{path}brand/", {"brand": "987"}, headers={"HX-Request": "true"})
    assert gone.status_code == 422
    json = browser.get(f"{path}ticket.json").json()
    assert json["brand"] == "Leirplass"


def test_a_brand_without_a_mailbox_says_so_before_the_answer_is_written(
    browser, leir, ticket, ada, adi
):
    mailboxes.add(address="help@shop.example", by=adi, at=now())
    rebranding.rebrand(ticket, leir, by=ada, at=now())
    assert "Leirplass has no mailbox" in page(browser, f"/tickets/{ticket.pk}/")
    mailboxes.add(address="hei@leir.example", brand=leir.pk, by=adi, at=now())
    assert "has no mailbox" not in page(browser, f"/tickets/{ticket.pk}/")


def test_a_merge_across_brands_is_asked_for(browser, leir, ticket, ada):
    theirs = cases.ticket_of(subject="Rented")
    rebranding.rebrand(theirs, leir, by=ada, at=now())
    dialog = page(browser, f"/tickets/{ticket.pk}/merge/")
    assert "Merge across brands" in dialog
    assert "Leirplass" in dialog
    refused = browser.post(
        f"/tickets/{ticket.pk}/merge/", {"into": theirs.pk}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422
    assert "belongs to Foredesk" in refused.content.decode()
    done = browser.post(f"/tickets/{ticket.pk}/merge/", {"into": theirs.pk, "across": "1"})
    assert done.status_code == 302
    assert cases.afresh(ticket).merged_into_id == theirs.pk


def test_a_ticket_is_opened_for_a_brand(browser, leir, ada):
    assert re.search(r"<select[^>]* name=.brand.", page(browser, "/tickets/new/"))
    form = {"email": "c@x.example", "subject": "S", "body": "B", "how": "told", "priority": "2"}
    answer = browser.post("/tickets/new/", {**form, "brand": leir.pk})
    assert answer.status_code == 302
    number = int(answer.url.strip("/").rpartition("/")[2])
    assert tickets.ticket(ada, number).brand_id == leir.pk
    assert browser.post("/tickets/new/", {**form, "brand": "987"}).status_code == 422


def test_conditions_offer_the_brand_where_there_are_several(admin, leir):
    answer = admin.post("/settings/promises/conditions/", {"do": "add_condition"})
    assert 'value="brand"' in answer.content.decode()
    assert fields_for("trigger")["brand"].is_offered()


def test_many_tickets_get_a_brand_at_once_and_rules_can_set_it(admin, leir, ticket, adi):
    mailboxes.add(address="help@shop.example", by=adi, at=now())
    other = cases.ticket_of()
    wish = {"action": "brand", "value": str(leir.pk), "ticket": [ticket.pk, other.pk]}
    assert "Leirplass has no mailbox" in admin.post(reverse("bulk"), wish).content.decode()
    mailboxes.add(address="hei@leir.example", brand=leir.pk, by=adi, at=now())
    assert "Answer as Leirplass" in page(admin, "/inbox/", view="open")
    admin.post(reverse("bulk"), wish)
    assert {cases.afresh(one).brand_id for one in (ticket, other)} == {leir.pk}
    words = page(admin, "/settings/rules/new/", kind="trigger")
    assert "the brand changes" in words
    assert ("brand", "give it to the brand") in editing.actions_for_macros()
