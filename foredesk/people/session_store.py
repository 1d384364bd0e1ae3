"""Sessions in the database, read together with the agent they belong to.

Every request needs both; one statement costs half of two, and nothing is kept from one request to
the next but whose session it was: who is deactivated or signed out is out at once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.core import signing
from django.db import connection
from django.utils import timezone

from foredesk.people.models import Agent

MOST_REMEMBERED = 10_000
_owners: dict[str, int] = {}
_FIELDS = tuple(field.attname for field in Agent._meta.concrete_fields)
_SELECT = (
    "select s.session_data, "  # noqa: S608  (our own names)
    + ", ".join(f'a."{field.column}"' for field in Agent._meta.concrete_fields)
    + " from django_session s left join people_agent a on a.id = %s"
    " where s.session_key = %s and s.expire_date > %s"
)


class _Sealed:
    """A serializer that leaves the text as it is."""

    def dumps(self, obj: bytes) -> bytes:
        return obj

    def loads(self, data: bytes) -> bytes:
        return data


@lru_cache(1000)
def _opened(session_data: Any, salt: str) -> bytes:
    """What the seal holds. Raises BadSignature."""
    return bytes(signing.loads(session_data, salt=salt, serializer=_Sealed))


class SessionStore(db.SessionStore):
    """Django's own, but for the reading."""

    agent: Agent | None = None
    """Whose session it is, as the database says at this request; None when it was not known."""

    def load(self) -> dict[str, Any]:
        """The session's data; a new session's when there is none, or when it is over."""
        key = str(self.session_key or "")
        with connection.cursor() as cursor:
            cursor.execute(_SELECT, [_owners.get(key, 0), key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data = self.decode(row[0])
        if SESSION_KEY in data:
            self._remember(key, int(data[SESSION_KEY]), row[1:])
        return data

    def decode(self, session_data: Any) -> dict[str, Any]:
        """Django's own, but that the seal of the same text is looked at once."""
        try:
            return dict(self.serializer().loads(_opened(session_data, self.key_salt)))
        except signing.BadSignature:
            return dict(super().decode(session_data))  # which says so in the log

    def _remember(self, key: str, owner: int, values: tuple[Any, ...]) -> None:
        if values[0] == owner:
            self.agent = Agent.from_db(connection.alias, _FIELDS, values)
        else:
            if len(_owners) >= MOST_REMEMBERED:
                _owners.clear()
            _owners[key] = owner

    @classmethod
    def get_model_class(cls) -> Any:
        return db.SessionStore.get_model_class()
