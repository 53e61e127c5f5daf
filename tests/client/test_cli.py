"""patchctl against an endpoint, as a container runs it: a program with its own standard streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp_bridge.fakes import TASK, ServedPass, served_pass

CHECKOUT = Path(__file__).resolve().parents[2]
SYMBOL = {
    "name": "total",
    "kind": 6,
    "range": {"start": {"line": 20, "character": 2}, "end": {"line": 23, "character": 3}},
    "selectionRange": {"start": {"line": 20, "character": 2}, "end": {"line": 20, "character": 7}},
    "children": [],
}
PLACES = [
    {"uri": "file:///repo/src/shop.ts", "range": SYMBOL["range"]},
    {"uri": "file:///lib/lib.d.ts", "range": SYMBOL["range"]},
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedPass]:
    (tmp_path / "task.json").write_text(json.dumps(TASK))
    (tmp_path / "src").mkdir()
    (tmp_path / "src/shop.ts").write_text("line\n" * 20 + "  total() {}\n")
    with served_pass(tmp_path) as opened:
        opened.languages.answers["textDocument/documentSymbol"] = [SYMBOL]
        opened.languages.answers["textDocument/hover"] = {"contents": {"kind": "markdown", "value": "```ts\nx\n```\n"}}
        opened.languages.answers["textDocument/references"] = PLACES
        opened.languages.answers["textDocument/definition"] = PLACES[:1]
        yield opened


def patchctl(
    opened: ServedPass, *arguments: str, text: str = "", module: str = "runner.client"
) -> tuple[int, str, str]:
    folder = opened.path.parent
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "PATCHGATE_SOCKET": str(opened.path),
        "PATCHGATE_TASK": str(folder / "task.json"),
        "PATCHGATE_REPO": str(folder),
        "LC_ALL": "C",
    }
    # -S: without site-packages, so that anything but the standard library is missing, as it is in a container.
    done = subprocess.run(
        [sys.executable, "-S", "-m", module, *arguments],
        input=text.encode(),
        capture_output=True,
        env=environment,
        timeout=30,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_an_edit_prints_the_verdict_and_a_line_for_people(served: ServedPass) -> None:
    served.api.verdict = {"status": "applied", "patch_id": "p9", "stats": {"added": 2, "removed": 1, "files": 1}}
    line = (
        "replace-block",
        "--file",
        "src/shop.ts",
        "--start",
        "1",
        "--end",
        "2",
        "--reason",
        "why ü",
        "--requester",
        "me",
    )
    code, out, err = patchctl(served, *line, text="neu €\n")
    assert code == 0
    assert json.loads(out)["patch_id"] == "p9"
    assert err == "applied: +2 -1 in 1 file(s), patch p9\n"
    [submission] = served.api.submissions
    assert submission["reason"] == "why ü"
    assert submission["specialist"] == "me"
    assert submission["edit"]["payload"][0]["new_block"] == "neu €\n"


def test_declarations_that_are_meant_to_go_are_named(served: ServedPass) -> None:
    served.api.verdict = {"status": "applied", "patch_id": "p"}
    named = ("--removes", "./src/shop.ts#total", "--removes", "src/shop.ts#Shop.sum")
    assert patchctl(served, "append", "--file", "src/shop.ts", "--block", "x", *named)[0] == 0
    assert served.api.submissions[0]["removes"] == ["src/shop.ts#total", "src/shop.ts#Shop.sum"]


@pytest.mark.parametrize(("status", "code"), [("simulated", 0), ("rejected", 1), ("conflict", 3), ("error", 4)])
def test_the_exit_code_is_the_verdicts(served: ServedPass, status: str, code: int) -> None:
    served.api.verdict = {"status": status, "patch_id": "p"}
    assert patchctl(served, "append", "--file", "src/shop.ts", "--block", "x", "--dry-run")[0] == code
    assert served.api.submissions[0]["dry_run"] is True


def test_a_rejection_shows_codes_places_hints_and_errors(served: ServedPass) -> None:
    span = {"start": {"line": 4, "character": 0}, "end": {"line": 4, "character": 1}}
    served.api.verdict = {
        "status": "rejected",
        "violations": [
            {"code": "PG203", "name": "scope.x", "message": "No.", "hint": "Go.", "file": "a.ts", "range": span}
        ],
        "diagnostics": {"new": [{"file": "a.ts", "line": 0, "character": 6, "code": "TS2322", "message": "Bad."}]},
    }
    code, _, err = patchctl(served, "search-replace", text='[{"file": "a.ts", "search": "a", "replace": "b"}]')
    assert code == 1
    assert err.splitlines() == [
        "rejected: nothing was changed",
        "  PG203 scope.x at a.ts:5: No.",
        "    hint: Go.",
        "  a.ts:1:7 TS2322: Bad.",
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (["context"], '[["src/shop.ts#Shop.total"], ["src/shop.ts"], 4000]'),
        (["context", "--symbol", "a.ts#b", "--budget", "500"], '[["a.ts#b"], [], 500]'),
        (["outline", "src/shop.ts"], "src/shop.ts#total  method  lines 21-24"),
        (["hover", "--symbol", "src/shop.ts#total"], "```ts\nx\n```"),
        (["definition", "--file", "src/shop.ts", "--line", "1", "--column", "1"], "src/shop.ts:21:3: total() {}"),
        (["references", "--symbol", "src/shop.ts#total"], "src/shop.ts:21:3: total() {}\nfile:///lib/lib.d.ts:21:3: "),
        (["next"], "task T-1: tidy\n  file: src/shop.ts\n  you may edit: src/shop.ts#Shop.total"),
    ],
)
def test_questions_are_answered_for_reading(served: ServedPass, line: list[str], shown: str) -> None:
    code, out, err = patchctl(served, *line)
    assert (code, out, err) == (0, shown + "\n", "")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (["context", "--json"], "text"),
        (["outline", "src/shop.ts", "--json"], "symbols"),
        (["references", "--symbol", "src/shop.ts#total", "--json"], "places"),
        (["diagnostics", "--json"], "diagnostics"),
        (["list-tasks", "--json"], "tasks"),
        (["next", "--json"], "task"),
        (["recommend", "--title", "t", "--detail", "d", "--impact", "2"], "id"),
    ],
)
def test_questions_are_answered_as_json(served: ServedPass, line: list[str], key: str) -> None:
    code, out, _ = patchctl(served, *line)
    assert code == 0
    assert list(json.loads(out)) == [key]


def test_diagnostics_are_those_of_the_tasks_files(served: ServedPass) -> None:
    start = {"line": 2, "character": 4}
    item = {"range": {"start": start, "end": start}, "severity": 1, "code": 2322, "message": "Bad."}
    served.languages.answers["textDocument/diagnostic"] = {"kind": "full", "items": [item]}
    assert patchctl(served, "diagnostics")[1] == "src/shop.ts:3:5 error TS2322: Bad.\n"


def test_the_end_of_a_pass_is_told(served: ServedPass) -> None:
    assert patchctl(served, "done", "--why", "all of it")[0] == 0
    assert patchctl(served, "block", "--why", "no schema")[0] == 0
    assert served.api.finished == [("done", "all of it"), ("blocked", "no schema")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["hover"], "give --symbol"),
        (["hover", "--symbol", "src/shop.ts#nope"], "there is no symbol"),
        (["hover", "--symbol", "src/shop.ts"], "no symbol address"),
        (["apply-edit"], "takes JSON"),
        (["apply-diff", "/nowhere/x.diff"], "cannot read /nowhere/x.diff"),
        (["hover", "--file", "../x", "--line", "1", "--column", "1"], "not in the repository"),
    ],
)
def test_wrong_usage_is_explained(served: ServedPass, line: list[str], said: str) -> None:
    code, out, err = patchctl(served, *line)
    assert (code, out) == (2, "")
    assert said in err


def test_without_a_runner_the_infrastructure_has_failed(served: ServedPass) -> None:
    served.endpoint.__exit__(None, None, None)
    code, out, err = patchctl(served, "done")
    assert (code, out) == (4, "")
    assert "no runner" in err


def test_branches_are_the_runners_in_a_container(served: ServedPass) -> None:
    code, _, err = patchctl(served, "append", "--file", "a.ts", "--block", "x", "--git-branch", "mine")
    assert code == 0
    assert "the runner chooses the branch" in err


def specialist(opened: ServedPass, body: str) -> tuple[int, str, str, list[tuple[str, str]]]:
    """Runs a role made for the test: ``runner.specialists.test_role`` in a package path of its own."""
    package = opened.path.parent / "roles"
    package.mkdir()
    (package / "test_role.py").write_text(body)
    start = opened.path.parent / "start.py"
    start.write_text(
        "import sys, types\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "rooms = types.ModuleType('runner.specialists'); rooms.__path__ = [sys.argv[2]]\n"
        "sys.modules['runner.specialists'] = rooms\n"
        "from runner.client.specialist_main import main\n"
        "sys.exit(main(['test-role']))\n"
    )
    environment: dict[str, Any] = {
        **os.environ,
        "PATCHGATE_SOCKET": str(opened.path),
        "PATCHGATE_TASK": str(opened.path.parent / "task.json"),
    }
    done = subprocess.run(
        [sys.executable, "-S", str(start), str(CHECKOUT), str(package)],
        capture_output=True,
        env=environment,
        timeout=30,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode(), opened.api.finished


def test_a_specialist_that_returns_is_done(served: ServedPass) -> None:
    code, _, err, finished = specialist(served, "def run(session):\n    session.log(str(session.options['depth']))\n")
    assert (code, err, finished) == (0, "3\n", [("done", "")])


def test_a_specialist_that_ended_itself_is_not_ended_twice(served: ServedPass) -> None:
    assert specialist(served, "def run(session):\n    session.block('no')\n")[3] == [("blocked", "no")]


def test_a_specialist_that_breaks_blocks_with_its_error(served: ServedPass) -> None:
    code, _, err, finished = specialist(served, "def run(session):\n    raise KeyError('x')\n")
    assert code == 1
    assert "Traceback" in err
    assert finished == [("blocked", "KeyError: 'x'")]


def test_a_name_that_is_no_role_is_wrong_usage(served: ServedPass) -> None:
    assert patchctl(served, "../evil", module="runner.client.specialist_main")[0] == 2


def test_tasks_are_listed_with_tabs_between(served: ServedPass) -> None:
    assert patchctl(served, "list-tasks")[:2] == (0, "T-1\tsrc/shop.ts\tpending\n")


@pytest.mark.parametrize("line", [["hover"], ["append"], ["fly"], ["append", "--file", "a", "--verify-hash", "ab"]])
def test_who_asks_for_json_gets_an_error_as_json(served: ServedPass, line: list[str]) -> None:
    code, out, err = patchctl(served, *line, "--json", text="x")
    assert code == 2 and json.loads(out)["error"]["kind"] == "usage"
    assert err.startswith("patchctl: ") and "Traceback" not in err


def test_an_error_of_tsc_is_told_once(served: ServedPass) -> None:
    error = {"code": "PG601", "name": "typecheck.new-error", "message": "a.ts(1,7): TS2322: Bad.", "hint": "Go."}
    new = [{"file": "a.ts", "line": 0, "character": 6, "code": "TS2322", "message": "Bad."}]
    served.api.verdict = {"status": "rejected", "violations": [error], "diagnostics": {"new": new}}
    assert patchctl(served, "append", "--file", "a.ts", "--block", "x")[2].count("TS2322") == 1


def test_a_question_takes_a_path_below_the_folder_of_the_container(served: ServedPass) -> None:
    code, out, _ = patchctl(served, "outline", "/repo/src/shop.ts")
    assert (code, out.startswith("src/shop.ts#total")) == (0, True)


def test_a_misspelt_option_is_told_with_what_was_meant(served: ServedPass) -> None:
    code, _, err = patchctl(served, "append", "--fiel", "src/shop.ts", "--block", "x")
    assert code == 2 and "Did you mean --file" in err
