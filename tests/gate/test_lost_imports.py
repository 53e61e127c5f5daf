"""An import that is still needed does not go; one that is not needed may, and so may one that something stands in for."""

from __future__ import annotations

import pytest

from runner.model.order import Policy
from tests.gate.helpers import Gate, said

BEFORE = """\
import fs from "./fs";
import * as http from "./http";
import type { Shop } from "./shop";
import { parse, read as readAll } from "./text";
import { URL } from "node:url";
import legacy = require("./legacy");

export function load(shop: Shop): unknown {
  legacy.touch(new URL("http://a"));
  return parse(http.get(readAll(fs, shop)));
}
"""


def verdict(after: str, before: str = BEFORE, path: str = "src/a.ts") -> str:
    gate = Gate({path: before}, policy=Policy(1.0))
    return said(gate.submit("whole-file", [{"file": path, "content": after}]))


@pytest.mark.parametrize(
    ("gone", "name"),
    [
        ('import fs from "./fs";\n', "fs"),
        ('import * as http from "./http";\n', "http"),
        ('import type { Shop } from "./shop";\n', "Shop"),
        ('import { parse, read as readAll } from "./text";\n', "parse"),
        ("parse, read as readAll", "parse"),
        (", read as readAll", "readAll"),
        ("as readAll ", "readAll"),
        ('import legacy = require("./legacy");\n', "legacy"),
    ],
)
def test_an_import_that_is_still_used_must_stay(gone: str, name: str) -> None:
    assert "clobber.import-lost" in verdict(BEFORE.replace(gone, "read" if gone == "parse, read as readAll" else "", 1))


def test_the_hint_shows_the_import_to_keep() -> None:
    gate = Gate({"src/a.ts": BEFORE}, policy=Policy(1.0))
    content = BEFORE.replace('import * as http from "./http";\n', "")
    verdict = gate.submit("whole-file", [{"file": "src/a.ts", "content": content}])
    (lost,) = [each for each in verdict.violations if each.name == "clobber.import-lost"]
    assert lost.hint == 'Keep the import: import * as http from "./http";'
    assert lost.range is not None
    assert content.split("\n")[lost.range.start.line][lost.range.start.character :].startswith("http.get")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('import fs from "./fs";', 'import { fs } from "./disk";'),
        ('import fs from "./fs";', "const fs = 1;"),
        ('import fs from "./fs";', "const { fs } = globalThis as never;"),
        ('import fs from "./fs";', "function fs() {}"),
        ('import type { Shop } from "./shop";', "interface Shop { a: 1 }"),
        ('import type { Shop } from "./shop";', "type Shop = 1;"),
        ('import type { Shop } from "./shop";', "declare namespace Shop {}"),
        ('import { URL } from "node:url";\n', ""),
        ('import fs from "./fs";\n', ""),
    ],
)
def test_what_is_declared_or_global_or_unused_needs_no_import(old: str, new: str) -> None:
    after = BEFORE.replace(old, new)
    if not new and "fs" in old:
        after = after.replace("readAll(fs, shop)", "readAll(shop.fs, { fs: 1 })")
    assert "clobber.import-lost" not in verdict(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('import { a } from "./a";\nexport { a };\n', 'export { a } from "./a";\n'),
        ('import * as a from "./a";\nexport { a };\n', 'export * as a from "./a";\n'),
        ('import { a } from "./a";\nexport const b = a;\n', "const b = 1;\nexport { b as a };\n"),
        ('import { a } from "./a";\nexport const b = a;\n', "export const b = (a: number) => a;\n"),
        ('import { a } from "./a";\nexport const b = a;\n', "export const b = a => a;\n"),
        ('import { a } from "./a";\nexport const b = a;\n', "export const b = ([a]) => a;\n"),
        ('import { a } from "./a";\nexport const b = a;\n', "for (const a of [1]) a;\nexport const b = 1;\n"),
        ('import { a } from "./a";\nexport const b = a;\n', "try { } catch (a) { throw a }\nexport const b = 1;\n"),
        ('import { A } from "./a";\nexport type B = A;\n', "export type B<T> = T extends (infer A)[] ? A : never;\n"),
        ('import { A } from "./a";\nexport type B = A;\n', "export type B = { [A in 'x']: A };\n"),
        ('import { A } from "./a";\nexport type B = A;\n', "export type B<A = 1> = A;\n"),
        ('import { A } from "./a";\nexport type B = A;\n', 'import { P } from "./a";\nexport type B = P.A;\n'),
        ('import { NoInfer } from "./a";\nexport type B<T> = NoInfer<T>;\n', "export type B<T> = NoInfer<T>;\n"),
    ],
)
def test_another_name_in_scope_is_no_use_of_the_import(before: str, after: str) -> None:
    assert "clobber.import-lost" not in verdict(after, before)


@pytest.mark.parametrize(
    ("use", "lost"), [("<a>{1}</a>", False), ("<A>{1}</A>", True), ("<B a={1} />", False), ("<B c={a} />", True)]
)
def test_an_element_is_a_use_where_it_is_no_element_of_html(use: str, lost: bool) -> None:
    before = 'import { a, A } from "./a";\nimport { B } from "./b";\nexport const c = B + a + A;\n'
    after = f'import {{ B }} from "./b";\nexport const c = {use};\nexport const d = B;\n'
    assert ("clobber.import-lost" in verdict(after, before, "src/a.tsx")) is lost
