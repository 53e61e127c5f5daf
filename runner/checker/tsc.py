"""``TscChecker``: the pinned tsc, cold, in a container of its own for every project and every check.

The candidate is written to a bench that no specialist sees, checked there, and taken back whatever the answer is; the
bench moves on only when the next check starts from a later snapshot.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from runner.checker.canary import may_stop, new_early, plant, was_found
from runner.checker.compare import Carry, compare
from runner.checker.output import NOTHING, TscOutput, parse_output
from runner.checker.projects import find_projects
from runner.model.container import ContainerSpec, Mount, Outcome
from runner.model.diagnostics import Baseline, CheckResult
from runner.model.order import Limits
from runner.model.tree import Candidate, FileState, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.ports import Bench, CheckerError, CheckLimit, Engine, SnapshotError

SOURCES = (".ts", ".tsx", ".mts", ".cts")
IMAGE = "patchgate/tsc"
TSC = "/opt/typescript/tsc"
ROOT = "/repo"
# Build info must not come from the tree: a committed one could claim that everything has been checked already.
FLAGS = ("--noEmit", "--pretty", "false", "--listFiles", "--incremental", "--tsBuildInfoFile", "/tmp/build.tsbuildinfo")  # noqa: S108
_DISK = "Is the disk full? df -h"
LIMITS = Limits(wall_s=300.0, memory_mb=4096, cpus=2.0, pids=256, output_kb=8192)


@dataclass(frozen=True, slots=True)
class _Overlay:
    """The candidate's tree, as far as finding projects needs it."""

    base: TreeReader
    files: Mapping[str, FileState | None]

    @property
    def snapshot(self) -> str:
        return self.base.snapshot

    def read(self, path: str) -> FileState | None:
        return self.files[path] if path in self.files else self.base.read(path)

    def kind(self, path: str) -> str | None:
        if path in self.files:
            return None if self.files[path] is None else "file"
        return self.base.kind(path)

    def paths(self) -> Iterator[str]:
        kept = {path for path in self.base.paths() if path not in self.files}
        yield from sorted(kept | {path for path, state in self.files.items() if state is not None})


class TscChecker:
    """See ``runner.ports.Checker``. Not for use by several threads at once: the bench is one.

    ``renew`` makes a new bench, with its mounts, when a tree could not be restored after a check.
    """

    def __init__(
        self,
        engine: Engine,
        bench: Bench,
        mounts: Sequence[Mount],
        tree_of: Callable[[str], TreeReader],
        carry_of: Callable[[Candidate], Carry],
        *,
        labels: Mapping[str, str] | None = None,
        renew: Callable[[], tuple[Bench, Sequence[Mount]]] | None = None,
    ) -> None:
        self._engine = engine
        self._use(bench, mounts)
        self._renew = renew
        self._tree_of = tree_of
        self._carry_of = carry_of
        self._labels = dict(labels or {})
        self._spoilt = False
        self.roots: dict[str, tuple[str, ...]] = {}

    def _use(self, bench: Bench, mounts: Sequence[Mount]) -> None:
        self._bench = bench
        self._mounts = (Mount(str(bench.root), ROOT), *mounts)

    def baseline(self, tree: TreeReader, cancel: threading.Event | None = None) -> Baseline:
        try:
            return self._baseline(tree, cancel)
        except CheckLimit as limit:
            raise CheckerError(f"the tree as it is cannot be checked: {limit}", "Give tsc less to check.") from limit

    def _baseline(self, tree: TreeReader, cancel: threading.Event | None) -> Baseline:
        self._prepare(tree)
        projects = find_projects(tree)
        outputs = self._run(projects, cancel)
        for project, output in outputs.items():
            if reason := nothing_checked(output):
                raise CheckerError(
                    f"{project} has nothing to check ({reason})", "Give it files, or remove the project."
                )
            if may_stop(output.errors):
                self._demand_types(tree, project, output, cancel)
        self.roots = {project: output.files for project, output in outputs.items()}
        return Baseline(tree.snapshot, projects, tuple(e for output in outputs.values() for e in output.errors))

    def check(self, base: Baseline, candidate: Candidate, cancel: threading.Event | None = None) -> CheckResult:
        tree = self._tree_of(candidate.base)
        self._prepare(tree)
        try:
            projects = find_projects(_Overlay(tree, candidate.files))
        except CheckerError as error:
            raise Refused(violation("typecheck.nothing-to-check", error.message)) from error
        if lost := [project for project in base.projects if project not in projects]:
            raise Refused(violation("typecheck.nothing-to-check", f"{lost[0]} is no longer a project of the tree"))
        try:
            self._bench.put(candidate.files)
            outputs = self._run(projects, cancel)
        finally:
            self._restore(candidate.before)
        for project, output in outputs.items():
            if reason := nothing_checked(output):
                raise Refused(violation("typecheck.nothing-to-check", f"{project}: {reason}"))
        after = [error for output in outputs.values() for error in output.errors]
        result = compare(base.errors, after, self._carry_of(candidate))
        blinding = [error for error in new_early(base.errors, after) if error not in result.new]
        return replace(result, new=(*result.new, *blinding), unchecked=self._unchecked(candidate, outputs))

    def _prepare(self, tree: TreeReader) -> None:
        """Make the bench that of ``tree``. A bench that could not be restored is thrown away for a new one."""
        if self._spoilt:
            if self._renew is None:
                raise CheckerError("the checker's tree could not be restored after a failure", "Run the order again.")
            self._bench.close()
            try:
                self._use(*self._renew())
            except (OSError, SnapshotError) as error:
                raise CheckerError(f"the checker's tree could not be made anew: {error}", _DISK) from error
        # Until the move is complete, the files are of no snapshot.
        self._spoilt = True
        self._bench.move_to(tree)
        self._spoilt = False

    def _restore(self, before: Mapping[str, FileState | None]) -> None:
        self._spoilt = True
        try:
            self._bench.put(before)
        except (OSError, SnapshotError) as error:
            raise CheckerError(
                f"the checker's tree could not be restored: {error}",
                f"Submit again: the next check begins with a new tree. {_DISK}",
            ) from error
        self._spoilt = False

    def _demand_types(self, tree: TreeReader, project: str, output: TscOutput, cancel: threading.Event | None) -> None:
        """Raises ``CheckerError`` when tsc stops before it looks at types in this project."""
        planted = plant(tree, output.files)
        try:
            self._bench.put(planted)
            seen = self._run_project(project, cancel)
        finally:
            self._restore({path: tree.read(path) for path in planted})
        if not was_found(planted, seen.errors):
            first = next(error for error in output.errors if may_stop([error]))
            raise CheckerError(
                f"tsc stops in {first.file or project} before it looks at types: {first.code}: {first.message}",
                "Correct that first; until then no edit could be judged (typecheck: never leaves the check out).",
            )

    def _unchecked(self, candidate: Candidate, outputs: Mapping[str, TscOutput]) -> tuple[str, ...]:
        """Edited sources that no project has. Raises ``Refused`` for a new one: it would land without any check."""
        seen = {file for output in outputs.values() for file in output.files}
        unseen = [
            path
            for path, state in candidate.files.items()
            if state is not None and path.endswith(SOURCES) and path not in seen
        ]
        if new := [path for path in unseen if candidate.before.get(path) is None]:
            message = f"no TypeScript project has {new[0]}, so tsc would not look at it"
            raise Refused(violation("typecheck.unchecked-file", message, file=new[0]))
        created = any(
            state is not None and candidate.before.get(path) is None for path, state in candidate.files.items()
        )
        known = {file for files in self.roots.values() for file in files}
        lost = sorted(path for path in known - seen if candidate.files.get(path, path) is not None)
        if created and lost:
            message = f"with the new file, no TypeScript project has {lost[0]} any more: it would go unchecked"
            raise Refused(violation("typecheck.unchecked-file", message, file=lost[0]))
        return tuple(unseen)

    def _run(self, projects: Sequence[str], cancel: threading.Event | None) -> dict[str, TscOutput]:
        stop = cancel or threading.Event()
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="tsc") as pool:
            try:
                return dict(zip(projects, pool.map(lambda each: self._run_project(each, stop), projects), strict=True))
            except KeyboardInterrupt:
                # The pool waits for its threads, and they for their containers.
                stop.set()
                raise

    def _run_project(self, project: str, cancel: threading.Event | None) -> TscOutput:
        command = (TSC, "--project", f"{ROOT}/{project}", *FLAGS)
        spec = ContainerSpec(IMAGE, command, self._mounts, limits=LIMITS, tmpfs_mb=512, labels=self._labels)
        return judge(project, self._engine.run(spec, cancel=cancel))


def judge(project: str, outcome: Outcome) -> TscOutput:
    """What a tsc run said. Raises ``CheckLimit`` when it ran out, ``CheckerError`` when it crashed."""
    if outcome.limit_hit == "cancelled":
        raise CheckerError("the check was cancelled")
    if outcome.limit_hit:
        raise CheckLimit(
            f"tsc reached its {outcome.limit_hit} limit on {project} after {outcome.duration_ms / 1000:.0f} s"
        )
    output = parse_output(outcome.stdout.decode("utf-8", "replace"), project, ROOT)
    silent = outcome.exit_code != 0 and not output.errors and not is_only_build_info(outcome)
    # A Go program that crashes ends with 2 too, and says so on stderr only.
    if outcome.exit_code not in (0, 1, 2) or silent or b"\ngoroutine " in outcome.stderr:
        last = outcome.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise CheckerError(f"tsc ended with {outcome.exit_code} on {project}: {last[0]}", "patchgate doctor")
    return output


UNBUILT = "TS6305"


def is_only_build_info(outcome: Outcome) -> bool:
    return b"error TS5033" in outcome.stdout


def nothing_checked(output: TscOutput) -> str | None:
    """Why a project's run means nothing, or None. An exit code of 0 alone is never believed."""
    for error in output.errors:
        if error.code in NOTHING:
            return error.message
        if error.code == UNBUILT:
            return f"it sees a referenced project only through output that is not built: {error.message}"
    return None if output.files else "no file of the tree is part of it"
