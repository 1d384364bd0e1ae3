"""Pokes reach those who wait for them; whoever may have missed one asks again."""

import asyncio

import psycopg
import pytest
from django.db import connection

from foredesk.logbook.recording import CHANNEL
from foredesk.realtime.hub import QUEUE_LENGTH, RESYNC, Hub

PATIENCE = 20  # seconds


def _drained(queue):
    found = []
    while not queue.empty():
        found.append(queue.get_nowait())
    return found


def test_only_subscribers_of_a_topic_are_poked():
    hub = Hub()
    with hub.subscribed(["ticket-1", "team-0"]) as mine, hub.subscribed(["ticket-2"]) as theirs:
        hub.poke(["ticket-1", "team-9", "ticket-10"])
        assert _drained(mine) == ["ticket-1"]
        assert _drained(theirs) == []


def test_who_has_left_is_forgotten():
    hub = Hub()
    with hub.subscribed(["a", "b", "a"]) as queue:
        pass
    hub.poke(["a", "b"])
    assert _drained(queue) == []
    assert hub._subscribers == {}


def test_who_is_too_slow_is_told_to_ask_for_everything():
    hub = Hub()
    with hub.subscribed(["a"]) as slow:
        for _ in range(QUEUE_LENGTH + 1):
            hub.poke(["a"])
        assert _drained(slow) == [RESYNC]
        hub.poke(["a"])
        assert _drained(slow) == ["a"]


def test_resync_reaches_each_subscriber_once():
    hub = Hub()
    with hub.subscribed(["a", "b"]) as one, hub.subscribed(["b"]) as other:
        hub.resync()
        assert _drained(one) == _drained(other) == [RESYNC]


async def _elsewhere():
    settings = connection.settings_dict
    return await psycopg.AsyncConnection.connect(
        dbname=settings["NAME"], host=settings["HOST"], user=settings["USER"],
        port=settings["PORT"] or None, password=settings["PASSWORD"] or None, autocommit=True,
    )  # fmt: skip


async def _next(queue):
    return await asyncio.wait_for(queue.get(), PATIENCE)


LISTENERS = (
    "select pid from pg_stat_activity where datname = current_database()"
    f" and lower(query) = 'listen {CHANNEL}'"
)


@pytest.mark.django_db(transaction=True)
def test_a_notice_of_any_connection_reaches_the_subscriber_of_its_topic():
    async def story():
        hub = Hub()
        with hub.subscribed(["ticket-1"]) as queue:
            hub.start()
            assert await _next(queue) == RESYNC
            async with await _elsewhere() as other:
                await other.execute("select pg_notify(%s, %s)", [CHANNEL, "ticket-9 team-0"])
                await other.execute("select pg_notify(%s, %s)", [CHANNEL, "team-0 ticket-1"])
            assert await _next(queue) == "ticket-1"
        await hub.stop()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_killed_connection_is_made_anew_and_everybody_asks_again():
    async def story():
        hub = Hub()
        with hub.subscribed(["ticket-1"]) as queue:
            hub.start()
            assert await _next(queue) == RESYNC
            async with await _elsewhere() as other:
                killed = await other.execute(
                    f"select pg_terminate_backend(pid) from ({LISTENERS}) mine"
                )
                assert (await killed.fetchall()) == [(True,)]
                assert await _next(queue) == RESYNC
                await other.execute("select pg_notify(%s, %s)", [CHANNEL, "ticket-1"])
                assert await _next(queue) == "ticket-1"
        await hub.stop()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_one_process_listens_once_and_stops():
    async def story():
        hub = Hub()
        with hub.subscribed(["a"]) as queue:
            for _ in range(3):
                hub.start()
            assert await _next(queue) == RESYNC
            async with await _elsewhere() as other:
                assert len(await (await other.execute(LISTENERS)).fetchall()) == 1
                await hub.stop()
                async with asyncio.timeout(PATIENCE):
                    while await (await other.execute(LISTENERS)).fetchall():
                        await asyncio.sleep(0.01)

    asyncio.run(story())
