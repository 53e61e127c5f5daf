"""Tests that are skipped, emptied or removed no longer test anything."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from runner.gate.checks.safeguards.assertions import NONE, Assertions, Found
from runner.gate.checks.safeguards.live_tests import aliases, in_loop, is_live
from runner.gate.checks.safeguards.names_in_tests import FUNCTIONS, Names
from runner.gate.checks.safeguards.skips import skipped
from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.contract import TEST_PATHS
from runner.model.globs import matches_any
from runner.model.tree import FileState
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.trees import Syntax, captures, is_source

_CALLS = "(call_expression function: (_) @callee arguments: (arguments) @arguments)"
_TEST = re.compile(r"(?:it|test|bench|describe|suite)\b")
_CHAIN = re.compile(r"\b(?:it|test|describe|suite|bench)\b((?:\.\w+)*)")
_OFF = re.compile(r"\.(skip|only|todo|fails|failing)\b")
_OFF_BY_NAME = re.compile(r"\b(x(?:it|describe|test)|f(?:it|describe))$")
# ``it.skipIf(true)``, ``it("…", {skip: true}, …)``: constant conditions. A condition that names something is not
# judged.
_CONDITION = re.compile(r"\b(?:it|test|describe|suite|bench)\b.*\.\s*(skipIf|runIf)$")
_HARMLESS = {"skipIf": "(false)", "runIf": "(true)"}
_OPTION = re.compile(r"\b(skip|only|todo|fails)[\"']?\s*:\s*(?!false\b|[\"'])")
_WORDS = frozenset(("true", "false", "null", "undefined", "void", "NaN", "Infinity", "Boolean", "typeof"))
_NAMED = re.compile(r"[A-Za-z_$][\w$]*")
_CASE = re.compile(r"(?:it|test)\b(?!\s*\.\s*(?:each|for|extend|step|use|describe)\s*$)")


@dataclass(slots=True)
class _Tests:
    """``titles`` are those of all cases, ``empty`` of those without content. ``off`` counts what switches cases off.
    ``sure`` and ``perhaps`` are the titles of cases that assert something, always or on a condition. ``many`` are
    asserting cases made by a table or a loop.
    """

    read: Callable[[str], str | None] = lambda _path: None
    titles: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    off: Counter[str] = field(default_factory=Counter)
    sure: Counter[str] = field(default_factory=Counter)
    perhaps: Counter[str] = field(default_factory=Counter)
    many: int = 0


def check_tests(inspection: Inspection) -> list[Violation]:
    files = inspection.candidate.files
    old = _reader(inspection, {})
    before, after = _Tests(old), _Tests(_reader(inspection, files))
    where = ""
    left = [file for file in inspection.files if _is_lost(file)]
    gone = [path for path in inspection.deleted if is_test(path) and is_source(path)]
    for file in inspection.code_files:
        if is_test(file.path) or is_test(file.old_path):
            where = where or file.path
            if new_errors(file):
                return []
            _read(file.before, file.old_path, before)
            # A new file replaces a deleted one only if a runner finds it in the same way.
            counts = not file.is_new or all(_still_runs(path, file.path) for path in gone)
            _read(file.after, file.path, after if counts else _Tests(after.read, off=after.off))
    for path in gone:
        where = path
        _read(inspection.deleted[path], path, before)
    moved = [
        violation("clobber.weakened-check", f"{each.old_path} would not run as a test as {each.path}", file=each.path)
        for each in left
    ]
    said = _weaker(before, after)
    return moved + [violation("clobber.weakened-check", f"{where} {what}", file=where) for what in said]


def _weaker(before: _Tests, after: _Tests) -> list[str]:
    said = [f"gains {count} x {what}" for what, count in sorted((after.off - before.off).items())]
    said += [f"empties the test {title}" for title in sorted(after.empty - before.empty) if title in before.titles]
    for title in sorted(before.sure | before.perhaps):
        if title not in after.titles or title in after.empty:
            continue
        if not after.sure[title] and not after.perhaps[title]:
            said.append(f"no longer expects anything in the test {title}")
        elif before.sure[title] and not after.sure[title]:
            said.append(f"expects something in the test {title} only on a condition")
    lost = before.titles - after.titles
    missing = before.titles.total() - after.titles.total()
    if missing > 0 and after.many <= before.many:
        said.append(f"loses {missing} of {before.titles.total()} tests, such as {min(lost)}")
    fewer = before.sure.total() - after.sure.total() - max(0, missing)
    if not said and fewer > 0 and after.many <= before.many:
        said.append(f"has {fewer} tests that expect nothing any more, such as {min(before.sure - after.sure)}")
    return said


def _reader(inspection: Inspection, files: Mapping[str, FileState | None]) -> Callable[[str], str | None]:
    def read(path: str) -> str | None:
        state = files[path] if path in files else inspection.tree.read(path)
        return None if state is None else inspection.text(state)

    return read


def is_test(path: str) -> bool:
    """Decided by its folder or its name (``a.test.ts``, ``a.spec.tsx``)."""
    return any(_signs(path))


def _is_lost(file: Changed) -> bool:
    """Whether a file with tests was renamed so that no runner finds it. Test helpers may move anywhere."""
    if not is_source(file.old_path) or _still_runs(file.old_path, file.path):
        return False
    held = _Tests()
    _read(file.before, file.old_path, held)
    return bool(held.titles)


def _signs(path: str) -> tuple[bool, bool]:
    named = re.search(r"\.(test|spec)\.[cm]?[jt]sx?$", posixpath.basename(path)) is not None
    return matches_any(TEST_PATHS, path), named


def _still_runs(old: str, new: str) -> bool:
    """Whether ``new`` has every sign of a test that ``old`` has: a runner may look for any of them."""
    return is_source(new) >= any(_signs(old)) and all(
        now >= was for was, now in zip(_signs(old), _signs(new), strict=True)
    )


def _read(text: str, path: str, tests: _Tests) -> None:
    if not _TEST.search(text) and "xit" not in text:
        return
    names = Names(text, path, tests.read)
    syntax = names.syntax
    tests.off.update(off for alias in aliases(names) if (off := _off(alias)))
    tests.off.update(skipped(names))
    for node in captures(syntax, _CALLS).get("callee", ()):
        callee = _plain(syntax.source(node).partition("(")[0])
        if off := _off(callee):
            tests.off[off] += 1
        elif "[" in callee and _TEST.match(callee):
            tests.off[f"{callee.partition('[')[0]} by a computed name"] += 1
        call = node.parent
        given = call.child_by_field_name("arguments") if call is not None else None
        if call is None or given is None:
            continue
        tests.off.update(_conditions(syntax, callee, given))
        if not _CASE.match(callee.removesuffix(".each").removesuffix(".for")):
            continue
        table = node.type == "call_expression"
        if table == (_CASE.match(callee) is not None) or not given.named_children:
            continue
        if (
            "string" not in given.named_children[0].type
            or (table and _is_without_rows(names, node))
            or not is_live(names, call)
        ):
            continue
        title = syntax.source(given.named_children[0])
        tests.titles[title] += 1
        found = _asserted(names, given)
        tests.many += found != NONE and (table or in_loop(call))
        tests.sure[title] += found.sure > 0
        tests.perhaps[title] += found.sure == 0 and found.perhaps > 0
        if _is_empty(given):
            tests.empty[title] += 1
    tests.sure, tests.perhaps = +tests.sure, +tests.perhaps


def _is_without_rows(names: Names, table: Node) -> bool:
    rows = table.child_by_field_name("arguments")
    return rows is not None and any(names.is_empty(each) for each in rows.named_children)


def _plain(callee: str) -> str:
    """``it["skip"]`` is ``it.skip``."""
    return re.sub(r"""\[["'`](\w+)["'`]\]""", r".\1", re.sub(r"\s+", "", callee))


def _conditions(syntax: Syntax, callee: str, given: Node) -> Iterator[str]:
    """Conditions and options that switch a case off and name nothing."""
    if callee.endswith((".skipIf", ".runIf")) and (condition := _CONDITION.search(callee)):
        constant = re.sub(r"\s+", "", syntax.source(given))
        if constant != _HARMLESS[condition[1]] and not set(_NAMED.findall(constant)) - _WORDS:
            yield f"{condition[1]}{constant}"
    if _TEST.match(callee):
        for options in (each for each in given.named_children if each.type == "object"):
            for off in _OPTION.findall(syntax.source(options)):
                yield f"{callee.partition('.')[0]} with {off}"


def _asserted(names: Names, given: Node) -> Found:
    """What a case asserts, through the function that it receives directly or by name."""
    found = NONE
    for each in given.named_children[1:]:
        if each.type in FUNCTIONS:
            own = Assertions(names).of(each)
            # Few runners go through a generator; for the others it is a call that does nothing.
            found = found.plus(own.maybe() if each.type == "generator_function" else own)
        elif each.type == "identifier":
            found = found.plus(Assertions(names).named(each))
        elif each.type == "call_expression":
            # A wrapper, such as ``fakeAsync(() => …)``.
            inner = each.child_by_field_name("arguments")
            found = found.plus(NONE if inner is None else _wrapped(names, inner))
    return found


def _wrapped(names: Names, inner: Node) -> Found:
    functions = [each for each in inner.named_children if each.type in FUNCTIONS]
    return Assertions(names).of(functions[0]) if functions else NONE


def _off(callee: str) -> str | None:
    """``it.skip`` and the like, without what is in between; None if nothing is switched off."""
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
