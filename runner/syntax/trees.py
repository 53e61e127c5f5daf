"""Syntax trees of TypeScript and JavaScript by tree-sitter, with offsets in code points.

tree-sitter recovers from every error, and its grammar lacks some new syntax. So a tree never proves that a text is
correct; it only says where declarations and tokens are. tsc judges.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.syntax.depth import CHAIN, DEEPEST, too_deep
from runner.syntax.kept import admit, kept
from runner.text.positions import Units

# Text that the grammar cannot parse may take the parser quadratic time.
LIMIT_S = 10.0
_SLICE = 65_536
_GRAMMARS = {
    **dict.fromkeys(("ts", "mts", "cts"), "typescript"),
    **dict.fromkeys(("tsx", "js", "jsx", "mjs", "cjs"), "tsx"),
}


def is_source(path: str) -> bool:
    """Whether ``path`` is a TypeScript or JavaScript file, which this package can parse."""
    return path.rpartition(".")[2] in _GRAMMARS


@lru_cache(maxsize=2)
def _language(grammar: str) -> Language:
    pointer = (
        tree_sitter_typescript.language_tsx() if grammar == "tsx" else tree_sitter_typescript.language_typescript()
    )
    return Language(pointer)


# The last error-free text of each recent file, and its tree. The pair is only ever replaced, so threads may share it. A
# trace edits the same files again and again, in turns.
_LATEST: OrderedDict[str, tuple[bytes, Tree]] = OrderedDict()
_FILES = 64
# If less than this fraction of a text changed, parsing continues from the tree of the other text.
_SMALL = 0.1


@dataclass
class _Parsed:
    """The trees of one text, made on request: ``tree`` is any tree, ``whole`` one parsed from the beginning."""

    content: bytes
    tree: Tree | None = None
    whole: Tree | None = None
    sound: bool = False


@kept(32, room=None)
def _parsed(text: str, grammar: str) -> _Parsed:
    """Cached, because all checks ask for the same texts. A tree is never changed."""
    return _Parsed(text.encode("utf-8", "surrogatepass"))


def _whole(text: str, grammar: str) -> Tree:
    parsed = _parsed(text, grammar)
    if parsed.whole is None:
        parsed.whole = _parse(Parser(_language(grammar)), parsed.content)
    return parsed.whole


def _tree(text: str, grammar: str, path: str) -> Tree:
    """An edited file is parsed from its previous tree. Error recovery may depend on that tree, so a text with errors is
    always parsed from the beginning.
    """
    parsed = _parsed(text, grammar)
    if parsed.tree is not None:
        return parsed.tree
    file = f"{grammar} {path}"
    latest = _LATEST.get(file)
    tree = parsed.whole
    if tree is None and latest is not None:
        tree = _parsed_from(Parser(_language(grammar)), *latest, parsed.content)
    if tree is None or tree.root_node.has_error:
        tree = _whole(text, grammar)
    parsed.tree = tree
    if not tree.root_node.has_error:
        _remember(file, parsed.content, tree)
    return tree


def _check_depth(text: str, grammar: str, tree: Tree, path: str) -> None:
    """Raises ``Refused`` (``edit.unsupported``) if code is nested too deeply to be read in time."""
    parsed = _parsed(text, grammar)
    if parsed.sound:
        return
    if (node := too_deep(tree.root_node)) is not None:
        line = node.start_point.row + 1
        message = f"{path}:{line} is nested too deeply to be read: more than {DEEPEST} levels, or {CHAIN} in one chain."
        raise Refused(violation("edit.unsupported", message, file=path))
    parsed.sound = True


def _remember(file: str, content: bytes, tree: Tree) -> None:
    _LATEST[file] = (content, tree)
    with suppress(KeyError):  # another thread may have dropped one
        _LATEST.move_to_end(file)
        while len(_LATEST) > _FILES:
            _LATEST.popitem(last=False)


def _parse(parser: Parser, content: bytes, old: Tree | None = None) -> Tree:
    """Raises ``Refused`` after ``LIMIT_S`` seconds."""
    deadline = time.monotonic() + LIMIT_S
    given = {} if old is None else {"old_tree": old}
    try:
        # Parsing can be aborted only if the text is read in slices.
        return parser.parse(
            lambda at, _: content[at : at + _SLICE],
            encoding="utf8",
            progress_callback=lambda *_: time.monotonic() > deadline,
            **given,
        )
    except ValueError as error:
        message = f"The parser gave up after {LIMIT_S:g} s."
        raise Refused(violation("edit.too-hard-to-parse", message)) from error


def _parsed_from(parser: Parser, old: bytes, tree: Tree, new: bytes) -> Tree | None:
    """The tree of ``new``, parsed from that of ``old``; None if the two have too little in common."""
    most = min(len(old), len(new))
    head = _same(most, lambda length: old[:length] == new[:length])
    tail = _same(most - head, lambda length: old[len(old) - length :] == new[len(new) - length :])
    end, new_end = len(old) - tail, len(new) - tail
    if max(end, new_end) - head > _SMALL * most:
        return None
    known = tree.copy()
    known.edit(head, end, new_end, _point(old, head), _point(old, end), _point(new, new_end))
    return _parse(parser, new, known)


def _same(most: int, alike: Callable[[int], bool]) -> int:
    """The greatest length up to ``most`` for which two texts are equal, by bisection."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if alike(middle) else (least, middle - 1)
    return least


def _point(content: bytes, at: int) -> tuple[int, int]:
    """Row and column, in bytes."""
    return content.count(b"\n", 0, at), at - content.rfind(b"\n", 0, at) - 1


@kept(32)
def _units(text: str) -> Units:
    return Units(text, "utf-8")


@lru_cache(maxsize=32)
def _query(grammar: str, pattern: str) -> Query:
    return Query(_language(grammar), pattern)


class Syntax:
    """The tree of one text. ``at`` maps tree-sitter's byte offsets to code points.

    ``whole``: parsed from the beginning, so that a proof does not rest on what was parsed before.
    """

    def __init__(self, text: str, path: str, *, whole: bool = False) -> None:
        grammar = _GRAMMARS.get(path.rpartition(".")[2])
        if grammar is None:
            message = f"{path} is not a TypeScript or JavaScript file."
            raise Refused(violation("edit.unsupported", message, file=path))
        self.text = text
        self.grammar = grammar
        admit(text, path)
        self.tree: Tree = _whole(text, grammar) if whole else _tree(text, grammar, path)
        _check_depth(text, grammar, self.tree, path)
        self._units = _units(text)
        self._wide = bool(self._units.wide)

    @property
    def root(self) -> Node:
        return self.tree.root_node

    def at(self, byte: int) -> int:
        if not self._wide:
            return byte
        found = self._units.offset(byte)
        # tree-sitter cannot return a byte inside a character; the start of the character is the only sane answer.
        return found if found is not None else self._units.offset(byte - 1) or 0

    def start(self, node: Node) -> int:
        return self.at(node.start_byte)

    def end(self, node: Node) -> int:
        return self.at(node.end_byte)

    def source(self, node: Node) -> str:
        return self.text[self.start(node) : self.end(node)]


def captures(syntax: Syntax, pattern: str) -> dict[str, list[Node]]:
    """The nodes that a tree-sitter query captures, by capture name, each list in text order.

    Far faster than walking the tree from Python.
    """
    found = QueryCursor(_query(syntax.grammar, pattern)).captures(syntax.root)
    # The library returns them in no particular order.
    return {name: sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte)) for name, nodes in found.items()}


def errors(syntax: Syntax) -> Iterator[Node]:
    """ERROR and MISSING nodes, outermost first, in text order. Skips subtrees without errors."""
    pending = [syntax.root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            pending += reversed(node.children)
