"""One submission before the real gate, on a small tree in memory: what it says, and whether the bytes are the right ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from runner.edits import apply_changes, lower
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.ledger.memory import MemoryLedger
from runner.model.contract import Contract
from runner.model.diagnostics import Verified
from runner.model.order import Policy, Task
from runner.model.snapshot import PatchInfo
from runner.model.submission import Submission
from runner.model.tree import FileState
from runner.model.verdict import APPLIED, CONFLICT, REJECT, REJECTED, Verdict
from runner.ports import Checker
from runner.snapshots.memory import MemorySnapshots

OTHER = "src/other/unrelated.ts"
OTHER_TEXT = "export function unrelated(): number {\n  return 1;\n}\n"
EXACT, ADVISED, LANDED, REFUSED, BROKEN = "exact", "advised", "landed", "refused", "error"


@dataclass(frozen=True, slots=True)
class Result:
    """``status`` is one of the five above; ``codes`` are those that refuse it, or the advice on what landed, sorted; ``why``
    is the first message.

    ``ADVISED``: what landed differs from what is right in white space only, and the verdict says so.
    """

    status: str
    codes: tuple[str, ...] = ()
    why: str = ""


def now() -> str:
    return "2026-01-01T00:00:00.000Z"


def tree_of(path: str, text: str) -> dict[str, FileState]:
    return {path: FileState(text.encode()), OTHER: FileState(OTHER_TEXT.encode())}


def session(
    files: dict[str, FileState], task: Task, policy: Policy, checker: Checker | None = None
) -> tuple[GateSession, MemorySnapshots]:
    snapshots = MemorySnapshots(files)
    base = snapshots.resolve("HEAD")
    head = TraceHead(base, (task,), snapshots.tree(base.id))
    rules = Rules("bench", task.uuid, "bench", None, Contract(), policy, max_submissions=1_000_000)
    publisher = Publisher(snapshots, MemoryLedger(), now)
    return GateSession(head, rules, snapshots.tree, checker, publisher), snapshots


def judge(
    submission: Submission,
    path: str,
    before: str,
    wanted: str | None,
    *,
    task: Task,
    policy: Policy,
    moved: str | None = None,
    names_base: bool = False,
    is_right: Callable[[str], bool] | None = None,
) -> Result:
    """``wanted`` is the text that the file must have when the submission lands; None where it must not land. ``is_right``
    decides in its place where it is given.

    ``moved``: what another pass has made of the file since; ``names_base`` says whether the submission tells what it saw.
    """
    gate, snapshots = session(tree_of(path, before), task, policy)
    base = gate.head.snapshot.id
    if moved is not None:
        _land(gate, snapshots, path, moved)
    verdict = gate.submit(replace(submission, base=base if names_base else None))
    content = landed_bytes(verdict, snapshots, path)
    if is_right is not None and content is not None and is_right(content.decode()):
        return Result(EXACT)
    return result_of(verdict, content, wanted)


def _land(gate: GateSession, snapshots: MemorySnapshots, path: str, text: str) -> None:
    """Another task's change, on the head."""
    tree = snapshots.tree(gate.head.snapshot.id)
    candidate = apply_changes(lower("whole-file", [{"file": path, "content": text}], tree), tree)
    snapshot = snapshots.write(Verified(candidate, None), PatchInfo("other", "bench", "bench", "another pass"))
    gate.head.land(snapshot, candidate.change_set, "another-task")


def landed_bytes(verdict: Verdict, snapshots: MemorySnapshots, path: str) -> bytes | None:
    if verdict.status != APPLIED or verdict.snapshot is None:
        return None
    tree = snapshots.tree(verdict.snapshot)
    other, state = tree.read(OTHER), tree.read(path)
    return None if state is None or other is None or other.content != OTHER_TEXT.encode() else state.content


def result_of(verdict: Verdict, content: bytes | None, wanted: str | None) -> Result:
    said = [each for each in verdict.violations if verdict.status == APPLIED or each.severity == REJECT]
    codes, why = tuple(sorted({each.code for each in said})), said[0].message if said else ""
    if verdict.status == APPLIED:
        if wanted is not None and content == wanted.encode():
            return Result(EXACT)
        alike = wanted is not None and content is not None and content.split() == wanted.encode().split()
        return Result(ADVISED if alike and codes else LANDED, codes, why)
    return Result(REFUSED if verdict.status in (REJECTED, CONFLICT) else BROKEN, codes, why)
