"""A text cut into code and what lies between, read twice: by a scanner of our own and by tree-sitter.

A proof that an edit changes nothing but comments rests on knowing what is a comment. tree-sitter guesses where its
grammar is ambiguous, and a scanner without a parser guesses at each slash. So each checks the other. Where they differ,
and where TypeScript's own answer depends on more than both know, there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from tree_sitter import Node

from runner.syntax.kept import kept
from runner.syntax.readable import readable
from runner.syntax.trees import Syntax, captures

_GAP = r"(?:[ \t\r\n]++|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+"
_TOKEN = (
    r"[\w$]++"
    r'|"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*+"'
    r"|'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*+'"
    r"|[^\w\s$\"']"
)
_NEXT = re.compile(f"({_GAP})({_TOKEN})?")
_COMMENT = re.compile(r"//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/")
_CHUNK = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*+(?:`|\$\{)")
_SHEBANG = re.compile(r"#![^\r\n]*")
# To tsc they end a line, to others they do not, and some versions of tsc end a string there.
_ODD = re.compile("[\u2028\u2029\u0085\0]")
_TURNS = frozenset("`{}/")
_WORD_END = re.compile(r"[\w$\])\"'`]\Z")
# Tokens after which a slash begins a regular expression, and words of which one cannot tell.
_KEYWORDS = "return typeof case do else in instanceof new void delete throw default"
_BEFORE_REGEX = frozenset(_KEYWORDS.split())
_CONTEXTUAL = "of yield await async get set static extends type satisfies as is asserts keyof infer"
_UNSURE = frozenset(_CONTEXTUAL.split())
_OPENING = frozenset("(,=:[&|?{;*%~^")

_QUERY = "(comment) @comment (regex) @regex"
_JSX_QUERY = f"""{_QUERY}
(jsx_text) @atom
(jsx_attribute (string) @atom @attribute)
(arrow_function type_parameters: (type_parameters) @generic)
"""
_LIKE_A_TAG = re.compile(r"<(?://|/\*)")
# Where tsc reads ``<T extends X>`` as type parameters in a file that may hold JSX: where an arrow function may stand.
_EXTENDS = re.compile(r"<\s*[\w$]+\s+extends\s+[\w${\[(\"'`]")
_MAY_BE_ARROW = re.compile(r"(?:(?<![=!<>])=|=>|[(,\[:]|(?<!\?)\?|\breturn|\bdefault)\s*\Z")


@dataclass(frozen=True)
class Scan:
    """``gaps[i]`` is the white space and the comments before ``tokens[i]``; the last gap stands before the end.

    A token is at most what the compiler calls one: ``>>=`` is three of them. Without an empty gap between them, two such
    pieces may be one token.
    """

    tokens: tuple[str, ...]
    gaps: tuple[str, ...]

    @cached_property
    def starts(self) -> list[int]:
        """Where each gap starts and where each token starts, in turn (code points)."""
        found = [0]
        for gap, token in zip(self.gaps, chain(self.tokens, ("",)), strict=True):
            found.append(found[-1] + len(gap))
            found.append(found[-1] + len(token))
        return found

    def comments(self) -> Iterator[tuple[int, int]]:
        """Start and end of each comment."""
        at = 0
        for gap, token in zip(self.gaps, chain(self.tokens, ("",)), strict=True):
            if "/" in gap:
                yield from ((at + found.start(), at + found.end()) for found in _COMMENT.finditer(gap))
            at += len(gap) + len(token)


@kept(8)
def trivia(text: str, path: str) -> Scan | None:
    """None if there is any doubt. Raises ``Refused`` if ``path`` is not a source file or cannot be parsed."""
    if _ODD.search(text):
        return None
    syntax = Syntax(text, path, whole=True)
    if syntax.root.has_error:
        # Known gaps of the grammar are blanked; no offset changes.
        syntax = Syntax(readable(text, path), path, whole=True)
        if syntax.root.has_error:
            return None
    jsx = syntax.grammar == "tsx"
    found = captures(syntax, _JSX_QUERY if jsx else _QUERY)
    # Where JSX may be, tsc reads the first two characters of ``<//`` as the beginning of a closing tag.
    if jsx and _LIKE_A_TAG.search(text):
        return None
    if not all(_is_generic(node, syntax) for node in found.get("generic", ())):
        return None
    if not all(_is_plain_attribute(node, syntax) for node in found.get("attribute", ())):
        return None
    regexes, atoms, known = (
        {syntax.start(node): syntax.end(node) for node in found.get(name, ())} for name in ("regex", "atom", "comment")
    )
    scanned = _Scanner(text, regexes, atoms, jsx=jsx).scan()
    return scanned if scanned is not None and known == dict(scanned.comments()) else None


def _is_generic(parameters: Node, syntax: Syntax) -> bool:
    """Whether tsc too reads these as the type parameters of an arrow function."""
    start = syntax.start(parameters)
    if _MAY_BE_ARROW.search(syntax.text[max(0, start - 50) : start]) is None:
        return False
    # A tag has no comma.
    has_comma = any(child.type == "," for child in parameters.children)
    return has_comma or _EXTENDS.match(syntax.source(parameters)) is not None


def _is_plain_attribute(value: Node, syntax: Syntax) -> bool:
    """Only directly after ``=`` does tsc read an attribute as JSX does, without escapes; else it is a string of JavaScript."""
    start = syntax.start(value)
    return syntax.text[start - 1 : start] == "=" or re.search(r"[\\\r\n]", syntax.source(value)) is None


class _Scanner:
    """``regexes`` and ``atoms`` (text and attributes of JSX) are the places that only a parser can find."""

    def __init__(self, text: str, regexes: Mapping[int, int], atoms: Mapping[int, int], *, jsx: bool) -> None:
        self.text, self.regexes, self.atoms, self.jsx = text, regexes, atoms, jsx
        self.tokens: list[str] = []
        self.gaps: list[str] = []
        # The depth of braces at which each open template goes on.
        self.templates: list[int] = []
        self.depth = 0

    def scan(self) -> Scan | None:
        text, tokens, gaps = self.text, self.tokens, self.gaps
        at = 0
        if (shebang := _SHEBANG.match(text)) is not None:
            tokens.append(shebang[0])
            gaps.append("")
            at = shebang.end()
        while True:
            gap, token = "", None
            if at not in self.atoms:
                found = _NEXT.match(text, at)
                if found is None:
                    return None
                gap, token = found.groups()
                at = found.end(1)
            if at in self.atoms:
                token = text[at : self.atoms[at]]
            elif token is None:
                gaps.append(gap)
                return Scan(tuple(tokens), tuple(gaps)) if at == len(text) and not self.templates else None
            elif token in _TURNS and (token := self._turn(token, at)) is None:
                return None
            gaps.append(gap)
            tokens.append(token)
            at += len(token)

    def _turn(self, token: str, at: int) -> str | None:
        """The whole token that begins with this character at ``at``."""
        if token == "/":
            end = self.regexes.get(at)
            if end is not None:
                return self.text[at:end] if self._begins_regex() else None
            return token if self._is_plain_slash(self.text[at + 1 : at + 2]) else None
        if token == "{":
            self.depth += 1
            return token
        goes_on = token == "}" and bool(self.templates) and self.templates[-1] == self.depth
        if token == "}" and not goes_on:
            self.depth -= 1
            return token
        if goes_on:
            self.templates.pop()
        chunk = _CHUNK.match(self.text, at + 1)
        if chunk is None:
            return None
        whole = self.text[at : chunk.end()]
        if whole.endswith("${"):
            self.templates.append(self.depth)
        return whole

    def _begins_regex(self) -> bool:
        """Whether a slash here surely begins a regular expression. The parser says that it does."""
        if not self.tokens:
            return True
        before = self.tokens[-1]
        earlier = self.tokens[-2] if len(self.tokens) > 1 else ";"
        if before == ">":
            return earlier == "=" and self.gaps[-1] == ""
        if before == "!":  # not the one that follows an expression
            return earlier in _OPENING or earlier in _BEFORE_REGEX
        return before in _OPENING or before in _BEFORE_REGEX or before.endswith("${")

    def _is_plain_slash(self, after: str) -> bool:
        """Whether a slash here surely divides, or belongs to a tag. The parser says that it begins nothing."""
        before = self.tokens[-1] if self.tokens else ""
        if self.jsx and (before == "<" or after == ">"):
            return True
        return _WORD_END.search(before) is not None and before not in _BEFORE_REGEX and before not in _UNSURE
