"""Two hands that deal at the same time."""

import threading

import pytest
from django.db import connection, transaction

from foredesk.plumbing.clock import now
from foredesk.routing import distributing
from foredesk.routing.tests.test_distributing import here, holder, ticket, way
from tests.peers.desk import until

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "select exists (select 1 from pg_locks where locktype = 'advisory' and not granted)"


def is_somebody_waiting():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


def test_what_comes_while_another_deals_is_dealt_after_them(ada):
    way()
    here(ada, when=now())
    one = ticket()

    def deal():
        distributing.distribute(at=now(), for_ticket=one.pk)
        connection.close()

    other = threading.Thread(target=deal)
    with transaction.atomic():  # who deals looked before this one came
        distributing.take_turn()
        other.start()
        until(is_somebody_waiting)
    other.join(20)
    assert holder(one) == ada


def test_what_found_somebody_meanwhile_is_left_alone(ada):
    way()
    here(ada, when=now())
    one, waits = ticket(), ticket(minutes=1)
    distributing.distribute(at=now(), for_ticket=one.pk)
    assert {holder(one), holder(waits)} == {ada}
    third = ticket(minutes=2)
    assert distributing.distribute(at=now(), for_ticket=one.pk) == distributing.Dealt(0, 0)
    assert holder(third) is None
