"""The tokens of a text, so that two texts can be proved to differ in comments and white space only.

Tokens include what tree-sitter alone would miss:

* Line breaks that mean something. ``return /* … a line break … */ x`` returns nothing, because of automatic semicolon
  insertion, and a comment can add or remove that break. So a token knows whether a line break comes before it, if the
  grammar (ECMAScript 12.10, restricted productions, and TypeScript's contextual words) looks at it.
* Text that looks like a comment but is not one to tsc (``<!--``), or that the parser skipped. It becomes a token.
* The shape. The kinds of all nodes above a token are hashed into it, so equal words that parse differently differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from runner.model.text import Range
from runner.syntax.kept import kept
from runner.syntax.marks import marked
from runner.syntax.readable import is_comment, readable
from runner.syntax.trees import Syntax, errors
from runner.text.positions import LineIndex

_BREAK = re.compile("[\n\r\u2028\u2029]")
_ATOMS = ("string", "regex", "jsx_text", "string_fragment", "hash_bang_line")
_WORD = re.compile(r"[\w$#]")
_WORDS = """return throw break continue yield async await type interface declare abstract namespace module global get set
    static accessor readonly public private protected override using let asserts is infer keyof unique out in of enum as
    satisfies import export from"""
_BREAKING_AFTER = frozenset(_WORDS.split())
_BREAKING_BEFORE = frozenset(("++", "--", "=>", "!", "[", "<", "as", "satisfies", "is", "extends", "of"))
_BLOCKS = frozenset(
    ("program", "statement_block", "class_body", "interface_body", "object_type", "switch_case", "switch_default")
)
_SPACE = (
    "\t\v\f \u00a0\ufeff\n\r\u2028\u2029"
    + "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)


@dataclass(frozen=True, slots=True)
class Token:
    """``start``..``end`` are offsets in code points and are ignored in comparisons. ``shape`` is the hash of the kinds
    of the nodes above, valid within one process. ``line_break`` is set only if a break before the token matters.
    """

    kind: str
    text: str
    shape: int
    line_break: bool
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment with its markers. Offsets in code points, end exclusive."""

    text: str
    start: int
    end: int


@kept(8)
def tokens(text: str, path: str) -> tuple[Token, ...]:
    """Every token in order. Two texts with equal tokens mean the same to tsc, apart from comments that are directives
    (``@ts-ignore``, ``/// <reference``, ``@jsx``): compare ``comments`` for those. Raises ``Refused`` if this is not a
    source file.
    """
    syntax = Syntax(text, path, whole=True)
    if syntax.root.has_error:
        # How the parser recovers depends on nearby comments, so known errors are repaired first.
        syntax = Syntax(readable(text, path), path, whole=True)
    found: list[Token] = []
    end = 0
    breaks = False
    for node, shape, opens in _leaves(syntax.root):
        start, stop = syntax.start(node), syntax.end(node)
        if start > end:
            gap = text[end:start]
            breaks = breaks or _BREAK.search(gap) is not None
            if gap.strip(_SPACE):
                found.append(Token("skipped", gap.strip(_SPACE), shape, False, end, start))
        own = text[start:stop]
        end = max(end, stop)
        if node.type == "comment" and is_comment(own):
            breaks = breaks or _BREAK.search(own) is not None
            continue
        if node.type == ";" and own != ";":
            continue  # inserted to separate two declarations
        matters = breaks and bool(found) and _matters(found[-1].text, own, opens=opens)
        found.append(Token(node.type, own, shape, matters, start, stop))
        breaks = False
    if text[end:].strip(_SPACE):
        found.append(Token("skipped", text[end:].strip(_SPACE), 0, False, end, len(text)))
    return tuple(found)


def _leaves(root: Node) -> Iterator[tuple[Node, int, bool]]:
    """Leaves and atoms in order, with the hash of the kinds above them, and whether each is the first of a statement."""
    pending = [(root, 0, False)]
    while pending:
        node, shape, opens = pending.pop()
        children = node.children
        if not children or node.type in _ATOMS:
            yield node, shape, opens
            continue
        inner = hash((shape, node.type))
        block = node.type in _BLOCKS
        pending += [(child, inner, block or (opens and at == 0)) for at, child in reversed(list(enumerate(children)))]


def _matters(before: str, token: str, *, opens: bool) -> bool:
    if before in _BREAKING_AFTER:
        return True
    # After an operator or an opening bracket the expression continues despite line breaks.
    ended = _WORD.match(before[-1:]) is not None or before[-1:] in ")]}>'\"`/" or before in ("++", "--", "!", "*")
    if token in _BREAKING_BEFORE:
        return ended
    return opens and ended and before != "}"


@kept(8)
def comments(text: str, path: str) -> tuple[Comment, ...]:
    """Every comment in order. Raises ``Refused`` if ``path`` is not a source file."""
    syntax = Syntax(text, path)
    found = [
        Comment(own, syntax.start(node), syntax.end(node))
        for node in marked(text, path, "comment")
        if is_comment(own := syntax.source(node))
    ]
    return tuple(sorted(found, key=lambda comment: comment.start))


@kept(8)
def syntax_errors(text: str, path: str) -> tuple[Range, ...]:
    """Where the parser found an error or missed a token (LSP ranges). Raises ``Refused`` if this is not a source file.

    The grammar lacks some new syntax (``export type * from``), so only errors that the base does not have count.
    """
    syntax = Syntax(text, path)
    if not syntax.root.has_error:
        return ()
    index = LineIndex(text)
    return tuple(index.range(syntax.start(node), syntax.end(node)) for node in errors(syntax))
