"""The rows of the list as finished markup: the hottest fifty pieces of the product.

A macro for each would cost several times what the query behind the list costs; this is the same
markup, written once as text. What comes from outside is escaped all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup, escape

from foredesk.design import marks

TYPING = '<span class="typing" aria-hidden="true"><i></i><i></i><i></i></span>'
_NUL = "\0"


def ticket_rows(rows: list[dict[str, Any]]) -> Markup:
    """An `<li>` for each of the rows from prepared values; nothing is computed here.

    A row holds id, url, name, initials, hue, subject, time ("8 min"), at (ISO), channel {icon,
    label}, priority ("low" … "urgent"), unread, current, due {state, label, left, title} or None,
    chips [{label, icon, tone}], assignee {name, initials, hue} or None, presence {kind: "typing" |
    "looking", name, initials, hue} or None. The list around it says where a row's page goes:
    hx-target:inherited and its like. Raises KeyError.
    """
    return Markup("\n").join(each(rows))


def each(rows: Iterable[dict[str, Any]]) -> list[Markup]:
    """The same, each row by itself."""
    rows = list(rows)
    unread = f'<span class="dot"><span class="sr">{gettext("Unread")}</span></span>'
    texts = _escaped([t[name] for t in rows for name in ("url", "name", "at", "time", "subject")])
    priorities = {level: marks.prio(level) for level in {t["priority"] for t in rows}}
    return [
        Markup(_row(t, unread if t["unread"] else "", priorities[t["priority"]], texts))  # noqa: S704  (every value is escaped above and below)
        for t in rows
    ]


def _escaped(texts: list[str]) -> Iterator[str]:
    """Each of the texts escaped, by one call for all; no text from PostgreSQL holds NUL."""
    escaped = str(escape(_NUL.join(texts))).split(_NUL)
    if len(escaped) != len(texts) and texts:
        raise ValueError("A text of a row holds NUL.")
    return iter(escaped)


def _row(t: dict[str, Any], unread: str, priority: str, texts: Iterator[str]) -> str:
    number, channel = int(t["id"]), t["channel"]
    url, name, at, time, subject = next(texts), next(texts), next(texts), next(texts), next(texts)
    return (
        f'<li id="row-{number}"><a class="ticket{_UNREAD if unread else ""}" href="{url}" '
        f'hx-get="{url}" data-row="{number}"{_CURRENT if t["current"] else ""}>\n'
        f'<span class="ticket__who">{marks.avatar(t["initials"], t["hue"])}{unread}</span>\n'
        '<span class="ticket__main">\n<span class="ticket__top"><span class="ticket__name">'
        f"{name}</span>{marks.icon(channel['icon'], label=channel['label'])}"
        f'<time class="ticket__time" datetime="{at}">{time}</time></span>\n'
        f'<span class="ticket__subject">{subject}</span>\n'
        f'<span class="ticket__foot">{marks.sla(**t["due"]) if t["due"] else ""}'
        f"{priority}"
        f"{''.join(map(_chip, t['chips']))}\n{_who(t)}</span>\n</span></a></li>"
    )


_UNREAD = " ticket--unread"
_CURRENT = ' aria-current="true"'


def _chip(chip: dict[str, str]) -> str:
    return _drawn_chip(chip["label"], chip["icon"], chip["tone"])


@lru_cache(500)
def _drawn_chip(label: str, icon: str, tone: str) -> str:
    classes = f"chip chip--{escape(tone)}" if tone else "chip"
    return f'<span class="{classes}">{marks.icon(icon) if icon else ""}{escape(label)}</span>'


def _who(t: dict[str, Any]) -> str:
    """Who is on it now, else who has it."""
    there, assignee = t["presence"], t["assignee"]
    if there and there["kind"] == "typing":
        face = marks.avatar(there["initials"], there["hue"], "xs")
        said = f'<span class="sr">{gettext("is typing")}</span>'
        name = escape(there["name"])
        return f'<span class="collision push">{face}{name} {TYPING}{said}</span>'
    if there:
        words = escape(gettext("%(name)s is looking") % {"name": there["name"]})
        return f'<span class="collision push">{marks.icon("eye", "sm")}{words}</span>'
    if assignee:
        return _holder(assignee["name"], assignee["initials"], assignee["hue"])
    return ""


@lru_cache(500)
def _holder(name: str, initials: str, hue: int) -> str:
    words = escape(gettext("Assigned to %(name)s") % {"name": name})
    face = marks.avatar(initials, hue, "xs")
    return f'<span class="push">{face}<span class="sr">{words}</span></span>'
