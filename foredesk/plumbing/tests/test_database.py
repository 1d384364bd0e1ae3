"""What our engine does in place of Django's."""

import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from foredesk.plumbing.database import GIVING_UP
from foredesk.plumbing.jobs import fetching_app

pytestmark = pytest.mark.django_db


def _pid(of):
    with of.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_that_the_server_ended_is_not_used_again():
    page = connection.copy()
    used = _pid(page)
    page.close()
    resting = [one.info.backend_pid for one in page.pool._pool]  # others too, after other tests
    assert used in resting
    with connection.cursor() as cursor:
        for pid in resting:
            cursor.execute("select pg_terminate_backend(%s, 5000)", [pid])
            assert cursor.fetchone()[0]
    assert _pid(page) not in resting
    page.close()


def test_no_pool_waits_longer_for_the_database_than_that_is_away():
    fetching = fetching_app().connector._pool_args
    assert connection.pool.reconnect_timeout == fetching["reconnect_timeout"] == GIVING_UP


def test_a_thread_that_keeps_its_connection_gives_it_back_in_time(monkeypatch):
    page = connection.copy()
    page.keeps_seconds = 600
    at = time.monotonic()
    kept = _pid(page)
    page.close_if_unusable_or_obsolete()
    assert page.connection is not None
    assert _pid(page) == kept
    monkeypatch.setattr(time, "monotonic", lambda: at + 601)
    page.close_if_unusable_or_obsolete()
    assert page.connection is None


def test_a_kept_connection_that_the_server_ended_is_not_used_again():
    page = connection.copy()
    page.keeps_seconds = 600
    ended = _pid(page)
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [ended])
        assert cursor.fetchone()[0]
    page.close_if_unusable_or_obsolete()
    assert page.connection is None
    assert _pid(page) != ended
    page.close()


def test_who_keeps_none_gives_it_back_at_once():
    page = connection.copy()
    _pid(page)
    page.close_if_unusable_or_obsolete()
    assert page.connection is None


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)],
)
def test_times_are_read_in_utc(at):
    with connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz", [at])
        found = cursor.fetchone()[0]
    assert (found, found.tzinfo) == (at, UTC)
