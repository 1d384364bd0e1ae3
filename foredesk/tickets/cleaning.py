"""Clean what an agent wrote in the browser: a small set of tags, whatever was pasted."""

import re

import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h2", "h3", "i", "img", "li", "ol", "p",
    "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_DROPPED_WHOLE = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg"}
_OWN_FILE = re.compile(r"/files/[a-z0-9]{1,40}/?")


def clean(html: str) -> str:
    """`html` with the tags of a letter and nothing that runs, loads or is styled.

    Images stay only where they are inline files of the message itself (`/files/…`).
    """
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes={"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        attribute_filter=_own_images_only,
    )
    return cleaner.clean(html.replace("\x00", "")).strip()


def _own_images_only(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        return value if _OWN_FILE.fullmatch(value) else None
    return value
