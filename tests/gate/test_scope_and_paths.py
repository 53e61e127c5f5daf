"""Where an edit may be: the task's spans, symbols and paths, and the paths that are nobody's."""

from __future__ import annotations

import pytest

from runner.edits.changes.scope import resolve_scope
from runner.model.order import Task
from runner.model.text import LineSpan
from runner.model.verdict import Refused
from runner.snapshots.memory import MemoryTree
from tests.gate.helpers import Gate, check, said

OUTSIDE, ELSEWHERE = "scope.outside-allowed-spans", "scope.outside-allowed-paths"
TEXT = "let a = 1;\nlet b = 2;\nlet c = 3;\nlet d = 4;\nlet e = 5;\n"
SPAN = Task("T", allowed_spans=(LineSpan("src/a.ts", 2, 3),))
FILES = {"src/a.ts": TEXT, "src/b.ts": TEXT}


@pytest.mark.parametrize(
    ("operation", "verdict"),
    [
        ({"op": "replace_block", "start_line": 2, "end_line": 3, "new_block": "let x = 1;"}, "applied"),
        ({"op": "replace_block", "start_line": 2, "end_line": 2, "new_block": "let x = 1;\nlet y = 1;"}, "applied"),
        ({"op": "insert_before", "line": 2, "block": "let x = 1;"}, "applied"),
        ({"op": "insert_after", "line": 3, "block": "let x = 1;"}, "applied"),
        ({"op": "replace_block", "start_line": 1, "end_line": 2, "new_block": "let x = 1;"}, OUTSIDE),
        ({"op": "replace_block", "start_line": 3, "end_line": 4, "new_block": "let x = 1;"}, OUTSIDE),
        ({"op": "replace_block", "start_line": 5, "end_line": 5, "new_block": "let x = 1;"}, OUTSIDE),
        ({"op": "insert_before", "line": 1, "block": "let x = 1;"}, OUTSIDE),
        ({"op": "prepend", "block": "let x = 1;"}, OUTSIDE),
        ({"op": "append", "block": "let x = 1;"}, OUTSIDE),
    ],
)
def test_spans_hold_for_every_operation(operation: dict[str, object], verdict: str) -> None:
    text = operation.pop("block", None)
    if text is not None:
        operation = {**operation, "new_block": text}
    gate = Gate(FILES, (SPAN,), ["allow:clobber.declaration-lost"])
    assert said(gate.submit("line-ops", [{**operation, "file": "src/a.ts"}])) == verdict


def test_the_message_names_the_lines_and_the_hint_what_is_allowed() -> None:
    gate = Gate(FILES, (SPAN,))
    verdict = gate.submit("search-replace", [{"file": "src/a.ts", "search": "e = 5", "replace": "e = 6"}])
    assert "src/a.ts:5" in verdict.violations[0].message
    assert "2-3" in verdict.violations[0].message
    assert verdict.violations[0].range is not None
    assert verdict.violations[0].range.start.line == 4


def test_symbols_hold_with_their_comments() -> None:
    text = "/** F. */\nfunction f() {\n  g();\n}\n\nfunction g() {\n  f();\n}\n"
    gate = Gate({"src/a.ts": text}, (Task("T", allowed_symbols=("src/a.ts#f",)),))
    doc = [{"file": "src/a.ts", "search": "/** F. */", "replace": "/** Does f. */"}]
    other = [{"file": "src/a.ts", "search": "  f();", "replace": "  f(1);"}]
    assert said(gate.submit("search-replace", doc)) == "applied"
    assert said(gate.submit("search-replace", other)) == OUTSIDE


@pytest.mark.parametrize(
    ("task", "after", "verdict"),
    [
        (Task("T", allowed_paths=("src/*.ts",)), {"src/a.ts": "let a = 2;\n"}, "applied"),
        (Task("T", allowed_paths=("lib/**",)), {"src/a.ts": "let a = 2;\n"}, ELSEWHERE),
        (Task("T", file="src/a.ts"), {"src/a.ts": "let a = 2;\n"}, "applied"),
        (Task("T", file="src/a.ts"), {"src/c.ts": "let a = 2;\n"}, ELSEWHERE),
        (Task("T", allowed_paths=("src/*.ts",)), {"src/c.ts": "let a = 2;\n"}, "applied"),
        (Task("T", allowed_paths=("src/*.ts",)), {"src/sub/c.ts": "let a = 2;\n"}, ELSEWHERE),
        (Task("T", allowed_paths=("src/b.ts",)), {"src/a.ts": None}, ELSEWHERE),
        # A file that the task names for other reasons is not its scope once it names one.
        (Task("T", file="src/b.ts", allowed_paths=("src/a.ts",)), {"src/b.ts": "let a = 2;\n"}, ELSEWHERE),
        (Task("T"), {"src/a.ts": "let a = 2;\n"}, ELSEWHERE),
        (SPAN, {"src/a.ts": None}, ELSEWHERE),
    ],
)
def test_paths(task: Task, after: dict[str, str | None], verdict: str) -> None:
    files = {"src/a.ts": "let a = 1;\nlet b = 1;\nlet c = 1;\n", "src/b.ts": "let a = 1;\n"}
    terms = ["allow:clobber.declaration-lost"]
    assert said(check(files, after, task=task, contract=terms)) == verdict


def test_a_rename_needs_both_names() -> None:
    payload = {"documentChanges": [{"kind": "rename", "oldUri": "src/a.ts", "newUri": "lib/a.ts"}]}
    one = Gate(FILES, (Task("T", allowed_paths=("src/**",)),))
    both = Gate(FILES, (Task("T", allowed_paths=("src/**", "lib/**")),))
    assert said(one.submit("workspace-edit", payload)) == ELSEWHERE
    assert said(both.submit("workspace-edit", payload)) == "applied"


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (Task("T", allowed_spans=(LineSpan("src/a.ts", 3, 2),)), "edit.out-of-range"),
        (Task("T", allowed_spans=(LineSpan("src/a.ts", 99, 99),)), "edit.out-of-range"),
        (Task("T", allowed_spans=(LineSpan("src/z.ts", 1, 1),)), "edit.no-such-file"),
        (Task("T", allowed_symbols=("src/a.ts#nothing",)), "edit.not-found"),
        (Task("T", allowed_symbols=("src/z.ts#a",)), "edit.no-such-file"),
    ],
)
def test_a_task_that_does_not_fit_the_tree_is_refused(task: Task, name: str) -> None:
    with pytest.raises(Refused) as refused:
        resolve_scope(task, MemoryTree.of(**FILES))
    assert refused.value.violations[0].name == name


@pytest.mark.parametrize(
    "path",
    [
        ".git/hooks/x",
        ".GIT/config",
        "sub/.git/config",
        ".gitmodules",
        ".mission_control/x",
        "node_modules/a/x.ts",
        "a/Node_Modules/x",
        "GIT~1/config",
        ".git::$INDEX_ALLOCATION/config",
        ".git:x",
        "node_module\u017f/x",
    ],
)
def test_protected_paths(path: str) -> None:
    assert said(check({"a.ts": ""}, {path: "x\n"})) == "path.protected"


@pytest.mark.parametrize("path", ["../a.ts", "/etc/passwd", "a/../../b.ts", "a\\b.ts", "file://host/a.ts", ".git./x"])
def test_invalid_paths(path: str) -> None:
    assert said(check({"a.ts": ""}, {path: "x\n"})) == "path.invalid"


@pytest.mark.parametrize(
    "path",
    [
        "package.json",
        "sub/package.json",
        "package-lock.json",
        ".npmrc",
        ".vscode/tasks.json",
        ".VSCode/tasks.json",
        "sub/.vscode/settings.json",
        ".husky/pre-commit",
        ".github/workflows/ci.yml",
        ".claude/settings.json",
        ".gitattributes",
        "sub/.envrc",
        "Makefile",
        ".pre-commit-config.yaml",
        "GNUmakefile",
        "sub/binding.gyp",
        "vite.config.ts",
        "sub/drizzle.config.MTS",
        ".prettierrc.js",
        ".lintstagedrc",
        "lefthook.toml",
        "sub/.github/workflows/ci.yml",
        "mise.toml",
        ".zed/tasks.json",
        "sub/.gemini/settings.json",
        "src/.hid/evil.ts",
        "Dockerfile.dev",
        "compose.yaml",
        "wrangler.jsonc",
        "turbo.json",
        "pnpm-lock.yaml",
        "conftest.py",
        "new.sh",
        "CLAUDE.md",
        "sub/AGENTS.md",
        "babel.config.json",
        "babel.config.cts",
        "opencode.jsonc",
        "sub/opencode.json",
        "pyproject.toml",
        "Setup.py",
        "setup.cfg",
        "action.yml",
        "requirements-dev.txt",
        "githooks/pre-commit",
        "simple-git-hooks.json",
        "gradlew",
        "codex.md",
        "buildspec.yml",
        "buildspec.prod.yaml",
        "cloudbuild.yaml",
        "appveyor.yml",
        "Vagrantfile",
        "sgconfig.yml",
        "sub/Cargo.toml",
        "build.rs",
        "skills/x/SKILL.md",
        "gemini.md",
        "webpack.prod.js",
        "karma.conf.js",
        "angular.json",
        "cdk.json",
        "ma\u212aefile",
    ],
)
def test_files_that_make_tools_run_code_need_a_grant_that_names_them(path: str) -> None:
    text = "'x';\n" if path.lower().endswith("ts") else "{}\n"
    assert said(check({"a.ts": ""}, {path: text})) == "path.runs-code"
    assert said(check({"a.ts": ""}, {path: text}, contract=["paths:**"])) == "path.runs-code"
    assert said(check({"a.ts": ""}, {path: text}, contract=[f"paths:{path}"])) == "applied"
    assert said(check({"a.ts": ""}, {path: text}, contract=["allow:path.runs-code"])) == "applied"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("SKILL.md", "agents take it for their instructions"),
        ("buildspec.yml", "CI runs what it says"),
        ("new.sh", "a new script is there to be run"),
        (".envrc", "begin with a dot"),
        ("sub/biome.json", "loads the plugins that it names"),
        ("vitest.workspace.ts", "loads it as a program"),
    ],
)
def test_the_refusal_of_such_a_file_says_why_it_acts(path: str, why: str) -> None:
    assert why in check({"a.ts": ""}, {path: "x\n"}).violations[0].message


@pytest.mark.parametrize(
    "path",
    ["src/skills.md", "docs/setup.md", "data/cargo.json", "src/appveyor.ts", "src/babel.ts", "app.config.json"],
)
def test_ordinary_names_beside_those_of_acting_files_are_free(path: str) -> None:
    text = "{}\n" if path.endswith("json") else "f();\n"
    assert said(check({path: text}, {path: text.replace("}", ' "a": 1}').replace("f", "g")})) == "applied"


@pytest.mark.parametrize(
    "path", ["scripts/old.sh", "src/config.ts", "src/config/index.ts", "src/make.ts", "docs/agents/a.md"]
)
def test_ordinary_files_with_such_words_in_their_names_are_free(path: str) -> None:
    assert said(check({path: "one;\n"}, {path: "two;\n"})) == "applied"


def test_a_path_through_a_file_is_none() -> None:
    assert said(check({"a.ts": "f();\n"}, {"a.ts/b.ts": "f();\n"})) == "path.not-a-regular-file"


@pytest.mark.parametrize("new", ["src/Shop.ts", "SRC/other.ts", "src/caf\u0065\u0301.ts"])
def test_names_that_some_file_systems_take_for_one(new: str) -> None:
    files = {"src/shop.ts": "f();\n", "src/caf\u00e9.ts": "f();\n"}
    assert said(check(files, {new: "f();\n"})) == "path.case-collision"


def test_two_new_names_of_one_submission_may_not_collide_either() -> None:
    assert said(check({"a.ts": ""}, {"b.ts": "f();\n", "B.ts": "f();\n"})) == "path.case-collision"


def test_a_file_may_be_renamed_to_another_case() -> None:
    gate = Gate({"src/shop.ts": "f();\n"})
    payload = {"documentChanges": [{"kind": "rename", "oldUri": "src/shop.ts", "newUri": "src/Shop.ts"}]}
    assert said(gate.submit("workspace-edit", payload)) == "applied"
    assert gate.text("src/Shop.ts") == "f();\n"


def test_a_role_that_may_set_modes_does_so_within_its_scope_only() -> None:
    def said_of(path: str) -> str:
        task = Task("T", allowed_paths=("bin/**",), allowed_spans=(LineSpan("a.ts", 1, 1),))
        gate = Gate({"bin/x": "#!/bin/sh\n", "a.ts": "1;\n"}, (task,), ("allow:path.runs-code",))
        mode = {"textDocument": {"uri": path, "version": None}, "edits": [], "executable": True}
        return said(gate.submit("workspace-edit", {"documentChanges": [mode]}))

    assert said_of("bin/x") == "applied"
    assert said_of("a.ts") == "scope.outside-allowed-paths"
