"""New files that are taken for a module, and modules that become files which tsc does not check."""

from __future__ import annotations

import pytest

from tests.gate.helpers import Gate, check, said

SHADOW, LEAVES = "clobber.shadowed-module", "typecheck.leaves-the-check"
TEXT = "export const a = 1;\n"


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("src/a.ts", "src/a.js"),
        ("src/a.ts", "src/a.mjs"),
        ("src/a.ts", "src/a.cjs"),
        ("src/a.ts", "src/a.jsx"),
        ("src/a.tsx", "src/a.js"),
        ("src/a.tsx", "src/a.jsx"),
        ("src/a.tsx", "src/a.ts"),
        ("src/a.mts", "src/a.mjs"),
        ("src/a.cts", "src/a.cjs"),
        ("src/a.ts", "src/a.d.ts"),
        ("src/index.ts", "src/index.js"),
        ("src/a/index.ts", "src/a.js"),
        ("src/a/index.ts", "src/a.ts"),
        ("src/a/index.ts", "src/a.json"),
        ("index.ts", "index.js"),
    ],
)
def test_a_file_that_is_taken_for_a_module_is_refused(there: str, new: str) -> None:
    files = {there: TEXT, "src/main.ts": "import { a } from './a';\n"}
    verdict = check(files, {new: "{}\n" if new.endswith(".json") else TEXT})
    assert [each.file for each in verdict.violations if each.name == SHADOW] == [new]
    rename = {"documentChanges": [{"kind": "rename", "oldUri": "src/other.js", "newUri": new}]}
    assert SHADOW in said(Gate({**files, "src/other.js": TEXT}).submit("workspace-edit", rename))


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("src/a.ts", "src/b.js"),
        ("src/a.ts", "src/a/index.ts"),
        ("src/a.ts", "src/a/b.ts"),
        ("src/a.ts", "src/a.test.ts"),
        ("src/a.mts", "src/a.cts"),
        ("src/a.js", "src/a.d.ts"),
        ("src/a.js", "src/a.json"),
        ("src/a.mjs", "src/a.cjs"),
        ("src/a.ts", "src/a.css"),
        ("src/a.ts", "lib/a.js"),
    ],
)
def test_a_file_that_nobody_takes_for_another_is_not(there: str, new: str) -> None:
    assert SHADOW not in said(check({there: TEXT}, {new: "{}\n" if new.endswith(".json") else "export const b = 2;\n"}))


def test_data_beside_code_of_its_name_is_fine_where_imports_name_the_ending() -> None:
    files = {"src/a.ts": TEXT, "src/main.ts": "import { a } from './a.js';\n"}
    assert said(check(files, {"src/a.json": "{}\n"})) == "applied"


def test_a_pair_that_was_there_may_be_edited_and_a_module_may_move_into_its_folder() -> None:
    pair = {"src/a.ts": TEXT, "src/a.js": TEXT}
    assert said(check(pair, {"src/a.js": "export const a = 2;\n"})) == "applied"
    assert said(check({"src/a.ts": TEXT}, {"src/a.ts": None, "src/a/index.ts": TEXT})) == "applied"
    assert said(check({"src/a.js": TEXT}, {"src/a.js": None, "src/a.ts": TEXT})) == "applied"
    assert said(check({"src/a/index.ts": TEXT}, {"src/a/index.ts": None, "src/a.ts": TEXT})) == "applied"


@pytest.mark.parametrize(
    ("old", "new", "text", "verdict"),
    [
        ("src/a.ts", "src/a.d.ts", "export declare const a = 1;\n", LEAVES),
        ("src/a.ts", "src/b.d.ts", TEXT, LEAVES),
        ("src/a.mts", "src/a.d.mts", "export declare const a = 1;\n", LEAVES),
        ("src/a.ts", "src/a.js", TEXT, LEAVES),
        ("src/a.tsx", "src/a.jsx", TEXT, LEAVES),
        ("src/a.ts", "src/b.js", TEXT, LEAVES),
        ("src/a.ts", "src/a.js", f"// @ts-check\n{TEXT}", "applied"),
        ("src/a.ts", "src/a.js", f"// @ts-check\n// @ts-nocheck\n{TEXT}", LEAVES),
        ("checked/a.ts", "checked/a.js", TEXT, "applied"),
        ("src/a.ts", "src/a.tsx", TEXT, "applied"),
        ("src/a.d.ts", "src/b.d.ts", "export declare const a: 1;\n", "applied"),
    ],
)
def test_a_module_stays_where_tsc_checks_it(old: str, new: str, text: str, verdict: str) -> None:
    files = {
        old: text.replace("// @ts-nocheck\n", ""),
        "tsconfig.json": '{"compilerOptions": {"allowJs": true}}\n',
        "checked/tsconfig.json": '{"extends": "../base"}\n',
        "base.json": '{"compilerOptions": {"allowJs": true, "checkJs": true}}\n',
    }
    found = [each.name for each in check(files, {old: None, new: text}).violations]
    assert (LEAVES in found) == (verdict == LEAVES)
    rename = {"documentChanges": [{"kind": "rename", "oldUri": old, "newUri": new}]}
    renamed = [each.name for each in Gate({**files, old: text}).submit("workspace-edit", rename).violations]
    # A text that was not sent as a rename is only known by its name.
    assert (LEAVES in renamed) == (verdict == LEAVES)


def test_a_folder_with_sources_is_none_to_write_to() -> None:
    files = {"app/tsconfig.json": '{"extends": "../config/base"}\n', "app/src/a.ts": TEXT}
    weak = "clobber.weakened-check"
    for path, folder in (
        ("app/tsconfig.json", "src"),
        ("config/base.json", "../app"),
        ("config/base.json", "${configDir}/src"),
    ):
        before = {**files, path: '{"compilerOptions": {}}\n'}
        assert said(check(before, {path: f'{{"compilerOptions": {{"outDir": "{folder}"}}}}\n'})) == weak
    before = {**files, "app/tsconfig.json": '{"compilerOptions": {}}\n'}
    for folder in ("dist", "./dist/src", "${configDir}/dist"):
        assert (
            said(check(before, {"app/tsconfig.json": f'{{"compilerOptions": {{"outDir": "{folder}"}}}}\n'}))
            == "applied"
        )


@pytest.mark.parametrize("name", ["src/a.txt", "src/a.ts.bak", "src/a", "docs/a.md"])
def test_a_module_that_is_kept_under_a_name_of_no_source_is_refused(name: str) -> None:
    text = "export function pay(): number {\n  return 1;\n}\n"
    payload = {"documentChanges": [{"kind": "rename", "oldUri": "src/a.ts", "newUri": name}]}
    assert said(Gate({"src/a.ts": text}).submit("workspace-edit", payload)) == "typecheck.leaves-the-check"
    assert said(check({"src/a.ts": text}, {"src/a.ts": None, name: text})) == "typecheck.leaves-the-check"
