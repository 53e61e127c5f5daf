"""``TscCompiler`` with the real tsc in real containers: what looks like a pass and is none."""

from __future__ import annotations

import errno
import json
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from runner.checker import tsc
from runner.errors import CheckerError, CheckLimit
from runner.model.order import Limits
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.places import TOOLCHAIN
from tests.checker.projects import Project, config, on_disk
from tests.snapshots.repositories import everything_in, git, make_repository

pytestmark = pytest.mark.docker
BAD = "export const wrong: number = 'x';\n"
GOOD = "export const right: number = 1;\n"
SOLUTION = json.dumps({"files": [], "references": [{"path": "./tsconfig.src.json"}, {"path": "./tests"}]})
TWO_PROJECTS: dict[str, str | bytes] = {
    "tsconfig.json": SOLUTION,
    "tsconfig.src.json": config(include=["src"]),
    "tests/tsconfig.json": config(include=["**/*.ts"]),
    "src/a.ts": GOOD,
    "src/old.ts": f"\n{BAD}",
    "tests/a.test.ts": "import { right } from '../src/a';\nexport const test: number = right;\n",
}


def test_a_solution_tsconfig_is_not_a_false_pass(tmp_path: Path, engine: DockerEngine) -> None:
    project = on_disk(TWO_PROJECTS, tmp_path, engine)
    base = project.baseline()
    assert base.projects == ("tests/tsconfig.json", "tsconfig.src.json")
    assert [(error.project, error.file, error.code) for error in base.errors] == [
        ("tsconfig.src.json", "src/old.ts", "TS2322")
    ]
    broken = project.check({"src/a.ts": "export const right: string = 'now a text';\n"})
    assert [(error.project, error.file, error.code) for error in broken.new] == [
        ("tests/tsconfig.json", "tests/a.test.ts", "TS2322")
    ]
    # A file that a second project comes to include brings its old error along.
    included = project.check(
        {"tests/a.test.ts": "import { wrong } from '../src/old';\nexport const test: number = wrong;\n"}
    )
    assert (included.new, included.baseline, len(included.errors)) == ((), 1, 1)


def test_what_every_project_saw_is_told_for_the_language_server(tmp_path: Path, engine: DockerEngine) -> None:
    project = on_disk(TWO_PROJECTS, tmp_path, engine)
    project.baseline()
    assert isinstance(project.checker, tsc.TscCompiler)
    assert {name: set(files) for name, files in project.checker.roots.items()} == {
        "tests/tsconfig.json": {"src/a.ts", "tests/a.test.ts"},
        "tsconfig.src.json": {"src/a.ts", "src/old.ts"},
    }


@pytest.mark.parametrize(
    "files",
    [
        {"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD, "src/broken.ts": "export const = 1;\n"},
        {"tsconfig.json": config(include=["src"], options={"moduleResolution": "node10"}), "src/a.ts": GOOD},
    ],
    ids=["syntax error", "removed option"],
)
def test_a_base_at_which_tsc_stops_before_types_is_refused(
    files: dict[str, str | bytes], tmp_path: Path, engine: DockerEngine
) -> None:
    with pytest.raises(CheckerError, match="before it looks at types"):
        on_disk(files, tmp_path, engine).baseline()


def test_a_project_that_takes_over_a_syntax_error_of_another_is_refused(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": json.dumps({"files": [], "references": [{"path": "./a"}, {"path": "./b"}]}),
        "a/tsconfig.json": config(include=["*.ts"]),
        "a/bad.ts": "export const missing: number;\n",
        "b/tsconfig.json": config(include=["*.ts"]),
        "b/main.ts": GOOD,
    }
    project = on_disk(files, tmp_path, engine)
    assert [(error.project, error.code) for error in project.baseline().errors] == [("a/tsconfig.json", "TS1155")]
    taken = project.check({"b/main.ts": f"import '../a/bad';\n{GOOD}"})
    assert [(error.project, error.file, error.code) for error in taken.new] == [
        ("b/tsconfig.json", "a/bad.ts", "TS1155")
    ]


def test_an_early_looking_error_that_does_not_stop_tsc_is_an_old_error_like_any_other(
    tmp_path: Path, engine: DockerEngine
) -> None:
    # TS1155 comes from the checker itself, with everything else that it finds.
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src"]),
        "src/a.ts": GOOD,
        "src/grammar.ts": "export const missing: number;\n",
    }
    project = on_disk(files, tmp_path, engine)
    assert [error.code for error in project.baseline().errors] == ["TS1155"]
    assert [error.code for error in project.check({"src/a.ts": BAD}).new] == ["TS2322"]


def test_a_source_that_no_project_has_is_not_called_checked(tmp_path: Path, engine: DockerEngine) -> None:
    project = on_disk({**TWO_PROJECTS, "scripts/old.ts": BAD}, tmp_path, engine)
    project.baseline()
    edited = project.check({"scripts/old.ts": GOOD, "src/a.ts": f"{GOOD}\n"})
    assert (edited.new, edited.unchecked) == ((), ("scripts/old.ts",))
    with pytest.raises(Refused) as refused:
        project.check({"scripts/new.ts": BAD})
    assert [(each.name, each.file) for each in refused.value.violations] == [
        ("typecheck.unchecked-file", "scripts/new.ts")
    ]


def test_a_new_file_that_takes_another_ones_place_is_refused(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(files=["src/main.ts"]),
        "src/main.ts": "import { amount } from './money';\nexport const paid: number = amount;\n",
        "src/money/index.ts": "export const amount: number = 1;\n",
    }
    project = on_disk(files, tmp_path, engine)
    project.baseline()
    with pytest.raises(Refused, match=r"src/money/index\.ts any more"):
        project.check({"src/money.ts": "export const amount = JSON.parse('1');\n"})


def test_committed_build_info_that_claims_all_is_well_is_not_believed(tmp_path: Path, engine: DockerEngine) -> None:
    options = {"incremental": True, "composite": True, "tsBuildInfoFile": "./build/info.tsbuildinfo", "outDir": "build"}
    files = {"tsconfig.json": config(include=["src"], options=options), "src/a.ts": GOOD}
    folder = make_repository(tmp_path / "made", {**files, "src/a.ts": BAD})
    compiler = TOOLCHAIN / "node_modules/@typescript/typescript-linux-x64/lib/tsc"
    subprocess.run([compiler, "-p", folder / "tsconfig.json", "--noEmit"], check=False, timeout=60)
    info = json.loads((folder / "build/info.tsbuildinfo").read_text())
    assert info.pop("semanticDiagnosticsPerFile")
    lying = {**files, "build/info.tsbuildinfo": json.dumps(info), "src/a.ts": BAD}
    assert [error.file for error in on_disk(lying, tmp_path, engine).baseline().errors] == ["src/a.ts"]
    assert git(tmp_path / "repository", "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "files",
    [
        {"tsconfig.json": config(include=["none"])},
        {"tsconfig.json": config(files=[])},
        {"tsconfig.json": config(include=["src"]), "src/readme.md": "x"},
        {"tsconfig.json": config(files=["src/a.js"]), "src/a.js": "let x"},
    ],
)
def test_a_project_without_files_is_an_error(
    files: Mapping[str, str | bytes], tmp_path: Path, engine: DockerEngine
) -> None:
    with pytest.raises(CheckerError, match="nothing to check"):
        on_disk(files, tmp_path, engine).baseline()


@pytest.mark.parametrize(
    "edit",
    [
        {"tsconfig.json": config(include=["none"])},
        {"tsconfig.json": config(files=[])},
        {"tsconfig.json": "{"},
        {"tsconfig.json": None},
        {
            "tsconfig.json": json.dumps({"files": [], "references": [{"path": "./other"}]}),
            "other/tsconfig.json": config(),
        },
    ],
)
def test_an_edit_that_takes_the_files_out_of_the_check_is_refused(
    edit: dict[str, str | None], tmp_path: Path, engine: DockerEngine
) -> None:
    project = on_disk({"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD}, tmp_path, engine)
    with pytest.raises(Refused, match=r"typecheck\.nothing-to-check"):
        project.check(edit)


def test_a_reference_seen_only_through_output_that_is_not_built_fails_closed(
    tmp_path: Path, engine: DockerEngine
) -> None:
    files: dict[str, str | bytes] = {
        "lib/tsconfig.json": config(include=["*.ts"], options={"composite": True, "outDir": "../out"}),
        "lib/a.ts": GOOD,
        "app/tsconfig.json": config(include=["*.ts", "../lib/*.ts"], references=[{"path": "../lib"}]),
        "app/b.ts": "import { right } from '../lib/a';\nexport const b: number = right;\n",
    }
    with pytest.raises(CheckerError, match="not built"):
        on_disk(files, tmp_path, engine).baseline()


def test_plugins_are_not_loaded_and_nothing_outside_is_read_or_written(tmp_path: Path, engine: DockerEngine) -> None:
    secret = tmp_path / "secret.ts"
    secret.write_text("this is a secret that no diagnostic may show")
    plugin = "require('fs').writeFileSync('/repo/it-ran', 'x'); module.exports = () => ({});"
    options = {
        "plugins": [{"name": "./plugin.js", "transform": "./plugin.js"}],
        "outDir": "../out",
        "declaration": True,
    }
    options |= {"tsBuildInfoFile": "../../outside.tsbuildinfo", "incremental": True, "typeRoots": [str(tmp_path)]}
    project = on_disk(
        {
            "tsconfig.json": config(include=["src", "../secret.ts", f"{tmp_path}/**/*.ts"], options=options),
            "plugin.js": plugin,
            "src/a.ts": f"import '../../secret';\nimport '{tmp_path}/secret';\nexport {{}};\n",
        },
        tmp_path,
        engine,
    )
    before = {path.name for path in tmp_path.iterdir()}
    base = project.baseline()
    # TypeScript's "cannot find module", for an import that is for its side effects only.
    assert [error.code for error in base.errors if error.file == "src/a.ts"] == ["TS2882", "TS2882"]
    assert not [error for error in base.errors if "this is a secret" in error.message or "secret" in error.file]
    assert {path.name for path in tmp_path.iterdir()} == before
    assert project.workbench is not None
    assert set(everything_in(project.workbench.root)) == {"tsconfig.json", "plugin.js", "src/a.ts"}


BOMB = """
type D = 0|1|2|3|4|5|6|7|8|9;
export type Huge = `${D}${D}${D}${D}`;
export type Pairs = { [K in Huge]: { [L in Huge]: `${K}-${L}` }[Huge] }[Huge];
declare const x: Pairs;
export const y: `${Huge}` = x;
"""


@pytest.mark.parametrize(
    ("limit", "limits"),
    [("memory", replace(tsc.LIMITS, memory_mb=200)), ("wall", replace(tsc.LIMITS, wall_s=1.5))],
)
def test_an_edit_that_exhausts_tsc_is_told_as_its_limit_and_the_next_check_works(
    limit: str, limits: Limits, tmp_path: Path, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = on_disk({"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD}, tmp_path, engine)
    project.baseline()
    with monkeypatch.context() as patch:
        patch.setattr(tsc, "LIMITS", limits)
        with pytest.raises(CheckLimit, match=f"{limit} limit"):
            project.check({"src/a.ts": BOMB})
    assert project.check({"src/a.ts": BAD}).new


def test_a_tree_that_exhausts_tsc_by_itself_is_an_error_of_the_checker(
    tmp_path: Path, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tsc, "LIMITS", replace(tsc.LIMITS, wall_s=0.001))
    with pytest.raises(CheckerError, match="cannot be checked"):
        on_disk({"tsconfig.json": config(), "a.ts": GOOD}, tmp_path, engine).baseline()


def test_a_candidate_that_could_not_be_written_is_taken_back(
    tmp_path: Path, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = on_disk({"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD, "src/b.ts": GOOD}, tmp_path, engine)
    project.baseline()
    assert project.workbench is not None
    before = everything_in(project.workbench.root)
    candidate = project.candidate({"src/a.ts": BAD, "src/b.ts": BAD})
    with monkeypatch.context() as patch:
        patch.setattr(project.workbench, "put", _fails_half_way(project))
        with pytest.raises(OSError, match="No space left"):
            project.checker.check(project.base or project.baseline(), candidate)
    assert everything_in(project.workbench.root) == before
    assert project.check({"src/a.ts": f"{GOOD}// more\n"}).new == ()


def _fails_half_way(project: Project) -> object:
    real, calls = project.workbench, list[int]()
    assert real is not None
    put = real.put

    def first_fails(files: Mapping[str, FileState | None]) -> None:
        calls.append(1)
        if len(calls) == 1:
            first = next(iter(files))
            put({first: files[first]})
            raise OSError(errno.ENOSPC, "No space left on device")
        put(files)

    return first_fails


def test_cancelling_ends_a_running_tsc_within_moments_and_the_next_check_works(
    tmp_path: Path, engine: DockerEngine
) -> None:
    project = on_disk({"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD}, tmp_path, engine)
    base, cancel = project.baseline(), threading.Event()
    bomb = project.candidate({"src/a.ts": BOMB})
    timer = threading.Timer(2, cancel.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(CheckerError, match="cancelled"):
        project.checker.check(base, bomb, cancel)
    assert cancel.is_set() and time.monotonic() - began < 7
    assert project.check({"src/a.ts": BAD}).new
