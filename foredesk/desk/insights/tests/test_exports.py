"""The rows behind a number leave the desk: as their viewer sees them, harmless, and noted."""

import csv
import io
import struct
from datetime import UTC, timedelta

import pyarrow
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyarrow import parquet as reader

from foredesk.analytics import exporting, tallying
from foredesk.analytics.calendars import calendars
from foredesk.desk import downloads, parquet
from foredesk.logbook import queries as logbook
from foredesk.plumbing import extras
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, replying
from foredesk.tickets.tests.cases import ticket_of

pytestmark = pytest.mark.django_db
PATH = "/insights/measures/first_reply/rows.csv"
PARQUET = "/insights/measures/first_reply/rows.parquet"


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


def test_parquet_has_the_same_rows_and_columns_with_types(client, ada, worked):
    client.force_login(ada)
    _answer, rows = taken(client)
    answer = client.get(PARQUET)
    assert answer["Content-Type"] == "application/vnd.apache.parquet"
    assert answer["X-Row-Count"] == "2"
    assert answer["Content-Disposition"].endswith('.parquet"')
    found = reader.read_table(io.BytesIO(b"".join(answer.streaming_content)))
    assert [name.partition(" (")[0] for name in rows[0]] == found.column_names
    types = {field.name: field.type for field in found.schema}
    assert types["Number"] == pyarrow.int64()
    assert types["When"] == types["Created"] == pyarrow.timestamp("us", tz="UTC")
    assert types["Seconds"] == types["Open seconds"] == pyarrow.float64()
    texts = ("What", "Which", "Channel", "Team", "Person", "Customer", "Priority")
    assert {types[name] for name in texts} == {pyarrow.string()}
    told = found.to_pylist()
    for one, ticket, seconds in zip(told, worked, (1080.0, 2160.0), strict=True):
        when = ticket.created_at.astimezone(UTC) + timedelta(seconds=seconds)
        assert (one["Number"], one["When"], one["Seconds"]) == (ticket.pk, when, seconds)
    assert [one["Open seconds"] for one in told] == [None, None]  # the desk has no hours
    assert told[0]["Customer"] == "=cmd|' /C calc'!A0"  # nothing runs a typed cell
    assert [one[name] for one in told for name in texts[:5]] == [
        one[name] for one in rows for name in texts[:5]
    ]


def test_parquet_leaves_group_by_group_as_its_rows_are_read(client, ada, worked, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP", 1)
    monkeypatch.setattr(exporting, "CHUNK", 1)
    client.force_login(ada)
    answer = client.get(PARQUET)
    pieces = iter(answer.streaming_content)
    with CaptureQueriesContext(connection) as seen:
        first = next(pieces)
    assert len([one for one in seen if "analytics_tally" in one["sql"]]) == 1
    assert first
    file = reader.ParquetFile(io.BytesIO(first + b"".join(pieces)))
    assert (file.num_row_groups, file.metadata.num_rows) == (2, 2)


def test_parquet_of_nothing_is_a_file_without_rows(client, ada):
    client.force_login(ada)
    data = b"".join(client.get(PARQUET).streaming_content)
    assert reader.read_table(io.BytesIO(data)).num_rows == 0


def test_without_its_packages_parquet_is_not_offered_and_says_what_to_do(
    client, ada, worked, monkeypatch
):
    client.force_login(ada)
    for page in ("/insights/measures/first_reply/", "/insights/measures/first_reply/tickets/"):
        assert "rows.parquet" in client.get(page).content.decode()
    monkeypatch.setitem(extras._MODULES, "parquet", ("not_installed_here",))
    for page in ("/insights/measures/first_reply/", "/insights/measures/first_reply/tickets/"):
        shown = client.get(page).content.decode()
        assert "rows.csv" in shown
        assert "rows.parquet" not in shown
    answer = client.get(PARQUET)
    assert answer.status_code == 422
    assert "make parquet" in answer.content.decode()
    assert logbook.latest(("analytics.NumbersExported",), limit=1) == []


def frames(data):
    """What a page reads that shows how far it is: (rows so far, bytes)."""
    while data:
        rows, length = struct.unpack(">II", data[:8])
        yield rows, data[8 : 8 + length]
        data = data[8 + length :]


@pytest.mark.parametrize("path", [PATH, PARQUET])
def test_a_page_that_shows_how_far_it_is_gets_the_same_file_in_frames(
    client, ada, worked, monkeypatch, path
):
    monkeypatch.setattr(downloads, "TOGETHER", 1)
    monkeypatch.setattr(parquet, "GROUP", 1)
    client.force_login(ada)
    plain = b"".join(client.get(path).streaming_content)
    answer = client.get(path, headers={"Foredesk-Progress": "1"})
    assert answer["X-Row-Count"] == "2"
    found = list(frames(b"".join(answer.streaming_content)))
    assert b"".join(data for _rows, data in found) == plain
    assert {1, 2} <= {rows for rows, _data in found}
    assert found[-1] == (2, b"")  # without it the page knows that the connection broke


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
