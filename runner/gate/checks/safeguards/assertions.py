"""Counts the assertions that a test certainly reaches, and those it may reach, using the syntax tree.

Code after a ``return``, behind a condition that never holds, in a function that nobody calls, or in a ``try`` whose
``catch`` swallows the failure asserts nothing. Neither does an ``expect(…)`` without a matcher, or one that sees only
literals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from runner.gate.checks.safeguards.names_in_tests import FUNCTIONS, Names, bare, parameters
from runner.gate.checks.safeguards.skips import skips
from runner.syntax.reachability import truth

_NAMED = re.compile(r"(?:expect|assert|should)\w*")
_METHODS = """is not deepEqual notDeepEqual true false truthy falsy throws throwsAsync notThrows notThrowsAsync regex notRegex
    snapshot like assert ok notOk equal notEqual equals same match doesNotMatch rejects doesNotReject doesNotThrow
    strictEqual notStrictEqual deepStrictEqual notDeepStrictEqual fail error"""
_OF_TEST = frozenset(_METHODS.split())
_SPECIAL = ("expect.soft", "expect.poll", "expect.element")
# ``type Checked = Expect<Equal<A, B>>`` is an assertion for tsc.
_OF_TYPES = re.compile(r"(?:Expect|Assert)\w*")
# ``screen.getByText("…")`` of Testing Library.
_QUERY = re.compile(r"(get|find)(?:All)?By[A-Z]\w*")
_ENDS = ("return_statement", "throw_statement", "break_statement", "continue_statement")
_LITERALS = ("true", "false", "null", "undefined", "number", "string", "regex")
_COMPUTED = ("binary_expression", "unary_expression")
# What these names lead to is a promise, which nobody hears of unless it is awaited or handed on.
_LATER = frozenset(("resolves", "rejects", "eventually"))
_NO_MATCHERS = ("not", "resolves", "rejects", "then", "catch", "finally")
_SEEN_THROUGH = ("parenthesized_expression", "non_null_expression", "as_expression")
_LISTED = ("forEach", "map", "flatMap", "filter", "some", "every")
# No real test nests deeper or has a longer chain of calls.
_DEPTH = 120
_LINKS = 40


class Found(NamedTuple):
    """``sure`` counts assertions that run whenever the test does, ``perhaps`` those that depend on a condition."""

    sure: int = 0
    perhaps: int = 0

    def plus(self, other: Found) -> Found:
        return Found(self.sure + other.sure, self.perhaps + other.perhaps)

    def maybe(self) -> Found:
        return Found(0, self.sure + self.perhaps)


NONE = Found()


@dataclass
class Assertions:
    """Counts in one file. ``names`` resolves the functions that tests call."""

    names: Names
    _known: dict[tuple[str, int], Found] = field(default_factory=dict)
    # What the branch of an ``if`` asserts where its condition holds, by the place of the ``if``.
    _taken: dict[int, Found] = field(default_factory=dict)

    def of(self, function: Node, depth: int = 0) -> Found:
        """What a call of ``function`` asserts."""
        given = {self.names.source(each) for each in parameters(function)}
        body = function.child_by_field_name("body")
        return NONE if body is None else self._walk(body, given, depth)

    def named(self, at: Node, depth: int = 0) -> Found:
        """What the function that ``at`` names asserts. It may be in this file or in one of the repository's that this
        file imports.
        """
        name = self.names.source(at)
        names, function = self.names.function(name, at)
        if function is None:
            return NONE
        key = (names.path, function.start_byte)
        if key not in self._known:
            # A recursive call adds nothing.
            self._known[key] = NONE
            self._known[key] = Assertions(names, self._known).of(function, depth + 1)
        return self._known[key]

    def _walk(self, node: Node, given: set[str], depth: int = 0) -> Found:
        if depth > _DEPTH or node.type in ("comment", "string"):
            return NONE
        if node.type in ("function_declaration", "class_declaration"):
            return self._types(node)
        if node.type in ("if_statement", "ternary_expression"):
            return self._choice(node, given, depth)
        if node.type == "try_statement":
            return self._attempt(node, given, depth)
        if node.type in ("while_statement", "for_statement", "switch_body", "for_in_statement"):
            return self._loop(node, given, depth)
        if node.type == "binary_expression":
            return self._either(node, given, depth)
        if node.type in FUNCTIONS:
            return self._function(node, given, depth)
        found = self._own(node, given, depth)
        guarded = False
        for child in node.named_children:
            own = self._walk(child, given, depth + 1)
            found = found.plus(own.maybe() if guarded else own)
            if child.type in _ENDS or skips(self.names, child):
                break
            if child.type == "if_statement" and self._leaves(child):
                condition = child.child_by_field_name("condition")
                if condition is not None and self.names.constant(condition) is not None:
                    break
                # Where the way out asserts as well, the test asserts on either way.
                guarded = guarded or not self._taken.get(child.start_byte, NONE).sure
        return found

    def _choice(self, node: Node, given: set[str], depth: int) -> Found:
        condition, yes, no = (node.child_by_field_name(each) for each in ("condition", "consequence", "alternative"))
        truth = None if condition is None else self.names.constant(condition)
        first = NONE if yes is None or truth is False else self._walk(yes, given, depth + 1)
        self._taken[node.start_byte] = first
        other = NONE if no is None or truth is True else self._walk(no, given, depth + 1)
        if truth is not None:
            return first.plus(other)
        sure = min(first.sure, other.sure)
        return Found(sure, first.sure + first.perhaps + other.sure + other.perhaps - sure)

    def _attempt(self, node: Node, given: set[str], depth: int) -> Found:
        body, handler, last = (node.child_by_field_name(each) for each in ("body", "handler", "finalizer"))
        tried = NONE if body is None else self._walk(body, given, depth + 1)
        if handler is not None:
            caught = self._walk(handler, given, depth + 1)
            tells = caught != NONE or re.search(r"\bthrow\b|\b(?:fail|done|reject)\w*\(", self.names.code(handler))
            tried = tried.plus(caught) if tells else NONE
        return tried if last is None else tried.plus(self._walk(last, given, depth + 1))

    def _loop(self, node: Node, given: set[str], depth: int) -> Found:
        found = NONE
        for child in node.named_children:
            found = found.plus(self._walk(child, given, depth + 1))
        if node.type == "for_in_statement":
            over = node.child_by_field_name("right")
            return NONE if over is not None and self.names.is_empty(over) else found
        condition = node.child_by_field_name("condition")
        if condition is not None and self.names.constant(condition) is False:
            return NONE
        return found if node.type == "for_statement" else found.maybe()

    def _either(self, node: Node, given: set[str], depth: int) -> Found:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return NONE
        operator = node.child_by_field_name("operator")
        sign = "" if operator is None else operator.type
        found, then = self._walk(left, given, depth + 1), self._walk(right, given, depth + 1)
        if sign not in ("&&", "||", "??"):
            return found.plus(then)
        truth = self.names.constant(left)
        if truth is None:
            return found.plus(then.maybe())
        return found.plus(then if truth is (sign == "&&") else NONE)

    def _function(self, node: Node, given: set[str], depth: int) -> Found:
        """A function expression: asserts if passed to a call, perhaps if in an object, and under a name only when
        called.
        """
        body, parent = node.child_by_field_name("body"), node.parent
        while parent is not None and parent.type == "parenthesized_expression":
            parent = parent.parent
        if body is None or parent is None or self._is_of_none(parent):
            return NONE
        if parent.type == "variable_declarator":
            return self._types(body)
        found = self._walk(body, given, depth + 1)
        return found if parent.type in ("arguments", "call_expression", "new_expression") else found.maybe()

    def _types(self, node: Node) -> Found:
        """What code that is perhaps never called asserts about types: tsc looks at it all the same."""
        pending, found = [node], 0
        while pending:
            each = pending.pop()
            found += self._is_of_types(each)
            pending += each.named_children
        return Found(found)

    def _is_of_types(self, node: Node) -> bool:
        name = node.child_by_field_name("name") if node.type == "generic_type" else None
        return name is not None and _OF_TYPES.fullmatch(self.names.source(name)) is not None

    def _own(self, node: Node, given: set[str], depth: int) -> Found:
        """What the node itself asserts, without its children."""
        if node.type == "call_expression":
            callee = node.child_by_field_name("function")
            arguments = node.child_by_field_name("arguments")
            if callee is None or arguments is None:
                return NONE
            if callee.type == "identifier":
                return self._by_name(callee, arguments, depth)
            if callee.type == "member_expression":
                return Found(int(self._matches(callee, arguments, given) and not self._is_unheard(node, callee)))
        elif node.type == "identifier" and node.parent is not None and node.parent.type == "arguments":
            return self.named(node, depth)
        elif node.type == "generic_type":
            return Found(int(self._is_of_types(node)))
        elif node.type == "expression_statement" and node.named_children[:1]:
            if self._is_query(node.named_children[0]):
                return Found(1)
            # chai: ``expect(x).to.be.true;``
            chain, root = self._chain(node.named_children[0])
            is_property = bare(node.named_children[0]).type == "member_expression"
            uncalled = is_property and not re.match(r"to[A-Z]", chain[-1])
            return Found(int(bool(uncalled and len(chain) > 1 and self._is_expect(root))))
        return NONE

    def _is_query(self, node: Node) -> bool:
        """Whether the statement is a query that throws where it finds nothing, and whose result nobody wants."""
        awaited = node.type == "await_expression"
        call = node.named_children[0] if awaited and node.named_children else node
        callee = call.child_by_field_name("function") if call.type == "call_expression" else None
        if callee is not None and callee.type == "member_expression":
            callee = callee.child_by_field_name("property")
        found = None if callee is None else _QUERY.fullmatch(self.names.source(callee))
        return found is not None and (awaited or found[1] == "get")

    def _by_name(self, callee: Node, arguments: Node, depth: int) -> Found:
        name = self.names.source(callee)
        if self.names.function(name, callee)[1] is not None:
            return self.named(callee, depth)
        trivial = all(each.type in _LITERALS for each in arguments.named_children)
        return Found(int(name not in ("expect", "expectTypeOf") and _NAMED.fullmatch(name) is not None and not trivial))

    def _matches(self, callee: Node, arguments: Node, given: set[str]) -> bool:
        chain, root = self._chain(callee)
        if "should" in chain[:-1] or chain[-1] == "expect":
            return True
        if root.type == "identifier":
            name = self.names.source(root)
            if name in ("assert", "should", "chai", "sinon") and self.names.own(name, root) is None:
                return not all(each.type in _LITERALS for each in arguments.named_children)
            if _NAMED.fullmatch(chain[-1]):
                return name != "expect"
            return chain[-1] in _OF_TEST and name in given
        if not self._is_expect(root) or chain[-1] in _NO_MATCHERS:
            return False
        inner = root.child_by_field_name("arguments")
        subject = [] if inner is None else inner.named_children
        literal = bool(subject) and all(self._is_constant(each) for each in (*subject, *arguments.named_children))
        same = [self.names.source(each) for each in arguments.named_children]
        itself = bool(same) and same == [self.names.source(each) for each in subject]
        return not literal and not itself

    def _is_constant(self, node: Node) -> bool:
        return node.type in _LITERALS or (node.type in _COMPUTED and truth(self.names.syntax, node) is not None)

    def _is_unheard(self, call: Node, callee: Node) -> bool:
        """Whether the assertion is a promise that nobody waits for, or whose failure is caught and forgotten."""
        if not _LATER & set(self._chain(callee)[0]):
            return False
        node, parent = call, call.parent
        while parent is not None:
            name = parent.child_by_field_name("property") if parent.type == "member_expression" else None
            if name is not None and self.names.source(name) == "catch" and parent.parent is not None:
                handler = parent.parent.child_by_field_name("arguments")
                return handler is None or not self._tells(handler)
            if name is None and parent.type != "call_expression" and parent.type not in _SEEN_THROUGH:
                break
            if parent.type == "call_expression" and node.type == "arguments":
                break
            node, parent = parent, parent.parent
        return parent is not None and parent.type in ("expression_statement", "unary_expression")

    def _tells(self, handler: Node) -> bool:
        return re.search(r"\bthrow\b|\b(?:fail|done|reject|expect|assert)\w*\b", self.names.code(handler)) is not None

    def _is_of_none(self, arguments: Node) -> bool:
        """Whether what is handed over is called for each part of a list without any."""
        call = arguments.parent if arguments.type == "arguments" else None
        callee = None if call is None else call.child_by_field_name("function")
        name = None if callee is None else callee.child_by_field_name("property")
        over = None if callee is None else callee.child_by_field_name("object")
        if name is None or over is None or self.names.source(name) not in _LISTED:
            return False
        return self.names.is_empty(over)

    def _chain(self, node: Node) -> tuple[list[str], Node]:
        """The names after the root: ``[not, toBe]`` and ``expect(x)``."""
        chain: list[str] = []
        node = bare(node)
        while len(chain) < _LINKS:
            target = node.child_by_field_name("object") if node.type == "member_expression" else None
            if target is not None:
                name = node.child_by_field_name("property")
                chain.insert(0, "" if name is None else self.names.source(name))
            elif node.type == "call_expression" and not self._is_expect(node):
                target = node.child_by_field_name("function")
            if target is None:
                return chain or [""], node
            node = bare(target)
        return chain, node

    def _is_expect(self, node: Node) -> bool:
        """``expect(x)``, ``expectTypeOf(x)``, ``expect.soft(x)``, unless this file declares the function."""
        callee = node.child_by_field_name("function") if node.type == "call_expression" else None
        if callee is None:
            return False
        if callee.type == "member_expression":
            source = re.sub(r"\s", "", self.names.source(callee))
            return source in _SPECIAL and self.names.own("expect", node) is None
        name = self.names.source(callee)
        return (
            callee.type == "identifier" and bool(_NAMED.fullmatch(name)) and self.names.function(name, node)[1] is None
        )

    def _leaves(self, choice: Node) -> bool:
        """Whether an ``if`` ends what it stands in, when it holds."""
        taken = choice.child_by_field_name("consequence")
        parts = () if taken is None else (taken, *taken.named_children)
        return any(each.type == "return_statement" or skips(self.names, each) for each in parts)
