"""The smallest marks of every page as finished markup: icons, avatars, priorities, keycaps.

A list of fifty rows draws some four hundred of them, so each is built once per language and kept.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext
from markupsafe import Markup

from foredesk.design import assets, wording

MOST_KEPT = 4096


def icon(name: str, size: str = "", label: str = "") -> Markup:
    """A symbol of icons.svg: hidden from readers, or said with `label`. size: sm lg xl."""
    return _icon(str(name), str(size), str(label))


@lru_cache(MOST_KEPT)
def _icon(name: str, size: str, label: str) -> Markup:
    classes = f"icon icon--{size}" if size else "icon"
    hidden = Markup('aria-hidden="true"')
    said = Markup('role="img" aria-label="{}"').format(label) if label else hidden
    return Markup('<svg class="{}" viewBox="0 0 24 24" {}><use href="{}#i-{}"/></svg>').format(
        classes, said, assets.url("design/icons.svg"), name
    )


def avatar(
    initials: str, hue: int = 1, size: str = "", presence: str = "", square: bool = False
) -> Markup:
    """A person's letters on their colour; decorative, the name stands beside it."""
    return _avatar(str(initials), int(hue), size or "", presence or "", bool(square))


@lru_cache(MOST_KEPT)
def _avatar(initials: str, hue: int, size: str, presence: str, square: bool) -> Markup:
    classes = f"avatar avatar--h{hue}"
    classes += f" avatar--{size}" if size else ""
    classes += " avatar--team" if square else ""
    there = Markup(' data-presence="{}"').format(presence) if presence else ""
    return Markup('<span class="{}" aria-hidden="true"{}>{}</span>').format(
        classes, there, initials
    )


def prio(level: str) -> Markup:
    """A priority (low normal high urgent): bars for the eye, words for the reader."""
    return _prio(level, wording.language() or "")


@lru_cache(64)
def _prio(level: str, language: str) -> Markup:
    names = {
        "low": gettext("Low priority"),
        "normal": gettext("Normal priority"),
        "high": gettext("High priority"),
        "urgent": gettext("Urgent priority"),
    }
    if level == "urgent":
        drawn = '<rect width="14" height="14" rx="3.5"/><path d="M7 3.6v4M7 10.3v.01"/>'
    else:
        on = [' class="on"' if is_on else "" for is_on in (level != "low", level == "high")]
        drawn = (
            '<rect class="on" x="1" y="8" width="3" height="5" rx="1"/>'
            f'<rect{on[0]} x="5.5" y="5" width="3" height="8" rx="1"/>'
            f'<rect{on[1]} x="10" y="2" width="3" height="11" rx="1"/>'
        )
    classes = "prio prio--urgent" if level == "urgent" else "prio"
    return Markup('<svg class="{}" viewBox="0 0 14 14" role="img" aria-label="{}">{}</svg>').format(
        classes,
        names[level],
        Markup(drawn),  # noqa: S704  (our own shapes)
    )


def sla(state: str, label: str, left: int, title: str) -> Markup:
    """How much of a promise is left (0 to 100): the ring shows it, the text says it. state: ok soon
    urgent late paused met."""
    return _sla(str(state), str(label), int(left), str(title))


@lru_cache(MOST_KEPT)
def _sla(state: str, label: str, left: int, title: str) -> Markup:
    shapes = {"late": "alert", "paused": "pause", "met": "check"}
    ring = Markup(
        '<svg class="sla__ring" viewBox="0 0 16 16" aria-hidden="true">'
        '<circle cx="8" cy="8" r="6" pathLength="100"/>'
        '<circle cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>'
    ).format(left)
    drawn = icon(shapes[state]) if state in shapes else ring
    said = Markup('<span class="sr">{}: </span>').format(title) if title else ""
    return Markup('<span class="sla" data-state="{}" title="{}">{}{}{}</span>').format(
        state, title, drawn, said, label
    )
