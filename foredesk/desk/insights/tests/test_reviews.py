"""The review as people read and write it, and what of insights leaves as PDF and CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.analytics import agreeing, asking, mailing, noting, weeks
from foredesk.analytics.questions import Question
from foredesk.analytics.tests.weeks_of import tallied
from foredesk.desk.insights.asked import desk_zone
from foredesk.logbook import freshness
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


def last():
    return weeks.last_complete(now=now(), zone=desk_zone())


def address(week):
    return f"/insights/review/{week.key.replace('-W0', '-W')}/"


@pytest.fixture
def figures(db):
    """Five weeks of first answers: 10 minutes in the last one, 20 in those before."""
    ticket = tallied(last(), desk_zone(), seconds=600)
    for n in range(1, 5):
        tallied(last().moved(-n), desk_zone(), ticket=ticket, created=25)
    return ticket


@pytest.fixture
def lead(client, lea):
    client.force_login(lea)
    return client


def read(client, week=None):
    answer = client.get(address(week or last()))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_review_of_the_last_week(lead, figures):
    page = lead.get("/insights/review/").content.decode()
    assert "first answers came faster" in page
    assert f"Week {last().number}" in page
    assert "30 tickets came in, 20% more than in a week before." in page
    days = f"from={last().monday}&amp;to={last().sunday}"
    assert f'href="/insights/measures/first_reply/?{days}"' in page
    assert f'href="/insights/measures/first_reply/tickets/?{days}"' in page
    assert f'href="{address(last().moved(-1))}"' in page


def test_a_week_without_figures_says_so(lead):
    page = read(lead)
    assert "Nothing came in this week." in page
    assert "Nothing was counted in this week" in page


def test_what_got_worse_names_its_slowest_tickets(lead, figures):
    tallied(last(), desk_zone(), seconds=90_000, replies=90, ticket=figures)
    page = read(lead)
    assert "first answers took longer" in page
    assert f'href="/tickets/{figures.pk}/"' in page


def step(client, week=None, **data):
    return client.post(f"{address(week or last())}write/", data)


def test_notes_and_points_are_kept_and_shown_next_week(lead, ada, lea, figures):
    before = last().moved(-1)
    step(lead, before, do="notes", notes="Ask <Tomasz>")
    asked = {"text": "Noon shift", "agent": ada.pk, "due": "2026-11-18", "measure": "first_reply"}
    assert step(lead, before, do="agree", **asked).status_code == 302
    page = read(lead)
    assert "Noted a week ago" in page
    assert "Ask &lt;Tomasz&gt;" in page
    assert "carried over" in page
    assert "What we tried last week" in page
    assert "First response 20 min to 10 min" in page
    (point,) = agreeing.agreed_in(last())
    step(lead, do=f"judge-{point.pk}-more")
    assert agreeing.tried_in(last())[0].verdict == "more"
    step(lead, do=f"done-{point.pk}")
    assert 'aria-checked="true"' in read(lead)
    step(lead, do=f"undone-{point.pk}")
    step(lead, do=f"remove-{point.pk}")
    assert agreeing.agreed_in(last()) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"do": "agree", "text": ""}, "Say what was agreed"),
        ({"do": "agree", "text": "Kept words", "due": "soon"}, "is no day"),
        ({"do": "agree", "text": "Kept words", "agent": "4711"}, "no such person"),
        ({"do": "done-99999999999999999999"}, "not there any more"),
        ({"do": "notes", "notes": "x" * 20_001}, "20,000 characters"),
    ],
)
def test_what_cannot_be_written_is_said_and_kept_in_the_form(lead, figures, data, words):
    answer = step(lead, **data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert data.get("text", "") in page
    assert noting.notes_of(last()).notes == ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("2026-W54", "no week 54"),
        ("2999-W1", "not over yet"),
        ("99999-W1", "no week 1"),
        ("1000-W1", "before 1971"),
    ],
)
def test_a_week_that_there_is_not(lead, path, words):
    for more in ("", "review.pdf"):
        answer = lead.get(f"/insights/review/{path}/{more}")
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_a_light_agent_reads_and_writes_nothing(client, lou, lea, figures):
    noting.note(last(), "For all to read", by=lea, at=now())
    client.force_login(lou)
    page = read(client)
    assert "For all to read" in page
    assert "<textarea" not in page
    assert "Send to the team" not in page
    for path, data in (("write/", {"do": "notes", "notes": "x"}), ("send/", {})):
        assert client.post(address(last()) + path, data).status_code == 403
    assert client.get("/insights/review/mail/").status_code == 403
    assert client.post("/insights/review/mail/confirm/", {"reader": 1}).status_code == 403
    assert noting.notes_of(last()).notes == "For all to read"


def test_a_stranger_is_sent_to_the_sign_in(client, db):
    for path in ("", "mail/", f"{last().key.replace('-W0', '-W')}/review.pdf"):
        assert client.get(f"/insights/review/{path}")["Location"].startswith("/account/login/")


def test_who_gets_it_by_mail(lead, ada, lea):
    data = {"is_on": "on", "weekday": 2, "hour": 9, "agents": [ada.pk], "addresses": "b@o.example"}
    assert lead.post("/insights/review/mail/", data).status_code == 302
    page = lead.get("/insights/review/mail/").content.decode()
    assert "b@o.example" in page
    row = mailing.settings()
    assert (row.is_on, row.weekday, row.hour) == (True, 2, 9)
    refused = lead.post("/insights/review/mail/", {**data, "addresses": "c@o.example, nonsense"})
    assert refused.status_code == 422
    assert "nonsense" in refused.content.decode()
    assert [one.where for one in mailing.readers()] == [ada.email, "b@o.example"]
    mailing.note_failure("b@o.example", "no such mailbox", at=now())
    page = lead.get("/insights/review/mail/").content.decode()
    assert "The review to b@o.example came back: no such mailbox." in page
    held = next(one for one in mailing.readers() if one.is_held)
    lead.post("/insights/review/mail/confirm/", {"reader": held.pk})
    assert not any(one.is_held for one in mailing.readers())


def test_without_a_mailbox_sending_says_why(lead, figures):
    answer = lead.post(f"{address(last())}send/")
    assert answer.status_code == 422
    assert "No mailbox of this desk can send mail" in answer.content.decode()


def test_a_review_costs_the_same_whatever_is_agreed(lead, lea, ada, figures, monkeypatch):
    monkeypatch.setattr(freshness, "monotonic", lambda: 0.0)  # what is read now and then is known

    def asked():
        read(lead)
        with CaptureQueriesContext(connection) as captured:
            read(lead)
        return len(captured)

    more = {"agent": ada, "measure": "first_reply", "by": lea, "at": now()}
    agreeing.agree(last().moved(-1), "First", **more)
    few = asked()
    for n in range(20):
        agreeing.agree(last().moved(-1), f"Point {n}", **more)
    assert asked() == few <= 60


def test_a_dashboard_leaves_as_pdf(lead, figures):
    for board in ("overview", "speed"):
        answer = lead.get(f"/insights/dashboards/{board}/dashboard.pdf?days=90")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer.content.startswith(b"%PDF-1.")
    assert lead.get("/insights/dashboards/nothing/dashboard.pdf").status_code == 404
    assert lead.get("/insights/dashboards/speed/dashboard.pdf?days=12").status_code == 422


def test_an_empty_dashboard_leaves_too(lead):
    for path in ("dashboards/overview/dashboard.pdf", f"review/{last().key}/review.pdf"):
        answer = lead.get(f"/insights/{path}")
        assert answer.content.startswith(b"%PDF-1.")


def test_the_numbers_of_a_dashboard_leave_as_csv(lead, lea, figures):
    week = last()
    answer = lead.get(
        f"/insights/dashboards/overview/dashboard.csv?from={week.monday}&to={week.sunday}"
    )
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    days = [row for row in rows if row["Measure"] == "first_reply"]
    assert [row["Day"] for row in days] == [str(week.monday + timedelta(days=n)) for n in range(7)]
    (told,) = [row for row in days if row["Of"] != "0"]
    period = week.period(now=now(), zone=desk_zone())
    figure = asking.figure(Question("first_reply", period.since, period.until))
    assert (float(told["Value"]), int(told["Of"])) == (figure.value, figure.n)
    assert told["Unit"] == "seconds"
    assert {"backlog", "created", "solved", "promises_kept"} <= {row["Measure"] for row in rows}
    assert lead.get("/insights/dashboards/nothing/dashboard.csv").status_code == 404


def test_figures_that_one_may_not_see_leave_with_nobody(client, ben, payments, figures):
    figures.team = payments
    figures.save(update_fields=["team"])
    client.force_login(ben)
    answer = client.get("/insights/dashboards/overview/dashboard.csv?days=28")
    text = b"".join(answer.streaming_content).decode()
    assert {row.split(",")[5] for row in text.splitlines()[1:]} == {'"0"'}
