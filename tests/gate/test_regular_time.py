"""Whatever reads foreign text takes time in proportion to it: a quadratic reader would not be done with these in time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest

from runner.edits import apply_changes, lower
from runner.edits.changes.scope import Scope
from runner.edits.lowering import FORMATS
from runner.gate.checks import CHECKS
from runner.gate.inspection import Inspection
from runner.model.contract import Contract
from runner.model.order import Policy
from runner.model.tree import TreeReader
from runner.model.verdict import Refused
from runner.snapshots.memory import MemorySnapshots
from runner.syntax import trees as syntax
from tests.gate.helpers import states

SIZE = 10_000
# tree-sitter's own work on code that is nested so many levels deep grows with the square of its depth.
NESTED = 1_000
# Of CPU time. What these sizes take is some tenths of a second; where it grows with the square it is many seconds.
LIMIT_S = 4.0
UNITS = {
    "spaces": " ",
    "tabs": "\t",
    "line ends": "\r\n",
    "blank lines": "  \n",
    "stars": "*",
    "open comments": "/*",
    "comments": "/* */",
    "doc lines": " * a\n",
    "remarks": "// a\n",
    "remarks of CRLF": "// a\r\n",
    "slashes": "/",
    "quotes": "'",
    "double quotes": '"',
    "backquotes": "`",
    "backslashes": "\\",
    "brackets": "(",
    "blocks": "{",
    "lists": "[",
    "angles": "<",
    "generic calls": "a<b,",
    "arrows": "a =>\n",
    "branches": "a ?\n",
    "chains": "a\n.b",
    "statements": "f();\n",
    "crowded lines": "\tf();}\n",
    "members": "a: 1,",
    "commas": ", ",
    "bangs": "a ! ",
    "dots": "it.",
    "ellipses": "... ",
    "dashes": "- ",
    "ignored": "@ts-ignore ",
    "off": "a: off ",
    "guards": "/* @hash:0000000 START:a ",
    "markup": "<!-- ",
    "hashes": " # ",
    "throws": "throw new Error('",
    "casts": "a as any as ",
    "imports": "import { a } from 'a';\n",
    "exports": "export type ",
    "searches": "<<<<<<< SEARCH\n",
    "fences": "```\n",
    "hunks": "@@ -1 +1 @@\n",
    "names": "diff --git a/a b/",
    "keys": '"a":',
    "wide": "😀",
}
DEEP = (
    "brackets",
    "blocks",
    "lists",
    "angles",
    "generic calls",
    "arrows",
    "casts",
    "branches",
    "throws",
    "keys",
    "dashes",
)
OPENINGS = ("", "/**", "f(`")
PATH = "src/a.ts"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser's own time is bounded by a limit, and is not what is measured here."""
    monkeypatch.setattr(syntax, "LIMIT_S", 0.1)


def _texts(name: str) -> Iterator[str]:
    size = (NESTED if name in DEEP else SIZE) // len(UNITS[name])
    yield from (opening + UNITS[name] * size + "\n" for opening in OPENINGS)


def _reader(path: str, text: str) -> TreeReader:
    tree = MemorySnapshots(states({path: text}))
    return tree.tree(tree.resolve("HEAD").id)


def _late(work: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """What took longer than it may, and how long."""
    taken = {}
    for name, run in work.items():
        start = time.thread_time()
        with contextlib.suppress(Refused):
            run()
        taken[name] = time.thread_time() - start
    return {name: seconds for name, seconds in taken.items() if seconds > LIMIT_S}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("path", ["src/a.test.js", "tsconfig.json", "docs/a.html"])
def test_the_checks_take_time_in_proportion_to_the_text(path: str, unit: str) -> None:
    for text in _texts(unit):
        reader = _reader(path, "const old = 1;\n" + text)
        after = "const old = 2;\n" + text + "f();\n"
        changes = lower("whole-file", [{"file": path, "content": after}], reader)
        candidate = apply_changes(changes, reader)
        inspection = Inspection(candidate, reader, Scope({}, ("**",)), Contract(), Policy(1.0))
        assert not _late({check.__name__: partial(check, inspection) for check in CHECKS})


def _payloads(text: str) -> Iterator[tuple[str, object]]:
    """The text at each place of each format at which foreign text may stand."""
    start = {"line": 0, "character": 0}
    yield "workspace-edit", {"changes": {PATH: [{"range": {"start": start, "end": start}, "newText": text}]}}
    yield "line-ops", [{"op": "replace_block", "file": PATH, "start_line": 1, "end_line": 1, "new_block": text}]
    for fields in ({"anchor": text, "content": "f();"}, {"anchor": "const old = 1;", "content": text}):
        yield "anchor-ops", {"target_file": PATH, "patches": [{"op": "insert_after", **fields}]}
    for content in (text, "@a(" + text, "/* " + text, "export " + text):
        yield "symbol-ops", [{"op": "replace", "symbol": f"{PATH}#old", "content": content}]
    yield "symbol-ops", [{"op": "delete", "symbol": f"{PATH}#{text}"}]
    yield "search-replace", [{"file": PATH, "search": text + "-", "replace": ""}]
    yield "search-replace", f"{PATH}\n<<<<<<< SEARCH\n{text}-\n=======\n{text}\n>>>>>>> REPLACE\n"
    yield "apply-patch", f"*** Begin Patch\n*** Update File: {PATH}\n@@\n-{text}-\n+{text}\n*** End Patch\n"
    yield "unified-diff", f"--- a/{PATH}\n+++ b/{PATH}\n@@ -1 +1 @@\n-{text}-\n+{text}\n"
    yield "whole-file", [{"file": PATH, "content": text}]
    yield from ((format, text) for format in FORMATS)


@pytest.mark.parametrize("unit", UNITS)
def test_the_formats_take_time_in_proportion_to_the_text(unit: str) -> None:
    for text in _texts(unit):
        reader = _reader(PATH, "const old = 1;\n" + text)
        work = [(format, partial(lower, format, payload, reader)) for format, payload in _payloads(text)]
        assert not _late({f"{number} {format}": run for number, (format, run) in enumerate(work)})


def _cases(count: int) -> str:
    return "".join(f"  it('t{at}', () => {{\n    expect(f({at})).toBe({at});\n  }});\n" for at in range(count))


def _cases_and_helpers(count: int) -> str:
    return "".join(
        f"it('t{at}', () => {{\n  is{at}();\n}});\nfunction is{at}() {{\n  expect(f({at})).toBe({at});\n}}\n"
        for at in range(count)
    )


def _functions(count: int) -> str:
    return "".join(f"function f{at}() {{\n  return {at};\n}}\nf{at}();\n" for at in range(count))


def _stairs(count: int, name: str, step: int) -> str:
    return "".join(" " * (at * step % 40) + f"{name}{at}();\n" for at in range(count))


HEAD = "export const x = 1;\n"
MANY = {
    "tests in a named function": (f"function suite() {{\n{_cases(2000)}}}\nsuite();\n", "toBe(7)", "toBe(8)"),
    "tests with a helper each": (_cases_and_helpers(2000), "toBe(7)", "toBe(8)"),
    "unused functions that go": (f"{HEAD}{_functions(3000)}", _functions(3000), ""),
    "lines that change": (_stairs(6000, "x", 1), _stairs(6000, "x", 1), _stairs(6000, "y", 7)),
}


@pytest.mark.parametrize("name", MANY)
def test_many_of_a_kind_take_time_in_proportion_to_their_number(name: str) -> None:
    before, old, new = MANY[name]
    assert old in before
    path = "tests/a.test.ts"
    reader = _reader(path, before)
    candidate = apply_changes(
        lower("whole-file", [{"file": path, "content": before.replace(old, new)}], reader), reader
    )
    inspection = Inspection(candidate, reader, Scope({}, ("**",)), Contract(), Policy(1.0))
    assert not _late({check.__name__: partial(check, inspection) for check in CHECKS})
