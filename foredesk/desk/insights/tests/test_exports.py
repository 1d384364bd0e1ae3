"""The rows behind a number leave the desk: as their viewer sees them, harmless, and noted."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.analytics import tallying
from foredesk.analytics.calendars import calendars
from foredesk.logbook import queries as logbook
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, replying
from foredesk.tickets.tests.cases import ticket_of

pytestmark = pytest.mark.django_db
PATH = "/insights/measures/first_reply/rows.csv"


@pytest.fixture
def worked(ada):
    """Two tickets, answered after 18 and 36 minutes; a customer has a formula for a name."""
    opened = now() - timedelta(hours=2)
    found = []
    for number in (1, 2):
        name = "=cmd|' /C calc'!A0" if number == 1 else "Cleo"
        ticket = ticket_of(at=opened, author=f"c{number}@x.example", name=name)
        replying.reply(ticket, by=ada, at=opened + timedelta(minutes=18 * number), body_html="Hi")
        found.append(ticket)
    tallying.tally([one.pk for one in found], known=calendars())
    return found


def taken(client, path=PATH):
    response = client.get(path)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return response, list(csv.DictReader(io.StringIO(text[1:])))


def test_rows_with_their_seconds(client, ada, worked):
    client.force_login(ada)
    response, rows = taken(client)
    assert response["X-Row-Count"] == "2"
    assert [(row["Number"], row["Seconds"], row["Person"]) for row in rows] == [
        (str(worked[0].pk), "1080", "Ada"),
        (str(worked[1].pk), "2160", "Ada"),
    ]
    assert rows[0]["Customer"].startswith("'=cmd")
    (entry,) = logbook.latest(("analytics.NumbersExported",), limit=2)
    assert (entry.actor_id, entry.data["measure"], entry.data["rows"]) == (
        ada.pk, "first_reply", 2,
    )  # fmt: skip


def test_only_what_the_viewer_sees(client, ada, ben, orders, worked):
    assigning.hand_to(worked[0], orders, by=ada, at=now())
    assigning.assign(worked[1], ada, by=ada, at=now())
    assigning.hand_to(worked[1], ada.teams.get(), by=ada, at=now())
    client.force_login(ben)
    response, rows = taken(client)
    assert [row["Number"] for row in rows] == [str(worked[0].pk)]
    assert response["X-Row-Count"] == "1"


def test_what_is_not_there_and_what_cant_be_asked(client, ada):
    client.force_login(ada)
    assert client.get("/insights/measures/happiness/rows.csv").status_code == 404
    assert 400 <= client.get(f"{PATH}?from=2026-11-28&to=2026-11-01").status_code < 500
    client.logout()
    assert client.get(PATH).status_code == 302
    assert logbook.latest(("analytics.NumbersExported",), limit=1) == []


def test_rows_are_read_by_the_thousand(client, ada, worked):
    client.force_login(ada)
    with CaptureQueriesContext(connection) as seen:
        taken(client)
    assert len([one for one in seen if "analytics_tally" in one["sql"]]) == 2
