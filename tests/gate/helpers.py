"""A gate in memory: text in, verdict out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from runner.checker.memory import MemoryChecker
from runner.gate.publishing import Publisher
from runner.gate.rules import Rules
from runner.gate.session import GateSession
from runner.gate.trace_head import TraceHead
from runner.ledger.memory import MemoryLedger
from runner.model.contract import parse_contract
from runner.model.events import Event
from runner.model.order import Policy, Task
from runner.model.submission import Submission
from runner.model.tree import FileState
from runner.model.verdict import ADVICE, REJECT, Verdict
from runner.ports import Ledger, SnapshotStore
from runner.snapshots.memory import MemorySnapshots

TRACE, ORDER = "abcd1234", "ord-1"
NOW = "2026-11-23T00:00:00Z"
ANYWHERE = Task("T", allowed_paths=("**",))
Texts = Mapping[str, str | bytes]


def states(files: Texts) -> dict[str, FileState]:
    return {
        path: FileState(content.encode() if isinstance(content, str) else content) for path, content in files.items()
    }


@dataclass
class Gate:
    """One trace. ``session`` makes a pass; ``submit`` sends one edit through a pass of the task's own."""

    files: Texts
    tasks: tuple[Task, ...] = (ANYWHERE,)
    contract: Iterable[str] = ()
    policy: Policy = field(default_factory=Policy)
    max_submissions: int = 1000
    snapshots: SnapshotStore = field(init=False)
    ledger: Ledger = field(default_factory=MemoryLedger)
    told: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.snapshots = MemorySnapshots(states(self.files))
        self.checker = MemoryChecker(lambda snapshot: self.snapshots.tree(snapshot))
        base = self.snapshots.resolve("HEAD")
        tree = self.snapshots.tree(base.id)
        self.head = TraceHead(base, self.tasks, tree)
        self.sessions: dict[tuple[str, str], GateSession] = {}

    def session(self, task: str = "T", role: str = "role") -> GateSession:
        if (task, role) not in self.sessions:
            contract = parse_contract(self.contract)
            rules = Rules(role, task, TRACE, ORDER, contract, self.policy, self.max_submissions)
            publisher = Publisher(self.snapshots, self.ledger, lambda: NOW, self.told.append)
            self.sessions[task, role] = GateSession(
                self.head, rules, lambda snapshot: self.snapshots.tree(snapshot), self.checker, publisher
            )
        return self.sessions[task, role]

    def submit(
        self,
        format: str,
        payload: object,
        *,
        task: str = "T",
        role: str = "role",
        base: str | None = None,
        dry_run: bool = False,
    ) -> Verdict:
        submission = Submission(format, payload, base=base, dry_run=dry_run, reason="why")
        return self.session(task, role).submit(submission)

    @property
    def current(self) -> str:
        return self.head.snapshot.id

    def text(self, path: str) -> str | None:
        state = self.snapshots.tree(self.current).read(path)
        return None if state is None else state.content.decode()

    def events(self, *kinds: str) -> tuple[Event, ...]:
        return self.ledger.events(kinds=kinds)


def whole(files: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """The payload of ``whole-file`` that makes these files so (None: gone)."""
    return [{"file": path, "content": content} for path, content in files.items()]


def check(
    before: Texts,
    after: Mapping[str, str | None],
    *,
    task: Task = ANYWHERE,
    contract: Iterable[str] = (),
    ratio: float = 1.0,
) -> Verdict:
    """What the gate says of turning ``before`` into ``after``, sent as whole files."""
    gate = Gate(before, (task,), contract, Policy(max_changed_ratio=ratio))
    return gate.submit("whole-file", whole(after), task=task.uuid)


def change(before: str, after: str, *, path: str = "src/a.ts", contract: Iterable[str] = (), ratio: float = 1.0) -> str:
    """The same for one file: ``applied``, or the names of the violations, each once."""
    return said(check({path: before}, {path: after}, contract=contract, ratio=ratio))


def said(verdict: Verdict) -> str:
    """``applied``, ``simulated``; or the names of the violations that refuse, in order, each once."""
    return (
        " ".join(dict.fromkeys(each.name for each in verdict.violations if each.severity == REJECT)) or verdict.status
    )


def advised(verdict: Verdict) -> str:
    """The names of what is only advice, in order, each once."""
    return " ".join(dict.fromkeys(each.name for each in verdict.violations if each.severity == ADVICE))
