"""What the checks let through, before the real tsc in its container: a sample, on each package's own source.

Corruptions that land only for want of a type check (a lost import, a function that is missing) are drawn by corruption,
and judged by TypeScript 7 against the errors of the release that they were made from.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pygit2

from runner.app.checking import Checking
from runner.app.settings import Settings, read_settings
from runner.app.tree_services import TreeServices
from runner.edits import apply_changes, lower
from runner.errors import CheckerError, CheckLimit
from runner.model.order import TypeScriptChoice
from runner.model.snapshot import PatchInfo
from runner.model.tree import FileState
from runner.model.verdict import Refused
from runner.ports import Engine
from runner.snapshots.git.store import GitSnapshots, update_tree
from tests.bench.corpus import CACHE, Change, load, seed_of
from tests.bench.history import ROWS_BY_NAME, Outcome, attempt_of

TSCONFIG = b"""{
  "compilerOptions": {
    "strict": true, "noEmit": true, "target": "esnext", "module": "esnext", "moduleResolution": "bundler",
    "lib": ["esnext", "dom"],
    "allowImportingTsExtensions": true, "rewriteRelativeImportExtensions": false, "skipLibCheck": true, "types": []
  },
  "include": ["src"]
}
"""
MOST_LINES = 150_000
PATCH = PatchInfo("bench", "bench", "bench", "the file as the attempt saw it")


@dataclass(frozen=True, slots=True)
class Checked:
    """One corruption that the checks let through, and whether tsc refuses it. ``why`` is tsc's first new error."""

    outcome: Outcome
    refused: bool
    why: str


def sample(
    landed: Iterable[Outcome], changes: dict[str, Change], *, per_corruption: int, releases: int
) -> list[Outcome]:
    """Evenly from all corruptions, from the few releases that have the most of them and are not too big to check often."""
    eligible = [each for each in landed if attempt_on_base(changes[each.change], each)]
    by_release: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in eligible:
        change = changes[each.change]
        by_release[change.package, change.old].append(each)
    chosen = sorted(by_release, key=lambda release: -len(by_release[release]))
    small = [release for release in chosen if sum(text.count("\n") for text in load(*release).values()) <= MOST_LINES]
    kept: dict[str, list[Outcome]] = defaultdict(list)
    for release in small[:releases]:
        for each in by_release[release]:
            kept[each.corruption].append(each)
    found: list[Outcome] = []
    for group in kept.values():
        found += sorted(group, key=lambda one: seed_of("sample", one.change, one.row))[:per_corruption]
    return found


def attempt_on_base(change: Change, outcome: Outcome) -> bool:
    """A stale one stands on a file that no release has; it is left to the other counts."""
    return outcome.corruption != "stale base"


def check(outcomes: Sequence[Outcome], changes: dict[str, Change], engine: Engine) -> list[Checked]:
    by_release: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in outcomes:
        change = changes[each.change]
        by_release[change.package, change.old].append(each)
    found: list[Checked] = []
    for (package, version), group in by_release.items():
        with _Project(package, version, engine) as project:
            found += [Checked(each, *project.refuses(changes[each.change], each)) for each in group]
    return found


class _Project:
    """One release in a repository of its own, with its baseline."""

    def __init__(self, package: str, version: str, engine: Engine) -> None:
        self._files = {path: FileState(text.encode()) for path, text in load(package, version).items()}
        self._files["tsconfig.json"] = FileState(TSCONFIG)
        self._engine = engine
        self._stack = ExitStack()

    def __enter__(self) -> _Project:
        (CACHE / "work").mkdir(parents=True, exist_ok=True)
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(dir=CACHE / "work")))
        folder.chmod(0o755)
        repository = pygit2.init_repository(str(folder / "repository"), initial_head="main")
        who = pygit2.Signature("bench", "bench@localhost", 0, 0)
        tree = update_tree(repository, None, self._files)
        assert tree is not None
        repository.create_commit("refs/heads/main", who, who, "base", tree, [])
        self._store = GitSnapshots(folder / "repository")
        base = self._store.resolve("HEAD")
        self._base = base.id
        settings = Settings(read_settings().state, folder / "work", audit=0)
        self._checker = self._stack.enter_context(
            TreeServices(
                lambda: self._store.tree(base.id),
                folder / "repository",
                lambda: self._engine,
                settings.work,
                {},
                checking=Checking(settings, TypeScriptChoice(version="7.0")),
                tree_of=self._store.tree,
            )
        )
        self._checker.errors(base.id)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def refuses(self, change: Change, outcome: Outcome) -> tuple[bool, str]:
        row = ROWS_BY_NAME[outcome.row]
        attempt = attempt_of(change, row, outcome.corruption)
        assert attempt is not None
        seen = self._store.write_on(self._base, {change.path: FileState(change.before.encode())}, PATCH)
        tree = self._store.tree(seen.id)
        try:
            result = self._checker.check(apply_changes(lower(row.format, attempt.payload, tree), tree))
        except (Refused, CheckLimit) as refused:
            return True, str(refused)
        except CheckerError as error:
            return False, f"not checked: {error}"
        return bool(result.new), f"{result.new[0].code}: {result.new[0].message}" if result.new else ""
