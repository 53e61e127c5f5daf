"""Whether two texts are the same program formatted differently: equal syntax trees, except for what a formatter owns.

A formatter owns white space, semicolons, trailing commas, the kind of quotes, redundant parentheses, those around a
lone arrow parameter, and quotes around property names. Comments keep their words. Everything else is compared with its
place in the tree. So ``(a + b) * c`` and ``a + b * c`` differ, although they have the same tokens apart from
parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from runner.syntax.tokens import comments, tokens
from runner.syntax.trees import Syntax

_OWNED = frozenset((";", ",", "(", ")"))
_GROUPS = ("parenthesized_expression", "parenthesized_type")
_CHAINS = ("member_expression", "subscript_expression", "call_expression", "non_null_expression")
_CONDITIONS = ("if_statement", "while_statement", "do_statement", "switch_statement", "with_statement")
_LISTS = ("array", "array_pattern")
_KEYED = (
    "pair",
    "pair_pattern",
    "property_signature",
    "public_field_definition",
    "method_definition",
    "method_signature",
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_RESTRICTED = frozenset(("return", "throw", "break", "continue", "yield", "async"))
_ESCAPED_QUOTE = re.compile(r"\\(.)", re.DOTALL)

Item = tuple[str, str, int]


def is_reformatted(before: str, after: str, path: str) -> bool:
    return (
        list(_items(Syntax(before, path))) == list(_items(Syntax(after, path)))
        and _breaks(before, path) == _breaks(after, path)
        and _words(before, path) == _words(after, path)
    )


def _items(syntax: Syntax) -> Iterator[Item]:
    """The tree, flattened: kind, text of leaves, depth."""
    pending: list[tuple[Node, int]] = [(syntax.root, 0)]
    while pending:
        node, depth = pending.pop()
        if node.type in _OWNED and not node.is_named and not _is_hole(node):
            continue
        if node.type == "comment" or (node.type == "empty_statement" and _is_idle(node)):
            continue
        if node.is_error or node.is_missing:
            yield "error", syntax.source(node), depth
            continue
        if (leaf := _leaf(node, syntax)) is not None:
            yield leaf[0], leaf[1], depth
            continue
        if node.type in _GROUPS and _groups_nothing(node):
            pending += [(child, depth) for child in reversed(node.children)]
            continue
        bare = node.type == "identifier" and node.parent is not None and node.parent.type == "arrow_function"
        if bare and node.parent is not None and node.parent.child_by_field_name("parameter") == node:
            yield "formal_parameters", "", depth
            yield "required_parameter", "", depth + 1
            yield "identifier", syntax.source(node), depth + 2
            continue
        if node.type == "template_string":
            yield from _template(node, syntax, depth)
            pending += [
                (child, depth + 1) for child in reversed(node.named_children) if child.type == "template_substitution"
            ]
            continue
        if not node.children:
            yield node.type, syntax.source(node), depth
            continue
        yield node.type, "", depth
        pending += [(child, depth + 1) for child in reversed(node.children)]


def _leaf(node: Node, syntax: Syntax) -> tuple[str, str] | None:
    """Nodes that are compared by value, not by spelling."""
    if node.type == "string":
        value = _value(syntax.source(node))
        key = node.parent is not None and node.parent.type in _KEYED and _is_key(node)
        return ("property_identifier" if key and _NAME.fullmatch(value) else "string", value)
    if node.type == "jsx_text":
        return "jsx_text", _jsx(syntax.source(node))
    if node.type == "regex":
        return "regex", syntax.source(node)
    return None


def _is_key(node: Node) -> bool:
    parent = node.parent
    return parent is not None and node in (parent.child_by_field_name("key"), parent.child_by_field_name("name"))


def _value(literal: str) -> str:
    """The text of a string with escaped quotes unescaped. All other escapes stay as written."""
    return _ESCAPED_QUOTE.sub(lambda found: found[1] if found[1] in "\"'" else found[0], literal[1:-1])


def _jsx(text: str) -> str:
    """Text as JSX reads it: lines are trimmed at line breaks and joined by one space."""
    lines = re.split(r"\r\n|\r|\n", text)
    if len(lines) == 1:
        return text
    trimmed = [
        line.strip(" \t") if 0 < at < len(lines) - 1 else line.rstrip(" \t") if at == 0 else line.lstrip(" \t")
        for at, line in enumerate(lines)
    ]
    return " ".join(line for line in trimmed if line)


def _template(node: Node, syntax: Syntax, depth: int) -> Iterator[Item]:
    """Every character of a template counts, including those that have no node."""
    end = syntax.start(node)
    for child in node.named_children:
        if child.type == "template_substitution":
            yield "template", syntax.text[end : syntax.start(child)], depth
            end = syntax.end(child)
    yield "template", syntax.text[end : syntax.end(node)], depth


def _is_hole(comma: Node) -> bool:
    """An array comma that stands for a missing element: ``[, a]``, ``[a,,]``."""
    before = comma.prev_sibling
    while before is not None and before.type == "comment":
        before = before.prev_sibling
    return (
        comma.type == ","
        and comma.parent is not None
        and comma.parent.type in _LISTS
        and (before is None or before.type in (",", "["))
    )


def _is_idle(empty: Node) -> bool:
    return empty.parent is not None and empty.parent.type in ("program", "statement_block")


def _groups_nothing(node: Node) -> bool:
    """Parentheses that the shape of the tree makes redundant. Those of a condition belong to the statement."""
    parent, inner = node.parent, node.named_children
    if parent is None or parent.type in _CONDITIONS or not inner:
        return False
    if parent.type == "expression_statement" and inner[0].type == "string":
        return False  # ("use strict") is not a directive
    # (a?.b).c ends the optional chain; a?.b.c continues it.
    return not (parent.type in _CHAINS and inner[0].type in _CHAINS)


def _breaks(text: str, path: str) -> list[bool]:
    """Line breaks that end a statement which would otherwise continue: after ``return``, before ``++``."""
    everything = tokens(text, path)
    return [
        token.line_break
        for before, token in pairwise(everything)
        if (before.text in _RESTRICTED or token.text in ("++", "--", "=>")) and token.text != ";"
    ]


def _words(text: str, path: str) -> list[str]:
    return ["".join(re.sub(r"[\s*]+", " ", comment.text).split(" ")) for comment in comments(text, path)]
