"""The first admin of an empty desk, and what the desk as a whole is called and speaks."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM, Actor, Doer
from foredesk.people import branding, directory, queries
from foredesk.people.events import WorkspaceChanged, WorkspaceSetUp
from foredesk.people.inviting import add_agent
from foredesk.people.models import Agent, CopiesJoin, Role, Workspace
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused
from foredesk.plumbing import time_zones

LONGEST_NAME = 80
MOST_DAYS = 3650


class AlreadySetUp(Refused):
    """Somebody works here already."""


def add_first_admin(*, email: str, name: str, password: str, at: datetime) -> Agent:
    """The one who sets the desk up; only while nobody is there.

    Of two who try at once, one succeeds. Raises AlreadySetUp, and UnableToAdd for bad values.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('foredesk.first_admin'))")
        if not queries.is_empty():
            raise AlreadySetUp("This desk has been set up. Sign in, or ask its admin to add you.")
        return add_agent(
            email=email, name=name, role=Role.ADMIN, password=password, by=SYSTEM, at=at
        )


def change_workspace(
    *,
    name: str,
    language: str,
    time_zone: str,
    close_after_days: int | None = None,
    close_warning_days: int | None = None,
    copies_join: str | None = None,
    from_name: str | None = None,
    signature_html: str | None = None,
    by: Actor | Doer,
    at: datetime,
) -> Workspace:
    """Name the desk, its language and zone; None leaves the days until closing and of the warning
    before it, who joins by a copy, and what its mailboxes say of themselves, as they are.

    Records WorkspaceSetUp the first time, then WorkspaceChanged with what changed. Raises
    NotAllowed, and Refused for values that can't be used.
    """
    must_administer(by)
    name = " ".join(name.split())
    _check(name, language, time_zone, close_after_days)
    if copies_join is not None and copies_join not in CopiesJoin.values:
        raise Refused(f"Choose one of {', '.join(CopiesJoin.values)}.")
    queries.workspace()
    with transaction.atomic():
        row = Workspace.objects.select_for_update().get(pk=1)
        wanted: dict[str, Any] = {"name": name, "language": language, "time_zone": time_zone}
        if close_after_days is not None:
            wanted["close_after_days"] = close_after_days
        if close_warning_days is not None:
            wanted["close_warning_days"] = close_warning_days
        if copies_join is not None:
            wanted["copies_join"] = copies_join
        if from_name is not None:
            wanted["from_name"] = branding.checked_sender(from_name)
        if signature_html is not None:
            wanted["signature_html"] = branding.checked_signature(signature_html)
        _check_warning({**vars(row), **wanted})
        before = {key: getattr(row, key) for key in wanted if getattr(row, key) != wanted[key]}
        is_first = row.set_up_at is None
        if not before and not is_first:
            return row
        for key, value in wanted.items():
            setattr(row, key, value)
        row.set_up_at = row.set_up_at or at
        row.save()
        after = {key: wanted[key] for key in before}
        fact = WorkspaceSetUp(name=name) if is_first else WorkspaceChanged(before, after)
        recording.record(fact, by=by, at=at)
    directory.forget()
    return row


def _check(name: str, language: str, time_zone: str, close_after_days: int | None) -> None:
    if not name:
        raise Refused("Give the desk a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name has {LONGEST_NAME} characters at most.")
    if language not in dict(queries.languages()):
        raise Refused(f"“{language}” is not a language that Foredesk speaks.")
    if time_zone not in time_zones.names():
        raise Refused(f"“{time_zone}” is not a time zone.")
    if close_after_days is not None and not 0 <= close_after_days <= MOST_DAYS:
        raise Refused(f"Choose between 0 and {MOST_DAYS} days.")


def _check_warning(wanted: dict[str, Any]) -> None:
    warning, closing = wanted["close_warning_days"], wanted["close_after_days"]
    if warning and not 0 < warning < closing:
        raise Refused("Warn fewer days before than a ticket stays solved, or 0 for no warning.")
