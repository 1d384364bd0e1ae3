"""`{% keep place, name %}…{% endkeep %}`: draw a part of a page once and keep it in `place`.

`place` is a dict that belongs to all that the part shows, or `name` says it: who changes any of it
hands over another dict, or another name. So nothing has to be forgotten. Without a place (none) the
part is drawn each time. Nothing of a single request, a token or a nonce, may stand inside, but for
what `{% keep place, name for csrf=csrf, number=ticket.pk %}` names: it is put in each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup, escape

from foredesk.design import wording

_HOLE = f"hole{secrets.token_hex(8)}"  # what no page says by chance


@cache
def _hole(name: str) -> Markup:
    return Markup(f"{_HOLE}-{name}-")  # noqa: S704  (our own names)


class Place(dict[Any, Markup]):
    """Where parts are kept whose name says all that they show; `most` at once."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Any, value: Markup) -> None:
        if len(self) >= self._most:
            self.clear()
        super().__setitem__(key, value)


class Keeping(Extension):
    tags = {"keep"}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        place = parser.parse_expression()
        parser.stream.expect("comma")
        name = parser.parse_expression(with_condexpr=False)
        filled: list[tuple[str, nodes.Expr]] = []
        if parser.stream.skip_if("name:for"):
            while True:
                hole = parser.stream.expect("name").value
                parser.stream.expect("assign")
                filled.append((hole, parser.parse_expression()))
                if not parser.stream.skip_if("comma"):
                    break
        body = parser.parse_statements(("name:endkeep",), drop_needle=True)
        values = nodes.Dict([nodes.Pair(nodes.Const(one), value) for one, value in filled])
        drawn = self.call_method("_drawn" if settings.DEBUG else "_kept", [place, name, values])
        holes = [nodes.Name(one, "param") for one, _ in filled]
        return nodes.CallBlock(drawn, holes, [], body).set_lineno(line)

    def _drawn(
        self, place: Any, name: Any, filled: dict[str, Any], caller: Callable[..., Markup]
    ) -> Markup:
        return caller(**filled)

    def _kept(
        self,
        place: dict[Any, Markup] | None,
        name: Any,
        filled: dict[str, Any],
        caller: Callable[..., Markup],
    ) -> Markup:
        if place is None:
            return caller(**filled)
        key = (name, wording.language())
        drawn = place.get(key)
        if drawn is None:
            drawn = place[key] = caller(**{one: _hole(one) for one in filled})
        if not filled:
            return drawn
        text = str.__str__(drawn)
        for one, value in filled.items():
            text = text.replace(_hole(one), str(escape(value)))
        return Markup(text)  # noqa: S704  (drawn by the template, filled with escaped values)
