"""``WarmChecker`` with real compilers in a real container: what looks like a pass and is none."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from runner.checker.server import process
from runner.errors import CheckerError, CheckLimit
from runner.model.order import TypeScriptChoice
from runner.model.verdict import Refused
from runner.sandbox.docker_engine import DockerEngine
from tests.checker.projects import Project, config, on_disk
from tests.snapshots.repositories import everything_in

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


def unjudged(project: Project) -> dict[str, str]:
    assert project.services is not None
    return {each.project: each.reason for each in project.services.state(project.tree.snapshot).unjudged}


def test_a_solution_tsconfig_is_not_a_false_pass(tmp_path: Path, engine: DockerEngine) -> None:
    with on_disk(TWO_PROJECTS, tmp_path, engine) as project:
        assert [(error.project, error.file, error.code) for error in project.errors()] == [
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


def test_one_project_that_cannot_be_judged_blocks_no_edit_elsewhere(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src"]),
        "src/a.ts": GOOD,
        "docs/tsconfig.json": json.dumps({"extends": "@docs/not-installed/tsconfig.json"}),
        "docs/page.ts": GOOD,
        "old/tsconfig.json": config(include=["none"]),
        "broken/tsconfig.json": "{",
    }
    with on_disk(files, tmp_path, engine) as project:
        assert set(unjudged(project)) == {"docs/tsconfig.json", "old/tsconfig.json", "broken/tsconfig.json"}
        assert project.check({"src/a.ts": "export const right: number = 2;\n"}).new == ()
        assert [error.file for error in project.check({"src/a.ts": BAD}).new] == ["src/a.ts"]


def test_each_project_is_judged_by_the_typescript_that_was_chosen(tmp_path: Path, engine: DockerEngine) -> None:
    """``moduleResolution: node10`` was removed in TypeScript 7."""
    old = {"tsconfig.json": config(include=["src"], options={"moduleResolution": "node10"}), "src/a.ts": GOOD}
    seven, five = TypeScriptChoice(version="7.0"), TypeScriptChoice(version="5.9")
    with on_disk(old, tmp_path / "seven", engine, choice=seven) as project:
        assert list(unjudged(project)) == ["tsconfig.json"]
    with on_disk(old, tmp_path / "five", engine, choice=five) as project:
        assert unjudged(project) == {}
        assert [error.code for error in project.check({"src/a.ts": BAD}).new] == ["TS2322"]


def test_a_syntax_error_in_the_base_hides_no_type_error_of_an_edit(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src"]),
        "src/a.ts": GOOD,
        "src/broken.ts": "export const = 1;\n",
    }
    with on_disk(files, tmp_path, engine) as project:
        assert project.errors()
        assert [error.code for error in project.check({"src/a.ts": BAD}).new] == ["TS2322"]
        # Neither does one that a project takes over with an import.
        assert project.check({"src/a.ts": f"import './broken';\n{GOOD}"}).new == ()
        assert [error.code for error in project.check({"src/a.ts": f"import './broken';\n{BAD}"}).new] == ["TS2322"]


def test_a_new_file_that_takes_another_ones_place_is_refused(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(files=["src/main.ts"]),
        "src/main.ts": "import { amount } from './money';\nexport const paid: number = amount;\n",
        "src/money/index.ts": "export const amount: number = 1;\n",
    }
    with on_disk(files, tmp_path, engine) as project, pytest.raises(Refused, match=r"src/money/index\.ts any more"):
        project.check({"src/money.ts": "export const amount = JSON.parse('1');\n"})


def test_a_file_in_no_project_is_judged_with_the_nearest_options(tmp_path: Path, engine: DockerEngine) -> None:
    files: dict[str, str | bytes] = {**TWO_PROJECTS, "scripts/old.ts": f"{BAD}export const more = 1;\n"}
    with on_disk(files, tmp_path, engine) as project:
        project.errors()
        # Its old error stays old; a new one is new; a new file has no old ones.
        assert project.check({"scripts/old.ts": f"{BAD}export const more = 2;\n"}).new == ()
        assert [error.line for error in project.check({"scripts/old.ts": f"{BAD}{BAD.replace('wrong', 'two')}"}).new]
        assert [(error.file, error.code) for error in project.check({"scripts/new.ts": BAD}).new] == [
            ("scripts/new.ts", "TS2322")
        ]
        assert (project.check({"scripts/new.ts": GOOD}).new, project.check({"scripts/new.ts": GOOD}).unchecked) == (
            (),
            (),
        )


def test_a_file_in_no_project_is_refused_by_the_policy_strict(tmp_path: Path, engine: DockerEngine) -> None:
    with on_disk(TWO_PROJECTS, tmp_path, engine, strict=True) as project:
        with pytest.raises(Refused) as refused:
            project.check({"scripts/new.ts": GOOD})
        assert [(each.name, each.file) for each in refused.value.violations] == [
            ("typecheck.unchecked-file", "scripts/new.ts")
        ]


def test_committed_build_info_that_claims_all_is_well_is_not_believed(tmp_path: Path, engine: DockerEngine) -> None:
    options = {"incremental": True, "composite": True, "tsBuildInfoFile": "./build/info.tsbuildinfo", "outDir": "build"}
    lie = {"fileNames": ["../src/a.ts"], "fileIdsList": [], "semanticDiagnosticsPerFile": [], "version": "7.0.2"}
    files: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src"], options=options),
        "src/a.ts": BAD,
        "build/info.tsbuildinfo": json.dumps(lie),
    }
    with on_disk(files, tmp_path, engine) as project:
        assert [error.file for error in project.errors()] == ["src/a.ts"]


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
def test_an_edit_after_which_a_healthy_project_cannot_be_judged_is_refused(
    edit: dict[str, str | None], tmp_path: Path, engine: DockerEngine
) -> None:
    files: dict[str, str | bytes] = {"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD}
    with on_disk(files, tmp_path, engine) as project, pytest.raises(Refused, match=r"typecheck\.nothing-to-check"):
        project.check(edit)


@pytest.mark.parametrize("version", ["5.9", "6.0", "7.0"])
def test_a_reference_is_judged_from_source_and_never_from_output(
    version: str, tmp_path: Path, engine: DockerEngine
) -> None:
    """The committed output still has what the source lost, and lacks what the source won."""
    lib = {"composite": True, "outDir": "../dist", "rootDir": ".", "declaration": True}
    files: dict[str, str | bytes] = {
        "lib/tsconfig.json": config(include=["*.ts"], options=lib),
        "lib/a.ts": "export const right: number = 1;\nexport const gained: number = 2;\n",
        "dist/a.d.ts": "export declare const right: number;\nexport declare const lost: number;\n",
        "app/tsconfig.json": config(include=["*.ts"], references=[{"path": "../lib"}]),
        "app/b.ts": "import { gained, right } from '../lib/a';\nexport const b: number = right + gained;\n",
    }
    with on_disk(files, tmp_path, engine, choice=TypeScriptChoice(version=version)) as project:
        assert (unjudged(project), project.errors()) == ({}, ())
        broken = project.check({"lib/a.ts": "export const right: number = 1;\n"})
        assert [(error.project, error.file, error.code) for error in broken.new] == [
            ("app/tsconfig.json", "app/b.ts", "TS2305")
        ]
        stale = project.check({"app/b.ts": "import { lost } from '../lib/a';\nexport const b: number = lost;\n"})
        assert [error.code for error in stale.new] == ["TS2305"]


@pytest.mark.parametrize("version", ["5.9", "7.0"])
def test_plugins_are_not_loaded_and_nothing_outside_is_read_or_written(
    version: str, tmp_path: Path, engine: DockerEngine
) -> None:
    secret = tmp_path / "secret.ts"
    secret.write_text("this is a secret that no diagnostic may show")
    plugin = "require('fs').writeFileSync('/repo/it-ran', 'x'); module.exports = () => ({});"
    options = {
        "plugins": [{"name": "./plugin.js", "transform": "./plugin.js"}],
        "outDir": "../out",
        "declaration": True,
    }
    options |= {"tsBuildInfoFile": "../../outside.tsbuildinfo", "incremental": True, "typeRoots": [str(tmp_path)]}
    made: dict[str, str | bytes] = {
        "tsconfig.json": config(include=["src", "../secret.ts", f"{tmp_path}/**/*.ts"], options=options),
        "plugin.js": plugin,
        "src/a.ts": f"import '../../secret';\nimport '{tmp_path}/secret';\nexport {{}};\n",
    }
    with on_disk(made, tmp_path, engine, choice=TypeScriptChoice(version=version)) as project:
        errors = project.errors()
        assert not [error for error in errors if "this is a secret" in error.message or "secret" in error.file]
        assert {path.name for path in tmp_path.iterdir()} == {"repository", "secret.ts", "work"}
        (tree,) = (tmp_path / "work").glob("*/tree-*")
        assert set(everything_in(tree)) == set(made)


BOMB = """
type D = 0|1|2|3|4|5|6|7|8|9;
export type Huge = `${D}${D}${D}${D}`;
export type Pairs = { [K in Huge]: { [L in Huge]: `${K}-${L}` }[Huge] }[Huge];
declare const x: Pairs;
export const y: `${Huge}` = x;
"""


def bombed(tmp_path: Path, engine: DockerEngine) -> Project:
    return on_disk({"tsconfig.json": config(include=["src"]), "src/a.ts": GOOD}, tmp_path, engine)


def test_an_edit_that_exhausts_the_compilers_time_is_refused_as_its_limit_and_the_next_check_works(
    tmp_path: Path, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bombed(tmp_path, engine) as project:
        project.errors()
        with monkeypatch.context() as patch:
            patch.setattr(process, "JUDGE_S", 1.5)
            patch.setattr(process, "COLD_S", 1.5)
            with pytest.raises(CheckLimit, match="time limit"):
                project.check({"src/a.ts": BOMB})
        assert project.check({"src/a.ts": BAD}).new


def test_an_edit_that_exhausts_the_compilers_memory_is_refused_as_its_limit_and_the_next_check_works(
    tmp_path: Path, engine: DockerEngine
) -> None:
    with bombed(tmp_path, engine) as project:
        assert project.services is not None
        checking = project.services._checking
        project.services._checking = replace(checking, settings=replace(checking.settings, checker_mb=400))
        with pytest.raises(CheckLimit, match="memory"):
            project.check({"src/a.ts": BOMB})
        assert project.check({"src/a.ts": BAD}).new


def test_cancelling_ends_a_running_compiler_within_moments_and_the_next_check_works(
    tmp_path: Path, engine: DockerEngine
) -> None:
    with bombed(tmp_path, engine) as project:
        project.errors()
        bomb, cancel = project.candidate({"src/a.ts": BOMB}), threading.Event()
        threading.Timer(2, cancel.set).start()
        began = time.monotonic()
        with pytest.raises(CheckerError, match="cancelled"):
            project.checker.check(bomb, cancel)
        assert cancel.is_set() and time.monotonic() - began < 7
        assert project.check({"src/a.ts": BAD}).new


def test_a_server_that_dies_gives_no_verdict_and_the_next_check_starts_another(
    tmp_path: Path, engine: DockerEngine
) -> None:
    with bombed(tmp_path, engine) as project:
        project.errors()
        (container,) = [each for each in engine.ps() if each["image"].startswith(process.IMAGE)]
        engine.api.kill(container["id"])
        assert [error.file for error in project.check({"src/a.ts": BAD}).new] == ["src/a.ts"]
        assert project.check({"src/a.ts": f"{GOOD}export const two = 2;\n"}).new == ()


def test_what_landed_is_the_base_of_the_next_candidate(tmp_path: Path, engine: DockerEngine) -> None:
    with on_disk(TWO_PROJECTS, tmp_path, engine) as project:
        project.land({"src/a.ts": f"{GOOD}export const more: number = 2;\n"})
        use = "import { more } from '../src/a';\nexport const test: number = more;\n"
        project.land({"tests/a.test.ts": use})
        project.land({"src/b.ts": GOOD, "src/old.ts": None})
        assert project.errors() == ()
        broken = project.check({"src/a.ts": GOOD})
        assert [(error.file, error.code) for error in broken.new] == [("tests/a.test.ts", "TS2305")]


def test_a_share_of_the_verdicts_is_repeated_cold(tmp_path: Path, engine: DockerEngine) -> None:
    files: Mapping[str, str | bytes] = TWO_PROJECTS
    with on_disk(files, tmp_path, engine, audit=1) as project:
        for number in range(3):
            assert project.check({"src/a.ts": f"export const right: number = {number + 2};\n"}).new == ()
        assert project.check({"src/a.ts": BAD}).new
