"""Tests that switch themselves off while they run: ``ctx.skip()``, ``this.skip()``, ``pending()``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from runner.gate.checks.safeguards.names_in_tests import FUNCTIONS, Names
from runner.syntax.trees import captures

_SKIP = re.compile(r"(?:(?:this|[A-Za-z_$][\w$]*)\.)?(?:skip|todo|pending)")
_CALLS = "(expression_statement (call_expression)) @said"
_BODIES = """
(arrow_function body: (call_expression) @said)
"""
_LITERALS = ("string", "template_string", "true")
# Nobody nests a test deeper.
_DEPTH = 80


def skips(names: Names, node: Node) -> bool:
    """Whether a statement skips the test that it stands in. What is given names or numbers skips something else."""
    call = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
    if call.type != "call_expression":
        return False
    callee, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if callee is None or given is None or any(each.type not in _LITERALS for each in given.named_children):
        return False
    name = names.source(callee)
    return _SKIP.fullmatch(name) is not None and names.function(name, callee)[1] is None


def skipped(names: Names) -> Iterator[str]:
    """The calls that skip, whatever comes, the test or the tests that they stand in."""
    found = [*captures(names.syntax, _CALLS).get("said", ()), *captures(names.syntax, _BODIES).get("said", ())]
    for node in found:
        if skips(names, node) and not _is_conditional(node):
            yield f"{names.source(node).partition('(')[0]}()"


def _is_conditional(node: Node) -> bool:
    """Whether something decides between the statement and its function; what stands in none is said to no test."""
    for _ in range(_DEPTH):
        above = node.parent
        if above is None:
            return True
        if above.type in FUNCTIONS:
            return False
        if above.type not in ("statement_block", "expression_statement"):
            return True
        node = above
    return True
