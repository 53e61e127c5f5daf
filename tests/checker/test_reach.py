"""Which projects an edit reaches, and the inferred project of a file that none has. Text in, text out."""

from __future__ import annotations

import json

import pytest

from runner.checker.inferred import InferredProject, inferred_projects
from runner.checker.reach import reached
from runner.model.tree import Candidate, ChangeSet, FileState
from runner.snapshots.memory import MemoryTree

FILES_OF = {
    "tsconfig.json": frozenset({"src/a.ts", "src/b.ts", "src/data.json"}),
    "web/tsconfig.json": frozenset({"web/x.tsx", "src/b.ts"}),
}
BOTH = ["tsconfig.json", "web/tsconfig.json"]
NEW, GONE = (None, "new"), ("old", None)


def candidate(**changes: tuple[str | None, str | None]) -> Candidate:
    """``path=(before, after)``; None is no file."""
    states = {
        path: tuple(None if text is None else FileState(text.encode()) for text in sides)
        for path, sides in changes.items()
    }
    before, files = ({path: sides[at] for path, sides in states.items()} for at in (0, 1))
    return Candidate("0" * 40, ChangeSet(()), before, files)


EDIT = ("old", "new")


@pytest.mark.parametrize(
    ("changes", "projects"),
    [
        ({"src/a.ts": EDIT}, ["tsconfig.json"]),
        # A project that depends on another has its sources.
        ({"src/b.ts": EDIT}, BOTH),
        ({"web/x.tsx": EDIT}, ["web/tsconfig.json"]),
        ({"src/data.json": EDIT}, ["tsconfig.json"]),
        ({"scripts/none.ts": EDIT}, []),
        # No compiler opens these.
        ({"README.md": EDIT}, []),
        ({"README.md": NEW, "site/a.css": GONE}, []),
        # An import of another file may now mean this one.
        ({"src/c.ts": NEW}, BOTH),
        ({"src/a.ts": GONE}, BOTH),
        ({"src/a.ts": GONE, "src/c.ts": NEW}, BOTH),
        ({"src/c.js": NEW}, BOTH),
        ({"package.json": EDIT}, BOTH),
        ({"web/package.json": NEW}, BOTH),
        ({"web/tsconfig.json": EDIT}, BOTH),
        ({"configs/strict.json": EDIT}, BOTH),
    ],
)
def test_the_projects_that_an_edit_reaches(
    changes: dict[str, tuple[str | None, str | None]], projects: list[str]
) -> None:
    assert list(reached(FILES_OF, candidate(**changes))) == projects


def test_a_manifest_that_is_also_imported_still_reaches_everything() -> None:
    files_of = {"a/tsconfig.json": frozenset({"package.json"}), "b/tsconfig.json": frozenset({"b/x.ts"})}
    assert reached(files_of, candidate(**{"package.json": EDIT})) == ("a/tsconfig.json", "b/tsconfig.json")


def inferred(
    tree: dict[str, str], *edited: str, covered: tuple[str, ...] = (), **more: list[str]
) -> tuple[InferredProject, ...]:
    changes = candidate(**{path: (tree.get(path), "new") for path in edited})
    return inferred_projects(MemoryTree.of(**tree), frozenset(covered), changes, **more)


def shown(projects: tuple[InferredProject, ...]) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(each.config, each.nearest, each.files) for each in projects]


SOLUTION = '{"files": [], "references": [{"path": "./tsconfig.app.json"}, {"path": "./tsconfig.node.json"}]}'
VITE = {
    "tsconfig.json": SOLUTION,
    "tsconfig.app.json": '{"compilerOptions": {"jsx": "react-jsx"}, "include": ["src"]}',
    "tsconfig.node.json": '{"compilerOptions": {"types": ["node"]}, "include": ["vite.config.ts", "tools"]}',
}


@pytest.mark.parametrize(
    ("tree", "edited", "expected"),
    [
        # A new test that the nearest config does not include.
        (
            {"tsconfig.json": '{"include": ["src"]}'},
            ["tests/a.test.ts"],
            [("tsconfig.patchgate.json", "tsconfig.json", ("tests/a.test.ts",))],
        ),
        # Files with the same nearest config share a project.
        (
            {"tsconfig.json": "{}", "pkg/tsconfig.json": "{}"},
            ["b.ts", "a.mts", "pkg/x/y.tsx"],
            [
                ("pkg/tsconfig.patchgate.json", "pkg/tsconfig.json", ("pkg/x/y.tsx",)),
                ("tsconfig.patchgate.json", "tsconfig.json", ("a.mts", "b.ts")),
            ],
        ),
        # One that cannot be read is passed over.
        (
            {"tsconfig.json": "{}", "pkg/tsconfig.json": "{"},
            ["pkg/y.ts"],
            [("tsconfig.patchgate.json", "tsconfig.json", ("pkg/y.ts",))],
        ),
        # A solution has no options: the project that it refers to and that fits best has them.
        (VITE, ["e2e/x.ts"], [("tsconfig.app.patchgate.json", "tsconfig.app.json", ("e2e/x.ts",))]),
        (VITE, ["tools/x.ts"], [("tsconfig.node.patchgate.json", "tsconfig.node.json", ("tools/x.ts",))]),
        (
            {
                "tsconfig.json": SOLUTION.replace("app", "build").replace("node", "spec"),
                "tsconfig.build.json": '{"include": ["src"]}',
                "tsconfig.spec.json": '{"include": ["src/**/*.test.ts"]}',
            },
            ["tests/a.test.ts"],
            [("tsconfig.spec.patchgate.json", "tsconfig.spec.json", ("tests/a.test.ts",))],
        ),
        # A solution with options of its own gives them.
        (
            {
                "tsconfig.json": SOLUTION.replace("{", '{"compilerOptions": {"strict": true}, ', 1),
                "tsconfig.app.json": "{}",
            },
            ["x.ts"],
            [("tsconfig.patchgate.json", "tsconfig.json", ("x.ts",))],
        ),
        # No config at all.
        ({}, ["a/b.ts"], [("tsconfig.patchgate.json", None, ("a/b.ts",))]),
        # The name is taken.
        (
            {"tsconfig.json": "{}", "tsconfig.patchgate.json": "{}"},
            ["x.ts"],
            [("tsconfig-.patchgate.json", "tsconfig.json", ("x.ts",))],
        ),
        # JavaScript where the nearest config checks it.
        ({"tsconfig.json": "{}"}, ["x.js"], []),
        (
            {"tsconfig.json": '{"compilerOptions": {"checkJs": true}}'},
            ["x.js"],
            [("tsconfig.patchgate.json", "tsconfig.json", ("x.js",))],
        ),
        ({"tsconfig.json": "{}"}, ["README.md", "node_modules/x/a.ts"], []),
    ],
)
def test_a_file_in_no_project_is_judged_by_the_nearest_options(
    tree: dict[str, str], edited: list[str], expected: list[object]
) -> None:
    assert shown(inferred(tree, *edited)) == expected


def test_a_covered_a_deleted_and_an_excluded_file_need_no_inferred_project() -> None:
    tree = {"tsconfig.json": "{}", "docs/tsconfig.json": "{}"}
    assert inferred(tree, "src/a.ts", covered=("src/a.ts",)) == ()
    assert inferred_projects(MemoryTree.of(**tree), frozenset(), candidate(**{"x.ts": ("old", None)})) == ()
    assert inferred(tree, "docs/x.ts", excluded=["docs/tsconfig.json"]) == ()
    (other,) = inferred(tree, "docs/x.ts", avoid=["docs/tsconfig.json"])
    assert other.nearest == "tsconfig.json"


def test_the_config_of_an_inferred_project_leaves_output_out() -> None:
    nearest = '{"compilerOptions": {"isolatedDeclarations": true}, "references": [{"path": "../core"}]}'
    (found,) = inferred({"pkg/tsconfig.json": nearest, "core/tsconfig.json": "{}"}, "pkg/tests/a.ts")
    assert json.loads(found.text) == {
        "extends": "./tsconfig.json",
        "compilerOptions": {
            "noEmit": True,
            "composite": False,
            "incremental": False,
            "declaration": False,
            "declarationMap": False,
            "emitDeclarationOnly": False,
            "declarationDir": None,
            "tsBuildInfoFile": None,
            "outFile": None,
            "rootDir": "..",
            "isolatedDeclarations": False,
        },
        "files": ["tests/a.ts"],
        "include": [],
        "references": [{"path": "../core/tsconfig.json"}],
    }


def test_an_inferred_project_has_the_ambient_declarations_of_the_nearest_config() -> None:
    tree = {"tsconfig.json": "{}", "pkg/tsconfig.json": "{}"}
    covered = ("env.d.ts", "pkg/types/env.d.ts", "src/a.ts", "node_modules/x/index.d.ts")
    (found,) = inferred(tree, "tests/a.ts", covered=covered)
    assert (found.files, json.loads(found.text)["files"]) == (("tests/a.ts",), ["tests/a.ts", "env.d.ts"])
    (found,) = inferred(tree, "pkg/tests/a.ts", covered=covered)
    assert json.loads(found.text)["files"] == ["tests/a.ts", "types/env.d.ts"]


def test_without_any_config_strict_defaults_count() -> None:
    (found,) = inferred({}, "a.ts")
    options = json.loads(found.text)["compilerOptions"]
    assert (options["strict"], options["noEmit"], "extends" in json.loads(found.text)) == (True, True, False)
