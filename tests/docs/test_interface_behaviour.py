"""What docs/interfaces.md says of payloads, programs, routes and files is what happens."""

from __future__ import annotations

import argparse
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from runner import Gate, Runner
from runner.api.gate_worker import GateWorker
from runner.api.service import create_app
from runner.app.opened import OpenedRepository
from runner.app.toolchain import Stored, StoreView
from runner.cli.patchctl import run
from runner.cli.patchgate import app
from runner.client.questions import QUESTIONS
from runner.client.rpc import RpcClient
from runner.client.session import Session
from runner.edits.lowering import lower
from runner.ledger.memory import MemoryLedger
from runner.model.tree import FileSet, FileState
from runner.model.verdict import Refused
from runner.sandbox.doctor import Finding
from tests.branch_gate.repositories import commit_all, make_repository, settings_in, write_tasks
from tests.docs.pages import DOCS, code, sections

PAGE = sections(DOCS / "interfaces.md")
LISTS: dict[str, list[dict[str, object]]] = {
    "line-ops": [{"op": op} for op in ("replace_block", "insert_before", "append")],
    "symbol-ops": [{"op": op} for op in ("replace", "rename", "delete")],
    "search-replace": [{}],
    "whole-file": [{}],
}
PATCHES = [{"op": op} for op in ("insert_after", "replace_block")]
CART = "export function total(a: number, b: number): number {\n  return a + b;\n}\n"


def known_keys(format: str, payload: object) -> set[str]:
    """The keys that the refusal of an unknown one names."""
    with pytest.raises(Refused) as refused:
        lower(format, payload, FileSet({"a.ts": FileState(b"f();\n")}, "base"))
    (one,) = refused.value.violations
    assert one.code == "PG101" and "unknown key 'nonsense'" in one.message
    return set(re.sub(r"Known keys are: |\.$", "", one.hint).split(", "))


def listed_keys(format: str) -> set[str]:
    return next(set(code(row[2])) for row in PAGE["Edit payloads"].tables[0] if code(row[0]) == [format])


@pytest.mark.parametrize("format", LISTS)
def test_a_payload_takes_the_keys_that_the_page_lists(format: str) -> None:
    found = [known_keys(format, [{**operation, "nonsense": 1}]) for operation in LISTS[format]]
    assert set.union(*found) == listed_keys(format)


def test_anchor_operations_take_the_keys_that_the_page_lists() -> None:
    found = [
        known_keys("anchor-ops", {"target_file": "a.ts", "patches": [{**each, "nonsense": 1}]}) for each in PATCHES
    ]
    assert set.union(*found) == listed_keys("anchor-ops")


def test_the_routes_are_those_that_the_server_has(tmp_path: Path) -> None:
    def no_gate() -> Gate:
        raise AssertionError("nothing is submitted")

    served = create_app(GateWorker(no_gate, lambda: ""), MemoryLedger(), token="t" * 16, hosts=("localhost",))
    routes = {f"{method.upper()} {path}" for path, found in served.openapi()["paths"].items() for method in found}
    assert {code(row[0])[0] for row in PAGE["HTTP"].tables[0]} == routes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with ``src/cart.ts``, and the current folder."""
    repository = make_repository(tmp_path / "repo", {"src/cart.ts": CART, "tsconfig.json": "{}"})
    commit_all(repository)
    monkeypatch.setenv("PATCHGATE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PATCHGATE_WORK", str(tmp_path / "work"))
    monkeypatch.chdir(repository.workdir)
    return Path(repository.workdir)


def test_the_example_of_text_edits_holds() -> None:
    exec(compile(PAGE["Python"].fences("python")[0], "docs/interfaces.md", "exec"), {})


def test_the_example_of_the_gate_lands_a_patch(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE["Python"].fences("python")[1].replace("add(a, b)", "b + a")
    exec(compile(text, "docs/interfaces.md", "exec"), {})
    assert re.fullmatch(r"applied fix/trace-\w+-\S+\n", capsys.readouterr().out)


def test_the_example_of_the_runner_names_what_there_is() -> None:
    text = PAGE["Python"].fences("python")[2]
    assert "runner.run(order, relative_to=" in text and "relative_to" in inspect.signature(Runner.run).parameters
    assert "Runner(engine=" in text and "engine" in inspect.signature(Runner).parameters
    assert "repository.report_json(report)" in text and hasattr(OpenedRepository, "report_json")


def keys_of(command: str) -> set[str]:
    return next(
        set(code(row[1])) for row in PAGE["patchgate"].tables[1] if code(row[0]) == [f"patchgate {command}"]
    ) | {"version"}


GUARDED = "/* @hash:0000000 START:all */\nexport const one = 1;\n/* @hash:0000000 END:all */\n"
EDIT = {"format": "search-replace", "payload": [{"file": "src/cart.ts", "search": "a + b", "replace": "b + a"}]}


def test_json_has_the_keys_that_the_page_lists(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No machine is examined here: the answers of engine and language server are given."""
    finding = Finding("tsc", True, "7", "")
    monkeypatch.setattr("runner.app.machine.examine_machine", lambda *_: [finding])
    monkeypatch.setattr("runner.app.machine.running_containers", lambda *_: [])
    monkeypatch.setattr("runner.app.machine.reap_leftovers", lambda *_: ((), ()))
    monkeypatch.setattr("runner.app.machine.build_images", lambda *_: ())
    stored = Stored("5.9.3", False, True, "sha512-…", folder)
    monkeypatch.setattr("runner.app.toolchain.view_store", lambda *_: StoreView(folder, (stored,), (("5.0.2", "…"),)))
    monkeypatch.setattr("runner.app.toolchain.add_toolchain", lambda *_: stored)
    monkeypatch.setattr("runner.app.toolchain.prune_toolchains", lambda *_: ())
    monkeypatch.setattr(Gate, "context", lambda *_, **__: "")
    (folder / "src/guarded.ts").write_text(GUARDED)
    with Gate.open(folder, typecheck="never") as gate:
        landed = gate.submit({"edit": EDIT})
    more = {
        "replay": [landed["trace_id"]],
        "show": [landed["patch_id"]],
        "outline": ["src/cart.ts"],
        "doctor": ["--repo", "."],
        "context": ["--symbol", "src/cart.ts#total"],
        "toolchain add": ["5.9.3"],
    }
    lists = {code(row[0])[0]: set(code(row[1])) for row in PAGE["patchgate"].tables[2]}
    seen = set()
    for command in (code(row[0])[0] for row in PAGE["patchgate"].tables[1]):
        words = command.removeprefix("patchgate ").split()
        result = CliRunner().invoke(app, [*words, *more.get(" ".join(words), []), "--json"])
        assert result.exit_code == 0, (command, result.output)
        body, keys = json.loads(result.stdout), keys_of(" ".join(words))
        assert set(body) >= keys if words == ["show"] else set(body) == keys, command
        for name in lists.keys() & body.keys():
            seen.add(name)
            assert body[name] and all(set(entry) >= lists[name] for entry in body[name]), name
    assert seen == set(lists)


def test_every_entry_of_the_state_folder_stands_on_the_page(folder: Path) -> None:
    from runner.app.worktree_gate import WorktreeGate

    with WorktreeGate(folder, typecheck="never", settings=settings_in(folder.parent)) as gate:
        assert gate.submit({"edit": EDIT})["status"] == "applied"
    listed = {name.rstrip("/") for row in PAGE["The folder .mission_control/"].tables[0] for name in code(row[0])}
    there = {path.name for path in (folder / ".mission_control").iterdir()}
    assert {name.removesuffix("-wal").removesuffix("-shm") for name in there} <= listed


class NothingKnown(Session):
    """Answers every question with nothing."""

    def __init__(self) -> None:
        super().__init__({}, Path("/repo"), RpcClient(""))

    def request(self, method: str, params: object) -> Any:
        return (
            {"symbols": []}
            if method == "patchgate/outline"
            else {"text": ""}
            if method == "patchgate/context"
            else None
        )


def patchctl_keys() -> dict[str, list[str]]:
    rows = {code(row[0])[0].removeprefix("patchctl "): code(row[1]) for row in PAGE["patchctl"].tables[4]}
    assert set(rows) == {*QUESTIONS, "list-tasks", "next", "done", "block", "recommend", "guard list", "guard verify"}
    return rows


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_of_patchctl_has_the_keys_that_the_page_lists(question: str) -> None:
    place = argparse.Namespace(symbol=None, file="a.ts", line=1, column=1, budget=200, path="a.ts", paths=["a.ts"])
    if question == "context":
        place.symbol, place.file = [], []
    value, _ = QUESTIONS[question](NothingKnown(), place)
    assert list(value) == patchctl_keys()[question]


def test_patchctl_in_a_repository_prints_the_keys_that_the_page_lists(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATCHGATE_SOCKET", "ORCHESTRATOR_URL", "ORCHESTRATOR_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    tasks = [{"uuid": uuid, "file": "src/cart.ts"} for uuid in ("T1", "T2")]
    write_tasks(folder, *tasks)
    more = {
        "done": ["--task-id", "T1"],
        "block": ["--task-id", "T2", "--why", "unclear"],
        "recommend": ["--title", "t", "--detail", "d", "--impact", "1"],
    }
    for command, keys in patchctl_keys().items():
        if command not in QUESTIONS:
            assert run([*command.split(), *more.get(command, []), "--json"]) == 0
            assert set(json.loads(capsys.readouterr().out)) == set(keys), command
