"""Which tsconfig files of a tree are projects: configs in, projects and the reasons of the others out."""

from __future__ import annotations

import json
import time

import pytest

from runner.checker.projects import MAX_PROJECTS, find_projects
from runner.checker.scripts import named_by_script
from runner.model.order import TypeScriptChoice
from runner.snapshots.memory import MemoryTree

SOLUTION = '{"files": [], "references": [{"path": "./a"}, {"path": "./b/tsconfig.build.json"}]}'


def found(files: dict[str, str], **choice: object) -> tuple[tuple[str, ...], dict[str, str]]:
    """The projects, and the reason of each config that is not judged. A source in ``src`` of every folder is implied."""
    folders = {path.rpartition("/")[0] for path in files if "tsconfig" in path or "jsconfig" in path}
    sources = {f"{folder}/src/a.ts" if folder else "src/a.ts": "" for folder in folders}
    result = find_projects(MemoryTree.of(**{**sources, **files}), TypeScriptChoice(**choice))  # type: ignore[arg-type]
    return result.projects, {each.project: each.reason for each in result.unjudged}


@pytest.mark.parametrize(
    ("files", "projects"),
    [
        ({"tsconfig.json": "{}"}, ("tsconfig.json",)),
        ({"tsconfig.json": "{}", "pkg/tsconfig.json": "{}"}, ("pkg/tsconfig.json", "tsconfig.json")),
        ({"tsconfig.json": "{}", "node_modules/x/tsconfig.json": "{}"}, ("tsconfig.json",)),
        ({"tsconfig.json": "{}", "tsconfig.unused.json": "{}"}, ("tsconfig.json",)),
        (
            {"tsconfig.json": SOLUTION, "a/tsconfig.json": "{}", "b/tsconfig.build.json": "{}"},
            ("a/tsconfig.json", "b/tsconfig.build.json"),
        ),
        # "include": [] lists as little as "files": [].
        (
            {"tsconfig.json": '{"include": [], "references": [{"path": "a"}]}', "a/tsconfig.json": "{}"},
            ("a/tsconfig.json",),
        ),
        # A solution that has files of its own is a project too.
        (
            {
                "tsconfig.json": '{"include": ["x"], "files": [], "references": [{"path": "a"}]}',
                "a/tsconfig.json": "{}",
            },
            ("a/tsconfig.json", "tsconfig.json"),
        ),
        # One whose base config gives it files is no solution; one whose base has only options is.
        (
            {
                "tsconfig.json": '{"extends": "./base", "files": [], "references": [{"path": "a"}]}',
                "base.json": '{"extends": ["./deeper.json"]}',
                "deeper.json": '{"include": ["src"]}',
                "a/tsconfig.json": "{}",
            },
            ("a/tsconfig.json", "tsconfig.json"),
        ),
        (
            {
                "tsconfig.json": '{"extends": "./base.json", "files": [], "references": [{"path": "a"}]}',
                "base.json": '{"extends": "./tsconfig.json", "compilerOptions": {}}',
                "a/tsconfig.json": "{}",
            },
            ("a/tsconfig.json",),
        ),
        # Two that refer to each other.
        (
            {
                "tsconfig.json": '{"references": [{"path": "./a"}]}',
                "a/tsconfig.json": '{"references": [{"path": ".."}]}',
            },
            ("a/tsconfig.json", "tsconfig.json"),
        ),
        # References that are not what they should be say nothing.
        ({"tsconfig.json": '{"references": [1, {"path": 2}, {}, {"path": ""}]}'}, ("tsconfig.json",)),
        ({"tsconfig.json": '{"references": "x"}'}, ("tsconfig.json",)),
        # JavaScript is a project where it asks for a check.
        ({"jsconfig.json": '{"compilerOptions": {"checkJs": true}}'}, ("jsconfig.json",)),
        (
            {"jsconfig.json": '{"extends": "./b.json"}', "b.json": '{"compilerOptions": {"checkJs": true}}'},
            ("jsconfig.json",),
        ),
        ({"jsconfig.json": "{}"}, ()),
        ({"jsconfig.json": '{"compilerOptions": {"checkJs": true}}', "tsconfig.json": "{}"}, ("tsconfig.json",)),
    ],
)
def test_the_projects_of_a_tree(files: dict[str, str], projects: tuple[str, ...]) -> None:
    assert found(files) == (projects, {})


@pytest.mark.parametrize(
    ("files", "projects"),
    [
        # Nothing to judge below it.
        ({"configs/tsconfig.json": '{"compilerOptions": {}}', "configs/src/a.ts": None}, ()),
        # Every source has a nearer config.
        (
            {"tsconfig.json": "{}", "src/a.ts": None, "a/tsconfig.json": '{"extends": "../tsconfig.json"}'},
            ("a/tsconfig.json",),
        ),
        # It is the nearest config of a source.
        (
            {
                "tsconfig.json": "{}",
                "src/a.ts": None,
                "vite.config.ts": "",
                "a/tsconfig.json": '{"extends": "../tsconfig"}',
            },
            ("a/tsconfig.json", "tsconfig.json"),
        ),
        # It says which files it has.
        (
            {
                "tsconfig.json": '{"include": ["a"]}',
                "src/a.ts": None,
                "a/tsconfig.json": '{"extends": "../tsconfig.json"}',
            },
            ("a/tsconfig.json", "tsconfig.json"),
        ),
        # Somebody runs it.
        (
            {
                "package.json": '{"scripts": {"types": "tsc --noEmit"}}',
                "tsconfig.json": "{}",
                "src/a.ts": None,
                "a/tsconfig.json": '{"extends": "../tsconfig.json"}',
            },
            ("a/tsconfig.json", "tsconfig.json"),
        ),
    ],
)
def test_a_config_that_only_others_extend_is_no_project(
    files: dict[str, str | None], projects: tuple[str, ...]
) -> None:
    absent = {path for path, text in files.items() if text is None}
    sources = {path.replace("tsconfig.json", "src/a.ts"): "" for path in files if path.endswith("tsconfig.json")}
    given = {path: text for path, text in {**sources, **files}.items() if path not in absent}
    result = find_projects(MemoryTree.of(**{path: text or "" for path, text in given.items()}))
    assert (result.projects, result.unjudged) == (projects, ())


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("tsc", ["tsconfig.json"]),
        ("tsc --noEmit --pretty", ["tsconfig.json"]),
        ("tsc -p tsconfig.build.json && cp a b", ["tsconfig.build.json"]),
        ("tsc --project=./tsconfig.build.json", ["tsconfig.build.json"]),
        ("tsc --project 'config/tsconfig.esm.json'; tsc -p config", ["config/tsconfig.esm.json", "config"]),
        ("tsc -b packages/a packages/b/tsconfig.lib.json --verbose", ["packages/a", "packages/b/tsconfig.lib.json"]),
        ("tsc --build", ["tsconfig.json"]),
        ("rimraf dist && vue-tsc --noEmit -p tsconfig.vitest.json", ["tsconfig.vitest.json"]),
        ("cd web && npx tsc -p tsconfig.app.json", ["web/tsconfig.app.json"]),
        ("cross-env A=1 node --max-old-space-size=8000 ./node_modules/typescript/bin/tsc -p t.json", ["t.json"]),
        ("tsup --tsconfig tsconfig.lib.json", ["tsconfig.lib.json"]),
        ("playwright test --project chromium", []),
        ("tsc src/a.ts", []),
        ("echo tsconfig.x.json", []),
    ],
)
def test_what_a_script_names(script: str, names: list[str]) -> None:
    assert list(named_by_script(script, "")) == names


def test_a_config_that_a_script_names_is_a_project_and_a_missing_one_says_nothing() -> None:
    scripts = (
        '{"scripts": {"build": "tsc -p tsconfig.build.json", "more": "tsc -p gone.json; tsc -p ../../etc", "n": 1}}'
    )
    files = {"tsconfig.json": "{}", "pkg/package.json": scripts, "pkg/tsconfig.build.json": "{}"}
    assert found(files) == (("pkg/tsconfig.build.json", "tsconfig.json"), {})


@pytest.mark.parametrize("manifest", ["", "[", "[1]", '{"scripts": 3}', '{"scripts": {"a": null}}', "[" * 20000])
def test_a_broken_manifest_names_nothing(manifest: str) -> None:
    assert found({"tsconfig.json": "{}", "package.json": manifest}) == (("tsconfig.json",), {})


@pytest.mark.parametrize(
    ("broken", "project", "reason"),
    [
        ("{", "a/tsconfig.json", "it cannot be read: it is not JSON with comments"),
        ("[]", "a/tsconfig.json", "it cannot be read: it is not a JSON object"),
        ("[" * 50000, "a/tsconfig.json", "it cannot be read: it is not JSON with comments"),
        ('{"files": []}', "a/tsconfig.json", "it lists no files"),
        ('{"x": "' + "y" * 1024 * 1024 + '"}', "a/tsconfig.json", "it cannot be read: it has more than 256 KiB"),
        (
            '{"references": [{"path": "./gone"}]}',
            "a/gone/tsconfig.json",
            "a/tsconfig.json refers to it, but it does not",
        ),
        ('{"references": [{"path": "./gone.json"}]}', "a/gone.json/tsconfig.json", "a/tsconfig.json refers to it, but"),
        (
            '{"references": [{"path": "../../out"}]}',
            "../out",
            "a/tsconfig.json refers to it, outside of the repository",
        ),
        ('{"references": [{"path": "/etc"}]}', "/etc", "a/tsconfig.json refers to it, outside of the repository"),
    ],
)
def test_one_bad_config_is_not_judged_and_the_others_are(broken: str, project: str, reason: str) -> None:
    projects, unjudged = found({"tsconfig.json": "{}", "a/tsconfig.json": broken})
    assert "tsconfig.json" in projects
    assert list(unjudged) == [project]
    assert unjudged[project].startswith(reason)


def test_a_config_that_is_no_utf_8_is_not_judged() -> None:
    tree = MemoryTree.of(**{"a.ts": "", "tsconfig.json": ""})
    tree.files["tsconfig.json"] = type(tree.files["a.ts"])(b"\xff\xfe{\0}\0")
    assert [each.reason for each in find_projects(tree).unjudged] == ["it cannot be read: it is not UTF-8"]


def test_a_broken_config_that_was_left_out_is_left_out() -> None:
    files = {"tsconfig.json": '{"references": [{"path": "gone"}]}', "a/tsconfig.json": "{"}
    assert found(files, exclude=("a", "gone/**")) == (
        ("tsconfig.json",),
        dict.fromkeys(("a/tsconfig.json", "gone/tsconfig.json"), "left out by typescript.exclude"),
    )


def test_a_base_that_a_reference_names_is_a_project() -> None:
    files = {
        "tsconfig.json": "{}",
        "a/tsconfig.json": '{"extends": "../tsconfig.json", "references": [{"path": ".."}]}',
        "a/x.ts": "",
    }
    result = find_projects(MemoryTree.of(**files))
    assert result.projects == ("a/tsconfig.json", "tsconfig.json")


def test_a_tree_without_typescript_has_no_projects() -> None:
    assert found({"README.md": "x"}) == ((), {})
    assert found({"a/tsconfig.build.json": "{}"}) == ((), {})


def test_the_number_of_projects_is_bounded() -> None:
    files = {f"p{number:05}/tsconfig.json": "{}" for number in range(MAX_PROJECTS + 10)}
    projects, unjudged = found(files)
    assert len(projects) == MAX_PROJECTS
    assert list(unjudged.values()) == [f"the tree has more than {MAX_PROJECTS} projects"]


def test_a_hostile_tree_costs_little() -> None:
    deep = {f"d{number}/" + "a/" * 1500 + "x.ts": "" for number in range(300)}
    bases = {
        f"b{number}.json": json.dumps({"extends": [f"./b{each}.json" for each in range(60)]}) for number in range(60)
    }
    circular = {"tsconfig.json": '{"extends": ["./b1.json", "./tsconfig.json"]}'}
    large = {f"l{number}/tsconfig.json": '{"a": "' + "x" * 250_000 + '"}' for number in range(40)}
    sources = {f"l{number}/x.ts": "" for number in range(40)}
    start = time.perf_counter()
    result = find_projects(MemoryTree.of(**deep, **bases, **circular, **large, **sources))
    assert len(result.projects) == 33
    assert {each.reason for each in result.unjudged} == {
        "it cannot be read: the tsconfig files before it are too large in all"
    }
    assert time.perf_counter() - start < 20


TREE = {
    "tsconfig.json": SOLUTION,
    "a/tsconfig.json": "{}",
    "b/tsconfig.build.json": "{}",
    "docs/tsconfig.json": "{}",
    "docs/tsconfig.old.json": "{}",
}


@pytest.mark.parametrize(
    ("choice", "projects", "unjudged"),
    [
        (
            {"exclude": ("docs",)},
            ("a/tsconfig.json", "b/tsconfig.build.json"),
            {"docs/tsconfig.json": "left out by typescript.exclude"},
        ),
        (
            {"exclude": ("docs/**", "b/*")},
            ("a/tsconfig.json",),
            {
                "b/tsconfig.build.json": "left out by typescript.exclude",
                "docs/tsconfig.json": "left out by typescript.exclude",
            },
        ),
        # A solution stands for what it refers to.
        (
            {"exclude": ("tsconfig.json",)},
            ("docs/tsconfig.json",),
            {
                "a/tsconfig.json": "left out by typescript.exclude",
                "b/tsconfig.build.json": "left out by typescript.exclude",
            },
        ),
        (
            {"projects": ("tsconfig.json",)},
            ("a/tsconfig.json", "b/tsconfig.build.json"),
            {"docs/tsconfig.json": "not named by typescript.projects"},
        ),
        (
            {"projects": ("docs/tsconfig.old.json", "a")},
            ("a/tsconfig.json", "docs/tsconfig.old.json"),
            {
                "b/tsconfig.build.json": "not named by typescript.projects",
                "docs/tsconfig.json": "not named by typescript.projects",
            },
        ),
        (
            {"projects": ("*/tsconfig*.json",), "exclude": ("docs/*",)},
            ("a/tsconfig.json", "b/tsconfig.build.json"),
            {
                "docs/tsconfig.json": "left out by typescript.exclude",
                "docs/tsconfig.old.json": "left out by typescript.exclude",
            },
        ),
        (
            {"projects": ("a", "gone")},
            ("a/tsconfig.json",),
            {
                "b/tsconfig.build.json": "not named by typescript.projects",
                "docs/tsconfig.json": "not named by typescript.projects",
                "gone": "typescript.projects names it, but there is no such tsconfig",
            },
        ),
    ],
)
def test_people_choose_and_exclude_projects(
    choice: dict[str, object], projects: tuple[str, ...], unjudged: dict[str, str]
) -> None:
    assert found(TREE, **choice) == (projects, unjudged)
