"""What the names in a test file refer to: its own functions, imported ones, and conditions that name nothing."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from runner.syntax.trees import Syntax, captures

FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "generator_function", "method_definition")
_DECLARED = """
(function_declaration name: (identifier) @name)
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)])
"""
_LISTS = """
(lexical_declaration kind: "const" (variable_declarator name: (identifier) @name value: (array) @value))
"""
_IMPORTS = "(import_statement source: (string) @source) @import"
_ENDS = ("", ".ts", ".tsx", ".js", ".mts", ".mjs", "/index.ts", "/index.tsx", "/index.js")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
# A word that is not the part of a longer one, nor another thing's property.
_SAID = re.compile(r"(?<![\w$.])[\w$]+")
# The name of a list that something is put into.
_FILLED = re.compile(r"(?<![\w$.])([\w$]+)\s*(?:\.\s*(?:push|unshift|splice)\b|\[)")
_JUMPS = ("return_statement", "throw_statement")
# A condition made of these alone is always the same, or says nothing about what is tested.
_SAME = """true false null undefined void NaN Infinity Boolean Number String typeof Math random floor ceil round Date now new
    abs min max"""
_CONSTANT = frozenset(_SAME.split())


def bare(node: Node) -> Node:
    """The node inside parentheses, ``await``, ``void``, ``!`` and type assertions."""
    while node.type in (
        "parenthesized_expression",
        "await_expression",
        "non_null_expression",
        "as_expression",
        "unary_expression",
    ):
        inner = [each for each in node.named_children if each.type != "comment"]
        if not inner:
            return node
        node = inner[0]
    return node


def parameters(function: Node) -> list[Node]:
    """The parameters of a function that are plain names."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return [single]
    listed = function.child_by_field_name("parameters")
    patterns = [each.child_by_field_name("pattern") or each for each in (listed.named_children if listed else [])]
    return [each for each in patterns if each.type == "identifier"]


def never(source: str) -> bool:
    """Whether a condition names nothing that a test could depend on."""
    return not set(_WORD.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", source))) - _CONSTANT


@dataclass
class Names:
    """``read`` gives another file's text, or None if there is none."""

    text: str
    path: str
    read: Callable[[str], str | None]
    _jumps: dict[int, int] = field(default_factory=dict, init=False)
    _said: dict[int, frozenset[str]] = field(default_factory=dict, init=False)

    @cached_property
    def said(self) -> Counter[str]:
        """How often each word stands in the file's code."""
        return Counter(_SAID.findall(self.code(self.syntax.root)))

    def said_in(self, body: Node) -> frozenset[str]:
        """The words of a function's body. Kept, because a file of tests calls few functions, each of them often."""
        if body.start_byte not in self._said:
            self._said[body.start_byte] = frozenset(_SAID.findall(self.code(body)))
        return self._said[body.start_byte]

    def jump_in(self, block: Node) -> int:
        """Where the first ``return`` or ``throw`` of a block ends; behind the block where it has none."""
        if block.id not in self._jumps:
            jumps = (each.end_byte for each in block.named_children if each.type in _JUMPS)
            self._jumps[block.id] = next(jumps, block.end_byte + 1)
        return self._jumps[block.id]

    @cached_property
    def syntax(self) -> Syntax:
        return Syntax(self.text, self.path)

    def source(self, node: Node) -> str:
        return self.syntax.source(node)

    def code(self, node: Node) -> str:
        """The text without its comments, well enough to tell words apart."""
        return re.sub(r"//[^\n]*|/\*.*?\*/", "", self.source(node), flags=re.DOTALL)

    @cached_property
    def functions(self) -> dict[str, list[tuple[int, int, Node]]]:
        """The file's own functions by name, each with the range in which that name means it."""
        found: dict[str, list[tuple[int, int, Node]]] = {}
        for name in captures(self.syntax, _DECLARED).get("name", ()):
            declared = name.parent
            if declared is not None:
                start, end = _scope(declared)
                function = declared.child_by_field_name("value") or declared
                found.setdefault(self.source(name), []).append((start, end, function))
        return found

    def own(self, name: str, at: Node) -> Node | None:
        """The function of this file that ``name`` means at the place ``at``: the innermost one."""
        around = [each for each in self.functions.get(name, ()) if each[0] <= at.start_byte < each[1]]
        return min(around, key=lambda each: each[1] - each[0])[2] if around else None

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """Each imported name, with its module and its name there."""
        found: dict[str, tuple[str, str]] = {}
        for source in captures(self.syntax, _IMPORTS).get("source", ()):
            module, statement = self.source(source).strip("\"'`"), source.parent
            pending = [] if statement is None else list(statement.named_children)
            while pending:
                node = pending.pop()
                if node.type == "import_specifier":
                    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
                    if name is not None:
                        found[self.source(alias or name)] = (module, self.source(name))
                elif node.type in ("import_clause", "named_imports"):
                    pending += node.named_children
                elif node.type == "identifier":
                    found[self.source(node)] = (module, "default")
        return found

    @cached_property
    def imported_functions(self) -> dict[str, tuple[Names, Node]]:
        """Functions of the repository's own modules that this file imports by name."""
        found: dict[str, tuple[Names, Node]] = {}
        for name, (module, there) in self.imports.items():
            other = self._module(module) if module.startswith(".") else None
            function = None if other is None else other.own(there, other.syntax.root)
            if other is not None and function is not None:
                found[name] = (other, function)
        return found

    def function(self, name: str, at: Node) -> tuple[Names, Node | None]:
        own = self.own(name, at)
        return self.imported_functions.get(name, (self, None)) if own is None else (self, own)

    def is_empty(self, over: Node) -> bool:
        """Whether ``over`` is a list without parts, or the name of a constant that is one and stays one."""
        over = bare(over)
        if over.type != "identifier":
            return over.type == "array" and not over.named_children
        return self.source(over) in self._empty_lists

    @cached_property
    def _empty_lists(self) -> frozenset[str]:
        lists = captures(self.syntax, _LISTS)
        known: dict[str, bool] = {}
        for name, value in zip(lists.get("name", ()), lists.get("value", ()), strict=False):
            said = self.source(name)
            known[said] = known.get(said, True) and not bare(value).named_children
        filled = set(_FILLED.findall(self.code(self.syntax.root))) if known else set()
        return frozenset(name for name, empty in known.items() if empty and name not in filled)

    def constant(self, condition: Node) -> bool | None:
        """Whether the condition always or never holds; None if that depends on something."""
        plain = re.sub(r"[\s()]", "", self.code(condition))
        if plain in ("true", "1", "!0", "!false", "!!1", "!!true"):
            return True
        return False if never(plain) else None

    def _module(self, module: str) -> Names | None:
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), module))
        stem = re.sub(r"\.[cm]?jsx?$", "", joined)
        for base in dict.fromkeys((stem, joined)):
            for end in _ENDS:
                path = base + end
                text = self.read(path) if path.endswith((".ts", ".tsx", ".js", ".mts", ".mjs")) else None
                if text is not None:
                    return Names(text, path, self.read)
        return None


def _scope(declared: Node) -> tuple[int, int]:
    node = declared.parent
    while node is not None and node.type not in ("statement_block", "program"):
        node = node.parent
    return (0, 0) if node is None else (0 if node.type == "program" else node.start_byte, node.end_byte)
