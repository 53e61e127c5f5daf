"""Plans an undo or a restore. The gate judges it like any other submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runner.edits.changes.difference import difference
from runner.edits.changes.invert import invert
from runner.edits.lowering import lower
from runner.errors import UsageError
from runner.gate.rules import Rules
from runner.gate.trace_head import TraceHead
from runner.model.contract import Contract
from runner.model.ids import branch_name
from runner.model.order import Policy, Task
from runner.model.snapshot import Snapshot
from runner.model.submission import Submission
from runner.model.tree import ChangeSet, TreeReader
from runner.model.verdict import CONFLICT, Refused, Verdict
from runner.model.violations import CATALOGUE
from runner.ports import Ledger, SnapshotStore
from runner.repository.landed import Landed, landed_patch, landed_patches, restore_point, undone_by
from runner.text.lsp import to_workspace_edit

# A specialist may not remove a function, but a person who takes back the patch that added it may. Paths stay protected,
# and tsc still decides.
TAKEN_BACK = tuple(
    name
    for name in CATALOGUE
    if name == "path.runs-code" or name.startswith(("clobber.", "guard.", "contract.", "text."))
)


@dataclass(frozen=True)
class Reversal:
    """``head`` is at the newest snapshot of the trace; ``submission`` names its own base."""

    head: TraceHead
    submission: Submission
    rules: Rules
    meta: dict[str, object] = field(default_factory=dict)


def plan_undo(ledger: Ledger, snapshots: SnapshotStore, start: str) -> Reversal:
    """Raises ``UsageError`` if there is no such patch, or if it is not on a branch."""
    patch = landed_patch(ledger, start)
    if patch.on_working_tree:
        raise UsageError(
            f"patch {patch.patch_id} was made on the working tree",
            "Undo it there: patchgate undo works in the repository's own folder.",
        )
    branch = trace_branch(snapshots, patch.trace_id, "undo")
    trace = landed_patches(ledger, patch.trace_id)
    later = trace[[each.patch_id for each in trace].index(patch.patch_id) + 1 :]
    before, after = snapshots.tree(patch.base), snapshots.tree(patch.snapshot)
    try:
        inverse = invert(lower("workspace-edit", patch.edits, before), before)
        payload = payload_of(inverse, after)
    except Refused as refused:
        raise UsageError(
            f"patch {patch.patch_id} cannot be taken back: {refused}", "Use: patchgate restore"
        ) from refused
    head = _head(patch.snapshot, after, branch)
    for each in later:
        landed = lower("workspace-edit", each.edits, snapshots.tree(each.base))
        head.land(Snapshot(each.snapshot, ""), landed, each.task_id)
    reason = f"undo {patch.patch_id}" + (f": {patch.reason}" if patch.reason else "")
    submission = Submission("workspace-edit", payload, "undo", base=patch.snapshot, reason=reason[:2000])
    return Reversal(head, submission, _rules("undo", patch), undoing(patch))


def find_restore_point(
    ledger: Ledger, snapshots: SnapshotStore, start: str, trace_id: str | None
) -> tuple[str, Landed | None]:
    """``restore_point`` for what a person types: a revision, or the start of a patch's id. Raises ``UsageError``."""
    try:
        snapshot = snapshots.resolve(start).id if start else None
    except UsageError:
        snapshot = None
    return restore_point(ledger, snapshot, start, trace_id)


def plan_restore(ledger: Ledger, snapshots: SnapshotStore, trace_id: str, stays: Landed | None) -> Reversal:
    """Go back to the state in which ``stays`` was the newest patch of the trace; None means the trace's base."""
    branch = trace_branch(snapshots, trace_id, "restore")
    trace = landed_patches(ledger, trace_id)
    tip, wanted = trace[-1], trace[0].base if stays is None else stays.snapshot
    now, then = snapshots.tree(tip.snapshot), snapshots.tree(wanted)
    payload = payload_of(difference(now, then, snapshots.changed_paths(tip.snapshot, wanted)), now)
    reason = f"restore {wanted[:12]}"
    submission = Submission("workspace-edit", payload, "restore", base=tip.snapshot, reason=reason)
    return Reversal(_head(tip.snapshot, now, branch), submission, _rules("restore", tip), {"restores": wanted})


def undoing(patch: Landed) -> dict[str, object]:
    """What the ledger event of an undo says about the patch that it takes back."""
    return {"undoes": patch.patch_id}


def with_earlier_undo(ledger: Ledger, patch_id: str, verdict: Verdict) -> Verdict:
    """Put the likeliest reason for a conflict of an undo first: the patch has been taken back before."""
    earlier = undone_by(ledger, patch_id) if verdict.status == CONFLICT else None
    if earlier is None:
        return verdict
    return replace(verdict, notes=(f"{patch_id} was taken back already, by patch {earlier}", *verdict.notes))


def was_overtaken(verdict: Verdict) -> bool:
    """Whether another patch landed on the trace between the plan and the verdict."""
    return any(each.name == "conflict.trace-moved" for each in verdict.violations)


def payload_of(change_set: ChangeSet, tree: TreeReader) -> dict[str, object]:
    """The change set as a WorkspaceEdit on ``tree``. Raises ``Refused`` for files that are not text."""
    return to_workspace_edit(change_set, {path: tree.read(path) for path in change_set.paths()})


def trace_branch(snapshots: SnapshotStore, trace_id: str, role: str) -> dict[str, str]:
    """The branch of one role with its tip, if it exists. Call it before reading the ledger: then a patch that lands in
    between is a conflict and is not overwritten.
    """
    name = branch_name(trace_id, role)
    tip = snapshots.branch(name)
    return {} if tip is None else {name: tip}


def _head(snapshot: str, tree: TreeReader, branches: Mapping[str, str]) -> TraceHead:
    everywhere = Task("", allowed_paths=("**",))
    return TraceHead(Snapshot(snapshot, ""), (everywhere,), tree, branches=branches)


def _rules(role: str, patch: Landed) -> Rules:
    return Rules(role, "", patch.trace_id, patch.order_id, Contract(allow=TAKEN_BACK), Policy())
