"""One row of the list as finished markup: the hottest fifty pieces of the product.

A macro would cost several times what the query behind the list costs; this is the same markup,
written once as text. Every value from outside is escaped.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup, escape

from foredesk.design import marks

TYPING = '<span class="typing" aria-hidden="true"><i></i><i></i><i></i></span>'


def ticket_row(t: dict[str, Any]) -> Markup:
    """An `<li>` from prepared values; nothing is computed here.

    `t` holds id, url, name, initials, hue, subject, time ("8 min"), at (ISO), channel {icon,
    label}, priority ("low" … "urgent"), unread, current, due {state, label, left, title} or None,
    chips [{label, icon, tone}], assignee {name, initials, hue} or None, presence {kind: "typing" |
    "looking", name, initials, hue} or None. The list around it says where a row's page goes:
    hx-target:inherited and its like. Raises KeyError.
    """
    number, url = escape(t["id"]), escape(t["url"])
    unread = t["unread"]
    channel = t["channel"]
    dot = f'<span class="dot"><span class="sr">{gettext("Unread")}</span></span>' if unread else ""
    return Markup(  # noqa: S704  (every value is escaped above and below)
        f'<li id="row-{number}"><a class="ticket{_UNREAD if unread else ""}" href="{url}" '
        f'hx-get="{url}" data-row="{number}"{_CURRENT if t["current"] else ""}>\n'
        f'<span class="ticket__who">{marks.avatar(t["initials"], t["hue"])}{dot}</span>\n'
        '<span class="ticket__main">\n<span class="ticket__top"><span class="ticket__name">'
        f"{escape(t['name'])}</span>{marks.icon(channel['icon'], label=channel['label'])}"
        f'<time class="ticket__time" datetime="{escape(t["at"])}">{escape(t["time"])}</time>'
        "</span>\n"
        f'<span class="ticket__subject">{escape(t["subject"])}</span>\n'
        f'<span class="ticket__foot">{marks.sla(**t["due"]) if t["due"] else ""}'
        f"{marks.prio(t['priority'])}"
        f"{''.join(map(_chip, t['chips']))}\n{_who(t)}</span>\n</span></a></li>"
    )


_UNREAD = " ticket--unread"
_CURRENT = ' aria-current="true"'


def _chip(chip: dict[str, str]) -> str:
    tone = f" chip--{escape(chip['tone'])}" if chip["tone"] else ""
    icon = marks.icon(chip["icon"]) if chip["icon"] else ""
    return f'<span class="chip{tone}">{icon}{escape(chip["label"])}</span>'


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
        face = marks.avatar(assignee["initials"], assignee["hue"], "xs")
        words = escape(gettext("Assigned to %(name)s") % {"name": assignee["name"]})
        return f'<span class="push">{face}<span class="sr">{words}</span></span>'
    return ""
