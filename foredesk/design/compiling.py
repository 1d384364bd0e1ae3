"""Our templates become less work for Python than Jinja's compiler makes of any template.

It has to ask of every call whether what is called wants the context, and to make markup of every
text before it joins them all. We know what our templates call, and a piece of a page has only to
be text.
"""

from __future__ import annotations

from collections.abc import Callable
from keyword import iskeyword
from typing import Any

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from foredesk.design import folding

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


def spoken(draw: Callable[[], str]) -> Callable[[], Markup]:
    """What ``{% call %}`` hands over when it takes no arguments: Jinja's own looks for some at each
    call."""
    return lambda: Markup(draw())  # noqa: S704  (drawn by the template)


class Compiler(CodeGenerator):
    """Jinja's own, but for calls and for what is put out.

    Nothing but WANT_CONTEXT may want Jinja's context, environment or evaluation context: a
    macro takes the environment's way of escaping, which is the same everywhere.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Written once at the head of each compiled template."""
        self.writeline(f"from {__name__} import shown, spoken")
        super().visit_Template(node, frame)

    def visit_Scope(self, node: nodes.Scope, frame: Frame) -> None:
        """A whole page (flattening) is gathered in a list and handed over as one text."""
        if not getattr(node, "is_whole", False):
            super().visit_Scope(node, frame)
            return
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.writeline(f"yield concat({inner.buffer})")
        self.leave_frame(inner)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("shown(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """What ``{% call %}`` hands over, or a macro."""
        used = (macro_ref.accesses_caller, macro_ref.accesses_kwargs, macro_ref.accesses_varargs)
        if isinstance(macro_ref.node, nodes.CallBlock) and not (macro_ref.node.args or any(used)):
            self.write("spoken(macro)")
        else:
            super().macro_def(macro_ref, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """The call itself, without the question what is called; of a component its drawing, each
        argument at its place."""
        component = self._component(node)
        if component is not None and component.caller is forward_caller:
            self._draw(node, component, frame)
            return
        if _may_want_context(node) or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _component(self, node: nodes.Call) -> Macro | None:
        """The component that a page calls with arguments that it has."""
        called = node.node
        if not folding.is_page(self.name) or not isinstance(called, nodes.Getattr):
            return None
        if not isinstance(called.node, nodes.Name) or called.node.name != "ui":
            return None
        found = getattr(self.environment.globals["ui"], called.attr, None)
        if not isinstance(found, Macro) or found.catch_kwargs or found.catch_varargs:
            return None
        names = [*found.arguments[: len(node.args)], *(one.key for one in node.kwargs)]
        fits = len(node.args) <= len(found.arguments) and set(names) <= set(found.arguments)
        fits = fits and len(names) == len(set(names)) and "caller" not in found.arguments
        return found if fits and not (node.dyn_args or node.dyn_kwargs) else None

    def _draw(self, node: nodes.Call, component: Macro, frame: Frame) -> None:
        given: dict[str, nodes.Expr] = dict(zip(component.arguments, node.args, strict=False))
        given |= {one.key: one.value for one in node.kwargs}
        self.write("Markup(")
        self.visit(node.node, frame)
        self.write("._func(")
        for name in component.arguments:
            if name in given:
                self.visit(given[name], frame)
            else:
                self.write("missing")
            self.write(", ")
        self.write("caller))" if component.caller else "))")


def _may_want_context(node: nodes.Call) -> bool:
    called = node.node
    return (isinstance(called, nodes.Name) and called.name in WANT_CONTEXT) or any(
        iskeyword(one.key) for one in node.kwargs
    )
