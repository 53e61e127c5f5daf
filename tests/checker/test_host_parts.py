"""The host's side of the checker without a compiler: states, answers, the client, the audit."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.checker.audit import Audit
from runner.checker.server.client import NoVerdict, ServerClient, TimedOut
from runner.checker.server.wire import BadAnswer, Checked, read_batch, read_opened
from runner.checker.state import ProjectState
from runner.errors import CheckerError
from runner.model.container import ContainerSpec
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.tree import Candidate, ChangeSet, FileState
from runner.sandbox.memory_engine import MemoryEngine, Process, Program


def error(place: str, code: str = "TS1") -> Diagnostic:
    file, _, line = place.partition(":")
    return Diagnostic("p", file, int(line), 0, code, "m")


def checked(files: list[str] | None = None, **errors: list[Diagnostic]) -> Checked:
    program = None if files is None else frozenset(files)
    return Checked("p", {path: tuple(found) for path, found in errors.items()}, program, None, "own")


STATE = ProjectState("p", "7.0.2", frozenset({"a", "b"}), (error("a:1"), error("b:1")))


def test_a_judgement_replaces_the_errors_of_the_files_that_it_looked_at() -> None:
    after = STATE.updated([checked(a=[error("a:7")])], gone=[])
    assert sorted(after.errors, key=str) == sorted([error("a:7"), error("b:1")], key=str)


def test_a_later_batch_speaks_last_and_a_file_that_went_takes_its_errors_along() -> None:
    after = STATE.updated([checked(a=[error("a:7")]), checked(a=[]), checked(["a"])], gone=["b"])
    assert (after.errors, after.files) == ((), frozenset({"a"}))


def test_a_file_that_left_the_program_has_no_errors_in_it() -> None:
    assert STATE.updated([checked(["a"])], gone=[]).errors == (error("a:1"),)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"projects": [{"config": "p"}], "done": True},
        {"projects": [{"config": "p", "checked": {"a": [{"file": "a", "line": "1"}]}}], "done": True},
        {"projects": [], "done": "yes"},
    ],
)
def test_an_answer_that_is_not_the_protocols_is_no_verdict(answer: object) -> None:
    with pytest.raises(BadAnswer):
        read_batch(answer)


def test_a_project_without_its_files_is_no_verdict() -> None:
    with pytest.raises(BadAnswer):
        read_opened({"projects": [{"config": "p", "errors": []}]})


@contextmanager
def client_of(program: Program) -> Iterator[ServerClient]:
    client = ServerClient(MemoryEngine({"checker": program}).open(ContainerSpec("checker", ("server",))))
    try:
        yield client
    finally:
        client.close()


def answering(*answers: bytes) -> Program:
    """A server that sends these bytes, one for each request, and then reads on."""

    def program(process: Process) -> int:
        for answer in answers:
            process.read()
            process.write(answer)
        while process.read():
            pass
        return 0

    return program


def test_an_answer_may_come_in_pieces_and_two_in_one_piece() -> None:
    def program(process: Process) -> int:
        process.read()
        for piece in (b'{"id": 1, "re', b'sult": "one"}\n{"id": 2, "result"', b': "two"}\n'):
            process.write(piece)
        while process.read():
            pass
        return 0

    with client_of(program) as client:
        assert [client.request("a", {}), client.request("b", {})] == ["one", "two"]


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\n",
        b'{"id": 7, "result": 1}\n',
        b'{"id": 1, "error": {"kind": "compiler", "message": "Debug Failure"}}\n',
        b"[]\n",
    ],
)
def test_after_an_unexpected_answer_the_server_is_dead(answer: bytes) -> None:
    with client_of(answering(answer)) as client:
        with pytest.raises(NoVerdict):
            client.request("judge", {})
        assert client.dead
        with pytest.raises(NoVerdict, match="has ended"):
            client.request("judge", {})


def test_a_server_that_ends_is_no_verdict() -> None:
    with client_of(lambda process: 1) as client, pytest.raises(NoVerdict, match=r"ended|failed"):
        client.request("judge", {})


def test_a_server_that_says_nothing_is_given_up() -> None:
    with client_of(answering()) as client, pytest.raises(TimedOut):
        client.request("judge", {}, limit_s=0.2)


def test_cancelling_ends_the_server() -> None:
    cancel = threading.Event()
    with client_of(answering()) as client:
        threading.Timer(0.2, cancel.set).start()
        with pytest.raises(CheckerError, match="cancelled"):
            client.request("judge", {}, cancel=cancel)
        assert client.dead


CANDIDATE = Candidate("1" * 40, ChangeSet(()), {"a": FileState(b"old")}, {"a": FileState(b"new"), "b": None})


def result(*errors: Diagnostic, partial: bool = False) -> CheckResult:
    return CheckResult(0, errors, errors, (), partial=partial)


@pytest.mark.parametrize(
    ("warm", "cold"),
    [
        (result(), result()),
        (result(error("a:1")), result(error("a:1"))),
        (result(error("a:1"), partial=True), result(error("a:1"), error("b:1"))),
    ],
)
def test_an_audit_that_finds_the_same_keeps_nothing(warm: CheckResult, cold: CheckResult, tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.compare(CANDIDATE, ["p"], warm, cold)
    assert (audit.off, list(tmp_path.iterdir())) == ("", [])


@pytest.mark.parametrize(
    ("warm", "cold"),
    [
        (result(), result(error("a:1"))),
        (result(error("a:1")), result()),
        (result(error("a:1")), result(error("a:1"), error("b:1"))),
        (result(error("a:2"), partial=True), result(error("a:1"))),
        (result(error("a:1", "TS2"), partial=True), result(error("a:1"))),
    ],
)
def test_a_difference_is_kept_and_switches_the_warm_checker_off_until_a_person_clears_it(
    warm: CheckResult, cold: CheckResult, tmp_path: Path
) -> None:
    with pytest.raises(CheckerError, match="differ") as caught:
        Audit(tmp_path).compare(CANDIDATE, ["p"], warm, cold)
    case = Path(Audit(tmp_path).off)
    kept = json.loads((case / "case.json").read_text())
    assert (kept["base"], kept["files"], kept["projects"]) == ("1" * 40, {"a": "bmV3", "b": None}, ["p"])
    assert str(case) in caught.value.message and "--trust-checker" in caught.value.hint
    Audit(tmp_path).clear()
    assert (Audit(tmp_path).off, case.is_dir()) == ("", True)


def test_one_verdict_in_so_many_is_due() -> None:
    every_third, never = Audit(Path("/nowhere"), share=3), Audit(Path("/nowhere"), share=0)
    assert [every_third.due() for _ in range(6)] == [False, False, True, False, False, True]
    assert not any(never.due() for _ in range(6))
