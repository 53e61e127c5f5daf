"""The loop: verdicts, limits, ids, bases, dry runs; and what the machine's failures become."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.checker.memory import MemoryChecker
from runner.errors import CheckerError, CheckLimit, LedgerError, SnapshotError
from runner.ledger.memory import MemoryLedger
from runner.model.diagnostics import CheckResult, Verified
from runner.model.events import PATCH_APPLIED, PATCH_PREPARED, PATCH_REJECTED, Event
from runner.model.order import Policy, Task
from runner.model.snapshot import PatchInfo, Snapshot
from runner.model.text import LineSpan
from runner.model.tree import Candidate, TreeReader
from runner.model.verdict import Refused, Verdict
from runner.model.violations import violation
from runner.ports import nothing_else
from runner.snapshots.memory import MemorySnapshots
from tests.gate.helpers import ORDER, TRACE, Gate, said, whole

TEXT = "let a = 1;\nlet b = 2;\nlet c = 3;\n"


def replace(search: str, new: str, path: str = "src/a.ts") -> list[dict[str, str]]:
    return [{"file": path, "search": search, "replace": new}]


def at(character: int) -> dict[str, int]:
    return {"line": 0, "character": character}


def test_an_edit_lands_and_the_ledger_has_both_sides_of_the_step() -> None:
    gate = Gate({"src/a.ts": TEXT})
    base = gate.current
    verdict = gate.submit("search-replace", replace("a = 1", "a = 9"))
    assert (verdict.status, verdict.base, verdict.snapshot) == ("applied", base, gate.current)
    assert gate.text("src/a.ts") == TEXT.replace("a = 1", "a = 9")
    assert "-let a = 1;\n+let a = 9;" in verdict.diff
    assert (verdict.stats.files, verdict.stats.added, verdict.stats.removed) == (1, 1, 1)
    assert verdict.typecheck == "checked"
    assert set(verdict.timings_ms) == {"lower", "apply", "checks", "typecheck", "snapshot"}
    prepared, applied = gate.events(PATCH_PREPARED, PATCH_APPLIED)
    assert (prepared.kind, applied.kind) == (PATCH_PREPARED, PATCH_APPLIED)
    assert prepared.patch_id == applied.patch_id == verdict.patch_id
    assert prepared.data["diff"] == verdict.diff
    assert prepared.data["edits"] == verdict.edits
    assert applied.data["snapshot"] == gate.snapshots.branch(f"fix/trace-{TRACE}-role") == verdict.snapshot
    assert [event.kind for event in gate.told] == [PATCH_PREPARED, PATCH_APPLIED]


def test_a_dry_run_says_everything_and_writes_nothing() -> None:
    gate = Gate({"src/a.ts": TEXT})
    base = gate.current
    verdict = gate.submit("search-replace", replace("a = 1", "a = 9"), dry_run=True)
    assert (verdict.status, verdict.snapshot, gate.current) == ("simulated", None, base)
    assert "+let a = 9;" in verdict.diff
    assert 0 < verdict.stats.score <= 100
    assert gate.snapshots.branch(f"fix/trace-{TRACE}-role") is None
    assert gate.events(PATCH_PREPARED) == ()
    bad = gate.submit("search-replace", replace("a = 1", "a = (1"), dry_run=True)
    assert said(bad) == "clobber.syntax-error"


def test_a_new_type_error_rejects_and_an_old_one_does_not() -> None:
    gate = Gate({"src/a.ts": TEXT, "src/b.ts": "let x = TYPE_ERROR;\n"})
    new = gate.submit("search-replace", replace("a = 1", "a = TYPE_ERROR"))
    assert (said(new), new.baseline_errors, len(new.new)) == ("typecheck.new-error", 1, 1)
    assert new.violations[0].message.startswith("src/a.ts(1,9): TS2322")
    assert new.violations[0].message.endswith("In src/a.ts#a: `let a = TYPE_ERROR;`")
    assert said(gate.submit("search-replace", replace("a = 1", "a = 2"))) == "applied"
    fixed = gate.submit("search-replace", replace("TYPE_ERROR", "1", "src/b.ts"))
    assert (said(fixed), len(fixed.fixed)) == ("applied", 1)
    again = gate.submit("search-replace", replace("x = 1", "x = TYPE_ERROR", "src/b.ts"))
    assert said(again) == "typecheck.new-error"


def test_errors_that_say_the_same_are_one_violation_with_its_places() -> None:
    gate = Gate({"src/a.ts": TEXT})
    verdict = gate.submit("search-replace", replace("let c = 3;", "f(TYPE_ERROR);\n" * 25 + "let c = 3;"))
    assert (len(verdict.new), len(verdict.violations)) == (25, 1)
    assert verdict.violations[0].message.endswith(" and 19 more.")


def test_what_the_checker_does_not_see_leaves_the_baseline_as_it_was() -> None:
    gate = Gate({"src/a.ts": TEXT + "let old = TYPE_ERROR;\n", "README.md": "a\n"})
    gate.session().sees = lambda candidate: "src/a.ts" in candidate.files
    unseen = gate.submit("search-replace", replace("a", "b", "README.md"))
    assert (said(unseen), unseen.typecheck) == ("applied", "skipped")
    assert said(gate.submit("search-replace", replace("a = 1", "a = 2"))) == "applied"
    seen = gate.submit("search-replace", replace("a = 2", "a = TYPE_ERROR"))
    assert (said(seen), len(seen.new)) == ("typecheck.new-error", 1)


@pytest.mark.parametrize(
    ("format", "payload", "name"),
    [
        ("patch", {}, "submission.unknown-format"),
        ("search-replace", {"file": 1}, "submission.malformed"),
        ("line-ops", [{"op": "replace_block", "file": "src/a.ts"}], "submission.malformed"),
        ("search-replace", replace("a = 1", "a = 1"), "submission.no-change"),
        ("search-replace", replace("z = 1", "z = 2"), "edit.not-found"),
        ("search-replace", replace("let", "const"), "edit.ambiguous"),
        ("search-replace", replace("x", "y", "src/z.ts"), "edit.no-such-file"),
        ("search-replace", replace("a = 1", "a = \ud800"), "edit.not-text"),
        (
            "line-ops",
            [
                {"op": "replace_block", "file": "src/a.ts", "start_line": 1, "end_line": 2, "new_block": "f();"},
                {"op": "replace_block", "file": "src/a.ts", "start_line": 2, "end_line": 3, "new_block": "g();"},
            ],
            "edit.overlap",
        ),
        (
            "line-ops",
            [{"op": "replace_block", "file": "src/a.ts", "start_line": 9, "end_line": 9, "new_block": "f();"}],
            "edit.out-of-range",
        ),
        (
            "line-ops",
            [
                {
                    "op": "replace_block",
                    "file": "src/a.ts",
                    "start_line": 1,
                    "end_line": 1,
                    "new_block": "f();",
                    "expect_hash": "0" * 64,
                }
            ],
            "edit.stale",
        ),
        (
            "workspace-edit",
            {"changes": {"src/e.ts": [{"range": {"start": at(0), "end": at(4)}, "newText": "x"}]}},
            "edit.inside-character",
        ),
        (
            "workspace-edit",
            {
                "documentChanges": [{"kind": "delete", "uri": "src/a.ts", "annotationId": "1"}],
                "changeAnnotations": {"1": {"label": "x", "needsConfirmation": True}},
            },
            "edit.needs-confirmation",
        ),
        ("apply-patch", "*** Begin Patch\n*** Add File: src/a.ts\n+f();\n*** End Patch", "edit.file-exists"),
    ],
)
def test_an_edit_that_cannot_be_made_is_a_rejection(format: str, payload: object, name: str) -> None:
    gate = Gate({"src/a.ts": TEXT, "src/e.ts": "// 😀\n"})
    verdict = gate.submit(format, payload)
    assert (verdict.status, said(verdict)) == ("rejected", name)
    (event,) = gate.events(PATCH_REJECTED)
    assert event.data["status"] == "rejected"
    assert gate.text("src/a.ts") == TEXT


def test_one_bad_edit_of_many_means_that_nothing_lands() -> None:
    gate = Gate({"src/a.ts": TEXT, "src/b.ts": TEXT})
    payload = replace("a = 1", "a = 9") + replace("nowhere", "x", "src/b.ts")
    assert said(gate.submit("search-replace", payload)) == "edit.not-found"
    assert gate.text("src/a.ts") == TEXT


def test_the_limit_of_a_pass_counts_every_submission_and_a_flood_is_recorded_once() -> None:
    gate = Gate({"src/a.ts": TEXT}, max_submissions=3)
    session = gate.session()
    assert session.submit_json({"nonsense": 1})["status"] == "rejected"
    assert said(gate.submit("search-replace", replace("a = 1", "a = 2"))) == "applied"
    assert said(gate.submit("search-replace", replace("zzz", "y"))) == "edit.not-found"
    for _ in range(5):
        assert said(gate.submit("search-replace", replace("a = 2", "a = 3"))) == "submission.too-many"
        assert session.submit_json(None)["status"] == "rejected"
    assert len(gate.events(PATCH_REJECTED)) == 3
    assert gate.text("src/a.ts") == TEXT.replace("a = 1", "a = 2")


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        ({"task_id": "T", "trace_id": TRACE, "order_id": ORDER}, "applied"),
        ({"task_id": "U"}, "submission.foreign-id"),
        ({"task_id": "nobody"}, "scope.unknown-task"),
        ({"trace_id": "ffffffff"}, "submission.foreign-id"),
        ({"order_id": "ord-2"}, "submission.foreign-id"),
        ({"base": "f" * 40}, "conflict.unknown-base"),
        ({"base": "main"}, "conflict.unknown-base"),
    ],
)
def test_ids_of_others_are_refused(ids: dict[str, str], name: str) -> None:
    gate = Gate({"src/a.ts": TEXT}, (Task("T", file="src/a.ts"), Task("U", file="src/a.ts")))
    data = {"edit": {"format": "search-replace", "payload": replace("a = 1", "a = 9")}, **ids}
    verdict = gate.session().submit_json(data)
    violations = verdict["violations"]
    assert isinstance(violations, list)
    assert (violations[0]["name"] if violations else verdict["status"]) == name
    assert verdict["status"] == {"applied": "applied", "conflict.unknown-base": "conflict"}.get(name, "rejected")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"edit": {}},
        {"edit": {"format": "line-ops"}},
        {"version": 2, "edit": {"format": "line-ops", "payload": []}},
        {"more": 1, "edit": {"format": "line-ops", "payload": []}},
        {"reason": "x" * 2001, "edit": {"format": "line-ops", "payload": []}},
        {"edit": {"format": "line-ops", "payload": [], "more": 1}},
    ],
)
def test_what_is_no_submission_is_a_verdict_too(data: object) -> None:
    gate = Gate({"src/a.ts": TEXT})
    verdict = gate.session().submit_json(data)
    assert (verdict["version"], verdict["status"]) == (1, "rejected")
    violations = verdict["violations"]
    assert isinstance(violations, list)
    assert violations[0]["code"] == "PG101"


def test_a_pass_for_a_task_that_the_order_does_not_have() -> None:
    gate = Gate({"src/a.ts": TEXT})
    verdict = gate.submit("search-replace", replace("a = 1", "a = 2"), task="nobody")
    assert said(verdict) == "scope.unknown-task"


def test_a_stale_base_is_rebased_where_the_two_do_not_touch() -> None:
    gate = Gate({"src/a.ts": TEXT})
    base = gate.current
    gate.submit("search-replace", replace("a = 1", "a = 1;\nlet n = 0"))
    middle = gate.current
    gate.submit("search-replace", replace("n = 0", "n = 5"))
    verdict = gate.submit("search-replace", replace("c = 3", "c = 9"), base=base)
    assert (said(verdict), verdict.base) == ("applied", gate.events(PATCH_APPLIED)[1].data["snapshot"])
    assert said(gate.submit("search-replace", replace("b = 2", "b = 8"), base=middle)) == "applied"
    assert gate.text("src/a.ts") == "let a = 1;\nlet n = 5;\nlet b = 8;\nlet c = 9;\n"


def test_a_conflict_shows_both_sides() -> None:
    gate = Gate({"src/a.ts": TEXT})
    base = gate.current
    gate.submit("search-replace", replace("b = 2", "b = 7"))
    verdict = gate.submit("search-replace", replace("b = 2", "b = 8"), base=base)
    assert (verdict.status, said(verdict)) == ("conflict", "conflict.base-moved")
    assert "line 2" in verdict.violations[0].message
    assert verdict.violations[0].range is not None
    theirs, mine = verdict.notes
    assert theirs.startswith("landed since:") and "+let b = 7;" in theirs
    assert mine.startswith("this submission:") and "+let b = 8;" in mine
    assert gate.events(PATCH_REJECTED)[0].data["notes"] == list(verdict.notes)
    assert gate.text("src/a.ts") == TEXT.replace("b = 2", "b = 7")


def test_a_deleted_file_is_a_conflict() -> None:
    gate = Gate({"src/a.ts": TEXT, "src/b.ts": TEXT})
    base = gate.current
    gate.submit("whole-file", whole({"src/a.ts": None}))
    verdict = gate.submit("search-replace", replace("b = 2", "b = 8"), base=base)
    assert (verdict.status, said(verdict)) == ("conflict", "conflict.base-moved")


def test_the_spans_of_a_task_move_with_another_tasks_edits() -> None:
    top = Task("top", allowed_spans=(LineSpan("src/a.ts", 1, 1),))
    low = Task("low", allowed_spans=(LineSpan("src/a.ts", 3, 3),))
    gate = Gate({"src/a.ts": TEXT}, (top, low))
    longer = replace("let a = 1;", "let a = 1;\nlet a1 = 1;\nlet a2 = 1;")
    assert said(gate.submit("search-replace", longer, task="top")) == "applied"
    assert said(gate.submit("search-replace", replace("c = 3", "c = 4"), task="low")) == "applied"
    assert said(gate.submit("search-replace", replace("a2 = 1", "a2 = 2"), task="low")) == "scope.outside-allowed-spans"
    # What a task adds at its own edge is its own.
    assert said(gate.submit("search-replace", replace("a2 = 1", "a2 = 2"), task="top")) == "applied"


def test_the_spans_of_a_task_move_with_a_renamed_file() -> None:
    low = Task("low", allowed_spans=(LineSpan("src/a.ts", 3, 3),))
    gate = Gate({"src/a.ts": TEXT}, (Task("T", allowed_paths=("**",)), low))
    rename = {"documentChanges": [{"kind": "rename", "oldUri": "src/a.ts", "newUri": "src/b.ts"}]}
    assert said(gate.submit("workspace-edit", rename)) == "applied"
    assert said(gate.submit("search-replace", replace("c = 3", "c = 4", "src/b.ts"), task="low")) == "applied"


def test_a_span_that_another_task_cut_allows_nothing_and_says_so() -> None:
    low = Task("low", allowed_spans=(LineSpan("src/a.ts", 2, 2),))
    gate = Gate({"src/a.ts": TEXT}, (Task("T", allowed_paths=("**",)), low))
    cut = [{"op": "replace_block", "file": "src/a.ts", "start_line": 1, "end_line": 3, "new_block": "let b = f();"}]
    assert said(gate.submit("line-ops", cut)).startswith("clobber")
    cut[0]["new_block"] = "let a = 2; let b = 3;\nlet c = 4;"
    assert said(gate.submit("line-ops", cut)) == "applied"
    verdict = gate.submit("search-replace", replace("b = 3", "b = 4"), task="low")
    assert said(verdict).startswith("scope.outside")
    assert "cut" in verdict.violations[0].message + verdict.violations[0].hint


WORDS = [f"let word{n} = {n};" for n in range(12)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3), st.text("xyz\n", min_size=1, max_size=5)), max_size=12)
)
def test_every_span_still_holds_its_own_line_whatever_the_others_do(edits: list[tuple[int, int, str]]) -> None:
    tasks = tuple(Task(f"t{n}", allowed_spans=(LineSpan("a.md", n + 1, n + 1),)) for n in range(12))
    gate = Gate({"a.md": "\n".join(WORDS) + "\n"}, tasks)
    for number, kind, text in edits:
        new = {0: f"{WORDS[number]} {text}", 1: f"{text}\n{WORDS[number]}", 2: f"{WORDS[number]}\n{text}", 3: text}[
            kind
        ]
        gate.submit("search-replace", replace(WORDS[number], new, "a.md"), task=f"t{number}")
    now = gate.text("a.md") or ""
    spans = {n: gate.head.scopes[f"t{n}"].spans.get("a.md", ()) for n in range(12)}
    for number, word in enumerate(WORDS):
        for start, end in spans[number]:
            others = [other for other in WORDS if other != word]
            assert not any(other in now[start:end] for other in others)
            assert word in now[start:end] or word not in now


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), min_size=1, max_size=14))
def test_submissions_from_many_threads_end_as_some_serial_order_of_those_that_landed(
    wanted: list[tuple[int, int, bool]],
) -> None:
    lines = [f"let v{n} = 0;" for n in range(6)]
    gate = Gate({"src/a.ts": "\n".join(lines) + "\n", "src/b.ts": "\n".join(lines) + "\n"})
    base = gate.current
    gate.session()
    verdicts: dict[int, Verdict] = {}
    start = threading.Barrier(len(wanted))

    def send(number: int) -> None:
        line, value, stale = wanted[number]
        path = "src/a.ts" if value % 2 else "src/b.ts"
        start.wait()
        edit = replace(f"let v{line} = 0;", f"let v{line} = 0;\nlet n{number} = {value};", path)
        verdicts[number] = gate.submit("search-replace", edit, base=base if stale else None)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(wanted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(verdicts) == len(wanted)
    assert {verdict.status for verdict in verdicts.values()} <= {"applied", "conflict", "rejected"}
    serial = Gate(gate.files)
    for event in gate.events(PATCH_APPLIED):
        (number,) = (number for number, verdict in verdicts.items() if verdict.patch_id == event.patch_id)
        again = serial.submit("workspace-edit", verdicts[number].edits)
        assert again.status == "applied"
    assert [serial.text(path) for path in gate.files] == [gate.text(path) for path in gate.files]
    landed = [number for number, verdict in verdicts.items() if verdict.status == "applied"]
    everything = (gate.text("src/a.ts") or "") + (gate.text("src/b.ts") or "")
    assert all((f"let n{number} = " in everything) == (number in landed) for number in range(len(wanted)))


class BrokenChecker(MemoryChecker):
    def __init__(self, error: Exception, tree_of: Callable[[str], TreeReader]) -> None:
        super().__init__(tree_of)
        self.error = error

    def check(self, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        raise self.error


def test_a_candidate_that_exhausts_tsc_is_rejected_and_a_tsc_that_crashes_is_an_error() -> None:
    gate = Gate({"src/a.ts": TEXT})
    for error, status, name in (
        (CheckLimit("60 s"), "rejected", "typecheck.limit"),
        (
            Refused(violation("typecheck.nothing-to-check", "tsconfig.json has no files")),
            "rejected",
            "typecheck.nothing-to-check",
        ),
        (CheckerError("tsc crashed", "Run patchgate doctor."), "error", "infrastructure.failed"),
    ):
        gate.session().checker = BrokenChecker(error, gate.snapshots.tree)
        verdict = gate.submit("search-replace", replace("a = 1", "a = 2"))
        assert (verdict.status, said(verdict)) == (status, name)
    assert "tsc crashed Run patchgate doctor." in verdict.violations[0].message
    assert gate.text("src/a.ts") == TEXT


class FailingSnapshots(MemorySnapshots):
    step = ""

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        if self.step == "write":
            raise SnapshotError("the disk is full")
        return super().write(verified, patch, meanwhile)

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        if self.step == "publish":
            raise SnapshotError("the disk is full")
        return super().publish(snapshot, branch, expected)


@pytest.mark.parametrize("step", ["write", "publish"])
def test_a_repository_that_cannot_be_written_is_an_error_and_nothing_has_changed(step: str) -> None:
    gate = Gate({"src/a.ts": TEXT})
    store = FailingSnapshots({})
    store.__dict__.update(gate.snapshots.__dict__)
    gate.snapshots = store
    base = gate.current
    store.step = step
    verdict = gate.submit("search-replace", replace("a = 1", "a = 2"))
    assert (verdict.status, said(verdict), gate.current) == ("error", "infrastructure.failed", base)
    store.step = ""
    assert said(gate.submit("search-replace", replace("a = 1", "a = 3"))) == "applied"
    assert gate.text("src/a.ts") == TEXT.replace("a = 1", "a = 3")


def test_a_workbench_that_cannot_follow_does_not_unmake_what_landed() -> None:
    gate = Gate({"src/a.ts": TEXT})

    def fail(candidate: Candidate, snapshot: Snapshot) -> None:
        raise SnapshotError("the disk is full")

    gate.session().on_landed = fail
    verdict = gate.submit("search-replace", replace("a = 1", "a = 2"))
    assert (verdict.status, verdict.snapshot) == ("applied", gate.current)
    assert "the disk is full" in verdict.notes[0]


def test_a_ledger_that_fails_makes_every_verdict_an_error_and_lands_nothing() -> None:
    gate = Gate({"src/a.ts": TEXT})

    class Full(MemoryLedger):
        def record(self, event: Event, *, durable: bool = True) -> None:
            raise LedgerError("the disk is full")

    gate.ledger = Full()
    assert gate.submit("search-replace", replace("a = 1", "a = 2")).status == "error"
    assert gate.submit("search-replace", replace("zzz", "y")).status == "error"
    assert gate.session().submit_json(None)["status"] == "error"
    assert gate.text("src/a.ts") == TEXT


def test_the_policy_never_skips_tsc() -> None:
    gate = Gate({"src/a.ts": TEXT}, policy=Policy(typecheck="never"))
    gate.session().checker = None
    verdict = gate.submit("search-replace", replace("a = 1", "a = TYPE_ERROR"))
    assert (verdict.status, verdict.typecheck) == ("applied", "skipped")


def test_a_name_of_megabytes_is_refused_and_does_not_reach_the_ledger() -> None:
    gate = Gate({"a.ts": "let a = 1;\n"})
    for key in ("base", "task_id", "trace_id", "order_id", "specialist"):
        data = {key: "x" * 1_000_000, "edit": {"format": "search-replace", "payload": []}}
        assert gate.session().submit_json(data)["status"] == "rejected"
    assert max(len(repr(event)) for event in gate.ledger.events()) < 5_000
