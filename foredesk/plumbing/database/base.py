"""Connections from the pool without a question to the server each time."""

from __future__ import annotations

import select
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader  # type: ignore[import-untyped]
from psycopg import Connection
from psycopg.adapt import AdaptersMap


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for what each page pays: the look at a connection from the pool, and the
    reading of times."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our reader of times."""
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


class Times(BaseTzLoader):
    """A time as PostgreSQL writes it is ISO 8601, which Python itself reads fastest."""

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)  # knows what to say of years that Python has not


@cache
def _reading_fast(adapters: AdaptersMap) -> AdaptersMap:
    faster = AdaptersMap(adapters)
    faster.register_loader("timestamptz", Times)
    return faster


def has_hung_up(connection: Connection[Any]) -> bool:
    """Whether the server has ended the connection, as its socket says.

    Between two pages a server says nothing but goodbye, so whatever there is to read is that.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
