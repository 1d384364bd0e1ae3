"""`{% keep place, name %}…{% endkeep %}`: draw a part of a page once and keep it in `place`.

`place` is a dict that belongs to all that the part shows: who changes any of it hands over another
dict. So nothing has to be forgotten. Without a place (none) the part is drawn each time. Nothing of
a single request, a token or a nonce, may stand inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup


class Keeping(Extension):
    tags = {"keep"}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        place = parser.parse_expression()
        parser.stream.expect("comma")
        name = parser.parse_expression()
        body = parser.parse_statements(("name:endkeep",), drop_needle=True)
        drawn = self.call_method("_kept", [place, name])
        return nodes.CallBlock(drawn, [], [], body).set_lineno(line)

    def _kept(
        self, place: dict[Any, Markup] | None, name: Any, caller: Callable[[], Markup]
    ) -> Any:
        if place is None or settings.DEBUG:
            return caller()
        key = (name, translation.get_language())
        if key not in place:
            place[key] = caller()
        return place[key]
