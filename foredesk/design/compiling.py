"""Our templates become less work for Python than Jinja's compiler makes of any template.

It has to ask of every call whether what is called wants the context, and to make markup of every
text before it joins them all. We know what our templates call, and a piece of a page has only to
be text.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

# What `escape` calls for a text before it wraps the answer.
_escaped = getattr(markupsafe, "_escape_inner", escape)

WANT_CONTEXT = frozenset({"_", "gettext", "ngettext", "csp_nonce", "flashes"})
"""Globals that are given the context; a test looks that there are no others."""


def shown(value: Any) -> str:
    """`value` as it stands in a page: text is escaped, markup stays."""
    kind = type(value)
    if kind is str:
        return str(_escaped(value))
    return value if kind is Markup else escape(value)


class Compiler(CodeGenerator):
    """Jinja's own, but for calls and for what is put out.

    Nothing but WANT_CONTEXT may want Jinja's context, environment or evaluation context: a
    macro takes the environment's way of escaping, which is the same everywhere.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Written once at the head of each compiled template."""
        self.writeline(f"from {__name__} import shown")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("shown(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """The call itself, without the question what is called."""
        if _may_want_context(node) or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


def _may_want_context(node: nodes.Call) -> bool:
    called = node.node
    return (isinstance(called, nodes.Name) and called.name in WANT_CONTEXT) or any(
        iskeyword(one.key) for one in node.kwargs
    )
