"""Replies of rules: in the customer's language, marked, braked, and with nobody's forged words."""

import pytest

from foredesk.automations import languages, variables
from foredesk.automations.models import Run
from foredesk.automations.tests.cases import active, leaf, template, trigger
from foredesk.channels import addressing
from foredesk.channels.mail import composing
from foredesk.logbook.models import Entry
from foredesk.people import reaching
from foredesk.plumbing.clock import now
from foredesk.tickets.models import Message
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
FILL = {"customer.first_name": "Cleo", "ticket.number": "#7"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {{ customer.first_name | there }},", "Hello Cleo,"),
        ("Hello {{customer.first_name}},", "Hello Cleo,"),
        ("Hello {{ customer.company | friend }},", "Hello friend,"),
        ("Hello {{ customer.company }}.", "Hello ."),
        ("{{ ticket.number }} {{ ticket.number }}", "#7 #7"),
        ("{ not } {{", "{ not } {{"),
    ],
)
def test_variables_are_filled_or_fall_back(text, filled):
    assert variables.fill(text, FILL) == filled


@pytest.mark.parametrize(
    "text", ["{{ customer.password }}", "{{ }}", "Hi {{ customer.name", "{{ a | b | c }}"]
)
def test_what_is_no_variable_is_refused(text):
    with pytest.raises(ValueError, match="variable"):
        variables.check(text)


@pytest.mark.parametrize(
    ("name", "first"),
    [("Cleo Client", "Cleo"), ("Client, Cleo", "Cleo"), ("cleo@x.example", ""), ("", "")],
)
def test_first_names(name, first):
    assert variables.first_name(name) == first


@pytest.mark.parametrize(
    ("have", "wanted", "chosen"),
    [
        (["en", "de"], ["de", "en"], "de"),
        (["en", "de"], ["de-AT"], "de"),
        (["en", "pt-br"], ["pt"], "pt-br"),
        (["en", "de"], ["", "fr"], "en"),
        (["fr"], ["de"], "fr"),
        ([], ["de"], ""),
    ],
)
def test_the_version_for_a_language(have, wanted, chosen):
    assert languages.choose({one: {} for one in have}, *wanted) == chosen


def reply_with(found, **more):
    return active(trigger("Answer", steps=[{"do": "reply", "template": str(found.pk)}], **more))


def test_a_reply_goes_out_as_automatic_mail(mailbox_of_shop, hear):
    reply_with(template(de={"text": "Hallo {{ customer.first_name | zusammen }}, danke."}))
    ticket = cases.ticket_of(verdict="pass", language="de")
    hear()
    message = ticket.messages.get(author_kind="system")
    assert message.body_text == "Hallo Cleo, danke."
    assert (message.is_automatic, message.delivery) == (True, "queued")
    letter = addressing.letter_for(message, mailbox_of_shop, at=now())
    head = composing.compose(letter).decode().partition("\r\n\r\n")[0]
    assert "Auto-Submitted: auto-replied" in head
    assert f"Subject: Re: Tent [#{ticket.pk}]" in head
    row = cases.afresh(ticket)
    assert (row.first_reply_at, row.status) == (None, "new")
    assert row.waiting_since is not None
    assert Run.objects.get().did == ["sent the reply “Thanks”"]


def test_a_forged_sender_sends_nobodys_words_to_a_stranger(mailbox_of_shop, hear):
    found = template(
        text="Hello {{ customer.first_name | there }}: {{ ticket.subject | your mail }}"
    )
    reply_with(found)
    ticket = cases.ticket_of(name="Buy pills", subject="at pills.example", verdict="none")
    hear()
    message = ticket.messages.get(author_kind="system")
    assert message.body_text == "Hello there: your mail"
    assert "pills" not in message.subject
    again = cases.ticket_of(name="Buy pills", verdict="none")
    hear()
    assert not again.messages.filter(author_kind="system").exists()
    assert "brake" in Run.objects.latest("id").did[0]


@pytest.mark.parametrize(
    ("arrival", "reason"),
    [
        ({"is_automatic": True}, "A machine wrote last"),
        ({"author": "gone@customer.example"}, "comes back"),
        ({"author": "angry@customer.example"}, "unwanted there"),
    ],
)
def test_what_holds_an_automatic_reply(mailbox_of_shop, hear, arrival, reason):
    cases.ticket_of(author="gone@customer.example")
    cases.ticket_of(author="angry@customer.example")
    reaching.mark_complaint("angry@customer.example", at=now())
    hear()
    reply_with(template(), conditions=[leaf("subject", "contains", ["Again"])])
    ticket = cases.ticket_of(subject="Again", verdict="pass", **arrival)
    if "gone" in str(arrival):
        reaching.mark_undeliverable("gone@customer.example", reason="No such user", at=now())
    hear()
    assert reason in Run.objects.get(ticket=ticket).did[0]
    assert not Message.objects.filter(ticket=ticket, author_kind="system").exists()


def test_five_an_hour_to_one_address_and_no_more(mailbox_of_shop, hear):
    reply_with(template())
    tickets = [cases.ticket_of(verdict="pass") for _ in range(7)]
    hear()
    sent = Message.objects.filter(ticket__in=tickets, author_kind="system")
    assert sent.count() == 5
    assert Entry.objects.filter(kind="channels.AutomaticMailHeld").count() == 1


def test_a_template_that_went_fails_the_rule_with_a_reason(mailbox_of_shop, hear):
    found = template()
    reply_with(found)
    found.delete()
    cases.ticket_of(verdict="pass")
    hear()
    run = Run.objects.get()
    assert run.state == "failed"
    assert run.reason == "The template of its reply was removed. Choose another one."
