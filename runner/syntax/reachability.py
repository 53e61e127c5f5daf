"""Whether a place in the code can be reached, as far as the syntax tree tells.

It knows jumps (``return``, ``throw`` …), endless loops, and constant conditions (``if (false)``). It does not evaluate
names or calls. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from runner.syntax.trees import Syntax

_JUMPS = ("return_statement", "throw_statement", "break_statement", "continue_statement")
_HOISTED = ("function_declaration", "generator_function_declaration", "interface_declaration", "type_alias_declaration")
_LOOPS = ("while_statement", "do_statement", "for_statement")
_FUNCTIONS = ("function_declaration", "function_expression", "arrow_function", "method_definition")
_EXITS = re.compile(r"(?:process|Deno)\s*\.\s*(?:exit|abort)\s*\(")
_FALSE = ("false", "null", "undefined")
_TRUE = ("true", "array", "object", "arrow_function", "function_expression", "regex", "class")
_COMPARED = {"===": True, "==": True, "!==": False, "!=": False}


def is_reached(syntax: Syntax, opening: Node) -> bool:
    """Whether the block that begins with the comment ``opening`` can be reached from the top of the file.

    If the block holds only functions and types, it does not matter what runs before them.
    """
    below, parent = opening, opening.parent
    first = opening.next_named_sibling
    # A block that begins with the end of other code does not run there.
    skip = first is None or _all_hoisted(opening)
    while parent is not None:
        if not skip and any(_never_ends(syntax, each) for each in _before(parent, below)):
            return False
        if _shut_off(syntax, parent, below):
            return False
        skip = parent.type in _HOISTED or (parent.type == "export_statement" and below.type in _HOISTED)
        below, parent = parent, parent.parent
    return True


def truth(syntax: Syntax, node: Node | None) -> bool | None:
    """The value of a constant as a condition; None for anything else."""
    if node is None:
        return None
    said = syntax.source(node)
    if node.type in ("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"):
        return truth(syntax, next(iter(node.named_children), None))
    if node.type in _FALSE or said in (*_FALSE, "NaN"):
        return False
    if node.type in _TRUE:
        return True
    if node.type == "number":
        return re.fullmatch(r"0[xobXOB]?[0_]*\.?[0_]*n?|\.0+", said) is None
    if node.type == "string":
        return len(said) > 2
    if node.type == "template_string":
        return None if any(child.type == "template_substitution" for child in node.children) else len(said) > 2
    if node.type == "unary_expression":
        return _unary(syntax, node)
    return _binary(syntax, node) if node.type == "binary_expression" else None


def _unary(syntax: Syntax, node: Node) -> bool | None:
    operator, operand = (node.child_by_field_name(name) for name in ("operator", "argument"))
    if operator is None or operator.type not in ("!", "void", "-", "+"):
        return None
    if operator.type == "void":
        return False
    value = truth(syntax, operand)
    return value if value is None or operator.type != "!" else not value


def _binary(syntax: Syntax, node: Node) -> bool | None:
    left, operator, right = (node.child_by_field_name(name) for name in ("left", "operator", "right"))
    if left is None or operator is None or right is None:
        return None
    one, other = truth(syntax, left), truth(syntax, right)
    if operator.type == "&&":
        return False if one is False or other is False else True if one and other else None
    if operator.type == "||":
        return True if one or other else False if one is False and other is False else None
    if operator.type in _COMPARED and {left.type, right.type} <= {"number", "string", "true", "false", "null"}:
        return (syntax.source(left) == syntax.source(right)) is _COMPARED[operator.type]
    if operator.type in ("<", ">", "<=", ">=") and (left.type, right.type) == ("number", "number"):
        return _ordered(syntax.source(left), operator.type, syntax.source(right))
    return None


def _ordered(left: str, operator: str, right: str) -> bool | None:
    if not (left.isdecimal() and right.isdecimal()):
        return None
    one, other = int(left), int(right)
    return (one < other if "<" in operator else one > other) or ("=" in operator and one == other)


def _before(parent: Node, below: Node) -> Iterator[Node]:
    for child in parent.named_children:
        if child.start_byte >= below.start_byte:
            return
        yield child


def _all_hoisted(opening: Node) -> bool:
    """Whether there are only functions and types, and at least one, between ``opening`` and the next marker."""
    seen = False
    found = opening.next_named_sibling
    while found is not None and not (found.type == "comment" and b"@hash:" in (found.text or b"")):
        inner = found.child_by_field_name("declaration") if found.type == "export_statement" else found
        if found.type != "comment":
            if inner is None or inner.type not in _HOISTED:
                return False
            seen = True
        found = found.next_named_sibling
    return seen


def _shut_off(syntax: Syntax, parent: Node, below: Node) -> bool:
    """Whether ``parent`` never runs its part ``below``, because of a constant condition."""
    condition = parent.child_by_field_name("condition")
    if parent.type in ("if_statement", "ternary_expression"):
        value = truth(syntax, condition)
        alternative = parent.child_by_field_name("alternative")
        return value is (alternative is not None and below.id == alternative.id) and value is not None
    if parent.type in ("while_statement", "for_statement"):
        body = parent.child_by_field_name("body")
        while condition is not None and condition.type == "expression_statement":
            condition = next(iter(condition.named_children), None)
        return body is not None and below.id == body.id and truth(syntax, condition) is False
    if parent.type == "binary_expression":
        operator, right = parent.child_by_field_name("operator"), parent.child_by_field_name("right")
        if operator is None or right is None or below.id != right.id or operator.type not in ("&&", "||"):
            return False
        return truth(syntax, parent.child_by_field_name("left")) is (operator.type == "||")
    return False


def _never_ends(syntax: Syntax, node: Node) -> bool:
    """Whether what comes after ``node`` cannot run."""
    if node.type in _JUMPS:
        return True
    if node.type == "expression_statement":
        return _EXITS.match(syntax.source(node)) is not None
    if node.type in ("statement_block", "else_clause", "labeled_statement"):
        left = node.type == "labeled_statement" and _breaks(node)
        return not left and any(_never_ends(syntax, child) for child in node.named_children)
    if node.type == "if_statement":
        return _branches(syntax, node)
    if node.type in _LOOPS:
        return _is_endless(syntax, node)
    if node.type == "try_statement":
        return _try(syntax, node)
    return False


def _branches(syntax: Syntax, node: Node) -> bool:
    consequence, alternative = (node.child_by_field_name(name) for name in ("consequence", "alternative"))
    value = truth(syntax, node.child_by_field_name("condition"))
    first = consequence is not None and _never_ends(syntax, consequence)
    second = alternative is not None and _never_ends(syntax, alternative)
    return first if value is True else second if value is False else first and second


def _is_endless(syntax: Syntax, node: Node) -> bool:
    body = node.child_by_field_name("body")
    if body is None or _breaks(body):
        return False
    condition = node.child_by_field_name("condition")
    if node.type == "do_statement" and _never_ends(syntax, body):
        return True
    if node.type == "for_statement":
        if condition is None or condition.type in (";", "empty_statement"):
            return True
        if condition.type == "expression_statement":
            condition = next(iter(condition.named_children), None)
    return truth(syntax, condition) is True


def _try(syntax: Syntax, node: Node) -> bool:
    body, handler, final = (node.child_by_field_name(name) for name in ("body", "handler", "finalizer"))
    if final is not None and any(_never_ends(syntax, child) for child in _blocks(final)):
        return True
    if body is None or not _never_ends(syntax, body):
        return False
    # Code before a jump may throw; a jump that comes first is always taken.
    first = next((child for child in body.named_children if child.type != "comment"), body)
    at_once = first.type in _JUMPS[:1] and all(truth(syntax, child) is not None for child in first.named_children)
    return at_once or handler is None or any(_never_ends(syntax, child) for child in _blocks(handler))


def _blocks(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type == "statement_block"]


def _breaks(node: Node) -> bool:
    """Whether it contains a ``break``, of this loop or another: if in doubt, the loop ends."""
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type == "break_statement":
            return True
        if each.type not in _FUNCTIONS:
            pending += each.named_children
    return False
