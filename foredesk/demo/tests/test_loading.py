"""The demo that a newcomer meets."""

from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.password_validation import validate_password
from django.db.models import Count, Exists, F, OuterRef
from django.db.models.functions import ExtractHour

from foredesk.analytics import asking, calendars, tallying
from foredesk.analytics.asking import Question
from foredesk.channels.models import Dispatch
from foredesk.demo import company, loading, queries, removing, signing_in
from foredesk.files import reading
from foredesk.logbook.models import Entry
from foredesk.people.models import Agent, Customer, Team, Workspace
from foredesk.plumbing.clock import now
from foredesk.surveys.models import Survey
from foredesk.tickets import listing, receiving
from foredesk.tickets import reading as of_tickets
from foredesk.tickets.arrivals import Address, InboundMessage
from foredesk.tickets.models import Attachment, Message, Ticket
from foredesk.tickets.views import VIEWS, view_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """One demo for all tests of this file."""
    with django_db_blocker.unblock():
        loading.load(at=now())
        yield
        said = removing.remove(at=now())
        Workspace.objects.all().delete()
    assert said.startswith("The demo is gone: 4,8"), said


def test_the_main_agent_signs_in_with_a_password_that_the_rules_allow(loaded):
    mira = Agent.objects.get(email=company.MAIN_EMAIL)
    validate_password(company.PASSWORD, mira)
    assert mira.check_password(company.PASSWORD)
    assert mira.is_admin
    assert company.PASSWORD in signing_in.hint()
    assert {one.role for one in Agent.objects.all()} == {"admin", "lead", "agent", "light"}


def test_the_hint_keeps_quiet_about_a_password_that_was_changed(loaded):
    mira = Agent.objects.get(email=company.MAIN_EMAIL)
    mira.set_password("something else entirely")
    mira.save()
    assert company.PASSWORD not in signing_in.hint()


def test_the_inbox_looks_as_drawn(loaded):
    mira = Agent.objects.get(email=company.MAIN_EMAIL)
    names = {team.pk: team.name for team in Team.objects.all()}
    views = {view.key: view for view in VIEWS}
    teams = [view_of(f"team-{pk}", team_names=names) for pk in names]
    counts = listing.counts(mira, [*VIEWS, *teams])
    assert counts["mine"] == 12
    assert counts["unassigned"] == 8
    # What waits moves with the hour: 7 to 19, 38 to 61, 3 to 10 at forty moments of two months.
    assert 4 <= counts["pending"] <= 45
    assert 28 <= counts["open"] <= 120
    assert 1 <= counts["snoozed"] <= 24
    assert all(counts[view.key] for view in teams)
    rows = listing.page(mira, views["mine"]).rows
    who = [row.requester__name for row in rows[:8]]  # one or two by chance between them
    assert who.index("Dario Kovač") < who.index("Amara Okafor") < 4
    assert set(who) >= {"Luis Serrano", "Hanne Berge", "Yuki Nakamura", "Fiona McAllister"}
    unread = {row.requester__name for row in rows if not row.has_been_read}
    assert {"Amara Okafor", "Dario Kovač", "Luis Serrano"} - unread <= {"Dario Kovač"}
    waiting = listing.page(mira, views["pending"]).rows
    assert {"Ruben Tavares", "Signe Ek"} <= {row.requester__name for row in waiting}


def test_the_featured_conversation_is_there_with_its_file_and_history(loaded):
    mira = Agent.objects.get(email=company.MAIN_EMAIL)
    ticket = Ticket.objects.get(subject="Charged twice for order 48213")
    mail, note = ticket.messages.order_by("id")
    assert "€312.40 twice" in mail.body_text
    assert (note.author_name, note.is_public) == ("Tomasz Zieliński", False)
    (picture,) = mail.attachments.all()
    assert reading.read(picture.blob_id).startswith(b"\x89PNG")
    around = of_tickets.read(mira, ticket.pk)
    assert around.past_count >= 9
    assert "Boots too narrow, exchange" in {one.subject for one in around.past}


def test_numbers_grow_with_time(loaded):
    for model, time in ((Ticket, "created_at"), (Message, "at"), (Entry, "at")):
        times = list(model.objects.order_by("pk").values_list(time, flat=True))
        assert len(times) > 4000
        if model is Entry:
            times = list(
                Entry.objects.filter(about_kind="customer").order_by("pk").values_list("at")
            )
        if model is Message:  # surveys are written when all else is, after the last of a ticket
            own = Message.objects.exclude(author_kind="system").order_by("pk")
            times = list(own.values_list("at", flat=True))
        assert times == sorted(times), model
    later = Message.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("message_id"))
    assert not Survey.objects.filter(Exists(later)).exists()


def test_it_is_some_five_thousand_tickets_in_many_languages(loaded):
    assert 4800 <= Ticket.objects.count() <= 5000
    assert 2.5 < Message.objects.count() / Ticket.objects.count() < 3.5
    assert 1800 <= Customer.objects.count() <= 2200
    languages = dict(Ticket.objects.values_list("language").annotate(Count("id")))
    assert max(languages, key=languages.get) == "en"
    assert {"de", "fr", "es", "sv", "pl", "nl", "pt", "ja"} <= languages.keys()
    subjects = Ticket.objects.values("subject").distinct().count()
    assert subjects > 1500
    assert Attachment.objects.count() > 300
    assert (
        not Message.objects.filter(body_text__regex=r"[{}\[\]|]")
        .exclude(body_text__contains="[#")
        .exists()
    )


def test_customers_write_by_day(loaded):
    hours = dict(
        Ticket.objects.annotate(hour=ExtractHour("created_at"))
        .values_list("hour")
        .annotate(Count("id"))
    )
    assert sum(hours.get(hour, 0) for hour in range(7, 16)) > 8 * sum(
        hours.get(hour, 0) for hour in range(0, 4)
    )


def test_some_tickets_were_reopened_and_few_were_not(loaded):
    reopened = Entry.objects.filter(kind="tickets.TicketReopened").values("about_id").distinct()
    assert 0.05 < reopened.count() / Ticket.objects.count() < 0.12


def test_fresh_answers_are_kept_and_can_be_read_as_mail(loaded):
    kept = Dispatch.objects.filter(state="kept")
    assert kept.exists()
    for dispatch in kept:
        assert b"Message-ID:" in reading.read(dispatch.blob_id)
    assert Message.objects.filter(delivery="failed").exists()
    assert not Message.objects.filter(delivery__in=("queued", "sending")).exists()


@pytest.fixture(scope="module")
def figures(loaded, django_db_blocker):
    """What the numbers say of some last days, once everything is counted."""
    with django_db_blocker.unblock():
        at, ids = now(), list(Ticket.objects.values_list("pk", flat=True))
        tallying.tally(ids, known=calendars.calendars())

        def ask(measure, days, *, before=0, clock="calendar"):
            until = at - timedelta(days=before)
            since = until - timedelta(days=days)
            is_cohort = measure == "resolution_rate"
            return Question(measure, since, until, clock=clock, is_cohort=is_cohort)

        yield ask


def test_it_is_a_well_run_shop_with_some_weaknesses(figures):
    def value(measure, days, **how):
        return asking.figure(figures(measure, days, **how)).value

    assert 0.85 < value("resolution_rate", 360, before=14) < 0.97
    assert 0.65 < value("resolution_rate", 28) < 0.95
    assert 0.86 < value("promises_kept", 360) < 0.97
    assert 0.48 < value("one_touch", 360) < 0.68
    assert 0.03 < value("reopen_rate", 360) < 0.1
    assert 3600 < value("first_reply", 360, clock="open") < 4 * 3600
    assert value("next_reply", 360, clock="open") > 0
    slow, fast = (
        value_of_team(figures("first_reply", 360, clock="open"), name)
        for name in (company.APP, company.ORDERS)
    )
    assert slow > 1.15 * fast


def value_of_team(question, name):
    return dict(asking.by(question, "team"))[Team.objects.get(name=name).pk].value


def test_what_is_open_comes_and_goes_and_never_piles_up(figures):
    zone = ZoneInfo(company.TIME_ZONE)
    levels = [figure.value for _, figure in asking.by_day(figures("backlog", 200), zone)]
    usual = median(levels)
    assert 20 < usual < 60
    assert max(levels) < 4 * usual
    assert min(levels) > usual / 4
    assert levels[-1] < 3 * usual


def test_the_next_ticket_takes_the_next_number(loaded):
    last = Ticket.objects.order_by("-pk").first()
    message = receiving.receive(
        InboundMessage(
            channel="email",
            account="",
            external_id="new@own.example",
            author=Address("new@own.example", "New"),
            at=now(),
            subject="Hello",
            text="Hello",
        ),
        at=now(),
    )
    assert message.ticket_id == last.pk + 1


def test_it_loads_only_once(loaded):
    assert queries.is_loaded()
    with pytest.raises(loading.UnableToLoad, match="here already"):
        loading.load(at=now())


def test_customers_say_how_it_was_as_they_believably_would(loaded):
    asked = Survey.objects.filter(held="")
    answered = asked.exclude(score=None)
    assert 300 < asked.count() < 1200
    assert 0.3 < answered.count() / asked.count() < 0.45
    assert 0.75 < answered.filter(rating="good").count() / answered.count() < 0.95
    assert answered.filter(rating="bad").exclude(comment="").exists()
    assert not answered.filter(answered_at__gt=F("ticket__closed_at")).exists()
    assert not asked.filter(at__gte=F("ticket__closed_at")).exists()
    one = answered.select_related("ticket").latest("answered_at")
    assert one.ticket.rating == one.rating
    said = Entry.objects.filter(kind__startswith="surveys.", about_id=one.ticket_id)
    assert [entry.kind for entry in said.order_by("id")][-2:] == [
        "surveys.SurveySent", "surveys.SurveyAnswered",
    ]  # fmt: skip
    assert Message.objects.get(pk=one.message_id).ticket_id == one.ticket_id
