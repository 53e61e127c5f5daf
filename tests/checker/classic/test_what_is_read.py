"""What the adapter for TypeScript 5 and 6 reads, runs and keeps: source in place of output, no plugins, little memory."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.checker.classic.driving import CHECKER, HERE, OPTIONS, Driver, store, tsconfig, versions
from tests.oracle.reference import NODE

LIB = {
    "lib/tsconfig.json": json.dumps(
        {"compilerOptions": {**OPTIONS, "composite": True, "rootDir": "src", "outDir": "dist"}, "include": ["src"]}
    ),
    "lib/src/index.ts": "import { deep } from './deep';\nexport const size: number = deep;\n",
    "lib/src/deep.ts": "export const deep = 1;\n",
    "app/tsconfig.json": json.dumps({"compilerOptions": OPTIONS, "include": ["."], "references": [{"path": "../lib"}]}),
    "app/a.ts": "import { size } from '../lib/src';\nexport const wide: number = size;\n",
}
COMMITTED = {"lib/dist/index.d.ts": "export declare const size: number;\n", "lib/dist/index.js": "exports.size = 1;\n"}
THROUGH_OUTPUT = {"app/a.ts": "import { size } from '../lib/dist';\nexport const wide: number = size;\n"}
OTHER = {"lib/src/index.ts": "export const size: string = '';\n"}


def test_a_referenced_project_is_judged_from_its_source_as_a_build_does(driver: Driver, typescript: str) -> None:
    steps = [OTHER, {"lib/src/index.ts": "export {};\n"}, {"lib/src/deep.ts": "export const deep: number = 2;\n"}]
    for state in driver.run(typescript, LIB, steps, config="app/tsconfig.json", build=True):
        assert state.warm == state.cold


def test_committed_output_of_a_referenced_project_does_not_answer_for_its_source(
    driver: Driver, typescript: str
) -> None:
    files = {**LIB, **COMMITTED, **THROUGH_OUTPUT}
    opened, edited = driver.run(typescript, files, [OTHER], config="app/tsconfig.json", cold=True)
    error = "app/a.ts(2,14): error TS2322: Type 'string' is not assignable to type 'number'."
    assert (opened.warm, edited.warm, edited.raw["process"]) == ([], [error], [error])
    assert "lib/src/index.ts" in opened.raw["files"]
    assert "lib/dist/index.d.ts" not in opened.raw["files"]


def test_build_info_in_the_repository_is_not_believed(driver: Driver, typescript: str) -> None:
    files = {
        "tsconfig.json": tsconfig({"composite": True}),
        "tsconfig.tsbuildinfo": json.dumps({"version": typescript, "fileNames": [], "root": [], "errors": False}),
        "src/a.ts": "export const bad: number = '';\n",
    }
    (opened,) = driver.run(typescript, files, [])
    assert [line.split(":")[0] for line in opened.warm] == ["src/a.ts(1,14)"]


def test_plugins_and_transformers_of_a_tsconfig_are_never_loaded(
    driver: Driver, typescript: str, tmp_path: Path
) -> None:
    plugin = tmp_path / "node_modules" / "evil"
    plugin.mkdir(parents=True)
    marker = tmp_path / "ran"
    (plugin / "index.js").write_text(
        f"require('fs').writeFileSync({str(marker)!r}, ''); module.exports = () => ({{}});\n"
    )
    (tmp_path / "evil.js").write_text((plugin / "index.js").read_text())
    plugins = [{"name": "evil"}, {"name": "./evil.js"}, {"transform": "./evil.js"}]
    files = {"tsconfig.json": tsconfig({"plugins": plugins}), "src/a.ts": "export const a = 1;\n"}
    states = driver.run(typescript, files, [{"src/a.ts": "export const a: string = 1;\n"}], root=tmp_path, cold=True)
    assert states[1].warm == states[1].raw["process"]
    assert len(states[1].warm) == 1
    assert not marker.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.js", "node_modules"]


def test_an_error_in_the_edited_file_comes_first_then_its_users(driver: Driver, typescript: str) -> None:
    files = {
        "tsconfig.json": tsconfig(),
        "src/a.ts": "export const other = 1;\n",
        "src/hub.ts": "export const size = 1;\nexport const kind = 1;\n",
        "src/one.ts": "import { kind } from './hub';\nexport const one: number = kind;\n",
        "src/two.ts": "import { size } from './hub';\nexport const two: number = size;\n",
    }
    edit = {"src/hub.ts": "export const sizes = 1;\nexport const kind = 1;\n"}
    _, state = driver.run(typescript, files, [edit])
    assert state.order == ["src/hub.ts", "src/two.ts", "src/one.ts"]


def test_a_cold_process_says_the_same(driver: Driver, typescript: str) -> None:
    files = {
        "tsconfig.json": tsconfig({"declaration": True}),
        "src/a.ts": "export const a = 1;\n",
        "src/b.ts": "import './none';\n",
    }
    _, state = driver.run(
        typescript,
        files,
        [{"src/a.ts": "export const a: string = 1;\n", "src/c.ts": "export const c: 1 = 2;\n"}],
        cold=True,
    )
    assert state.raw["process"] == state.warm == state.cold


def test_memory_and_held_files_stay_flat_over_many_edits() -> None:
    version = versions()[-1]
    script = [str(HERE / "memory.js"), str(CHECKER), str(store()), version, tsconfig()]
    done = subprocess.run([NODE, "--expose-gc", *script], capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout)
    assert max(found["held"]) == 1
    assert found["heaps"][2] < found["heaps"][0] * 1.1
