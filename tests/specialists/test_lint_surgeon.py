"""Lint & Syntax Surgeon, the language server's half, on real files. ESLint and Prettier: see test_in_containers.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from runner.specialists.lint_surgeon import program as lint_surgeon
from runner.specialists.lint_surgeon.program import run
from runner.specialists.lint_surgeon.project_tools import Problem, Tooled
from tests.specialists.conftest import Make

LIB = "export const one = 1;\nexport const two = 2;\nexport interface Three {\n  three: 3;\n}\n"


def test_imports_are_sorted_and_the_unused_ones_go(make: Make) -> None:
    source = "import { two, one } from './lib';\nimport type { Three } from './lib';\n\nexport const sum = two + one;\n"
    session = make({"src/lib.ts": LIB, "src/a.ts": source})
    run(session)
    assert session.read("src/a.ts") == "import { one, two } from './lib';\n\nexport const sum = two + one;\n"
    assert session.submitted == [("src/a.ts", "Organise imports in src/a.ts", "applied")]
    assert session.ended == ("done", "1 of 2 files changed; 0 steps refused")


def test_bom_and_line_ends_stay_where_the_first_import_goes(make: Make) -> None:
    session = make(
        {"src/lib.ts": LIB, "src/a.ts": "\ufeffimport { one } from './lib';\r\n\r\nexport const x = 1;\r\n".encode()}
    )
    run(session)
    assert (session.repo / "src/a.ts").read_bytes() == "\ufeffexport const x = 1;\r\n".encode()


def test_a_wrapped_import_keeps_the_files_indentation_and_its_last_comma(make: Make) -> None:
    source = "import {\n  two,\n  one,\n} from './lib';\n\nexport function f() {\n  return two + one;\n}\n"
    session = make({"src/lib.ts": LIB, "src/a.ts": source})
    run(session)
    assert session.read("src/a.ts").startswith("import {\n  one,\n  two,\n} from './lib';\n")


def test_what_is_in_order_is_left_alone(make: Make) -> None:
    session = make({"src/lib.ts": LIB, "src/a.ts": "import { one } from './lib';\n\nexport const x = one;\n"})
    run(session)
    assert session.submitted == []
    assert "lint-surgeon: src/a.ts: nothing to do" in session.logged


def test_a_refused_step_becomes_a_recommendation_with_the_reason(make: Make) -> None:
    source = "import { one } from './lib';\nexport const x = 1;\n"
    session = make({"src/lib.ts": LIB, "src/a.ts": source}, gate=lambda path, before, after: "not today")
    run(session)
    assert session.read("src/a.ts") == source
    (advice,) = session.recommended
    assert advice["title"] == "Organise imports in src/a.ts"
    assert "PG601 typecheck.new-error: not today" in advice["detail"]


def test_only_files_with_something_to_do_count_towards_the_bound(make: Make) -> None:
    unsorted = "import { two, one } from './lib';\nexport const x = one + two;\n"
    session = make({"src/lib.ts": LIB, "src/y.ts": unsorted, "src/z.ts": unsorted}, options={"max_files": 1})
    run(session)
    assert [path for path, _, _ in session.submitted] == ["src/y.ts"]


def test_lines_outside_the_tasks_spans_are_not_asked_for(make: Make) -> None:
    source = "import { one } from './lib';\n\nexport const x = 1;\n"
    spans = [{"file": "src/a.ts", "start": 3, "end": 3}]
    session = make({"src/lib.ts": LIB, "src/a.ts": source}, task={"allowed_spans": spans, "allowed_paths": []})
    run(session)
    assert session.submitted == []


def tools(repo: Path, wanted: Sequence[str], texts: Mapping[str, str]) -> tuple[dict[str, Tooled], tuple[str, ...]]:
    """Stand-ins for the project's tools: ESLint turns let into const, Prettier adds the semicolons."""
    made = {}
    for path, text in texts.items():
        steps = []
        if "eslint" in wanted:
            text = text.replace("let ", "const ")
            steps.append(("eslint", text))
        if "prettier" in wanted:
            text = text.replace("1\n", "1;\n")
            steps.append(("prettier", text))
        made[path] = Tooled(tuple(steps), (Problem(2, "eqeqeq", "Expected '==='.", 2),))
    return made, ()


@pytest.fixture
def with_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint_surgeon, "configured", lambda repo: ("eslint", "prettier"))
    monkeypatch.setattr(lint_surgeon, "run_tools", tools)


@pytest.mark.usefixtures("with_tools")
def test_all_steps_go_in_as_one_submission(make: Make) -> None:
    session = make({"src/lib.ts": LIB, "src/a.ts": "import { one } from './lib'\nlet x = 1\nexport { x };\n"})
    run(session)
    assert session.read("src/a.ts") == "const x = 1;\nexport { x };\n"
    reason = "Organise imports, fix what ESLint can fix and format with Prettier in src/a.ts"
    assert session.submitted == [("src/a.ts", reason, "applied")]


@pytest.mark.usefixtures("with_tools")
def test_a_bad_step_does_not_take_the_good_ones_with_it(make: Make) -> None:
    session = make(
        {"src/lib.ts": LIB, "src/a.ts": "import { one } from './lib'\nlet x = 1\nexport { x };\n"},
        gate=lambda path, before, after: "x is written to" if "const x" in after else None,
    )
    run(session)
    assert session.read("src/a.ts") == "let x = 1;\nexport { x };\n"
    assert [verdict for _, _, verdict in session.submitted] == ["rejected", "applied", "rejected", "applied"]
    assert session.ended == ("done", "1 of 2 files changed; 1 steps refused")


@pytest.mark.usefixtures("with_tools")
def test_what_eslint_cannot_mend_is_recommended(make: Make) -> None:
    session = make({"src/lib.ts": LIB})
    run(session)
    (advice,) = session.recommended
    assert (advice["title"], advice["impact"], advice["line"]) == ("ESLint: eqeqeq", 2, 2)
