"""Brands as everybody reads them: plain values, and the organisation itself among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OWN = 0
"""The organisation itself, where a brand is named by its number; in a row it is NULL."""
SENDER = "{agent} at {brand}"
COLUMNS = (
    "id", "name", "short_name", "from_name", "signature_html", "language", "hue", "set_aside_at",
)  # fmt: skip


@dataclass(frozen=True)
class BrandCard:
    """What stands in letters and on screens for a brand; `id` 0 is the organisation itself.

    `from_name` is the template of the sender's name, `language` the one of automatic texts.
    """

    id: int
    name: str
    short_name: str
    from_name: str
    signature_html: str
    language: str
    hue: int
    is_set_aside: bool = False

    def fill(self, template: str, *, agent: str, workspace: str) -> str:
        """A template of a sender's name, filled in."""
        filled = template.replace("{agent}", agent).replace("{workspace}", workspace)
        return filled.replace("{brand}", self.name)


def cards(workspace: Any, rows: Iterable[Mapping[str, Any]]) -> dict[int, BrandCard]:
    """All brands by number: the organisation first, then the others by name."""
    found = [
        BrandCard(
            id=row["id"],
            name=row["name"],
            short_name=row["short_name"],
            from_name=row["from_name"] or SENDER,
            signature_html=row["signature_html"],
            language=row["language"] or workspace.language,
            hue=row["hue"],
            is_set_aside=row["set_aside_at"] is not None,
        )
        for row in rows
    ]
    own = BrandCard(
        id=OWN,
        name=workspace.name,
        short_name=workspace.name,
        from_name=workspace.from_name or SENDER,
        signature_html=workspace.signature_html,
        language=workspace.language,
        hue=1,
    )
    return {one.id: one for one in (own, *sorted(found, key=lambda one: one.name.casefold()))}
