"""What every card has, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from foredesk.desk.insights.asked import Asked
from foredesk.people import permissions


@dataclass(frozen=True)
class Card:
    """`template` draws it from `data`; `width` is in columns of twelve."""

    kind: str
    width: int
    title: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"desk/insights/cards/{self.kind}.html"


def may_see_people(viewer: Any) -> bool:
    """Figures of single persons are for team leads and admins."""
    return permissions.can_lead(viewer)


def page_of(measure: str, asked: Asked, **changed: Any) -> str:
    """The address of a measure's page with the same period and part."""
    return f"{reverse('measure', args=[measure])}?{asked.query(**changed)}"


def behind(measure: str, asked: Asked, **changed: Any) -> str:
    """The address of the tickets behind a figure."""
    return f"{reverse('behind', args=[measure])}?{asked.query(**changed)}"


def said(key: Any) -> Any:
    return "none" if key is None else key
