"""How a message's text stands on the page."""

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"(https?://[^\s<>\"']{3,2000})")
_TRAILING = ".,;:!?)]}»”’"


def from_text(text: str) -> Markup:
    """Plain text as paragraphs with links; everything in it is escaped."""
    blocks = re.split(r"\n[ \t]*\n", text.strip())
    return Markup("").join(Markup("<p>{}</p>").format(_lines(block)) for block in blocks if block)


def _lines(block: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in block.splitlines())


def _linked(line: str) -> Markup:
    parts = []
    for i, part in enumerate(_LINK.split(line)):
        if i % 2 == 0:
            parts.append(escape(part))
            continue
        address = part.rstrip(_TRAILING)
        link = Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>')
        parts.append(link.format(address) + escape(part[len(address) :]))
    return Markup("").join(parts)


def letter(html: str, inline: dict[str, str]) -> Markup:
    """Clean HTML of a letter; `cid:` images point to the message's own files.

    `html` was sanitised when it was stored.
    """
    for content_id, url in inline.items():
        html = html.replace(f'"cid:{content_id}"', f'"{escape(url)}"')
    return Markup(html)  # noqa: S704  (sanitised at the door: tickets/cleaning.py, mail sanitising)
