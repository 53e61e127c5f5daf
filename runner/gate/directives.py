"""Comments that are more than words: some tool obeys them.

A directive is recognised where its tool does so: at the beginning of a comment, or of a line in it. A comment that
merely speaks of ``@ts-ignore`` is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from runner.edits.positions import LineIndex
from runner.edits.tokens import comments, tokens

# What makes a check look away. The first group is the name that violations show.
_SUPPRESSION = re.compile(
    r"(@ts-(?:ignore|nocheck|expect-error)|eslint-disable(?:-next-line|-line)?|tslint:disable\S*|biome-ignore(?:-all)?|"
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
# These speak of the line below them, so that a line in between takes their meaning away.
_BOUND = re.compile(
    r"@ts-(?:ignore|expect-error)|\S+-next-line|(?:prettier|dprint|deno-fmt|biome|deno-lint)-ignore|.*ignore next"
)
_MARKS = re.compile(r"^[\s*]+|[\s*]+$")


@dataclass(frozen=True, slots=True)
class Directive:
    """``place`` says where it stands among the tokens: before which one, how far from it, and beside which."""

    text: str
    place: tuple[int, int, bool] = (0, 0, False)


def suppressions(text: str, path: str) -> Iterator[str]:
    """The names of those that switch a check off, one for each occurrence."""
    for comment in comments(text, path):
        for line in _lines(comment.text):
            if found := _SUPPRESSION.match(line):
                yield re.sub(r"\s+", " ", found[1])


def directive_texts(text: str, path: str) -> tuple[str, ...]:
    """All directives in order, as they are written."""
    return tuple(line for comment in comments(text, path) for line in _directives(comment.text))


def directives(text: str, path: str) -> tuple[Directive, ...]:
    """All directives in order with their places among the tokens: the same for two texts that tools treat the same."""
    found: list[Directive] = []
    everything = tokens(text, path)
    starts = [token.start for token in everything]
    index = LineIndex(text)
    for comment in comments(text, path):
        for line in _directives(comment.text):
            at = bisect_left(starts, comment.start)
            beside = at > 0 and index.line_of(everything[at - 1].end) == index.line_of(comment.start)
            bound = _BOUND.match(line) is not None and at < len(everything)
            distance = index.line_of(everything[at].start) - index.line_of(comment.end) if bound else 0
            found.append(Directive(line, (at, distance, beside)))
    return tuple(found)


def _directives(comment: str) -> Iterator[str]:
    return (line for line in _lines(comment) if _SUPPRESSION.match(line) or _OTHER.match(line))


def _lines(comment: str) -> Iterator[str]:
    """The lines of a comment without its marks. ``/// <`` keeps one slash, and ``/*!`` its exclamation mark."""
    body = comment[2:] if comment.startswith("//") else comment[2:-2]
    for line in body.splitlines():
        yield _MARKS.sub("", line)
