"""A page and the layouts around it become one template, drawn in one go.

Jinja hands each piece of a page up through a generator for every layout and block that it stands
in, and asks in each block anew for what it needs. Here the page's blocks are put where the layout
leaves room for them, as if all had been written in one file, and pieces that follow each other are
kept as one. What a page can't do then, and no page of ours needs, is an error when it is compiled:
to choose its layout while it is drawn, and `self` or `super()` but for ``{{ self.block() }}`` and
``{{ super() }}``.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from jinja2 import nodes
from jinja2.exceptions import TemplateAssertionError
from jinja2.visitor import NodeTransformer

DONE_FIRST = (nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.Import, nodes.FromImport)
"""What a page does outside of its blocks before its layout is drawn; all else is left out there."""

Read = Callable[[str], nodes.Template]
"""From a template's name to its tree, with its own layout around it and its blocks in place."""


def put_together(tree: nodes.Template, read: Read) -> nodes.Template:
    """The tree with its layout around it, in which its blocks stand. Raises
    TemplateAssertionError."""
    extends = tree.find(nodes.Extends)
    if extends is None:
        return tree
    if extends not in tree.body or not isinstance(extends.template, nodes.Const):
        raise _unable("a page says by a text which layout is around it", extends)
    layout = read(extends.template.value)
    _Blocks({one.name: one for one in tree.find_all(nodes.Block)}).visit(layout)
    layout.body[:0] = [one for one in tree.body if isinstance(one, DONE_FIRST)]
    return layout


def drawn_in_one(tree: nodes.Template) -> nodes.Template:
    """The finished tree with its blocks as parts of it, all of it for `compiling` to keep in one
    list. What other templates may import from stays as it is."""
    blocks = {one.name: one for one in tree.find_all(nodes.Block)}
    if not blocks and any(isinstance(one, DONE_FIRST) for one in tree.body):
        return tree
    _Parts(blocks).visit(tree)
    for one in tree.find_all(nodes.Name):
        if one.name in ("self", "super"):
            raise _unable("it stands by itself: {{ self.block() }}, {{ super() }}", one)
    whole = nodes.Scope(tree.body, lineno=1)
    whole.is_whole = True  # type: ignore[attr-defined]
    tree.body = [whole]
    return tree


class _Blocks(NodeTransformer):
    """Puts the page's blocks where the layout has its own."""

    def __init__(self, own: dict[str, nodes.Block]) -> None:
        self.own = own

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        self.generic_visit(node)
        own = self.own.get(node.name)
        if own is not None:
            _Above(node).generic_visit(own)
        return own or node


class _Above(NodeTransformer):
    """Puts what the layout had in a block where the page's says ``{{ super() }}``."""

    def __init__(self, above: nodes.Block) -> None:
        self.above = above

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        return node  # what is above a block within is something else

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        return _with_parts(node, self._part)

    def _part(self, asked: nodes.Node) -> nodes.Node | None:
        if isinstance(asked, nodes.Call) and _is(asked.node, "super"):
            return _scope(self.above)
        return None


class _Parts(NodeTransformer):
    """Blocks become parts of what they stand in, and of what asks for them once more."""

    def __init__(self, blocks: dict[str, nodes.Block]) -> None:
        self.blocks = blocks

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        self.generic_visit(node)
        return _scope(node)

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        return _with_parts(node, self._part)

    def _part(self, asked: nodes.Node) -> nodes.Node | None:
        called = asked.node if isinstance(asked, nodes.Call) else None
        if isinstance(called, nodes.Getattr) and _is(called.node, "self"):
            return self.visit(_copied(self.blocks[called.attr]))
        return None


def _with_parts(
    node: nodes.Output, part: Callable[[nodes.Node], nodes.Node | None]
) -> list[nodes.Node]:
    """What is put out, with the parts that it asks for in their places; `part` says what a piece
    asks for, or None."""
    pieces: list[nodes.Node] = []
    said: list[nodes.Expr] = []
    for one in node.nodes:
        found = part(one)
        if found is None:
            said.append(one)
            continue
        pieces += [nodes.Output(said, lineno=node.lineno), found]
        said = []
    return [*pieces, nodes.Output(said, lineno=node.lineno)] if pieces else [node]


def _is(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _scope(block: nodes.Block) -> nodes.Scope:
    return nodes.Scope(_copied(block).body, lineno=block.lineno)


def _copied(block: nodes.Block) -> nodes.Block:
    return deepcopy(block, {id(block.environment): block.environment})


def _unable(words: str, at: nodes.Node) -> TemplateAssertionError:
    return TemplateAssertionError(f"Templates are put together here, so {words}.", at.lineno)
