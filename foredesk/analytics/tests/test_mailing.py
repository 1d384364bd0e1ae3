"""The review goes out by mail when it is due, once; what comes back is held, nothing else is."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from foredesk.analytics import agreeing, mailing, noting, weeks
from foredesk.analytics.models import ReviewMail, ReviewReader
from foredesk.analytics.tests.weeks_of import tallied
from foredesk.channels import accepting, opening
from foredesk.channels.models import Dispatch, Envelope, Mailbox
from foredesk.channels.tests.letters import raw
from foredesk.channels.tests.test_reports import FEEDBACK, dsn
from foredesk.logbook.models import Entry
from foredesk.people import queries as people
from foredesk.people.models import Workspace
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import settle
from foredesk.tickets.models import Ticket
from tests.peers.sink import Sink

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)  # 08:00 in Oslo
WEEK = weeks.week(2026, 48, now=MONDAY, zone=OSLO)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]


@pytest.fixture
def blobs(settings, tmp_path):
    """A file store of the test's own."""
    storages = dict(settings.STORAGES)
    storages["blobs"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "blobs")},
    }
    settings.STORAGES = storages


@pytest.fixture
def sink(db):
    """A mail server, and the mailbox that sends by it."""
    Workspace.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Oslo", "name": "Shop"})
    with Sink() as sink:
        Mailbox.objects.create(
            name="Help", address="help@shop.example", is_default=True, created_at=now(),
            changed_at=now(), smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none",
        )  # fmt: skip
        yield sink


def set_up(by, *, agents=(), addresses=(), at=MONDAY - timedelta(days=3), **more):
    wanted = {"is_on": True, "weekday": 0, "hour": 8, **more}
    mailing.set_mail(agents=agents, addresses=addresses, by=by, at=at, **wanted)


def part(taken, kind):
    return next(one for one in taken.mail.walk() if one.get_content_type() == kind)


def test_it_is_due_at_its_hour_and_goes_once(sink, lea, ada):
    tallied(WEEK, OSLO)
    set_up(lea, agents=[ada], addresses=["Boss@Owner.example"])
    assert mailing.send_due(at=MONDAY - timedelta(seconds=1)) == []
    assert mailing.send_due(at=MONDAY) == ["ada@halden.example", "boss@owner.example"]
    for minutes in (0, 1, 600, 9000):
        assert mailing.send_due(at=MONDAY + timedelta(minutes=minutes)) == []
    settle()
    assert sorted(one.rcpt_to[0] for one in sink.taken) == [
        "ada@halden.example",
        "boss@owner.example",
    ]
    assert len(mailing.send_due(at=MONDAY + timedelta(days=7))) == 2
    sent = Entry.objects.filter(kind="analytics.ReviewSent").order_by("pk")
    assert [one.data["week"] for one in sent] == ["2026-W48", "2026-W49"]


def test_of_two_workers_one_sends_it(sink, lea, ada):
    set_up(lea, agents=[ada])
    both, found = threading.Barrier(2), []

    def work():
        both.wait()
        found.append(mailing.send_due(at=MONDAY))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(found) == [[], ["ada@halden.example"]]
    settle()
    assert len(sink.taken) == 1


def test_the_mail_has_text_html_and_a_pdf(sink, lea, ada):
    tallied(WEEK, OSLO, seconds=600, created=0)
    for n in range(1, 5):
        tallied(WEEK.moved(-n), OSLO, created=0)
    noting.note(WEEK.moved(-1), "Ring <b>Tomasz</b> & co", by=lea, at=now())
    agreeing.agree(WEEK.moved(-1), "Noon shift", agent=ada, by=lea, at=now())
    set_up(lea, agents=[ada], addresses=["boss@owner.example"])
    mailing.send_due(at=MONDAY)
    settle()
    inside, outside = sorted(sink.taken, key=lambda one: one.rcpt_to)
    mail = inside.mail
    assert mail["subject"].startswith("Shop: Week 48. A good week: first answers came faster.")
    assert mail["auto-submitted"] == "auto-generated"
    assert inside.mail_from == "help@shop.example"  # what bounces comes back there
    text = part(inside, "text/plain").get_content()
    assert "First response: 10 min, before 20 min (down 49%)" in text
    assert "Noon shift, Ada" in text
    assert "/insights/review/2026-W48/" in text
    html = part(inside, "text/html").get_content()
    assert "Ring &lt;b&gt;Tomasz&lt;/b&gt; &amp; co" in html
    for foreign in ("<script", "<img", "<link", "url(", "@import", "<svg", "flex", "grid"):
        assert foreign not in html
    pdf = part(inside, "application/pdf")
    assert pdf.get_filename() == "review-2026-W48.pdf"
    assert pdf.get_content().startswith(b"%PDF-1.")
    words = part(outside, "text/plain").get_content() + part(outside, "text/html").get_content()
    for own in ("Noon shift", "Tomasz", "/insights/"):
        assert own not in words


def test_who_sees_some_tickets_gets_their_figures_alone(sink, lea, ben, payments):
    ticket = tallied(WEEK, OSLO)
    Ticket.objects.filter(pk=ticket.pk).update(team=payments)
    set_up(lea, agents=[ben])
    mailing.send(WEEK, by=lea, at=MONDAY)
    settle()
    assert "Nothing came in this week" in part(sink.taken[0], "text/plain").get_content()


def test_a_job_that_runs_again_sends_nothing_twice(sink, lea, ada):
    from foredesk.analytics import delivering

    set_up(lea, agents=[ada])
    reader = ReviewReader.objects.get()
    for _ in range(2):
        delivering.deliver(reader.pk, "2026-11-23", key="review:2026-W48:1", is_last_try=False)
    assert len(sink.taken) == 1
    Dispatch.objects.update(state="trying")  # the worker died after the handing over
    delivering.deliver(reader.pk, "2026-11-23", key="review:2026-W48:1", is_last_try=False)
    assert len(sink.taken) == 1
    assert Dispatch.objects.get().state == "unknown"


def test_a_server_that_is_away_is_tried_again(sink, lea, ada):
    from foredesk.analytics import delivering
    from foredesk.channels import posting

    set_up(lea, agents=[ada])
    reader = ReviewReader.objects.get()
    sink.manners.mail = lambda address: "451 4.3.0 Come back later"
    with pytest.raises(posting.TryLater):
        delivering.deliver(reader.pk, "2026-11-23", key="a", is_last_try=False)
    sink.manners.mail = lambda address: "250 OK"
    Mailbox.objects.update(send_retry_at=None)
    delivering.deliver(reader.pk, "2026-11-23", key="a", is_last_try=False)
    assert len(sink.taken) == 1
    assert not ReviewReader.objects.get().is_held


def test_what_had_passed_is_not_sent_when_it_is_switched_on_or_moved(sink, lea, ada):
    tuesday = MONDAY + timedelta(days=1)
    set_up(lea, agents=[ada], at=tuesday)
    assert mailing.send_due(at=tuesday) == []
    set_up(lea, agents=[ada], at=tuesday, weekday=2)
    assert mailing.send_due(at=MONDAY + timedelta(days=2)) == []  # this week had passed
    assert len(mailing.send_due(at=MONDAY + timedelta(days=9))) == 1
    set_up(lea, agents=[ada], at=MONDAY + timedelta(days=9), weekday=3)
    assert mailing.send_due(at=MONDAY + timedelta(days=10)) == []  # it went out yesterday


def test_a_change_of_people_skips_no_week(sink, lea, ada, ben):
    set_up(lea, agents=[ada])
    set_up(lea, agents=[ada, ben], at=MONDAY + timedelta(seconds=20))
    assert len(mailing.send_due(at=MONDAY + timedelta(seconds=40))) == 2


def test_a_desk_that_was_down_sends_the_last_week_alone(sink, lea, ada):
    set_up(lea, agents=[ada])
    assert len(mailing.send_due(at=MONDAY + timedelta(days=23))) == 1
    assert Entry.objects.get(kind="analytics.ReviewSent").data["week"] == "2026-W51"


def test_without_a_mailbox_that_sends_it_waits(sink, lea, ada):
    set_up(lea, agents=[ada])
    Mailbox.objects.update(is_active=False)
    assert mailing.send_due(at=MONDAY) == []
    with pytest.raises(Refused, match="No mailbox"):
        mailing.send(WEEK, by=lea, at=MONDAY)
    Mailbox.objects.update(is_active=True)
    assert len(mailing.send_due(at=MONDAY + timedelta(hours=2))) == 1


@pytest.mark.parametrize(
    ("hour", "at", "due"),
    [
        (8, datetime(2026, 3, 29, 5, 0, tzinfo=UTC), "2026-03-23T07:00"),  # the clocks go forward
        (8, datetime(2026, 3, 30, 6, 0, tzinfo=UTC), "2026-03-30T06:00"),
        (8, datetime(2026, 10, 26, 6, 59, tzinfo=UTC), "2026-10-19T06:00"),  # and back
        (0, datetime(2026, 11, 29, 23, 0, tzinfo=UTC), "2026-11-29T23:00"),
    ],
)
def test_the_moment_is_that_of_the_desks_clock(sink, hour, at, due):
    row = ReviewMail(weekday=0, hour=hour)
    assert mailing.last_due(row, at=at).astimezone(UTC).isoformat()[:16] == due
    assert people.workspace().time_zone == "Europe/Oslo"


def bounced(taken, text, address):
    mark, wire_id = taken.mail["x-foredesk-delivery"], taken.mail["message-id"].strip("<>")
    data = text.replace("Cleo@customer.example", address).replace("cleo@customer.example", address)
    data = data.replace("23456789abcdefghjkmn-aaaabbbbccccdddd", mark)
    data = data.replace("abc@shop.example", wire_id).replace("\n", "\r\n").encode()
    box = Mailbox.objects.get()
    envelope = accepting.accept(data, mailbox=box, road="smtp", mail_from="", at=now())
    found = opening.open_envelope(envelope.pk)
    settle()
    return found


@pytest.fixture
def sent(sink, lea):
    """A review that went to two addresses."""
    set_up(lea, addresses=["boss@owner.example", "gone@owner.example"])
    mailing.send(WEEK, by=lea, at=MONDAY)
    settle()
    return next(one for one in sink.taken if one.rcpt_to == ("gone@owner.example",))


@pytest.mark.parametrize("has_mark", [True, False])
def test_an_address_that_bounces_is_held_until_somebody_confirms_it(sent, sink, lea, has_mark):
    text = dsn() if has_mark else dsn().replace("X-Foredesk-Delivery", "X-Else")
    envelope = bounced(sent, text, "gone@owner.example")
    assert (envelope.state, envelope.message_id) == ("opened", None)
    reader = ReviewReader.objects.get(address="gone@owner.example")
    assert (reader.is_held, reader.failure) == (True, "no such mailbox (5.1.1)")
    assert Dispatch.objects.get(to=["gone@owner.example"]).state == "failed"
    assert mailing.send_due(at=MONDAY) == ["boss@owner.example"]
    mailing.confirm(reader.pk, by=lea, at=now())
    assert len(mailing.send_due(at=MONDAY + timedelta(days=7))) == 2
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"analytics.ReviewCameBack", "analytics.ReviewAddressConfirmed"} <= kinds
    assert not Ticket.objects.exists()


def test_a_complaint_holds_too(sent):
    bounced(sent, FEEDBACK.format(kind="abuse"), "gone@owner.example")
    assert "unwanted" in ReviewReader.objects.get(address="gone@owner.example").failure


def test_a_delay_and_a_forged_bounce_hold_nothing(sent):
    bounced(sent, dsn(action="delayed", status="4.4.1"), "gone@owner.example")
    forged = dsn().replace("aaaabbbbccccdddd", "bbbbbbbbccccdddd").replace("abc@", "other@")
    box = Mailbox.objects.get()
    data = forged.replace("leo@customer", "one@owner").replace("\n", "\r\n").encode()
    accepting.accept(data, mailbox=box, road="smtp", mail_from="", at=now())
    settle()
    bounced(sent, dsn(), "somebody@behind.example")
    assert not any(one.is_held for one in ReviewReader.objects.all())
    assert set(Envelope.objects.values_list("state", flat=True)) == {"ignored"}


def test_an_address_that_the_server_refuses_is_held(sink, lea, ada):
    set_up(lea, agents=[ada], addresses=["boss@owner.example"])
    sink.manners.rcpt = lambda one: "550 5.1.1 No such user" if "ada" in one else "250 OK"
    mailing.send(WEEK, by=lea, at=MONDAY)
    settle()
    assert [one.rcpt_to for one in sink.taken] == [("boss@owner.example",)]
    reader = ReviewReader.objects.get(agent=ada)
    assert reader.is_held
    ada.email = "ada@new.example"
    ada.save(update_fields=["email"])
    assert not ReviewReader.objects.get(agent=ada).is_held  # a new address is a new try


def test_mail_still_makes_tickets(sent, sink):
    box = Mailbox.objects.get()
    accepting.accept(raw(), mailbox=box, road="smtp", mail_from="cleo@customer.example", at=now())
    settle()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"addresses": ["no address"]}, "“no address” is no mail address"),
        ({"addresses": ["a@b.example\nBcc: x@y.example"]}, "is no mail address"),
        ({"addresses": ["x" * 250 + "@b.example"]}, "is no mail address"),
        ({"addresses": [f"a{n}@b.example" for n in range(101)]}, "100 people at most"),
        ({}, "Choose who gets the review"),
        ({"weekday": 7, "is_on": False}, "Choose a day"),
        ({"hour": 24, "is_on": False}, "an hour from 0 to 23"),
    ],
)
def test_what_cannot_be_set(sink, lea, more, words):
    with pytest.raises(Refused, match=words):
        set_up(lea, **more)
    assert not ReviewReader.objects.exists()
    assert not Entry.objects.filter(kind="analytics.ReviewMailSet").exists()


def test_people_of_the_desk_are_no_addresses_outside(sink, lea, ada):
    with pytest.raises(Refused, match="Choose them in the list"):
        set_up(lea, addresses=["ADA@halden.example"])


def test_agents_set_and_send_nothing(sink, lea, ada):
    set_up(lea, agents=[ada])
    for step in (lambda: set_up(ada), lambda: mailing.send(WEEK, by=ada, at=MONDAY)):
        with pytest.raises(NotAllowed):
            step()
    with pytest.raises(NotAllowed):
        mailing.confirm(ReviewReader.objects.get().pk, by=ada, at=now())


def test_a_lead_who_sees_some_tickets_sends_all_figures_to_nobody(sink, lea, ada):
    set_up(lea, addresses=["boss@owner.example"])
    lea.sees = "teams"
    lea.save(update_fields=["sees"])
    set_up(lea, agents=[ada], addresses=["boss@owner.example"])  # was there before
    with pytest.raises(NotAllowed, match="figures of all tickets"):
        set_up(lea, addresses=["boss@owner.example", "me@home.example"])
    assert len(mailing.readers()) == 2


def test_nobody_to_send_to_is_said(sink, lea):
    with pytest.raises(Refused, match="Nobody gets the review"):
        mailing.send(WEEK, by=lea, at=MONDAY)
