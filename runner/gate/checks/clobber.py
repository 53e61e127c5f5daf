"""Clobbering: what a model does to a file when it re-emits it instead of editing it."""

from __future__ import annotations

import re
from collections import Counter

from runner.edits.outline import Declaration, flat, outline
from runner.edits.tokens import comments
from runner.gate.inspection import Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation

# Below this many lost lines a share says nothing: three lines are half of a six-line file.
SMALL = 15
_STUB = re.compile(
    r"(\.\.\.|…)\s*(the\s+)?(rest|existing|remaining|other|previous|same|unchanged|as before|continues?)\b"
    r"|\b(rest|remainder) of (the )?(code|file|function|class|method|implementation)\b"
    r"|\b(existing|previous|remaining|original) (code|logic|implementation)( here| goes here| remains| unchanged)"
    r"|\b(continue|same|rest|unchanged|remains?) (as|the same as) (before|above|previously)\b"
    r"|^\W*existing code\W*$",
    re.IGNORECASE,
)
_NOT_IMPLEMENTED = re.compile(
    r"throw\s+new\s+Error\(\s*(['\"`])\s*(not\s+(yet\s+)?implemented|todo|unimplemented)", re.IGNORECASE
)
_NOISE = str.maketrans({'"': "'", ";": None, ",": None, " ": None, "\t": None, "\r": None})


def check_share(inspection: Inspection) -> list[Violation]:
    """How much of a file is gone. Lines that survive elsewhere, or with other white space, are not gone."""
    found: list[Violation] = []
    limit = inspection.policy.max_changed_ratio
    for file in inspection.code_files:
        before = Counter(_lines(file.before))
        lost = (before - Counter(_lines(file.after))).total()
        total = before.total()
        if lost > SMALL and lost / total > limit:
            message = (
                f"{lost} of {total} lines of {file.path} are gone ({lost / total:.0%}; the policy allows {limit:.0%})"
            )
            found.append(violation("clobber.too-much-changed", message, file=file.path))
    return found


def check_declarations(inspection: Inspection) -> list[Violation]:
    """Declarations that are gone or emptied though the task does not name them."""
    found: list[Violation] = []
    for file in inspection.code_files:
        if file.is_new:
            continue
        after = {each.key: each for each in flat(outline(file.after, file.path))}
        spans = inspection.scope.spans.get(file.old_path, ())
        for old in flat(outline(file.before, file.old_path)):
            if any(start <= old.start and old.end <= end for start, end in spans):
                continue
            new = after.get(old.key) or after.get(old.address)
            if new is None and old.exported:
                found.append(
                    violation("clobber.declaration-lost", f"{file.path}#{old.address} is gone", file=file.path)
                )
            elif new is not None and _has_body(file.before, old) and _emptied(file.after, new):
                found.append(
                    violation("clobber.declaration-lost", f"{file.path}#{old.address} is empty now", file=file.path)
                )
    return found


def check_stubs(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.code_files:
        fresh = _stubs(file.after, file.path) - _stubs(file.before, file.old_path)
        found += [
            violation("clobber.stub", f"{file.path} has a stub in place of code: {text.strip()[:80]!r}", file=file.path)
            for text in sorted(fresh)
        ]
    return found


def _stubs(text: str, path: str) -> set[str]:
    said = {comment.text for comment in comments(text, path) if _STUB.search(comment.text.strip("/* \t\n"))}
    return said | {match[0] for match in _NOT_IMPLEMENTED.finditer(text)}


def _lines(text: str) -> list[str]:
    return [bare for line in text.split("\n") if (bare := line.translate(_NOISE))]


def _has_body(text: str, declaration: Declaration) -> bool:
    return declaration.body is not None and _inner(text, declaration.body) != ""


def _emptied(text: str, declaration: Declaration) -> bool:
    return declaration.body is not None and _inner(text, declaration.body) == ""


def _inner(text: str, body: tuple[int, int]) -> str:
    """A body's text without its braces, comments and white space."""
    bare = re.sub(r"/\*.*?\*/|//[^\n]*", "", text[body[0] : body[1]], flags=re.DOTALL).strip()
    return bare.removeprefix("{").removesuffix("}").strip()
