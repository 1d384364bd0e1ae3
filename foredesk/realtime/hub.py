"""One LISTEN connection per process, and the queues of those who wait for pokes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Iterable

import psycopg
from django.db import connections

from foredesk.logbook import freshness
from foredesk.logbook.recording import CHANNEL

log = logging.getLogger(__name__)

RESYNC = "resync"
OF_LISTS = ("team-", "agent-")
"""What pokes of changed lists begin with; pokes of presence and drafts, far more, do not."""
GOODBYE = "goodbye"
QUEUE_LENGTH = 64
LONGEST_BACK_OFF = 10.0  # seconds


class Hub:
    """Hands each poke to the subscribers of its topic.

    A subscriber that is too slow, and everybody after the connection was lost, gets RESYNC: ask for
    everything again. So a lost poke heals.
    """

    def __init__(self) -> None:
        self._subscribers: dict[str, set[asyncio.Queue[str]]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen, once, on the running loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_for_ever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @contextlib.contextmanager
    def subscribed(self, topics: Iterable[str]):
        """A queue that fills with poked topics while the block runs."""
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        topics = list(topics)
        for topic in topics:
            self._subscribers.setdefault(topic, set()).add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                waiting = self._subscribers.get(topic, set())
                waiting.discard(queue)
                if not waiting:
                    self._subscribers.pop(topic, None)

    def poke(self, topics: Iterable[str]) -> None:
        """Hand topics to whoever waits for them; one queue gets each topic once."""
        topics = list(topics)
        if any(topic.startswith(OF_LISTS) for topic in topics):
            freshness.touch(freshness.LISTS)  # before anybody asks again
        if freshness.PRESENCE in topics:
            freshness.touch(freshness.PRESENCE)
        for topic in topics:
            for queue in self._subscribers.get(topic, ()):
                self._put(queue, topic)

    def resync(self) -> None:
        """Tell everybody to ask again."""
        freshness.touch()
        self._tell_everybody(RESYNC)

    def dismiss(self) -> None:
        """Tell everybody that this process ends: a live stream never ends by itself."""
        self._tell_everybody(GOODBYE)

    def _tell_everybody(self, word: str) -> None:
        for queue in {queue for waiting in self._subscribers.values() for queue in waiting}:
            self._put(queue, word)

    @staticmethod
    def _put(queue: asyncio.Queue[str], topic: str) -> None:
        try:
            queue.put_nowait(topic)
        except asyncio.QueueFull:
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(RESYNC)

    async def _listen_for_ever(self) -> None:
        pause = 0.1
        while True:
            try:
                async with await _connect() as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    self.resync()
                    pause = 0.1
                    async for notice in connection.notifies():
                        self.poke(notice.payload.split())
            except (psycopg.Error, OSError) as error:
                log.warning("The live stream lost the database, trying again: %s", error)
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  (jitter)
                pause = min(pause * 2, LONGEST_BACK_OFF)


async def _connect() -> psycopg.AsyncConnection:
    """A connection of its own, outside the pool, that notices a dead peer within a minute."""
    settings = connections["default"].get_connection_params()
    known = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "options")
    chosen = {name: settings[name] for name in known if settings.get(name)}
    return await psycopg.AsyncConnection.connect(
        **chosen, autocommit=True, keepalives_idle=30, keepalives_interval=10, keepalives_count=3
    )


hub = Hub()
