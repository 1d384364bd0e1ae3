"""Reading by position never misses an entry, whoever commits when."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.replaying import START, entries_after
from foredesk.people.events import WorkspaceSetUp
from foredesk.plumbing.clock import now

# Running transactions of the whole server hold entries back, so nothing may run beside these.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


def _record(name):
    return recording.record(WorkspaceSetUp(name=name), by=SYSTEM, at=now())


def _names(found):
    return [entry.data["name"] for _, entry in found]


class Writer:
    """Another connection in a transaction of its own, told step by step what to do."""

    def __init__(self):
        self._steps, self._done, self._work = threading.Event(), threading.Event(), None
        self._thread = threading.Thread(target=self._run)
        self._failed = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        if self._thread.is_alive():
            self.commit()

    def do(self, work):
        self._work = work
        self._done.clear()
        self._steps.set()
        assert self._done.wait(20)
        if self._failed:
            raise self._failed

    def commit(self):
        self._work = None
        self._steps.set()
        self._thread.join(20)

    def _run(self):
        try:
            with transaction.atomic():
                while True:
                    assert self._steps.wait(60)
                    self._steps.clear()
                    if self._work is None:
                        return
                    self._work()
                    self._done.set()
        except BaseException as error:
            self._failed = error
            self._done.set()
        finally:
            connection.close()


def test_all_in_order_and_in_pieces():
    for n in range(5):
        with transaction.atomic():
            _record(str(n))
    first = entries_after(limit=3)
    rest = entries_after(first[-1][0])
    assert _names(first) + _names(rest) == list("01234")
    assert entries_after(rest[-1][0]) == []


def test_an_entry_waits_for_older_transactions_that_still_run():
    with Writer() as slow:
        slow.do(lambda: _record("early and late"))
        with transaction.atomic():
            _record("quick")
        assert entries_after(START) == []
        slow.commit()
    assert _names(entries_after(START)) == ["early and late", "quick"]


def test_a_lower_id_that_is_committed_after_a_higher_one_was_read_is_not_missed():
    with Writer() as other:
        with transaction.atomic():
            _assign_transaction_id()
            other.do(lambda: _record("lower id, younger transaction"))
            _record("higher id, older transaction")
        first = entries_after(START)
        assert _names(first) == ["higher id, older transaction"]
        other.commit()
    assert _names(entries_after(first[-1][0])) == ["lower id, younger transaction"]


def test_what_was_rolled_back_is_never_seen():
    with transaction.atomic():
        _record("undone")
        transaction.set_rollback(True)
    with transaction.atomic():
        _record("done")
    assert _names(entries_after(START)) == ["done"]


def test_a_long_logbook_is_read_by_an_index():
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        cursor.execute("set enable_seqscan = off")  # a short one is faster without
        entries_after((1, 1), limit=10)
        cursor.execute(f"explain {asked[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("reset enable_seqscan")
    assert "using entry_position" in plan
    assert "Sort" not in plan


def _assign_transaction_id():
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()")
