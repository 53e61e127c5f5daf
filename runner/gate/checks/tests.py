"""Tests that are skipped, emptied or gone no longer test."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field

from tree_sitter import Node

from runner.edits.syntax import Syntax, captures, is_source
from runner.gate.checks.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.contract import TEST_PATHS
from runner.model.globs import matches_any
from runner.model.verdict import Violation
from runner.model.violations import violation

_CALLS = "(call_expression function: (_) @callee arguments: (arguments) @arguments)"
_TEST = re.compile(r"(?:it|test|bench|describe|suite)\b")
_CHAIN = re.compile(r"\b(?:it|test|describe|suite|bench)\b((?:\.\w+)*)")
_OFF = re.compile(r"\.(skip|only|todo|fails|failing)\b")
_OFF_BY_NAME = re.compile(r"\b(x(?:it|describe|test)|f(?:it|describe))$")
# ``it.skipIf(true)``, ``it("…", {skip: true}, …)``: conditions that are none. A condition with a name in it is judged by no one.
_CONDITION = re.compile(r"\b(?:it|test|describe|suite|bench)\b.*\.\s*(skipIf|runIf)$")
_HARMLESS = {"skipIf": "(false)", "runIf": "(true)"}
_OPTION = re.compile(r"\b(skip|only|todo|fails)[\"']?\s*:\s*(?!false\b|[\"'])")
_WORDS = frozenset(("true", "false", "null", "undefined", "void", "NaN", "Infinity", "Boolean", "typeof"))
_NAMED = re.compile(r"[A-Za-z_$][\w$]*")
_ASSERTS = re.compile(r"\b(?:expect|assert|should)\w*\b")
_CASE = re.compile(r"(?:it|test)\b(?!\s*\.\s*(?:each|for|extend|step|use|describe)\s*$)")


@dataclass(slots=True)
class _Tests:
    """``titles`` of the cases, ``empty`` those whose body holds nothing, ``off`` what switches cases off, ``asserting``
    the titles of those that expect something."""

    titles: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    off: Counter[str] = field(default_factory=Counter)
    asserting: set[str] = field(default_factory=set)


def check_tests(inspection: Inspection) -> list[Violation]:
    before, after = _Tests(), _Tests()
    where = ""
    left = [file for file in inspection.files if _is_lost(file)]
    gone = [path for path in inspection.deleted if is_test(path) and is_source(path)]
    for file in inspection.code_files:
        if is_test(file.path) or is_test(file.old_path):
            where = where or file.path
            if new_errors(file):
                return []
            _read(file.before, file.old_path, before)
            # A new file makes up for a deleted one only where it is found as that one was.
            counts = not file.is_new or all(_still_runs(path, file.path) for path in gone)
            _read(file.after, file.path, after if counts else _Tests(off=after.off))
    for path in gone:
        where = path
        _read(inspection.deleted[path], path, before)
    moved = [
        violation("clobber.weakened-check", f"{each.old_path} would not run as a test as {each.path}", file=each.path)
        for each in left
    ]
    said = [f"gains {count} x {what}" for what, count in sorted((after.off - before.off).items())]
    said += [f"empties the test {title}" for title in sorted(after.empty - before.empty) if title in before.titles]
    said += [
        f"no longer expects anything in the test {title}"
        for title in sorted(before.asserting - after.asserting - set(after.empty))
        if title in after.titles
    ]
    lost = before.titles - after.titles
    missing = before.titles.total() - after.titles.total()
    if missing > 0:
        said.append(f"loses {missing} of {before.titles.total()} tests, such as {min(lost)}")
    return moved + [violation("clobber.weakened-check", f"{where} {what}", file=where) for what in said]


def is_test(path: str) -> bool:
    """By where it lies, or by its name (``a.test.ts``, ``a.spec.tsx``)."""
    return any(_signs(path))


def _is_lost(file: Changed) -> bool:
    """Whether a file with tests was renamed so that no runner finds them. Helpers of tests may go where they like."""
    if not is_source(file.old_path) or _still_runs(file.old_path, file.path):
        return False
    held = _Tests()
    _read(file.before, file.old_path, held)
    return bool(held.titles)


def _signs(path: str) -> tuple[bool, bool]:
    named = re.search(r"\.(test|spec)\.[cm]?[jt]sx?$", posixpath.basename(path)) is not None
    return matches_any(TEST_PATHS, path), named


def _still_runs(old: str, new: str) -> bool:
    """Whether ``new`` has every sign of a test that ``old`` has: a runner may look for either."""
    return is_source(new) >= any(_signs(old)) and all(
        now >= was for was, now in zip(_signs(old), _signs(new), strict=True)
    )


def _read(text: str, path: str, tests: _Tests) -> None:
    if not _TEST.search(text) and "xit" not in text:
        return
    syntax = Syntax(text, path)
    for node in captures(syntax, _CALLS).get("callee", ()):
        callee = re.sub(r"\s+", "", syntax.source(node).partition("(")[0])
        if off := _off(callee):
            tests.off[off] += 1
        given = node.parent.child_by_field_name("arguments") if node.parent is not None else None
        conditional = callee.endswith((".skipIf", ".runIf"))
        if given is not None and conditional and (condition := _CONDITION.search(callee)):
            constant = re.sub(r"\s+", "", syntax.source(given))
            if constant != _HARMLESS[condition[1]] and not set(_NAMED.findall(constant)) - _WORDS:
                tests.off[f"{condition[1]}{constant}"] += 1
        if given is not None and _TEST.match(callee):
            for options in (each for each in given.named_children if each.type == "object"):
                tests.off.update(
                    f"{callee.partition('.')[0]} with {off}" for off in _OPTION.findall(syntax.source(options))
                )
        if not _CASE.match(callee) or node.type == "call_expression":
            continue
        arguments = node.parent.child_by_field_name("arguments") if node.parent is not None else None
        if arguments is None or not arguments.named_children or "string" not in arguments.named_children[0].type:
            continue
        title = syntax.source(arguments.named_children[0])
        tests.titles[title] += 1
        if _ASSERTS.search(syntax.source(arguments)):
            tests.asserting.add(title)
        if _is_empty(arguments):
            tests.empty[title] += 1


def _off(callee: str) -> str | None:
    """``it.skip`` and the like, without what is between; None where nothing is switched off."""
    for chain in _CHAIN.finditer(callee):
        if found := _OFF.findall(chain[1]):
            return f"{callee.partition('.')[0]}.{found[-1]}"
    return callee if _OFF_BY_NAME.search(callee) else None


def _is_empty(arguments: Node) -> bool:
    bodies = [child.child_by_field_name("body") for child in arguments.named_children]
    return any(
        body is not None
        and body.type == "statement_block"
        and all(each.type == "comment" for each in body.named_children)
        for body in bodies
    )
