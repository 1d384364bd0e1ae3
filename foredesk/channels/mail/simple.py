"""HTML as simple as a letter: paragraphs, emphasis, links, lists, quotes. It needs no frame."""

import re

import nh3

from foredesk.channels.mail.plain_text import TAG
from foredesk.channels.mail.words import words

SIMPLE = words("p br b i em strong u a ul ol li blockquote code pre div span")
_PLAIN_ATTRIBUTES = re.compile(
    r"(?:\s(?:href|rel|target)=\"[^\"]*\"|\sclass=\"quoted(?:-on)?\"|\stype=\"cite\"|\sdir=\"(?:ltr|auto)\")*\s*"
)
_ORDINARY = re.compile(
    r"(?:font-(?:family|size)|color|background(?:-color)?|margin(?:-\w+)?|padding(?:-\w+)?"
    r"|line-height|text-(?:align|decoration|indent|transform)|white-space|word-\w+|letter-spacing"
    r"|font-(?:style|variant)|font|direction|overflow-wrap)"
)
_FLAT = words("font center big small tt h1 h2 h3 h4 h5 h6 section article")


def is_simple(html: str) -> bool:
    """Whether sanitised `html` holds only what a letter has, without any style."""
    return all(
        tag[2].lower() in SIMPLE and (tag[1] or _PLAIN_ATTRIBUTES.fullmatch(tag[3]))
        for tag in TAG.finditer(html)
    )


def simplify(html: str) -> str:
    """`html` reduced to what `is_simple` takes; words stay, looks go. Headings become bold."""
    html = re.sub(r"<h[1-6](?: [^<>]*)?>", "<p><strong>", html)
    html = re.sub(r"</h[1-6]>", "</strong></p>", html)
    html = re.sub(r"<(?:tr|table|center|section|article|header|footer)(?: [^<>]*)?>", "<div>", html)
    html = re.sub(r"</(?:tr|table|center|section|article|header|footer)>", "</div>", html)
    return nh3.clean(
        html,
        tags=set(SIMPLE),
        attributes={"a": {"href"}},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )


def is_letter(html: str) -> bool:
    """Whether `simplify` would lose nothing that matters: fonts, sizes and colours alone go.

    Tables, pictures, boxes and floats make it more than a letter.
    """
    for tag in TAG.finditer(html):
        name = tag[2].lower()
        if tag[1]:
            continue
        if name not in SIMPLE and name not in _FLAT:
            return False
        style = re.search(r'\sstyle="([^"]*)"', tag[3])
        if style and not all(
            _ORDINARY.fullmatch(rule.partition(":")[0].strip()) for rule in style[1].split(";")
        ):
            return False
    return True
