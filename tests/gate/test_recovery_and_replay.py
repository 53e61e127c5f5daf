"""A crash at any point leaves the branch and the ledger in agreement; and a trace can be redone from its base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.errors import LedgerError, SnapshotError, UsageError
from runner.gate.recovery import recover
from runner.ledger.memory import MemoryLedger
from runner.model.diagnostics import Verified
from runner.model.events import PATCH_ABANDONED, PATCH_APPLIED, PATCH_PREPARED, Event
from runner.model.order import Policy
from runner.model.snapshot import PatchInfo, Snapshot
from runner.ports import nothing_else
from runner.repository.replay import replay
from runner.snapshots.memory import MemorySnapshots
from tests.gate.helpers import NOW, TRACE, Gate, said, states, whole

TEXT = "let a = 1;\nlet b = 2;\nlet c = 3;\n"
BRANCH = f"fix/trace-{TRACE}-role"


class Killed(BaseException):
    """What ``kill -9`` is to the code: nothing after it runs, and nothing catches it."""


class DyingSnapshots(MemorySnapshots):
    """Dies before or after a step."""

    at = ""

    def _die(self, moment: str) -> None:
        if self.at == moment:
            raise Killed

    def write(
        self, verified: Verified, patch: PatchInfo, meanwhile: Callable[[Snapshot], None] = nothing_else
    ) -> Snapshot:
        self._die("before write")
        if self.at == "intent, no objects":
            written = super().write(verified, patch, meanwhile)
            self.forget(written.id)
            self._die("intent, no objects")
        if self.at == "the disk is full":
            meanwhile(replace(super().write(verified, patch), id="e" * 40))
            raise SnapshotError("the disk is full")
        written = super().write(verified, patch, meanwhile)
        self._die("after write")
        return written

    def publish(self, snapshot: Snapshot, branch: str, expected: str | None) -> Snapshot:
        self._die("before publish")
        published = super().publish(snapshot, branch, expected)
        self._die("after publish")
        return published

    def forget(self, snapshot: str) -> None:
        """As if its objects had never come to the disk."""
        del self._trees[snapshot], self._parents[snapshot]


class DyingLedger(MemoryLedger):
    at = ""
    error: Callable[[], BaseException] = Killed

    def record(self, event: Event, *, durable: bool = True) -> None:
        if self.at == f"before {event.kind}":
            raise self.error()
        super().record(event, durable=durable)
        if self.at == f"after {event.kind}":
            raise self.error()


def dying_gate() -> tuple[Gate, DyingSnapshots, DyingLedger]:
    ledger = DyingLedger()
    gate = Gate({"src/a.ts": TEXT}, policy=Policy(1.0), ledger=ledger)
    store = DyingSnapshots(states(gate.files))
    gate.snapshots = store
    return gate, store, ledger


def edit(gate: Gate, search: str, new: str) -> str:
    return said(gate.submit("search-replace", [{"file": "src/a.ts", "search": search, "replace": new}]))


@pytest.mark.parametrize(
    ("moment", "landed"),
    [
        ("before write", False),
        ("intent, no objects", False),
        ("after write", False),
        (f"before {PATCH_PREPARED}", False),
        (f"after {PATCH_PREPARED}", False),
        ("before publish", False),
        ("after publish", True),
        (f"before {PATCH_APPLIED}", True),
        (f"after {PATCH_APPLIED}", True),
    ],
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_after_a_kill_the_ledger_says_what_the_branch_has(moment: str, landed: bool, earlier: int) -> None:
    gate, store, ledger = dying_gate()
    for number in range(earlier):
        assert edit(gate, f"b = {number + 2}", f"b = {number + 3}") == "applied"
    before = store.branch(BRANCH)
    store.at = ledger.at = moment
    with pytest.raises(Killed):
        edit(gate, "a = 1", "a = 9")
    store.at = ledger.at = ""
    recover(ledger, store, lambda: NOW)
    branch = store.branch(BRANCH)
    assert (branch != before) == landed
    applied = ledger.events(kinds=(PATCH_APPLIED,))
    assert len(applied) == earlier + landed
    assert not applied or applied[-1].data["snapshot"] == branch
    prepared = {event.patch_id for event in ledger.events(kinds=(PATCH_PREPARED,))}
    settled = {event.patch_id for event in ledger.events(kinds=(PATCH_APPLIED, PATCH_ABANDONED))}
    assert prepared == settled
    assert recover(ledger, store, lambda: NOW) == ()
    assert ledger.verify() == len(ledger.events())
    if applied:
        assert replay(TRACE, ledger, store).same


def test_a_ledger_that_fails_at_the_last_moment_does_not_lose_what_landed() -> None:
    gate, store, ledger = dying_gate()
    ledger.error = lambda: LedgerError("the disk is full")
    ledger.at = f"before {PATCH_APPLIED}"
    verdict = gate.submit("search-replace", [{"file": "src/a.ts", "search": "a = 1", "replace": "a = 9"}])
    assert (verdict.status, store.branch(BRANCH)) == ("applied", verdict.snapshot)
    assert "the disk is full" in verdict.notes[0]
    # The next patch lands on top; both are the branch's, though only one stands below its head.
    ledger.at = ""
    assert edit(gate, "b = 2", "b = 8") == "applied"
    assert recover(ledger, store, lambda: NOW) == (verdict.patch_id,)
    applied = ledger.events(kinds=(PATCH_APPLIED,))
    assert {event.patch_id for event in applied} >= {verdict.patch_id}
    assert [event.data.get("recovered") for event in applied] == [None, True]
    assert ledger.events(kinds=(PATCH_ABANDONED,)) == ()
    assert replay(TRACE, ledger, store).same


def test_a_patch_whose_objects_cannot_be_written_is_abandoned_at_once() -> None:
    gate, store, ledger = dying_gate()
    store.at = "the disk is full"
    assert edit(gate, "a = 1", "a = 9") == "infrastructure.failed"
    assert store.branch(BRANCH) is None
    prepared, abandoned = ledger.events(kinds=(PATCH_PREPARED, PATCH_ABANDONED))
    assert abandoned.patch_id == prepared.patch_id and abandoned.data["snapshot"] == prepared.data["snapshot"]
    store.at = ""
    assert recover(ledger, store, lambda: NOW) == ()
    assert edit(gate, "a = 1", "a = 9") == "applied"
    assert replay(TRACE, ledger, store).same


def test_recovery_speaks_of_the_patch_it_settles() -> None:
    gate, store, ledger = dying_gate()
    store.at = "before publish"
    with pytest.raises(Killed):
        edit(gate, "a = 1", "a = 9")
    (prepared,) = ledger.events(kinds=(PATCH_PREPARED,))
    assert recover(ledger, store, lambda: NOW) == (prepared.patch_id,)
    (event,) = ledger.events(kinds=(PATCH_ABANDONED,))
    assert (event.patch_id, event.trace_id, event.order_id) == (prepared.patch_id, prepared.trace_id, prepared.order_id)
    assert event.data["recovered"] is True
    assert "edits" not in event.data and "diff" not in event.data


def test_replay_needs_patches() -> None:
    gate = Gate({"src/a.ts": TEXT})
    edit(gate, "zzz", "y")
    with pytest.raises(UsageError, match="no applied patch"):
        replay(TRACE, gate.ledger, gate.snapshots)


def test_replay_uses_the_edits_and_the_base_never_the_recorded_snapshots() -> None:
    gate = Gate({"src/a.ts": TEXT, "README.md": "é😀\r\nb\n"}, policy=Policy(1.0))
    assert edit(gate, "a = 1", "a = 9") == "applied"
    moves = {"documentChanges": [{"kind": "rename", "oldUri": "README.md", "newUri": "docs/README.md"}]}
    assert said(gate.submit("workspace-edit", moves, role="other")) == "applied"
    after: dict[str, str | None] = {"docs/README.md": "é😀!\r\nb\n", "src/b.ts": "f();\n", "src/a.ts": None}
    assert said(gate.submit("whole-file", whole(after))) == "applied"
    events = list(gate.events())
    redone: list[str] = []
    result = replay(TRACE, gate.ledger, MemorySnapshots(states(gate.files)), redone.append)
    assert result.same
    assert result.tree == gate.head.snapshot.tree
    assert list(result.patches) == redone == [e.patch_id for e in events if e.kind == PATCH_APPLIED]


def test_replay_tells_a_ledger_that_was_forged() -> None:
    gate = Gate({"src/a.ts": TEXT})
    edit(gate, "a = 1", "a = 9")
    prepared, applied = gate.events(PATCH_PREPARED, PATCH_APPLIED)

    class Forged(MemoryLedger):
        edits: object = None

        def events(self, **wanted: object) -> tuple[Event, ...]:
            return replace(prepared, data={**prepared.data, "edits": self.edits}), applied

    ledger = Forged()
    ledger.edits = {"changes": {"src/a.ts": [_insert(0, "let x = 1;\n")]}}
    assert not replay(TRACE, ledger, gate.snapshots).same
    ledger.edits = {"changes": {"src/a.ts": [_insert(99, "x")], "src/z.ts": [_insert(0, "x")]}}
    with pytest.raises(SnapshotError, match="cannot be redone"):
        replay(TRACE, ledger, gate.snapshots)


def _insert(line: int, text: str) -> dict[str, object]:
    place = {"line": line, "character": 0}
    return {"range": {"start": place, "end": place}, "newText": text}


_PIECES = st.text("ab\n\r é😀\u2028", max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a.md", "b.md", "c.md"]), st.none() | _PIECES), max_size=8))
def test_any_history_is_redone_to_the_same_tree(history: list[tuple[str, str | None]]) -> None:
    gate = Gate({"a.md": "one\r\ntwo\r\n", "b.md": "\ufeffeins\nzwei"}, policy=Policy(1.0))
    for path, text in history:
        gate.submit("whole-file", whole({path: text}))
    if gate.events(PATCH_APPLIED):
        result = replay(TRACE, gate.ledger, MemorySnapshots(states(gate.files)))
        assert result.same
        assert result.tree == gate.head.snapshot.tree
