"""What a compiler says when it opens a project in, the reason and the hint that a person reads out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from runner.checker.health import MAX_REASON, health, install_command
from runner.model.diagnostics import Diagnostic
from runner.snapshots.memory import MemoryTree


@dataclass(frozen=True)
class Answer:
    config: str = "a/tsconfig.json"
    typescript: str = "5.9.3"
    files: tuple[str, ...] = ("a/x.ts", "a/y.ts")
    errors: tuple[Diagnostic, ...] = ()
    stops: str | None = None


def error(stage: str, code: str, message: str, file: str = "") -> Diagnostic:
    return Diagnostic("a/tsconfig.json", file, 0, 0, code, message, stage=stage)


def test_a_project_with_errors_in_its_code_is_healthy() -> None:
    wrong = error("semantic", "TS2322", "Type 'string' is not assignable to type 'number'.", "a/x.ts")
    syntax = error("syntax", "TS1005", "';' expected.", "a/x.ts")
    assert health(Answer(errors=(wrong, syntax))) is None
    assert health(Answer()) is None


@pytest.mark.parametrize(
    ("answer", "reason", "hint"),
    [
        (
            Answer(errors=(error("config", "TS6053", "File '@docusaurus/tsconfig' not found."),)),
            "it extends @docusaurus/tsconfig, which is not there",
            "Install the dependencies: pnpm install",
        ),
        (
            Answer(errors=(error("config", "TS5083", "Cannot read file '/repo/.nuxt/tsconfig.json'."),)),
            "it extends .nuxt/tsconfig.json, which is not there",
            "Create it, or correct extends.",
        ),
        (
            Answer(files=(), errors=(error("config", "TS18003", "No inputs were found in config file 'x'."),)),
            "it has no input files",
            "Correct its include and files, or leave it out: --exclude-project a/tsconfig.json",
        ),
        (
            Answer(
                errors=(error("global", "TS2688", "Cannot find type definition file for 'vite/client'."),),
                stops="global",
            ),
            "the types of vite/client are not installed (TS2688)",
            "Install the dependencies: pnpm install",
        ),
        (
            Answer(
                typescript="7.0.2",
                errors=(
                    error("global", "TS5095", "Option 'bundler' can only be used when 'module' is set."),
                    error("global", "TS5102", "Option 'baseUrl' has been removed."),
                ),
                stops="global",
            ),
            "TypeScript 7.0.2 stops before it looks at types: TS5102: Option 'baseUrl' has been removed.",
            "Judge it by the version that it was written for (--typescript 5.9.3), or correct its tsconfig.",
        ),
        (
            Answer(errors=(error("global", "TS6059", "File '/repo/x' is not under 'rootDir' 'y'."),), stops="global"),
            "TypeScript 5.9.3 stops before it looks at types: TS6059: File 'x' is not under 'rootDir' 'y'.",
            "Correct its rootDir or its include.",
        ),
        (
            Answer(errors=(error("global", "TS6053", "File '/repo/a/gone.ts' not found."),), stops="global"),
            "its files name a/gone.ts, which does not exist",
            "Correct its files.",
        ),
    ],
)
def test_a_project_that_cannot_be_judged_says_why_and_what_mends_it(answer: Answer, reason: str, hint: str) -> None:
    found = health(answer, "pnpm install")
    assert found is not None
    assert (found.project, found.reason, found.hint) == ("a/tsconfig.json", reason, hint)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("TS6053", "File '/repo/submodules/docs' not found."),
        ("TS6310", "Referenced project 'x' may not disable emit."),
        ("TS5096", "Option 'allowImportingTsExtensions' can only be used when 'noEmit' is set."),
        ("TS5023", "Unknown compiler option 'bananas'."),
    ],
)
@pytest.mark.parametrize("stage", ["config", "global"])
def test_what_does_not_make_the_types_wrong_does_not_matter(stage: str, code: str, message: str) -> None:
    assert health(Answer(errors=(error(stage, code, message),), stops=stage)) is None


def test_imports_that_nobody_finds_count_only_while_nothing_is_installed() -> None:
    lacking = tuple(error("semantic", "TS2307", "Cannot find module 'react'.", f"a/{name}.ts") for name in "xy")
    own = error("semantic", "TS2307", "Cannot find module './gone'.", "a/x.ts")
    assert health(Answer(errors=lacking)) is None
    assert health(Answer(errors=(own,)), installed=False) is None
    found = health(Answer(errors=lacking), "npm ci", installed=False)
    assert found is not None
    assert (found.reason, found.hint) == (
        "its dependencies are not installed: 2 imports of packages are not found",
        "Install them: npm ci",
    )


def test_a_hostile_message_becomes_one_short_line() -> None:
    found = health(Answer(errors=(error("global", "TS5069", "a\n\x1b[31mb" + "x" * 5000),), stops="global"))
    assert found is not None
    assert len(found.reason) == MAX_REASON
    assert found.reason.isprintable()


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (["package-lock.json"], "npm ci --ignore-scripts"),
        (["pnpm-lock.yaml", "a/package.json"], "pnpm install --frozen-lockfile --ignore-scripts"),
        (["a/package-lock.json", "pnpm-lock.yaml"], "cd a && npm ci --ignore-scripts"),
        (["yarn.lock"], "yarn install --frozen-lockfile --ignore-scripts"),
        (["yarn.lock", ".yarnrc.yml"], "yarn install --immutable --mode=skip-build"),
        (["bun.lock"], "bun install --frozen-lockfile --ignore-scripts"),
        (["a/package.json"], "cd a && npm install --ignore-scripts"),
        ([], "npm install --ignore-scripts"),
    ],
)
def test_the_command_that_installs_comes_from_the_nearest_lock_file(files: list[str], command: str) -> None:
    assert install_command(MemoryTree.of(**dict.fromkeys(files, "")), "a/tsconfig.json") == command
