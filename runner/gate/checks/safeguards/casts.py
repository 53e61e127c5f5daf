"""Type assertions that prove nothing, in every spelling: ``x as unknown as T``, ``<T>(<unknown>x)``, and JSDoc casts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from runner.syntax.marks import marked
from runner.syntax.tokens import comments
from runner.syntax.trees import Syntax, captures

_TAG = re.compile(r"@\w+\s*(?=\{)")
# In a JSDoc type ``*`` means any, and so does a lone ``?``. ``?string`` does not.
_ANY = re.compile(r"""(?P<any>\bany\b|\*(?!/)|(?<![\w>)\]}])\?(?=\s*[})>,|\]]))|"[^"\n]*"|'[^'\n]*'""")
_CAST = re.compile(r"/\*\*[\s*]*@type\s*\{(?P<type>[^}]*)\}")
_FORGETTING = frozenset(("unknown", "object", "Object"))
_GUTTER = re.compile(r"^[ \t]*\*(?!/)", re.MULTILINE)


def casts(text: str, path: str) -> Iterator[str]:
    """``as unknown as`` for each assertion on top of one that forgets the type, and ``as never``."""
    found = marked(text, path, "cast")
    if not found:
        return
    syntax = Syntax(text, path)
    aliases = {
        syntax.source(name)
        for each in marked(text, path, "alias")
        if (name := each.child_by_field_name("name")) and _forgets(syntax, each.child_by_field_name("value"), set())
    }
    for cast in found:
        value, type_ = _parts(cast)
        if type_ is not None and syntax.source(_bare(type_, "parenthesized_type")) == "never":
            yield "as never"
        if _forgets(syntax, type_, aliases):
            continue
        if any(_forgets(syntax, _parts(inner)[1], aliases) for inner in _values(value)):
            yield "as unknown as"


def jsdoc(text: str, path: str) -> Iterator[str]:
    """The same for a JavaScript file with JSDoc types, and each ``any`` in these types."""
    for comment in comments(text, path):
        if comment.text.startswith("/**"):
            plain = _GUTTER.sub(" ", comment.text[3:-2])
            for tag in _TAG.finditer(plain):
                yield from ("the type any" for found in _ANY.finditer(_braces(plain, tag.end())) if found["any"])
    syntax = Syntax(text, path)
    for inner in captures(syntax, "(parenthesized_expression (parenthesized_expression) @inner)").get("inner", ()):
        outer = inner.parent
        if outer is not None and _asserted(syntax, outer) and _asserted(syntax, inner) in {*_FORGETTING, "never"}:
            yield "as unknown as"


def _parts(cast: Node) -> tuple[Node | None, Node | None]:
    """The value and the type of an assertion. ``as const`` has no type."""
    parts = [each for each in cast.named_children if each.type != "comment"]
    if cast.type == "type_assertion":
        types = [each for each in parts[0].named_children if each.type != "comment"] if parts else []
        return (parts[-1] if len(parts) > 1 else None), (types[0] if types else None)
    return (parts[0] if parts else None), (parts[1] if len(parts) > 1 else None)


def _bare(node: Node, *kinds: str) -> Node:
    """The inner node, without wrappers that add nothing."""
    while node.type in kinds:
        inner = [each for each in node.named_children if each.type != "comment"]
        if not inner:
            return node
        node = inner[0]
    return node


def _forgets(syntax: Syntax, type_: Node | None, aliases: set[str]) -> bool:
    """Whether everything, or every object, fits the type. After such an assertion, one to any other type is accepted."""
    pending = [] if type_ is None else [type_]
    while pending:
        node = _bare(pending.pop(), "parenthesized_type")
        if node.type == "union_type":
            pending += [each for each in node.named_children if each.type != "comment"]
        elif node.type in ("predefined_type", "type_identifier"):
            name = syntax.source(node)
            if name in _FORGETTING or name in aliases:
                return True
        elif node.type == "object_type" and not node.named_children:
            return True
    return False


def _values(value: Node | None) -> Iterator[Node]:
    """The assertions that a value comes from: through parentheses, ``!``, ``satisfies``, a comma, both branches of
    ``?:``.
    """
    pending = [] if value is None else [value]
    while pending:
        node = _bare(pending.pop(), "parenthesized_expression", "non_null_expression", "satisfies_expression")
        if node.type in ("as_expression", "type_assertion"):
            yield node
        elif node.type == "sequence_expression":
            pending += node.named_children[-1:]
        elif node.type == "ternary_expression":
            pending += [each for name in ("consequence", "alternative") if (each := node.child_by_field_name(name))]


def _asserted(syntax: Syntax, node: Node) -> str | None:
    """The type that ``/** @type {T} */`` before parentheses asserts."""
    before = node.prev_sibling
    found = _CAST.match(syntax.source(before)) if before is not None and before.type == "comment" else None
    return found["type"].strip("() \t") if found else None


def _braces(text: str, at: int) -> str:
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if depth == 0:
            return text[at : end + 1]
    return text[at:]
