"""Teams: add, rename, remove."""

from datetime import datetime

from django.db import IntegrityError, transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people import directory
from foredesk.people.events import TeamAdded, TeamChanged, TeamRemoved
from foredesk.people.models import Team
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused

LONGEST_NAME = 60
ICONS = (
    "layers",
    "inbox",
    "card",
    "cart",
    "truck",
    "package",
    "headset",
    "phone",
    "chat",
    "mail",
    "shield",
    "server",
    "globe",
    "building",
    "users",
    "star",
    "heart",
    "book",
    "zap",
    "flag",
)
"""The pictures that a team can have, by their names in the icon file."""


def add(*, name: str, icon: str = "layers", by: Actor | Doer, at: datetime) -> Team:
    """A new team. Records TeamAdded. Raises NotAllowed, Refused for a bad or taken name."""
    must_administer(by)
    name, icon = _checked(name, icon)
    try:
        with transaction.atomic():
            _must_be_free(name, but=None)
            team = Team.objects.create(name=name, icon=icon)
            recording.record(TeamAdded(team_id=team.pk, name=name), by=by, at=at)
    except IntegrityError:
        raise _taken(name) from None
    directory.forget()
    return team


def change(team: Team, *, name: str, icon: str, by: Actor | Doer, at: datetime) -> Team:
    """Rename a team, or give it another picture.

    Records TeamChanged, and nothing when nothing changed. Raises NotAllowed, Refused.
    """
    must_administer(by)
    name, icon = _checked(name, icon)
    try:
        with transaction.atomic():
            row = Team.objects.select_for_update().get(pk=team.pk)
            wanted = {"name": name, "icon": icon}
            before = {key: getattr(row, key) for key in wanted if getattr(row, key) != wanted[key]}
            if not before:
                return row
            _must_be_free(name, but=row)
            row.name, row.icon = name, icon
            row.save(update_fields=["name", "icon"])
            after = {key: wanted[key] for key in before}
            fact = TeamChanged(team_id=row.pk, name=name, before=before, after=after)
            recording.record(fact, by=by, at=at)
    except IntegrityError:
        raise _taken(name) from None
    directory.forget()
    return row


def remove(team: Team, *, by: Actor | Doer, at: datetime) -> None:
    """Remove a team; its people and tickets stay, without it.

    Records TeamRemoved. Raises NotAllowed.
    """
    must_administer(by)
    with transaction.atomic():
        row = Team.objects.select_for_update().filter(pk=team.pk).first()
        if row is None:
            return
        fact = TeamRemoved(team_id=row.pk, name=row.name)
        row.delete()
        recording.record(fact, by=by, at=at)
    directory.forget()


def _checked(name: str, icon: str) -> tuple[str, str]:
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the team a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A team's name has {LONGEST_NAME} characters at most.")
    return name, icon if icon in ICONS else ICONS[0]


def _must_be_free(name: str, *, but: Team | None) -> None:
    others = Team.objects.filter(name__iexact=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise _taken(name)


def _taken(name: str) -> Refused:
    return Refused(f"There is already a team called {name}.")
