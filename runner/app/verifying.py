"""``verify``: opens the repository, finds the two sides, connects the checker and the commands. Writes no git object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from runner.app.checking import Checking
from runner.app.command_lines import CommandLines
from runner.app.engine import engine_starter
from runner.app.gate_service import tsc_reads
from runner.app.nearest import repository_above
from runner.app.settings import Settings
from runner.app.tree_services import TreeServices
from runner.app.verify_ends import ends_of
from runner.edits.changes.apply import apply_changes
from runner.edits.lowering import lower
from runner.model.order import EVERY_PROJECT, TypeScriptChoice
from runner.model.tree import Candidate, ChangeSet, OverlayTree, TreeReader
from runner.model.verdict import Refused
from runner.ports import Engine
from runner.snapshots.git.comparing import GitComparison
from runner.snapshots.git.tree import GitTree
from runner.verify.commands import Commands
from runner.verify.consent import allowed_names
from runner.verify.difference import Difference, difference_of
from runner.verify.formats import FORMATS
from runner.verify.judging import Rules, Sides, judge, refused
from runner.verify.report import CommandOutcome, Report

_LABELS = {"patchgate.order": "verify"}


@dataclass(frozen=True, slots=True)
class Patch:
    """``name`` is for people."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said. With ``patch``, the head is the base with the patch applied."""

    repo: Path
    base: str | None = None
    head: str | None = None
    patch: Patch | None = None
    commands: tuple[str, ...] = ()
    typecheck: str = "auto"
    strict: bool = False
    allow: tuple[str, ...] = ()
    typescript: TypeScriptChoice = EVERY_PROJECT


def verify(
    asked: Asked,
    settings: Settings,
    engine: str | Engine | None = None,
    commands: Commands | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """``say`` is told of progress. Raises ``PatchgateError``. What the change contains never raises: it becomes a finding.

    ``commands`` runs those that were asked for; without it they run in containers of the engine.
    """
    rules = Rules(allowed_names(asked.allow), asked.strict)
    folder = repository_above(asked.repo)
    git = GitComparison(folder)
    sides, notes = sides_of(git, asked)
    if isinstance(sides, Refused):
        base = git.tree(git.commit(asked.base or "HEAD"))
        name = asked.patch.name if asked.patch else ""
        return refused(base.snapshot, name, sides, rules)
    base = git.tree(sides.base.snapshot)
    checking = Checking(settings, asked.typescript, thorough=True, say=say)
    with TreeServices(
        lambda: base, folder, engine_starter(engine, settings), settings.work, _LABELS, checking=checking
    ) as services:
        checked = wants_types(asked.typecheck, sides.difference.candidate, base)
        with CommandLines(folder, folder, lambda: services.engine, settings) as lines:
            ran = partial(ran_commands, commands or lines, asked, sides, git)
            return judge(sides, rules, services.check if checked else None, ran, notes)


def rendered(report: Report, format: str) -> str:
    """The report in one of the formats, with a line break at its end."""
    return FORMATS[format](report)


def ran_commands(commands: Commands, asked: Asked, sides: Sides, git: GitComparison) -> Sequence[CommandOutcome]:
    """The commands that were asked for, on both sides. Raises ``PatchgateError``."""
    if not asked.commands:
        return ()
    base = git.tree(sides.base.snapshot)
    if asked.patch is not None:
        return commands.compare(base, base, asked.commands, files=sides.difference.candidate.files)
    return commands.compare(base, git.tree(sides.head.snapshot), asked.commands, files={})


def sides_of(git: GitComparison, asked: Asked) -> tuple[Sides | Refused, tuple[str, ...]]:
    """The two sides with notes on how they were found. A patch that does not fit its base is ``Refused``."""
    if asked.patch is not None:
        base = git.tree(git.commit(asked.base or "HEAD"))
        try:
            return _patched(base, asked.patch), ()
        except Refused as why:
            return why, ()
    ends = ends_of(git, asked.base, asked.head)
    base, head, changes = git.tree(ends.base), git.tree(ends.head), git.changes(ends.base, ends.head)
    difference = difference_of(base, head, changes.paths, changes.renames)
    return Sides(base, head, difference, ends.head), ends.notes


def _patched(base: GitTree, patch: Patch) -> Sides:
    if not patch.text.strip():
        return Sides(base, base, Difference(Candidate(base.snapshot, ChangeSet(()), {}, {})), patch.name)
    candidate = apply_changes(lower("unified-diff", patch.text, base), base)
    return Sides(base, OverlayTree(base, candidate.files), Difference(candidate), patch.name)


def wants_types(typecheck: str, candidate: Candidate, base: TreeReader) -> bool:
    return typecheck != "never" and (typecheck == "always" or tsc_reads(candidate, base))
