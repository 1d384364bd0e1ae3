"""What is the same on every page is worked out once, when a template is compiled.

A ticket's page says some hundred fixed words and draws some sixty fixed icons and buttons; calling
for each of them costs more than its rows do. So a call whose arguments all stand in the template
becomes the text that it gives. And a part that a page includes by its name is compiled as if it
stood there: a call of its own costs a context each time. Only where pages have one language and
templates don't change; an error in a part is then told of the page that it stands in, and no part
may include itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

WORDS = frozenset({"_", "gettext"})
ADDRESSES = frozenset({"url", "static", "module_url", "font_url"})
MARKS = frozenset(
    {"icon", "icon_button", "button", "kbd", "mark", "wordmark", "menu_sep", "chip", "tabs"}
)
"""Components that depend on nothing but their arguments."""


Read = Callable[[str], nodes.Template]
"""From a template's name to its tree, folded."""


def is_page(name: str | None) -> bool:
    """Whether a template is drawn for itself: not one of the components, which have to be compiled
    before they can draw."""
    return name is None or not name.startswith("design/") or name.startswith("design/layouts/")


def fold(tree: nodes.Template, env: Environment, read: Read, *, draws: bool) -> nodes.Template:
    """The tree with its constant calls done and its parts put in. `draws` is off for what is no
    page."""
    _Folder(env, read, draws=draws).visit(tree)
    return tree


class _Folder(NodeTransformer):
    def __init__(self, env: Environment, read: Read, *, draws: bool) -> None:
        self.env, self.read, self.draws = env, read, draws

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(name, str) or node.ignore_missing or not node.with_context:
            return node
        part = self.read(name)
        if part.find(nodes.Block) or part.find(nodes.Extends):
            return node
        return nodes.Scope(part.body, lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        answer = self._what(node.node)
        if answer is None or node.dyn_args or node.dyn_kwargs:
            return node
        context = nodes.EvalContext(self.env)
        try:
            values = [one.as_const(context) for one in node.args]
            named = {one.key: one.value.as_const(context) for one in node.kwargs}
        except nodes.Impossible:
            return node
        result = answer(*values, **named)
        if isinstance(result, Markup):
            return nodes.TemplateData(str(result), lineno=node.lineno)
        return nodes.Const(result, lineno=node.lineno)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        """Words that are put out with values in them are put out piece by piece."""
        self.generic_visit(node)
        pieces: list[nodes.Expr] = []
        for one in node.nodes:
            pieces += self._pieces(one)
        node.nodes = pieces
        return node

    def _pieces(self, node: nodes.Expr) -> list[nodes.Expr]:
        if not isinstance(node, nodes.Call) or self._what(node.node) is not _say:
            return [node]
        values = {one.key: one.value for one in node.kwargs}
        if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return [node]
        words = _PLACE.split(translation.gettext(node.args[0].value))
        if any("%" in said for said in words[::2]) or not values.keys() >= set(words[1::2]):
            return [node]
        return [
            values[one] if n % 2 else nodes.TemplateData(one) for n, one in enumerate(words) if one
        ]

    def _what(self, called: nodes.Node) -> Callable[..., Any] | None:
        if isinstance(called, nodes.Name) and called.ctx == "load":
            if called.name in WORDS:
                return _say
            return self._own(called.name) if called.name in ADDRESSES else None
        if not self.draws or not isinstance(called, nodes.Getattr) or called.attr not in MARKS:
            return None
        of = called.node
        if not isinstance(of, nodes.Name) or of.name != "ui":
            return None
        return getattr(self._own("ui"), called.attr)

    def _own(self, name: str) -> Any:
        return self.env.globals[name]


def _say(message: str, **values: Any) -> Markup:
    """As the i18n extension does it."""
    return Markup(translation.gettext(message)) % values  # noqa: S704  (the templates' own words)


_PLACE = re.compile(r"%\((\w+)\)[sd]")
