"""What others may ask of the logbook."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from foredesk.logbook.models import Entry
from foredesk.plumbing import prepared


def entries_about(kind: str, ids: list[int]) -> list[Entry]:
    """All entries about the given nouns, oldest first."""
    return list(Entry.objects.filter(about_kind=kind, about_id__in=ids).order_by("id"))


def latest(kinds: tuple[str, ...], *, limit: int) -> list[Entry]:
    """The last entries of some kinds, newest first."""
    return list(Entry.objects.filter(kind__in=kinds).order_by("-at", "-id")[:limit])


def facts_about(kind: str, ids: list[int], *, kinds: tuple[str, ...]) -> list[Entry]:
    """The entries of some kinds about the given nouns, oldest first, without names and causes."""
    return prepared.rows(_about, ids, kind, kinds)


def _about(ids: Any, kind: str, kinds: tuple[str, ...]) -> QuerySet[Entry, Any]:
    found = Entry.objects.filter(about_kind=kind, about_id__in=ids, kind__in=kinds).order_by("id")
    return found.values_list("id", "kind", "about_id", "data", "actor_kind", "actor_id", "at")


def entry(number: int) -> Entry | None:
    """One entry, None when it went meanwhile."""
    return next(iter(prepared.rows(_by_number, [number])), None)


def _by_number(numbers: Any) -> QuerySet[Entry]:
    return Entry.objects.filter(pk__in=numbers)


def all_of(kinds: tuple[str, ...]) -> list[Entry]:
    """Every entry of some kinds, oldest first; for kinds that are rare."""
    return list(Entry.objects.filter(kind__in=kinds).order_by("at", "id"))


def values_of(kind: str, name: str, **wanted: str) -> Iterator[str]:
    """One value of every entry of a kind whose data holds what is `wanted`."""
    found = Entry.objects.filter(kind=kind, **{f"data__{key}": one for key, one in wanted.items()})
    return found.values_list(f"data__{name}", flat=True).iterator()
