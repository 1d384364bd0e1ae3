"""Asking: once for each solving, by the road of automatic mail, never whom it must not reach."""

from datetime import timedelta

import pytest

from foredesk.channels import addressing, our_addresses, queries, sending
from foredesk.channels.braking import PER_HOUR
from foredesk.channels.mail import composing
from foredesk.channels.models import AutomaticMail, Dispatch, Mailbox, Security
from foredesk.logbook.actors import SYSTEM
from foredesk.people import branding, reaching
from foredesk.people.models import Identity
from foredesk.plumbing.clock import now
from foredesk.surveys import asking, declining, links, planning
from foredesk.surveys.models import Survey
from foredesk.tickets import closing, merging, progressing, spamming
from foredesk.tickets.models import Delivery, Message, Ticket
from foredesk.tickets.tests import cases
from tests.peers.sink import Sink

pytestmark = pytest.mark.django_db
CLEO = cases.CLEO


def held(ticket):
    return Survey.objects.get(ticket=ticket).held


def ask(after=timedelta(minutes=1)):
    return asking.ask_due(at=now() + after)


def test_a_new_desk_asks_nobody(solve):
    solve()
    assert ask() == 0
    assert not Survey.objects.exists()


def test_a_solved_ticket_is_asked_about_once(plan, solve):
    ticket = solve()
    assert ask() == 1
    assert ask(timedelta(hours=2)) == 0
    survey = Survey.objects.get()
    assert (survey.ticket, survey.held, survey.scale) == (ticket, "", 5)
    fact = cases.last_fact(ticket)
    assert (fact.kind, fact.data["survey_id"]) == ("surveys.SurveySent", survey.pk)
    assert cases.afresh(ticket).status == "solved"


def test_the_mail_goes_by_the_road_of_automatic_mail_in_the_thread(plan, solve):
    ticket = solve(subject="<b>Tent</b> {choices} {name}", name="Cleo {agent}")
    ask()
    survey = Survey.objects.get()
    message = Message.objects.get(pk=survey.message_id)
    mailbox = addressing.mailbox_of(ticket)
    message.external_id = addressing.new_message_id(mailbox)
    letter = addressing.letter_for(message, mailbox, at=now())
    data = composing.compose(letter).decode()
    assert letter.is_automatic
    assert letter.sender.address == "help@shop.example"
    assert letter.to[0].address == CLEO
    assert letter.references
    for header in ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "X-Foredesk"):
        assert header in data
    token = links.token_of(survey)
    for score in range(1, 6):
        assert f"/rate/{token}/?r={score}" in letter.text
        assert f"/rate/{token}/?r={score}" in letter.html
    assert "“<b>Tent</b> (choices) (name)”" in letter.text
    assert "&lt;b&gt;Tent&lt;/b&gt;" in letter.html
    assert "<b>" not in letter.html


def test_the_links_stand_in_the_mail_alone_and_colleagues_do_not_read_it(
    plan, solve, mailbox, ada, adi
):
    ticket = solve()
    asking.ask_due(at=now())
    token = links.token_of(Survey.objects.get())
    for message in Message.objects.filter(ticket=ticket):
        assert token not in message.body_text + message.body_html + message.whole_html
    with Sink() as sink:
        mailbox.smtp_host, mailbox.smtp_port = "127.0.0.1", sink.port
        mailbox.smtp_security = Security.NONE
        mailbox.save()
        sending.send_due(ticket.pk)
        [taken] = sink.taken
    plain, html = taken.mail.iter_parts()
    assert (taken.mail_from, taken.rcpt_to) == ("<>", (CLEO,))
    assert f"/rate/{token}/?r=5" in plain.get_content()
    assert html.get_content().count(f"/rate/{token}/?r=") == 5
    dispatch = Dispatch.objects.get(ticket_id=ticket.pk)
    assert dispatch.purpose == "survey"
    assert queries.dispatch(ada, dispatch.pk) is None
    assert queries.dispatches(ada, limit=9) == []
    assert queries.dispatch(adi, dispatch.pk) == dispatch


def test_it_waits_as_long_as_is_set(plan, solve):
    planning.change(delay_hours=24, by=SYSTEM, at=now())
    solve()
    assert ask(timedelta(hours=23)) == 0
    assert not Survey.objects.exists()
    assert ask(timedelta(hours=25)) == 1


def test_who_is_reopened_before_is_not_asked(plan, solve, ada):
    planning.change(delay_hours=24, by=SYSTEM, at=now())
    ticket = solve()
    progressing.set_status(ticket, "open", by=ada, at=now())
    assert ask(timedelta(hours=25)) == 0
    again = now() + timedelta(hours=26)
    progressing.set_status(ticket, "solved", by=ada, at=again)
    assert asking.ask_due(at=again + timedelta(hours=25)) == 1


def test_a_reply_that_is_on_its_way_goes_first(plan, solve):
    ticket = solve()
    mine = Message.objects.filter(ticket=ticket, author_kind="agent")
    mine.update(delivery=Delivery.QUEUED)
    assert ask() == 0
    assert not Survey.objects.exists()
    mine.update(delivery=Delivery.SENT)
    assert ask() == 1


def test_what_was_solved_before_it_was_on_or_long_ago_is_not_asked_about(solve):
    solve(at=now() - timedelta(days=2))
    planning.change(is_on=True, delay_hours=0, by=SYSTEM, at=now() - timedelta(days=1))
    assert ask() == 0
    solve()
    assert ask(asking.TOO_LATE + timedelta(hours=1)) == 0
    assert ask() == 1


def _renamed(address):
    Identity.objects.filter(value=CLEO).update(value=address)


@pytest.mark.parametrize(
    ("spoil", "because"),
    [
        (lambda t: Ticket.objects.filter(pk=t.pk).update(channel="phone"), "channel"),
        (lambda t: t.messages.filter(author_kind="agent").delete(), "not_answered"),
        (lambda t: t.messages.filter(author_kind="customer").delete(), "wrote_nothing"),
        (lambda t: t.messages.update(verdict="none"), "not_proven"),
        (lambda t: t.messages.update(verdict="fail"), "not_proven"),
        (lambda t: reaching.mark_undeliverable(CLEO, reason="Gone", at=now()), "comes_back"),
        (lambda t: reaching.mark_complaint(CLEO, at=now()), "unwanted"),
        (lambda t: _renamed("help@shop.example"), "own_address"),
        (lambda t: _renamed("ada@halden.example"), "own_address"),
        (lambda t: declining.decline(t.requester, at=now()), "opted_out"),
    ],
    ids=[
        "another channel", "nobody answered", "the customer wrote nothing", "not verified",
        "forged", "it came back", "it complained", "our own mailbox", "a colleague", "said no",
    ],
)  # fmt: skip
def test_whom_it_never_asks(plan, solve, spoil, because):
    ticket = solve()
    spoil(ticket)
    assert ask() == 0
    assert held(ticket) == because
    assert not Message.objects.filter(ticket=ticket, author_kind="system").exists()


def test_machines_are_not_asked(plan, solve):
    by_a_list = solve(is_automatic=True)
    away = solve(author="away@customer.example")
    cases.answered(away, author="away@customer.example", is_auto_reply=True)
    assert cases.afresh(away).status == "solved"
    assert ask() == 0
    assert held(by_a_list)
    assert held(away) == "machine"


def test_spam_merged_and_closed_tickets_are_not_even_looked_at(plan, solve, ada):
    spamming.mark_as_spam(solve(author="a@customer.example"), by=ada, at=now())
    other = solve(author="b@customer.example")
    merging.merge(other, into=cases.ticket_of(author="c@other.example"), by=ada, at=now())
    closing.close(solve(author="d@customer.example"), by=ada, at=now())
    assert ask() == 0
    assert not Survey.objects.exists()


def test_what_another_desk_solved_is_not_asked_about(plan):
    at = now() - timedelta(hours=3)
    cases.taken_over(
        at=at,
        events=[{"at": (at + timedelta(hours=1)).isoformat(), "kind": "status", "to": "solved"}],
    )
    Ticket.objects.update(status="solved", solved_at=at + timedelta(hours=1))
    assert ask() == 0
    assert Survey.objects.get().held == "imported"


def test_each_customer_is_asked_once_a_month_by_each_brand(plan, solve):
    solve()
    assert ask() == 1
    Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT)
    second = solve()
    assert ask() == 0
    assert held(second) == "too_soon"
    brand = branding.add(name="Leirplass", by=SYSTEM, at=now())
    third = solve()
    Ticket.objects.filter(pk=third.pk).update(brand=brand)
    assert ask() == 0
    assert held(third) == "no_mailbox"
    at = now()
    Mailbox.objects.create(
        name="Leir", address="hei@leirplass.example", brand=brand, created_at=at, changed_at=at
    )
    our_addresses.forget()
    other = solve()
    Ticket.objects.filter(pk=other.pk).update(brand=brand)
    assert ask() == 1
    Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT)
    fourth = solve(at=now() + timedelta(days=31))
    assert asking.ask_due(at=now() + timedelta(days=31, hours=1)) == 1
    assert held(fourth) == ""


def test_what_a_brake_holds_is_asked_later(plan, solve):
    ticket = solve()
    at = now()
    rows = [AutomaticMail(address=CLEO, purpose="rule", at=at) for _ in range(PER_HOUR)]
    AutomaticMail.objects.bulk_create(rows)
    assert ask() == 0
    assert not Survey.objects.exists()
    assert ask(timedelta(hours=2)) == 1
    assert held(ticket) == ""


def test_a_look_costs_little_when_nothing_is_due(plan, solve, django_assert_num_queries):
    solve()
    ask()
    with django_assert_num_queries(2):
        ask()
