"""Whether a runner reaches a test at all, and which other names switch a test off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from runner.gate.checks.safeguards.names_in_tests import FUNCTIONS, Names, parameters
from runner.syntax.trees import captures

_BLOCKS = ("program", "statement_block")
_LOOPS = ("for_in_statement", "for_statement", "while_statement")
_RUNNERS = ("it", "test", "describe", "suite", "bench")
_OFF = ("skip", "only", "todo", "fails", "failing")
_ALIASES = "(variable_declarator value: [(member_expression) (subscript_expression)] @alias)"
_TAKEN = "(variable_declarator name: (object_pattern) @pattern value: (identifier) @of)"
# No real test nests deeper.
_DEPTH = 80


def aliases(names: Names) -> Iterator[str]:
    """The aliases of test functions: ``it.skip`` for ``const later = it.skip``, ``xit`` for ``import { xit as it }``."""
    for alias in captures(names.syntax, _ALIASES).get("alias", ()):
        yield re.sub(r"""\[["'`](\w+)["'`]\]""", r".\1", re.sub(r"\s+", "", names.source(alias)))
    for name, (module, there) in names.imports.items():
        if not module.startswith("."):
            yield there if name != there else ""
            yield f"it.{there}" if there in _OFF else ""
    taken = captures(names.syntax, _TAKEN)
    for pattern, of in zip(taken.get("pattern", ()), taken.get("of", ()), strict=False):
        if names.source(of) in _RUNNERS:
            for word in re.findall(r"\w+", names.source(pattern)):
                yield f"{names.source(of)}.{word}"


def is_live(names: Names, call: Node) -> bool:
    """False after a ``return``, behind a condition that never holds, in a function that nobody calls, and in a callback
    that nobody calls.
    """
    if not _runs(names, call):
        return False
    node = call
    for _ in range(_DEPTH):
        parent = node.parent
        if parent is None:
            return True
        if parent.type in _BLOCKS and names.jump_in(parent) <= node.start_byte:
            return False
        if parent.type == "if_statement" and not _holds(names, parent, node):
            return False
        if parent.type == "binary_expression" and not _joined(names, parent, node):
            return False
        if parent.type in FUNCTIONS and not _is_called(names, parent):
            return False
        node = parent
    return False


def in_loop(call: Node) -> bool:
    """Whether the case is in a loop, or in a callback that a list calls for each element."""
    node: Node | None = call
    for _ in range(_DEPTH):
        node = None if node is None else node.parent
        if node is None:
            return False
        if node.type in _LOOPS:
            return True
        if node.type == "call_expression":
            callee = node.child_by_field_name("function")
            name = None if callee is None else callee.child_by_field_name("property")
            if name is not None and name.text in (b"forEach", b"map"):
                return True
            table = (
                None if callee is None or callee.type != "call_expression" else callee.child_by_field_name("function")
            )
            each = None if table is None else table.child_by_field_name("property")
            if each is not None and each.text in (b"each", b"for"):
                return True
    return False


def _holds(names: Names, choice: Node, node: Node) -> bool:
    condition = choice.child_by_field_name("condition")
    truth = None if condition is None else names.constant(condition)
    taken = choice.child_by_field_name("consequence")
    return truth is None or truth is (taken is not None and taken.id == node.id)


def _joined(names: Names, both: Node, node: Node) -> bool:
    left, operator = both.child_by_field_name("left"), both.child_by_field_name("operator")
    if left is None or operator is None or left.id == node.id or operator.type not in ("&&", "||"):
        return True
    truth = names.constant(left)
    return truth is None or truth is (operator.type == "&&")


def _is_called(names: Names, function: Node) -> bool:
    parent = function.parent
    if parent is not None and parent.type == "arguments":
        return parent.parent is None or _runs(names, parent.parent)
    named = function if function.type == "function_declaration" else parent
    if named is None or (named.type != "variable_declarator" and named is not function):
        return True
    name = named.child_by_field_name("name")
    if name is None or name.type != "identifier":
        return True
    return names.said[names.source(name)] > 1 or _is_exported(named)


def _is_exported(declared: Node) -> bool:
    above = declared.parent
    outer = None if above is None else above.parent
    return "export_statement" in (above.type if above else "", outer.type if outer else "")


def _runs(names: Names, call: Node) -> bool:
    """Whether a function of this file uses the callback that it receives. Functions of other files are trusted to."""
    callee = call.child_by_field_name("function")
    while callee is not None and callee.type in ("member_expression", "call_expression"):
        callee = callee.child_by_field_name("object") or callee.child_by_field_name("function")
    if callee is None or callee.type != "identifier":
        return True
    where, function = names.function(names.source(callee), callee)
    if function is None:
        return True
    listed = function.child_by_field_name("parameters")
    plain = parameters(function)
    if listed is not None and len(plain) < len(listed.named_children):
        return True
    body = function.child_by_field_name("body")
    said = frozenset[str]() if body is None else where.said_in(body)
    return any(where.source(each) in said for each in plain[-1:])
