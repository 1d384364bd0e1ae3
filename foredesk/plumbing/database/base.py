"""Connections from the pool without a question to the server each time."""

from __future__ import annotations

import select
import time
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for what each page pays: taking a connection from the pool and giving it
    back, the look at it, and the reading of times."""

    keeps_seconds = 0.0
    """How long a connection from the pool stays with this thread; see `keep_in_this_thread`."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, but for its reader of times."""
        params = super().get_connection_params()
        return {**params, "context": _reading_fast(params["context"])}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """One that the server has not hung up on; the pool makes new ones for those it has."""
        while True:
            connection = super().get_new_connection(conn_params)
            pool: Any = self.pool  # type: ignore[attr-defined]  # younger than the stubs
            if pool is None or not has_hung_up(connection):
                return connection
            connection.close()
            pool.putconn(connection)

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's, but that it does not ask in which zone times are read: it is UTC everywhere."""
        if name:
            is_alone = self.connection.autocommit
            return self.connection.cursor(name, scrollable=False, withhold=is_alone)
        return self.connection.cursor()

    def connect(self) -> None:
        """Django's, but that a thread may keep what it has."""
        super().connect()
        if self.keeps_seconds:
            self.close_at = time.monotonic() + self.keeps_seconds

    def close_if_unusable_or_obsolete(self) -> None:
        """Django's, between two pages; one that the server hung up on is not kept."""
        super().close_if_unusable_or_obsolete()
        if self.keeps_seconds and self.connection is not None and has_hung_up(self.connection):
            self.connection.close()  # so that the pool sees it, and makes another
            self.close()


def keep_in_this_thread(*, seconds: float) -> None:
    """From now on this thread keeps its connection from one page to the next, so long at most."""
    connections[DEFAULT_DB_ALIAS].keeps_seconds = seconds  # type: ignore[attr-defined]


@cache
def _reading_fast(adapters: AdaptersMap) -> AdaptersMap:
    """Times by psycopg's own reader, since all connections speak of UTC; Django's, which is also
    for those that don't, is written in Python."""
    faster = AdaptersMap(adapters)
    faster.register_loader("timestamptz", TimestamptzLoader)
    return faster


def has_hung_up(connection: Connection[Any]) -> bool:
    """Whether the server has ended the connection, as its socket says.

    Between two pages a server says nothing but goodbye, so whatever there is to read is that.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
