"""Which nodes of a syntax tree are declarations, and which text belongs to each. Offsets here are tree-sitter's bytes.

The grammar has some shapes to know: a decorator of a class member is a *sibling* before it, but that of an exported
class is a child of the export statement. A namespace is wrapped in an expression statement. An ambient declaration
wraps another declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from runner.syntax.trees import Syntax

_KINDS = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "type_alias_declaration": "type",
    "internal_module": "namespace",
    "module": "namespace",
    "method_definition": "method",
    "method_signature": "method",
    "abstract_method_signature": "method",
    "public_field_definition": "property",
    "property_signature": "property",
    "enum_assignment": "member",
}
_UNNAMED = {
    "call_signature": "call",
    "construct_signature": "new",
    "index_signature": "index",
    "class_static_block": "static",
}
_VARIABLES = ("lexical_declaration", "variable_declaration")
# Of all other statements nothing is declared that counts here.
_DECLARING = frozenset(("export_statement", "ambient_declaration", "expression_statement", *_VARIABLES, *_KINDS))
_WRAPPERS = ("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression")
_FUNCTIONS = ("arrow_function", "function_expression", "generator_function")
_DEFAULTS = {**dict.fromkeys(_FUNCTIONS, "function"), "class": "class"}
_BOUND = ("identifier", "shorthand_property_identifier_pattern")
_DIRECTIVE = re.compile(
    rb"@ts-|eslint-disable-next-line|eslint-disable-line|prettier-ignore|biome-ignore|(istanbul|c8|v8) ignore|#__"
)


class Found(NamedTuple):
    """One declaration, not yet converted. ``node`` is the declaration itself, or the object literal's member.

    (A tuple, which is made faster than a frozen dataclass.)
    """

    name: str
    kind: str
    node: Node
    start: int
    end: int
    doc_start: int
    name_start: int
    body: Node | None
    exported: bool
    separator: int
    comma: bool
    depth: int

    def children(self, syntax: Syntax) -> Iterator[Found]:
        if self.body is None:
            return
        if self.body.type in ("class_body", "interface_body", "enum_body", "object", "object_type"):
            yield from _members(syntax, self.body, self.depth + 1)
        elif self.body.type == "statement_block":
            yield from declared(syntax, self.body, local=self.kind != "namespace", depth=self.depth + 1)


class _Statement(NamedTuple):
    start: int
    end: int
    doc_start: int
    exported: bool
    depth: int


def declared(syntax: Syntax, block: Node, *, local: bool = False, depth: int = 0) -> Iterator[Found]:
    """The declarations among the statements of a block. Inside a function, only functions and classes count."""
    before: list[Node] = []
    for node in block.children:
        kind = node.type
        if kind in ("comment", "decorator"):
            before.append(node)
            continue
        if kind in _DECLARING:
            start, doc = _beginning(before, node)
            statement = _Statement(start, node.end_byte, doc, kind == "export_statement", depth)
            yield from _statement(syntax, node, kind, statement, local=local)
        before = [node]


def _statement(syntax: Syntax, node: Node, kind: str, statement: _Statement, *, local: bool) -> Iterator[Found]:
    """Unwraps ``export``, ``declare`` and a namespace's expression statement. ``kind`` is the node's type."""
    if kind == "export_statement":
        inner = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        if inner is None:
            return
        names = [child.type for child in node.children]
        if "default" in names and not (inner.type in _KINDS and inner.child_by_field_name("name")):
            yield _found(
                "default", _DEFAULTS.get(inner.type, "default"), inner, statement, inner.start_byte, body=_body(inner)
            )
            return
        yield from _statement(syntax, inner, inner.type, statement, local=local)
    elif kind == "ambient_declaration":
        for child in node.children:
            if child.type == "statement_block":
                yield _found("global", "namespace", node, statement, node.start_byte, body=child)
            else:
                yield from _statement(syntax, child, child.type, statement, local=local)
    elif kind == "expression_statement" and (first := node.child(0)) is not None and first.type == "internal_module":
        yield from _statement(syntax, first, first.type, statement, local=local)
    elif kind in _VARIABLES:
        for declarator in node.children:
            if declarator.type == "variable_declarator":
                yield from _variables(syntax, declarator, statement, local=local)
    elif kind in _KINDS and (name := node.child_by_field_name("name")) is not None:
        yield _found(_plain(syntax, name), _KINDS[kind], node, statement, name.start_byte, body=_body(node))


def _variables(syntax: Syntax, declarator: Node, statement: _Statement, *, local: bool) -> Iterator[Found]:
    target, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    body = None if value is None else _body(value)
    if target is None or (local and (body is None or body.type == "object")):
        return
    if target.type == "identifier":
        yield _found(syntax.source(target), "variable", declarator, statement, target.start_byte, body=body)
        return
    for bound in _names(target):
        yield _found(syntax.source(bound), "variable", declarator, statement, bound.start_byte)


def _names(pattern: Node) -> Iterator[Node]:
    """The names that a destructuring pattern binds, without its keys and default values."""
    if pattern.type in _BOUND:
        yield pattern
        return
    value = pattern.child_by_field_name("value") if pattern.type == "pair_pattern" else None
    left = pattern.child_by_field_name("left") if pattern.type.endswith("assignment_pattern") else None
    for child in [value] if value is not None else [left] if left is not None else pattern.named_children:
        if child is not None:
            yield from _names(child)


def _found(
    name: str,
    kind: str,
    node: Node,
    statement: _Statement,
    name_start: int,
    *,
    body: Node | None = None,
    comma: int | None = None,
) -> Found:
    return Found(
        name=name,
        kind=kind,
        node=node,
        start=statement.start,
        end=statement.end,
        doc_start=statement.doc_start,
        name_start=name_start,
        body=body,
        exported=statement.exported,
        separator=statement.end if comma is None else comma,
        comma=comma is not None,
        depth=statement.depth,
    )


def _members(syntax: Syntax, body: Node, depth: int) -> Iterator[Found]:
    """Members of a class, interface, enum or object literal. A semicolon belongs to its member, a comma in a list does
    not.
    """
    listed = body.type in ("enum_body", "object")
    before: list[Node] = []
    children = body.children
    for at, node in enumerate(children):
        if node.type in ("comment", "decorator"):
            before.append(node)
            continue
        after = children[at + 1] if at + 1 < len(children) else None
        start, doc = _beginning(before, node)
        closed = after is not None and after.type in (";", ",")
        end = after.end_byte if after is not None and closed and not listed else node.end_byte
        comma = (after.end_byte if after is not None and closed else node.end_byte) if listed else None
        before = [node]
        named = _member(syntax, node, listed=listed)
        if named is not None:
            name, kind, name_start, inner = named
            yield _found(
                name, kind, node, _Statement(start, end, doc, False, depth), name_start, body=inner, comma=comma
            )


def _member(syntax: Syntax, node: Node, *, listed: bool) -> tuple[str, str, int, Node | None] | None:
    """Name, kind, start of the name, and body of one member; None for a spread and for punctuation."""
    if node.type in _UNNAMED:
        return f"<{_UNNAMED[node.type]}>", _UNNAMED[node.type], node.start_byte, node.child_by_field_name("body")
    if node.type == "pair":
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and value is not None:
            return _plain(syntax, key), "property", key.start_byte, _body(value)
    if node.type == "shorthand_property_identifier" or (
        listed and node.type in ("property_identifier", "string", "number")
    ):
        return _plain(syntax, node), "property" if node.type.startswith("short") else "member", node.start_byte, None
    name = node.child_by_field_name("name")
    if node.type not in _KINDS or name is None:
        return None
    plain, kind = _plain(syntax, name), _KINDS[node.type]
    words = {child.type for child in node.children}
    if kind == "method":
        accessor = "getter" if "get" in words else "setter" if "set" in words else kind
        kind = "constructor" if plain == "constructor" else accessor
    value = node.child_by_field_name("value")
    return plain, kind, name.start_byte, _body(node) if value is None else _body(value)


def _body(node: Node) -> Node | None:
    """The block of a function, the body of a class, or the object literal, also inside casts and parentheses."""
    while node.type in _WRAPPERS and node.named_child_count:
        node = node.named_children[0]
    if node.type == "object":
        return node
    if node.type == "type_alias_declaration":
        value = node.child_by_field_name("value")
        return value if value is not None and value.type == "object_type" else None
    if node.type in _FUNCTIONS or node.type == "class" or node.type in _KINDS:
        return node.child_by_field_name("body")
    return None


def _plain(syntax: Syntax, name: Node) -> str:
    """A name as an address writes it: without quotes. A computed name keeps its text, in brackets."""
    text = syntax.source(name)
    return text[1:-1] if name.type == "string" else text


def _beginning(before: list[Node], node: Node) -> tuple[int, int]:
    """Where the statement of ``node`` starts with its decorators, and where the comments start that belong to it.

    ``before`` holds what comes before it: at first the previous sibling, then comments and decorators.
    """
    if not before or (len(before) == 1 and before[0].type not in ("comment", "decorator")):
        return node.start_byte, node.start_byte
    start, doc = node, node
    below = node
    for each in reversed(before):
        if each.type == "decorator":
            start = doc = each
        elif each.type != "comment" or below.start_point.row - each.end_point.row > 1:
            break
        elif _belongs(each):
            doc = each
        below = each
    first = before[0] if before and before[0].type not in ("comment", "decorator", "{") else None
    if (
        first is not None
        and doc is not start
        and first.end_point.row == doc.start_point.row
        and first.type not in (",", ";")
    ):
        doc = start
    return start.start_byte, min(doc.start_byte, start.start_byte)


def _belongs(comment: Node) -> bool:
    text = comment.text or b""
    return text.startswith(b"/**") or _DIRECTIVE.search(text) is not None
