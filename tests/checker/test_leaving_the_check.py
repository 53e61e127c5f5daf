"""Edits that would take a file, or an error, out of tsc's sight. Real tsc: what it lists and says is the point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.model.verdict import Refused
from runner.sandbox.docker_engine import DockerEngine
from tests.checker.projects import config, on_disk

pytestmark = pytest.mark.docker
GOOD = "export const right: number = 1;\n"
BAD = "export const right: number = 'x';\n"
LOOSE = {"skipLibCheck": False}


def refused(
    project_files: Mapping[str, str | bytes], edit: dict[str, str | None], folder: Path, engine: DockerEngine
) -> str:
    """The name and the file of the one violation."""
    with on_disk(project_files, folder, engine) as project, pytest.raises(Refused) as caught:
        project.check(edit)
    (only,) = caught.value.violations
    return f"{only.name} {only.file}"


@pytest.mark.parametrize("config_path", ["tsconfig.json", "config/base.json"])
def test_an_out_dir_that_excludes_sources_is_refused(config_path: str, tmp_path: Path, engine: DockerEngine) -> None:
    """tsc leaves everything below ``outDir`` out, also where an extended config says it."""
    own = {"include": ["src"], **({} if config_path == "tsconfig.json" else {"extends": "./config/base.json"})}
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(**own),
        "config/base.json": "{}\n",
        "src/main.ts": "export const main = 1;\n",
        "src/money/sum.ts": GOOD,
    }
    up = "" if config_path == "tsconfig.json" else "../"
    out = {"rootDir": up or ".", "outDir": f"{up}src/money"}
    excluding = config(**own, options=out) if config_path == "tsconfig.json" else json.dumps({"compilerOptions": out})
    expected = "typecheck.unchecked-file src/money/sum.ts"
    assert refused(files, {config_path: excluding, "src/money/sum.ts": BAD}, tmp_path / "both", engine) == expected
    assert refused(files, {config_path: excluding}, tmp_path / "alone", engine) == expected


def test_an_edited_file_that_leaves_with_its_last_import_is_refused(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(files=["main.ts"]),
        "main.ts": "import { right } from './money';\nexport const main: number = right;\n",
        "money.ts": GOOD,
    }
    alone = {"main.ts": "export const main: number = 1;\n"}
    assert refused(files, {**alone, "money.ts": BAD}, tmp_path / "both", engine) == "typecheck.unchecked-file money.ts"
    # Nobody touched it: an import may go.
    assert on_disk(files, tmp_path / "alone", engine).check(alone).new == ()


def test_a_file_that_went_earlier_is_not_missed_when_another_is_added(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD, "src/b.ts": GOOD}
    project = on_disk(files, tmp_path, engine)
    project.land({"src/b.ts": None})
    assert project.check({"src/c.ts": GOOD}).new == ()
    assert project.check({"src/a.ts": BAD}).new


MODULE = "export interface Sum {\n  total: number;\n}\n"
WRONG = "export interface Sum extends Missing {\n  total: number;\n}\n"


@pytest.mark.parametrize("name", ["sum.d.ts", "sum.d.mts"])
def test_errors_of_a_declaration_file_show_under_skip_lib_check(
    name: str, tmp_path: Path, engine: DockerEngine
) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src"]),
        "src/a.ts": GOOD,
        f"src/{name}": MODULE,
        "src/old.d.ts": "export type Old = Gone;\n",
    }
    project = on_disk(files, tmp_path, engine)
    edited = project.check({f"src/{name}": WRONG})
    assert [(error.file, error.line, error.code) for error in edited.new] == [(f"src/{name}", 0, "TS2304")]
    created = project.check({"src/new.d.ts": WRONG})
    assert [(error.file, error.code) for error in created.new] == [("src/new.d.ts", "TS2304")]
    # What was wrong before stays as it is, where it moves to.
    assert project.check({f"src/{name}": f"{MODULE}\nexport type More = Sum;\n"}).new == ()
    moved = project.check({"src/old.d.ts": "export type New = string;\nexport type Old = Gone;\n"})
    assert (moved.new, moved.baseline) == ((), 0)


def test_a_declaration_file_that_breaks_another_one_is_seen(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src"]),
        "src/a.d.ts": "export type A = string;\n",
        "src/b.d.ts": "import { A } from './a';\nexport declare const b: A;\n",
    }
    broken = on_disk(files, tmp_path, engine).check({"src/a.d.ts": "export type B = string;\n"})
    assert [error.file for error in broken.new] == ["src/b.d.ts"]


def test_a_project_that_checks_declaration_files_itself_says_each_error_once(
    tmp_path: Path, engine: DockerEngine
) -> None:
    files: dict[str, str | bytes] = {"tsconfig.json": config(include=["src"], options=LOOSE), "src/sum.d.ts": MODULE}
    assert [error.code for error in on_disk(files, tmp_path, engine).check({"src/sum.d.ts": WRONG}).new] == ["TS2304"]
