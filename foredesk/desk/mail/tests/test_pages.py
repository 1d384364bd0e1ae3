"""Sent mail, unreadable mail, and the banners about mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.channels import accepting, opening, queries
from foredesk.channels.tests.mails import a_mail, a_mailbox, a_ticket
from foredesk.desk.mail import alerts
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning


@pytest.fixture(autouse=True)
def fresh_alerts():
    alerts.forget()
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
    assert queries.unreadable_count() == 1
    return envelope


def test_unreadable_mail_keeps_its_bytes_and_is_tried_again(client, adi, unreadable):
    client.force_login(adi)
    status, page = read(client, "unreadable_mail")
    assert status == 200
    assert "names no sender" in page
    answer = client.get(reverse("unreadable_raw", args=[unreadable.pk]))
    assert answer.content == b"\x00 no sender at all"
    assert client.post(reverse("unreadable_retry", args=[unreadable.pk])).status_code == 302
    assert queries.envelope(unreadable.pk).state == "received"
    assert client.post(reverse("unreadable_forget", args=[unreadable.pk])).status_code == 404


def test_forgotten_mail_leaves_the_list(client, adi, unreadable):
    client.force_login(adi)
    assert client.post(reverse("unreadable_forget", args=[unreadable.pk])).status_code == 302
    assert "Every mail could be read" in read(client, "unreadable_mail")[1]


def test_leads_see_the_list_but_not_the_mail_agents_see_neither(client, ada, lea, unreadable):
    client.force_login(lea)
    assert read(client, "unreadable_mail")[0] == 200
    assert read(client, "unreadable_raw", unreadable.pk)[0] == 403
    assert client.post(reverse("unreadable_forget", args=[unreadable.pk])).status_code == 403
    client.force_login(ada)
    assert read(client, "unreadable_mail")[0] == 403


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


def test_the_banners_cost_one_query_and_then_none(adi, django_assert_num_queries):
    with django_assert_num_queries(2):  # no mailbox: the worker is asked for alone
        assert [one["title"] for one in alerts.for_agent(adi)] == ["The worker does not run"]
    with django_assert_num_queries(0):
        alerts.for_agent(adi)
