"""Pages as tests look at them."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """The elements and the text of a page, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def values(self) -> list[str]:
        """Every attribute's value."""
        return [value for _, attributes in self.elements for value in attributes.values()]


def settled(html: str) -> str:
    """Markup without what is new in every answer: CSRF tokens, and space between elements."""
    html = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", html)
    return re.sub(r"\s+", " ", html).strip()


def partials(html: str) -> dict[str, str]:
    """The fragments of a live answer by the id they aim at."""
    found = re.findall(r'<hx-partial hx-target="#([\w-]+)"[^>]*>(.*?)</hx-partial>', html, re.S)
    return {target: settled(fragment) for target, fragment in found}
