"""Switching a check off is not passing it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter

from runner.edits.tokens import comments, tokens
from runner.gate.inspection import Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation

_PRAGMA = re.compile(
    r"@ts-(?:ignore|nocheck|expect-error)|eslint-disable(?:-next-line|-line)?|prettier-ignore|(?:c8|v8|istanbul) ignore"
)
_SKIPPED = re.compile(r"\b(?:it|test|describe|suite)\s*\.\s*(?:skip|only|todo|fails)\b|\bx(?:it|describe|test)\s*\(")
_CONFIG = re.compile(
    r"^(?:tsconfig.*\.json|jsconfig\.json|\.eslintrc.*|eslint\.config\..*|\.eslintignore|vitest\.config\..*)$"
)


def check_weakened(inspection: Inspection) -> list[Violation]:
    found = [
        violation("clobber.weakened-check", f"{path} configures the checks that judge this edit", file=path)
        for path in inspection.candidate.change_set.paths()
        if _CONFIG.match(posixpath.basename(path))
    ]
    for file in inspection.code_files:
        fresh = _weak(file.after, file.path) - _weak(file.before, file.old_path)
        found += [
            violation("clobber.weakened-check", f"{file.path} gains {count} x {what}", file=file.path)
            for what, count in sorted(fresh.items())
        ]
    return found


def _weak(text: str, path: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for comment in comments(text, path):
        counted.update(match[0] for match in _PRAGMA.finditer(comment.text))
    any_types = sum(1 for token in tokens(text, path) if token.text == "any" and token.kind == "any")
    counted.update({"the type any": any_types} if any_types else {})
    counted.update(re.sub(r"\s+", "", match[0]) for match in _SKIPPED.finditer(text))
    return counted
