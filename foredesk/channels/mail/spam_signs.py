"""Signs of spam that can be named, each with its weight. Pure; the sum decides elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foredesk.channels.mail.contents import Mail
from foredesk.channels.mail.plain_text import TAG

_RUNS = re.compile(
    r"\.(?:exe|scr|pif|com|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|ps1|jar|msi|iso|img|html?)$", re.I
)
_TWO_ENDINGS = re.compile(r"\.(?:pdf|docx?|xlsx?|jpe?g|png|txt)\.[a-z]{2,4}$", re.I)
_HREF = re.compile(r'\shref="https?://([^"/:?#]{3,253})')
_SHOWN = re.compile(
    r"\s{0,20}(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,20})(?:[/:?#]|\s|$)", re.I
)


@dataclass(frozen=True)
class Sign:
    """`weight` counts towards the limit; `text` completes "because …"."""

    weight: float
    text: str


def signs_of(mail: Mail) -> list[Sign]:
    """Every sign in a mail."""
    root = mail.root
    found = []
    flagged = root.first(b"x-spam-flag").strip().lower()[:4] in (b"yes", b"true")
    if flagged or root.first(b"x-spam-status").strip().lower()[:4] == b"yes,":
        found.append(Sign(5, "a filter on its way called it spam"))
    if not root.first(b"date").strip():
        found.append(Sign(1, "it has no date"))
    if not root.first(b"message-id").strip():
        found.append(Sign(1, "it has no Message-ID"))
    letters = [sign for sign in mail.subject if sign.isalpha()]
    if len(letters) > 12 and sum(one.isupper() for one in letters) > 0.8 * len(letters):
        found.append(Sign(1, "its subject shouts"))
    if len(mail.to) + len(mail.cc) > 50:
        found.append(Sign(1.5, "it goes to more than fifty people"))
    for one in mail.files[:50]:
        if _TWO_ENDINGS.search(one.name) and _RUNS.search(one.name):
            found.append(Sign(4, f"the file “{one.name[-60:]}” pretends to be another kind"))
            break
        if _RUNS.search(one.name) and not one.name.lower().endswith((".htm", ".html")):
            found.append(Sign(2.5, f"the file “{one.name[-60:]}” is a program"))
            break
    lying = _lying_link(mail.html)
    if lying:
        found.append(Sign(2.5, "a link says {} and leads to {}".format(*lying)))
    return found


def _lying_link(html: str) -> tuple[str, str] | None:
    """(what it says, where it leads) of the first link whose text names another site."""
    target = ""
    for tag in TAG.finditer(html[:200_000]):
        if tag[2].lower() != "a":
            continue
        if tag[1]:
            target = ""
            continue
        href = _HREF.search(tag[3])
        target = href[1].lower() if href else ""
        shown = _SHOWN.match(html[tag.end() : tag.end() + 200].split("<")[0])
        if target and shown and not _are_related(shown[1].lower(), target):
            return shown[1][:80], target[:80]
    return None


def _are_related(one: str, other: str) -> bool:
    """Whether two host names end in the same two labels, or one lies within the other."""
    first, second = (name.removeprefix("www.").split(".") for name in (one, other))
    return first[-2:] == second[-2:] or one.endswith("." + other) or other.endswith("." + one)
