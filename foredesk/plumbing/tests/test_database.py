"""What our engine does in place of Django's."""

from datetime import UTC, datetime

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def _pid(of):
    with of.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_that_the_server_ended_is_not_used_again():
    page = connection.copy()
    ended = _pid(page)
    page.close()
    assert _pid(page) == ended
    page.close()
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [ended])
        assert cursor.fetchone()[0]
    assert _pid(page) != ended
    page.close()


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)],
)
def test_times_are_read_in_utc(at):
    with connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz", [at])
        found = cursor.fetchone()[0]
    assert (found, found.tzinfo) == (at, UTC)
