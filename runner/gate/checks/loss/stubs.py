"""Placeholders that a model writes instead of code that it did not want to repeat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from runner.gate.checks.loss.bodies import inner, is_emptied, is_literal
from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.kept import kept
from runner.syntax.marks import marked
from runner.syntax.outline import Declaration, flat, outline
from runner.syntax.plain_comments import plain_comments
from runner.syntax.tokens import comments
from runner.syntax.trees import Syntax, is_source

LONG = 200
_THING = (
    r"(?:code|file|function|class|method|implementation|logic|body|import|handler|component|propert|field|test|case|route)"
    r"(?:s|es|y|ies)?"
)
_STAYS = (
    r"(?:\s+(?:is|are|stays?|remains?|goes|go|as|same|unchanged|the|here|before|above|below|like|exactly|it|kept|omitted"
    r"|continues?))*"
)
# Each pattern matches a whole comment, so prose that merely uses these words is left alone.
_REMARK = re.compile(
    rf"""(?:keep\s+)?(?:the\s+|all\s+)?(?:rest|remainder|remaining)(?:\s+of)?(?:\s+(?:the|this|your))?(?:\s+{_THING})*{_STAYS}
    |(?:keep\s+)?(?:the\s+|all\s+|your\s+)?(?:existing|previous|original|current|other)\s+{_THING}{_STAYS}
    |(?:same|unchanged|as\s+before|no\s+changes?|continues?|continued)
       (?:\s+(?:as|the|above|before|previously|code|from|here|below|original))*
    |(?:todo:?\s*)?(?:implement(?:\s+(?:me|this|here|later))?|implementation(?:\s+goes)?\s+here
       |not(?:\s+yet)?\s+implemented(?:\s+yet)?|your\s+{_THING}(?:\s+goes)?\s+here
       |(?:add|insert|put)\s+(?:your\s+)?{_THING}\s+here)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    r"(?:\.{3,}|…)\s*(?:$|.*\b(?:rest|remaining|remainder|existing|other|previous|same|unchanged|before|continue[sd]?|"
    r"omitted|keep|code|implementation|methods?|functions?|imports?|logic|etc)\b)",
    re.IGNORECASE,
)
_OMITTED = re.compile(
    r"\b(?:omitted|removed|truncated|elided|shortened|abbreviated|skipped) for (?:brevity|clarity|space)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<!--(.*?)(?:-->|(\Z))", re.DOTALL)
_HASH = re.compile(r"(?:^|\s)#([^\n]*)")
_EDGES = re.compile(r"^[\s*(\[{<>–—-]+|[\s*)\]}<>.!…–—-]+$")
_NOT_IMPLEMENTED = re.compile(
    r"throw\s+(?:new\s+)?\w*Error\s*\(\s*['\"`]\W*(?:\w+\s+)?(?:is\s+)?"
    r"(?:not\s+(?:yet\s+)?implemented|todo\b|unimplemented|implement me)",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"(?:pass|\.\.\.|return(?:\s+(?:null|undefined|\[\]|\{\}|''|\"\"|0))?(?:\s+as\s+\w+)?)\s*;?")


def check_stubs(inspection: Inspection) -> list[Violation]:
    before: Counter[str] = Counter()
    for file in inspection.files:
        before.update(_stubs(file.before, file.old_path))
    for path, text in inspection.deleted.items():
        before.update(_stubs(text, path))
    found: list[Violation] = []
    for file in inspection.files:
        for stub in _stubs(file.after, file.path):
            before[stub] -= 1
            if before[stub] < 0:
                message = f"{file.path} has a stub in place of code: {stub[:80]!r}"
                found.append(violation("clobber.stub", message, file=file.path))
        if file.is_code and not file.is_new and not new_errors(file):
            found += _gutted(file, inspection)
    return found


@kept(8)
def _stubs(text: str, path: str) -> tuple[str, ...]:
    """Cached, because the result of one edit is the start of the next."""
    return tuple(_each_stub(text, path))


def _each_stub(text: str, path: str) -> Iterator[str]:
    if not is_source(path):
        yield from (line.strip() for line in _remarks(text, path) if len(line) <= LONG and is_remark(line))
        return
    for comment in comments(text, path):
        if len(comment.text) <= LONG and is_remark(comment.text):
            yield comment.text.strip()
    syntax = Syntax(text, path)
    for node in marked(text, path, "throw"):
        if _NOT_IMPLEMENTED.match(said := syntax.source(node)):
            yield said


def _remarks(text: str, path: str) -> Iterator[str]:
    """The comments of a file that is not code, in the form that ``is_remark`` wants."""
    yield from (f"/*{found[1]}*/" for found in _MARKUP.finditer(text) if found[2] is None)
    if path.endswith((".css", ".scss", ".less", ".jsonc", ".html", ".vue", ".svelte")):
        yield from (text[start:end] for start, end in plain_comments(text))
    if path.endswith((".yml", ".yaml", ".toml", ".sh", ".py")):
        yield from (f"//{found[1]}" for found in _HASH.finditer(text))


@lru_cache(maxsize=8192)
def is_remark(comment: str) -> bool:
    """Whether a comment replaces code that was left out. Cached, because most comments stay the same."""
    body = comment[2:] if comment.startswith("//") else comment[2:-2]
    said = _EDGES.sub("", body)
    if _ELLIPSIS.match(body.strip(" \t\r\n*{([/")) or _OMITTED.search(body):
        return True
    return _REMARK.fullmatch(re.sub(r"\s+", " ", said.lstrip(". …"))) is not None


def _gutted(file: Changed, inspection: Inspection) -> Iterator[Violation]:
    """Bodies that had code and are now empty or a bare ``return``.

    In the places that the task names, only an empty body counts. Bodies emptied elsewhere are ``declaration-lost``.
    """
    old = {each.key: each for each in _functions(file.before, file.old_path)}
    spans = inspection.scope.spans.get(file.old_path, ())
    for new in _functions(file.after, file.path):
        was = old.get(new.key)
        if was is None or file.before[was.start : was.end] == file.after[new.start : new.end]:
            continue
        if is_literal(file.before, was) or is_literal(file.after, new):
            continue
        if inspection.intent.removes(file.old_path, was):
            continue
        named = any(start <= was.start and was.end <= end for start, end in spans)
        left = inner(file.after, new) or ""
        had = len((inner(file.before, was) or "").split("\n"))
        if named and is_emptied(file.before, was, file.after, new):
            what = "is empty now"
        elif not named and had >= 3 and left and _NOTHING.fullmatch(left):
            what = f"had {had} lines and is {left!r} now"
        else:
            continue
        message = f"the body of {file.path}#{new.address} {what}"
        yield violation("clobber.stub", message, file=file.path)


def _functions(text: str, path: str) -> Iterator[Declaration]:
    kinds = ("function", "method", "getter", "setter", "constructor", "variable")
    for each in flat(outline(text, path)):
        if each.body is not None and each.kind in kinds:
            yield each
