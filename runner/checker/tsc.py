"""``TscCompiler``: the pinned tsc, run cold in a separate container for every project and every check.

The candidate is written to a workbench that no specialist sees, checked there, and always taken back. The workbench
moves on only when the next check starts from a later snapshot.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from runner.checker.canary import may_stop, new_early, plant, was_found
from runner.checker.check_tree import ROOT, CheckTree, Renew
from runner.checker.compare import Carry, compare
from runner.checker.output import NOTHING, TscOutput, parse_output
from runner.checker.places import Places
from runner.checker.projects import find_projects
from runner.errors import CheckerError, CheckLimit
from runner.model.container import ContainerSpec, Mount, Outcome
from runner.model.diagnostics import Baseline, CheckResult, Diagnostic
from runner.model.order import Limits
from runner.model.tree import Candidate, FileState, TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.ports import Engine, Workbench

SOURCES = (".ts", ".tsx", ".mts", ".cts")
IMAGE = "patchgate/tsc"
TSC = "/opt/typescript/tsc"
# Build info must not come from the tree: a committed one could claim that everything has been checked.
FLAGS = ("--noEmit", "--pretty", "false", "--listFiles", "--incremental", "--tsBuildInfoFile", "/tmp/build.tsbuildinfo")  # noqa: S108
# If declaration files change, check again: a project that skips the libraries' declaration files also skips its own.
LOOK_CLOSER = ("--skipLibCheck", "false", "--skipDefaultLibCheck", "true")
LIMITS = Limits(wall_s=300.0, memory_mb=4096, cpus=2.0, pids=256, output_kb=8192)
# ``style.d.css.ts`` declares what ``style.css`` exports.
Cancel = threading.Event | None
_NAMED_DECLARATION = re.compile(r"\.d\.\w+\.ts$")


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


class TscCompiler:
    """See ``runner.ports.Compiler``. Not thread-safe: there is only one workbench.

    ``renew`` makes a new workbench, with its mounts, if a tree could not be restored after a check.
    """

    def __init__(
        self,
        engine: Engine,
        workbench: Workbench,
        mounts: Sequence[Mount],
        tree_of: Callable[[str], TreeReader],
        carry_of: Callable[[Candidate], Carry],
        *,
        labels: Mapping[str, str] | None = None,
        renew: Renew | None = None,
    ) -> None:
        self._engine = engine
        self._files = CheckTree(workbench, mounts, renew)
        self._tree_of = tree_of
        self._carry_of = carry_of
        self._labels = dict(labels or {})
        self.roots: dict[str, tuple[str, ...]] = {}
        # The files of the projects of a snapshot. Those of the last candidate are kept as its difference from the base.
        self._base_files: tuple[str, frozenset[str]] = ("", frozenset())
        self._last: tuple[Mapping[str, FileState | None], frozenset[str]] = ({}, frozenset())

    def baseline(self, tree: TreeReader, cancel: Cancel = None) -> Baseline:
        try:
            return self._baseline(tree, cancel)
        except CheckLimit as limit:
            raise CheckerError(f"the tree as it is cannot be checked: {limit}", "Give tsc less to check.") from limit

    def _baseline(self, tree: TreeReader, cancel: Cancel) -> Baseline:
        self._files.move_to(tree)
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
        self._base_files = (tree.snapshot, frozenset(file for output in outputs.values() for file in output.files))
        return Baseline(tree.snapshot, projects, tuple(e for output in outputs.values() for e in output.errors))

    def check(self, base: Baseline, candidate: Candidate, cancel: Cancel = None) -> CheckResult:
        tree = self._tree_of(candidate.base)
        self._files.move_to(tree)
        try:
            projects = find_projects(_Overlay(tree, candidate.files))
        except CheckerError as error:
            raise Refused(violation("typecheck.nothing-to-check", error.message)) from error
        if lost := [project for project in base.projects if project not in projects]:
            raise Refused(violation("typecheck.nothing-to-check", f"{lost[0]} is no longer a project of the tree"))
        with self._files.holding(candidate.files, tree):
            outputs = self._run(projects, cancel)
        for project, output in outputs.items():
            if reason := nothing_checked(output):
                raise Refused(violation("typecheck.nothing-to-check", f"{project}: {reason}"))
        after = [error for output in outputs.values() for error in output.errors]
        result = compare(base.errors, after, self._carry_of(candidate), Places(candidate))
        blinding = [error for error in new_early(base.errors, after) if error not in result.new]
        seen = frozenset(file for output in outputs.values() for file in output.files)
        unchecked = self._unchecked(candidate, tree, seen)
        hidden = [error for error in self._new_in_declarations(candidate, tree, projects, cancel) if error not in after]
        self._last = (candidate.files, seen)
        return replace(result, new=(*result.new, *blinding, *hidden), unchecked=unchecked)

    def _demand_types(self, tree: TreeReader, project: str, output: TscOutput, cancel: Cancel) -> None:
        """Raises ``CheckerError`` if tsc stops before it checks the types of this project."""
        planted = plant(tree, output.files)
        with self._files.holding(planted, tree):
            seen = self._run_project(project, cancel)
        if not was_found(planted, seen.errors):
            first = next(error for error in output.errors if may_stop([error]))
            raise CheckerError(
                f"tsc stops in {first.file or project} before it looks at types: {first.code}: {first.message}",
                "Correct that first; until then no edit could be judged (typecheck: never leaves the check out).",
            )

    def _unchecked(self, candidate: Candidate, tree: TreeReader, seen: frozenset[str]) -> tuple[str, ...]:
        """Edited source files that no project includes. Raises ``Refused`` if such a file is new, or if a project
        included it before.
        """
        known = self._known(tree)
        unseen = [
            path
            for path, state in candidate.files.items()
            if state is not None and path.endswith(SOURCES) and path not in seen
        ]
        for path in unseen:
            if candidate.before.get(path) is None:
                message = f"no TypeScript project has {path}, so tsc would not look at it"
                raise Refused(violation("typecheck.unchecked-file", message, file=path))
            if path in known:
                message = f"no TypeScript project would have {path} any more: tsc would not look at the edit"
                raise Refused(violation("typecheck.unchecked-file", message, file=path))
        lost = sorted(path for path in known - seen if candidate.files.get(path, path) is not None)
        if lost and _changes_what_is_found(candidate):
            message = f"with this edit, no TypeScript project has {lost[0]} any more: it would go unchecked"
            raise Refused(violation("typecheck.unchecked-file", message, file=lost[0]))
        return tuple(unseen)

    def _known(self, tree: TreeReader) -> frozenset[str]:
        """The files that the projects of the candidate's base include."""
        snapshot, known = self._base_files
        if tree.snapshot != snapshot:
            files, seen = self._last
            landed = all(tree.read(path) == state for path, state in files.items())
            known = seen if landed else frozenset(path for path in known if tree.kind(path) == "file")
            self._base_files = (tree.snapshot, known)
        return known

    def _new_in_declarations(
        self, candidate: Candidate, tree: TreeReader, projects: Sequence[str], cancel: Cancel
    ) -> list[Diagnostic]:
        """New errors in the declaration files of the tree, which ``skipLibCheck`` ignores."""
        if not any(_is_declaration(path) for path in (*candidate.files, *candidate.before)):
            return []
        base = _in_declarations(self._run(find_projects(tree), cancel, LOOK_CLOSER))
        with self._files.holding(candidate.files, tree):
            after = _in_declarations(self._run(projects, cancel, LOOK_CLOSER))
        return list(compare(base, after, self._carry_of(candidate), Places(candidate)).new)

    def _run(self, projects: Sequence[str], cancel: Cancel, flags: tuple[str, ...] = ()) -> dict[str, TscOutput]:
        stop = cancel or threading.Event()
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="tsc") as pool:
            try:
                runs = pool.map(lambda project: self._run_project(project, stop, flags), projects)
                return dict(zip(projects, runs, strict=True))
            except KeyboardInterrupt:
                # The pool waits for its threads, and the threads wait for their containers.
                stop.set()
                raise

    def _run_project(self, project: str, cancel: Cancel, flags: tuple[str, ...] = ()) -> TscOutput:
        command = (TSC, "--project", f"{ROOT}/{project}", *FLAGS, *flags)
        spec = ContainerSpec(IMAGE, command, self._files.mounts, limits=LIMITS, tmpfs_mb=512, labels=self._labels)
        return judge(project, self._engine.run(spec, cancel=cancel))


def _is_declaration(path: str) -> bool:
    return path.endswith((".d.ts", ".d.mts", ".d.cts")) or _NAMED_DECLARATION.search(path) is not None


def _in_declarations(outputs: Mapping[str, TscOutput]) -> list[Diagnostic]:
    found = (error for output in outputs.values() for error in output.errors)
    return [error for error in found if _is_declaration(error.file) and "node_modules" not in error.file.split("/")]


def _changes_what_is_found(candidate: Candidate) -> bool:
    """Whether more than the text of sources changed: a file was added or removed, or a configuration changed."""
    return any(
        state is not None and (candidate.before.get(path) is None or not path.endswith(SOURCES))
        for path, state in candidate.files.items()
    )


def judge(project: str, outcome: Outcome) -> TscOutput:
    """The result of a tsc run. Raises ``CheckLimit`` if it ran out of time or memory, ``CheckerError`` if it crashed."""
    if outcome.limit_hit == "cancelled":
        raise CheckerError("the check was cancelled")
    if outcome.limit_hit:
        raise CheckLimit(
            f"tsc reached its {outcome.limit_hit} limit on {project} after {outcome.duration_ms / 1000:.0f} s"
        )
    output = parse_output(outcome.stdout.decode("utf-8", "replace"), project, ROOT)
    silent = outcome.exit_code != 0 and not output.errors and not is_only_build_info(outcome)
    # A crashing Go program also exits with 2, and reports the crash only on stderr.
    if outcome.exit_code not in (0, 1, 2) or silent or b"\ngoroutine " in outcome.stderr:
        last = outcome.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise CheckerError(f"tsc ended with {outcome.exit_code} on {project}: {last[0]}", "patchgate doctor")
    return output


UNBUILT = "TS6305"


def is_only_build_info(outcome: Outcome) -> bool:
    return b"error TS5033" in outcome.stdout


def nothing_checked(output: TscOutput) -> str | None:
    """Why a project's run means nothing, or None. An exit code of 0 alone is never trusted."""
    for error in output.errors:
        if error.code in NOTHING:
            return error.message
        if error.code == UNBUILT:
            return f"it sees a referenced project only through output that is not built: {error.message}"
    return None if output.files else "no file of the tree is part of it"
