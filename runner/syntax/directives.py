"""Comments that some tool obeys.

A directive is recognised where its tool recognises it: at the beginning of a comment, or of a line in it. A comment
that merely mentions ``@ts-ignore`` is not a directive.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from runner.syntax.tokens import comments, tokens
from runner.text.positions import LineIndex

# Directives that switch a check off. The first group is the name that violations show.
# tsc does not need the word to end, accepts pragmas in any case, and skips further slashes and stars.
_TSC = re.compile(r"[\s/*]*(@ts-(?:ignore|nocheck|expect-error))", re.IGNORECASE)
_SUPPRESSION = re.compile(
    r"(eslint-disable(?:-next-line|-line)?|tslint:disable\S*|biome-ignore(?:-all)?|"
    r"oxlint-disable(?:-next-line|-line)?|deno-lint-ignore(?:-file)?|(?:c8|v8|istanbul|node:coverage)\s+(?:ignore|disable))"
    r"(?![\w-])"
)
_OTHER = re.compile(
    r"@ts-check\b|/\s*<(?:reference|amd-)|eslint(?:-enable|-env)?\s|eslint-enable\b|globals?\s+\w|exported\s+\w|"
    r"tslint:|(?:prettier|dprint|deno-fmt)-ignore|oxlint-enable|(?:c8|v8|node:coverage)\s+enable|"
    r"[#@]__\w+__|webpack[A-Z]\w*\s*:|@vite-ignore|@(?:jsx|jsxFrag|jsxRuntime|jsxImportSource)\b|"
    r"@(?:vitest|jest)-(?:environment|config)|@flow\b|@noflow\b|[#@]\s*source(?:MappingURL|URL)=|@hash:|"
    r"@(?:license|preserve|cc_on)\b|!"
)
# A rule's severity in ESLint's configuration comment: ``no-x: off``, ``"no-x": 0``, ``no-x: ["off"]``.
_CONFIGURED = re.compile(r"(eslint|globals?|exported)\s")
_SWITCHED_OFF = re.compile(r"""[\w"'-]\s*:\s*\[?\s*(?:["']?off\b|["']?0(?![\w.]))""")
# JSDoc tags that tsc reads as types in a JavaScript file: those that need a type or a bracketed name, and those that
# mean something by themselves.
_TYPED = re.compile(
    r"@(type|param|arg|argument|returns?|prop|property|this|satisfies|augments|extends|implements|enum)\b"
)
_TYPING = re.compile(
    r"@(?:typedef|template|callback|overload|import|class|constructor|readonly|private|protected|public|override)\b.*"
)
_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")
# These apply to the line below them, so a line in between makes them meaningless.
_BOUND = re.compile(
    r"@ts-(?:ignore|expect-error)|\S+-next-line|(?:prettier|dprint|deno-fmt|biome|deno-lint)-ignore|.*ignore next"
)
_NAME = re.compile(r"\[[^\]]{0,500}\]|[\w$.]+")
_SPACE = re.compile(r"\s*")
_MARKS = "*" + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


@dataclass(frozen=True, slots=True)
class Directive:
    """``place`` is its position among the tokens: before which one, how far from it, and beside which."""

    text: str
    place: tuple[int, int, bool] = (0, 0, False)


def suppressions(text: str, path: str) -> Iterator[str]:
    """The names of the directives that switch a check off, one for each occurrence."""
    for comment in comments(text, path):
        yield from _suppressed(comment.text)


@lru_cache(maxsize=2048)
def _suppressed(comment: str) -> tuple[str, ...]:
    """Kept, because most comments stay from edit to edit."""
    names: list[str] = []
    for line in _lines(comment):
        if found := _TSC.match(line) or _SUPPRESSION.match(line):
            names.append(re.sub(r"\s+", " ", found[1].lower()))
    body = comment[2:-2].strip()
    if comment.startswith("/*") and (configured := _CONFIGURED.match(body)):
        # A setting after `--` is a remark.
        names += [f"{configured[1]} … off" for _ in _SWITCHED_OFF.finditer(re.split(r"\s-{2,}\s", body)[0])]
    return tuple(names)


def line_suppressions(text: str, path: str) -> Iterator[tuple[str, int]]:
    """Those that hide the errors of the line below them, by name, each with the 0-based row where its comment ends."""
    index = LineIndex(text)
    for comment in comments(text, path):
        for line in _lines(comment.text):
            if (found := _TSC.match(line)) and (name := found[1].lower()) != "@ts-nocheck":
                yield name, index.line_of(comment.end)


def directive_texts(text: str, path: str) -> tuple[str, ...]:
    """All directives in order, as written."""
    return tuple(line for comment in comments(text, path) for line in _directives(comment.text, path))


def directives(text: str, path: str) -> tuple[Directive, ...]:
    """All directives in order, with their places among the tokens. Two texts that tools treat the same have equal
    lists.
    """
    found: list[Directive] = []
    everything = tokens(text, path)
    starts = [token.start for token in everything]
    index = LineIndex(text)
    for comment in comments(text, path):
        for line in _directives(comment.text, path):
            at = bisect_left(starts, comment.start)
            beside = at > 0 and index.line_of(everything[at - 1].end) == index.line_of(comment.start)
            bound = _BOUND.match(line) is not None and at < len(everything)
            distance = index.line_of(everything[at].start) - index.line_of(comment.end) if bound else 0
            found.append(Directive(line, (at, distance, beside)))
    return tuple(found)


def _directives(comment: str, path: str) -> Iterator[str]:
    for line in _lines(comment):
        if found := _TSC.match(line):
            yield line[found.start(1) :]
        elif _SUPPRESSION.match(line) or _OTHER.match(line):
            yield line
    if comment.startswith("/**") and path.endswith(_JAVASCRIPT):
        yield from _types(comment)


def _types(comment: str) -> Iterator[str]:
    """What tsc reads of a JSDoc comment in JavaScript: each tag with its type and name, without the description."""
    plain = "\n".join(line.strip() for line in _lines(comment))
    at = 0
    # A tag inside a type is part of the type.
    while found := _TYPED.search(plain, at):
        at = type_end = _closed(plain, found.end())
        space = _SPACE.match(plain, type_end)
        rest = space.end() if space else type_end
        name = "" if found[1] not in ("param", "arg", "argument", "prop", "property") else _NAME.match(plain, rest)
        if type_end > found.end() or plain.startswith("[", rest):
            yield " ".join(plain[found.start() : type_end].split()) + (f" {name[0]}" if name else "")
    yield from (found[0] for found in _TYPING.finditer(plain))


def _closed(text: str, at: int) -> int:
    """The end of the type in braces that begins at ``at`` (after white space), or ``at`` if there is none."""
    start = len(text) - len(text[at:].lstrip())
    if not text.startswith("{", start):
        return at
    depth = 0
    for end in range(start, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if depth == 0:
            return end + 1
    return len(text)


def _lines(comment: str) -> Iterator[str]:
    """The lines of a comment without its markers. ``/// <`` keeps one slash, and ``/*!`` its exclamation mark."""
    body = comment[2:] if comment.startswith("//") else comment[2:-2]
    for line in body.splitlines():
        yield line.strip(_MARKS)
