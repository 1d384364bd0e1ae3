"""Sent mail, unreadable mail, and the banners about mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.channels import accepting, listing_senders, opening, queries, screening
from foredesk.channels.tests.mails import a_mail, a_mailbox, a_ticket, arrived
from foredesk.desk.mail import alerts, suspended
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning


@pytest.fixture(autouse=True)
def fresh_alerts():
    alerts.forget()
    suspended.forget()
    yield
    alerts.forget()


def read(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    return answer.status_code, answer.content.decode(errors="replace")


def test_kept_mail_is_shown_as_it_would_have_gone_out(client, ada):
    client.force_login(ada)
    mail = a_mail(a_ticket())
    status, page = read(client, "sent_mail")
    assert status == 200
    assert "Nothing leaves the house yet" in page
    assert "Re: Tent pole broke" in page
    status, page = read(client, "sent_one", mail.pk)
    assert "A new pole is on its way." in page
    assert "pole.png" in page


def test_the_frame_runs_nothing_and_shows_its_own_pictures(client, ada):
    client.force_login(ada)
    answer = client.get(reverse("sent_frame", args=[a_mail(a_ticket()).pk]))
    page = answer.content.decode()
    assert "onclick" not in page
    assert 'src="data:image/png;base64,' in page
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_the_raw_mail_is_a_download(client, ada):
    client.force_login(ada)
    mail = a_mail(a_ticket())
    answer = client.get(reverse("sent_raw", args=[mail.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
    assert b"Subject: Re: Tent pole broke" in answer.content


def test_nobody_reads_mail_of_tickets_they_can_not_see(client, ben, payments, lea):
    ticket = a_ticket()
    assigning.hand_to(ticket, payments, by=lea, at=now())
    mail = a_mail(ticket)
    client.force_login(ben)
    assert "Tent pole" not in read(client, "sent_mail")[1]
    for name in ("sent_one", "sent_frame", "sent_raw"):
        assert read(client, name, mail.pk)[0] == 404


def test_mail_about_accounts_is_for_admins_alone(client, lea, adi):
    mail = a_mail(subject="Set a new password")
    client.force_login(lea)
    assert "Set a new password" not in read(client, "sent_mail")[1]
    assert read(client, "sent_raw", mail.pk)[0] == 404
    client.force_login(adi)
    assert "Set a new password" in read(client, "sent_mail")[1]
    assert read(client, "sent_one", mail.pk)[0] == 200


def test_pages_go_back_in_time_and_states_narrow(client, ada):
    client.force_login(ada)
    ticket = a_ticket()
    mails = [
        a_mail(ticket, subject=f"Mail {n:02}", state="failed" if n == 7 else "sent")
        for n in range(60)
    ]
    first = read(client, "sent_mail")[1]
    assert "Mail 59" in first
    assert "Mail 05" not in first
    older = read(client, "sent_mail", before=mails[10].pk)[1]
    assert "Mail 05" in older
    assert "Mail 59" not in older
    failed = read(client, "sent_mail", state="failed")[1]
    assert "Mail 07" in failed
    assert "Mail 08" not in failed
    assert read(client, "sent_mail", before="9" * 30, state="nonsense")[0] == 200


@pytest.fixture
def unreadable(db):
    envelope = accepting.accept(b"\x00 no sender at all", mailbox=None, road="smtp", at=now())
    opening.open_envelope(envelope.pk)
    assert queries.aside_count() == 1
    return envelope


@pytest.fixture
def blocked(db, lea):
    """A mail of a blocked sender."""
    listing_senders.set_rule("Thief.Example", is_allowed=False, note="spam", by=lea, at=now())
    mail = b"From: Mal <mal@sub.thief.example>\r\nSubject: Win\r\n\r\n<b>Click</b> here\r\n"
    envelope = accepting.accept(mail, mailbox=None, road="smtp", mail_from="x@y.example", at=now())
    opening.open_envelope(envelope.pk)
    return envelope


def decide(client, action):
    return client.post(reverse("suspended_decide"), {"do": action}).status_code


def test_unreadable_mail_keeps_its_bytes_and_is_tried_again(client, adi, unreadable):
    client.force_login(adi)
    status, page = read(client, "suspended_mail")
    assert status == 200
    assert "names no sender" in page
    answer = client.get(reverse("suspended_raw", args=[unreadable.pk]))
    assert answer.content == b"\x00 no sender at all"
    assert decide(client, f"recover-{unreadable.pk}") == 302
    assert queries.envelope(unreadable.pk).state == "received"
    assert decide(client, f"forget-{unreadable.pk}") == 302
    assert queries.envelope(unreadable.pk).state == "received"


def test_several_are_forgotten_at_once(client, lea, unreadable, blocked):
    client.force_login(lea)
    both = {"do": "forget", "mail": [unreadable.pk, blocked.pk]}
    assert client.post(reverse("suspended_decide"), both).status_code == 302
    assert "Nothing waits for you here" in read(client, "suspended_mail")[1]


def test_a_blocked_sender_waits_with_the_reason_and_is_let_in(client, lea, blocked):
    client.force_login(lea)
    page = read(client, "suspended_mail")[1]
    assert "thief.example is blocked" in page
    assert "mal@sub.thief.example" in page
    assert "&lt;b&gt;Click" in read(client, "suspended_one", blocked.pk)[1]
    assert decide(client, f"recover-{blocked.pk}") == 302
    opening.open_envelope(blocked.pk)
    assert queries.envelope(blocked.pk).state == "opened"


def test_an_allowed_address_wins_over_its_blocked_domain(client, lea, blocked):
    client.force_login(lea)
    given = {"value": "mal@sub.thief.example", "kind": "allow"}
    assert client.post(reverse("senders"), given).status_code == 302
    assert screening.rule_for("mal@sub.thief.example").is_allowed
    assert not screening.rule_for("pal@thief.example").is_allowed
    assert screening.rule_for("pal@else.example") is None
    assert not screening.rule_for("pal@else.example", "x@thief.example").is_allowed
    for rule in queries.sender_rules():
        client.post(reverse("remove_sender", args=[rule.pk]))
    assert screening.rule_for("pal@thief.example") is None


def test_a_sender_that_is_none_is_refused(client, lea):
    client.force_login(lea)
    for value in ("x", "a@", "http://x.example/", "x y.example"):
        answer = client.post(reverse("senders"), {"value": value, "kind": "block"})
        assert answer.status_code == 422, value


def test_what_waits_is_counted_for_those_who_may_decide(client, ada, lea, blocked):
    client.force_login(lea)
    assert read(client, "senders")[1].count("/mail/suspended/") > 2
    client.force_login(ada)
    assert "/mail/suspended/" not in read(client, "sent_mail")[1]


def test_leads_see_the_list_but_not_the_bytes_agents_see_neither(client, ada, lea, unreadable):
    client.force_login(lea)
    assert read(client, "suspended_mail")[0] == 200
    assert read(client, "suspended_raw", unreadable.pk)[0] == 403
    client.force_login(ada)
    assert read(client, "suspended_mail")[0] == 403
    assert decide(client, f"forget-{unreadable.pk}") == 403


def test_a_deaf_mailbox_is_a_banner_for_everybody_and_a_way_for_admins(ada, adi):
    at = now()
    a_mailbox(
        imap_host="imap.halden.example",
        failing_since=at - timedelta(minutes=30),
        last_error="The password was refused.",
    )
    for person, can_mend in ((ada, False), (adi, True)):
        client = Client()
        client.force_login(person)
        page = client.get("/inbox/").content.decode()
        assert "Nothing comes in from help@halden.example" in page
        assert ("Mend it" in page) is can_mend


def test_many_troubles_are_one_banner_that_names_them(adi, ada):
    at = now()
    for n in range(6):
        a_mailbox(
            address=f"box{n}@halden.example", imap_host="imap.halden.example",
            failing_since=at - timedelta(minutes=30), last_error="No.",
        )  # fmt: skip
    (one,) = alerts.for_agent(adi)
    assert (one["tone"], one["title"]) == ("bad", "7 things need somebody")
    assert one["text"].startswith("The worker does not run; Nothing comes in from box0@")
    assert one["text"].endswith("; 3 more.")
    assert one["url"] == reverse("health")
    assert alerts.for_agent(ada)[0]["url"] is None


def test_the_banners_cost_one_query_and_then_none(adi, django_assert_num_queries):
    with django_assert_num_queries(2):  # no mailbox: the worker is asked for alone
        assert [one["title"] for one in alerts.for_agent(adi)] == ["The worker does not run"]
    with django_assert_num_queries(0):
        alerts.for_agent(adi)


def test_a_message_can_be_had_as_it_arrived(client, ada, ben, payments):
    client.force_login(ada)
    mail = b"From: Cleo <cleo@customer.example>\r\nX-Odd: yes\r\nSubject: Tent\r\n\r\nIt broke.\r\n"
    message = arrived(mail)
    url = reverse("original", args=[message.public_id])
    assert url in client.get(reverse("ticket", args=[message.ticket_id])).content.decode()
    answer = client.get(url)
    assert (answer["Content-Type"], answer.content) == ("application/octet-stream", mail)
    assert answer["Content-Disposition"] == f'attachment; filename="message-{message.pk}.eml"'
    assigning.hand_to(message.ticket, payments, by=ada, at=now())
    client.force_login(ben)  # of another team
    assert client.get(url).status_code == 404
