"""What is the same on every page is worked out once, when a template is compiled.

A ticket's page says some hundred fixed words and draws some sixty fixed icons and buttons; calling
for each of them costs more than its rows do. So a call whose arguments all stand in the template
becomes the text that it gives. Only where pages have one language and templates don't change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

WORDS = frozenset({"_", "gettext"})
MARKS = frozenset(
    {"icon", "icon_button", "button", "kbd", "mark", "wordmark", "menu_sep", "chip", "tabs"}
)
"""Components that depend on nothing but their arguments."""


def fold(tree: nodes.Template, env: Environment, *, draws: bool) -> nodes.Template:
    """The tree with its constant calls done. `draws` is off for the components themselves, which
    have to be compiled before they can draw."""
    _Folder(env, draws=draws).visit(tree)
    return tree


class _Folder(NodeTransformer):
    def __init__(self, env: Environment, *, draws: bool) -> None:
        self.env, self.draws = env, draws

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

    def _what(self, called: nodes.Node) -> Callable[..., Any] | None:
        if isinstance(called, nodes.Name) and called.ctx == "load":
            if called.name in WORDS:
                return _say
            return self._own("url") if called.name == "url" else None
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
