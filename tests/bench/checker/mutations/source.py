"""What a kind of mutation works on: one file of a project, read once, and the project around it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from tree_sitter import Node

from runner.syntax.outline import Declaration, flat, outline
from runner.syntax.trees import Syntax, captures

Files = Mapping[str, "str | None"]
"""Whole new texts by path; None removes the file."""

_FROM = re.compile(r"""(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]""")
_ENDS = ("", ".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", "/index.ts", "/index.tsx", "/index.d.ts")


@dataclass(frozen=True)
class Source:
    """``others`` are the paths of the same project, sorted; ``read`` gives the text of one, None for what is no text."""

    path: str
    text: str
    others: tuple[str, ...]
    read: Callable[[str], str | None] = field(repr=False)

    @cached_property
    def syntax(self) -> Syntax:
        return Syntax(self.text, self.path)

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        return tuple(flat(outline(self.text, self.path)))

    @property
    def exported(self) -> list[Declaration]:
        """Top-level declarations that stand behind the word ``export`` alone."""
        found = outline(self.text, self.path)
        return [each for each in found if each.exported and self._words(each).startswith("export ")]

    @property
    def is_module(self) -> bool:
        return re.search(r"^(import|export)\b", self.text, re.MULTILINE) is not None

    @property
    def is_declaration(self) -> bool:
        return re.search(r"\.d\.(\w+\.)?[mc]?ts\Z", self.path) is not None

    def nodes(self, pattern: str) -> list[Node]:
        """The nodes that the query names ``@found``."""
        return captures(self.syntax, pattern).get("found", [])

    def imports(self) -> Iterator[tuple[str, str]]:
        """(specifier, path) of the relative imports of files of this project."""
        for match in _FROM.finditer(self.text):
            if (path := self.resolve(match[1])) is not None:
                yield match[1], path

    def resolve(self, specifier: str) -> str | None:
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), specifier))
        bare = re.sub(r"\.[mc]?js\Z", "", joined)
        known = set(self.others)
        return next((base + end for base in (joined, bare) for end in _ENDS if base + end in known), None)

    def replaced(self, start: int, end: int, text: str) -> Files:
        return {self.path: self.text[:start] + text + self.text[end:]}

    def replaced_node(self, node: Node, text: str) -> Files:
        return self.replaced(self.syntax.start(node), self.syntax.end(node), text)

    def appended(self, text: str) -> Files:
        between = "" if self.text.endswith("\n") else "\n"
        return {self.path: f"{self.text}{between}{text}"}

    def _words(self, declaration: Declaration) -> str:
        return self.text[declaration.start : declaration.name_start]


Propose = Callable[[Source, Random], "Files | None"]
"""One mutation of this file, or None if it has no place for one. The same for the same numbers of ``Random``."""
