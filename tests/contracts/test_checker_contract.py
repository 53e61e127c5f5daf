"""What every ``Checker`` promises, of compilers in a container and of the twin in memory alike.

The twin calls a line with the word TYPE_ERROR an error; in these files it is one for tsc too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.model.order import TypeScriptChoice
from tests.checker.projects import Project, config, in_memory, on_disk
from tests.containers import real_engine

BAD = "export const TYPE_ERROR: number = 'x';\n"
FILES: dict[str, str | bytes] = {
    "tsconfig.json": config(include=["src"]),
    "src/a.ts": f"export const a = 1;\n{BAD}",
    "src/b.ts": "export const b = 2;\n",
}


COMPILERS = [
    pytest.param(version, marks=pytest.mark.docker, id=f"typescript-{version[0]}") for version in ("5.9", "6.0", "7.0")
]


@pytest.fixture(scope="module", params=["memory", *COMPILERS])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    if request.param == "memory":
        yield in_memory(FILES)
        return
    choice = TypeScriptChoice(version=request.param)
    with real_engine() as engine, on_disk(FILES, tmp_path_factory.mktemp("project"), engine, choice=choice) as made:
        yield made


def test_the_errors_of_a_snapshot_are_all_of_its_tree_zero_based(project: Project) -> None:
    assert [(error.project, error.file, error.line, error.character, error.code) for error in project.errors()] == [
        ("tsconfig.json", "src/a.ts", 1, 13, "TS2322")
    ]


def test_an_edit_that_changes_no_error_brings_none(project: Project) -> None:
    result = project.check({"src/b.ts": "export const b = 3;\n"})
    assert (result.baseline, len(result.errors), result.new, result.fixed) == (1, 1, (), ())


def test_a_new_error_is_new(project: Project) -> None:
    result = project.check({"src/b.ts": f"export const b = 2;\n{BAD}"})
    assert [(error.file, error.line, error.code) for error in result.new] == [("src/b.ts", 1, "TS2322")]
    assert (result.baseline, len(result.errors), result.fixed) == (1, 2, ())


def test_an_old_error_that_moved_is_not_new(project: Project) -> None:
    result = project.check({"src/a.ts": f"// one\n// two\nexport const a = 1;\n{BAD}"})
    assert (result.new, result.fixed) == ((), ())
    assert [error.line for error in result.errors] == [3]


def test_an_error_that_went_away_is_fixed(project: Project) -> None:
    result = project.check({"src/a.ts": "export const a = 1;\n"})
    assert (result.errors, result.new) == ((), ())
    assert [error.file for error in result.fixed] == ["src/a.ts"]


def test_a_new_file_is_checked(project: Project) -> None:
    result = project.check({"src/c.ts": BAD})
    assert [error.file for error in result.new] == ["src/c.ts"]


def test_a_deleted_file_takes_its_errors_along(project: Project) -> None:
    result = project.check({"src/a.ts": None})
    assert (result.errors, result.new, len(result.fixed)) == ((), (), 1)


def test_a_check_leaves_no_trace_in_the_next_one(project: Project) -> None:
    assert project.check({"src/b.ts": BAD, "src/c.ts": BAD, "src/a.ts": None}).new
    again = project.check({"src/b.ts": "export const b = 4;\n"})
    assert (again.new, again.fixed) == ((), ())
