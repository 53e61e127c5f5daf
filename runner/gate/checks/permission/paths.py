"""Paths that nothing may touch, whatever the task says."""

from __future__ import annotations

import posixpath
import re
import unicodedata

from runner.gate.checks.permission.acting_files import why_it_acts
from runner.gate.checks.permission.manifest import is_manifest
from runner.gate.inspection import Inspection
from runner.model.contract import Contract
from runner.model.tree import CreateFile, EditFile, RenameFile, TreeReader
from runner.model.verdict import Violation
from runner.model.violations import violation

_SHORT_NAME = re.compile(r"git~\d+")
PROTECTED = frozenset({".git", ".gitmodules", ".mission_control", "node_modules"})


def check_paths(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    changes = inspection.candidate.change_set
    for path in changes.paths():
        found += check_lexical(inspection.tree, path)
        why = why_it_acts(path, is_new=inspection.tree.read(path) is None)
        if why is not None and not _is_granted(inspection.contract, path):
            found.append(violation("path.runs-code", f"{path} makes tools or agents act: {why}", file=path))
    found += _modes(inspection)
    new = [change.path for change in changes.changes if isinstance(change, CreateFile)]
    new += [change.new for change in changes.changes if isinstance(change, RenameFile)]
    gone = {path for path, state in inspection.candidate.files.items() if state is None}
    return found + (_collisions(inspection.tree, new, gone) if new else [])


def _modes(inspection: Inspection) -> list[Violation]:
    """An explicit mode that differs from the current one. A file that is only renamed keeps its mode."""
    found: list[Violation] = []
    for change in inspection.candidate.change_set.changes:
        if not isinstance(change, CreateFile | EditFile) or change.executable is None:
            continue
        before = inspection.candidate.before.get(change.path)
        if change.executable != (before is not None and before.executable):
            what = "executable" if change.executable else "no longer executable"
            found.append(violation("path.runs-code", f"{change.path} becomes {what}", file=change.path))
    return found


def _is_granted(contract: Contract, path: str) -> bool:
    """A glob that happens to match grants nothing: the contract must name the file itself, or the manifest's keys."""
    return path in contract.paths or (is_manifest(path) and bool(contract.manifest_keys))


def check_lexical(tree: TreeReader, path: str) -> list[Violation]:
    """What can be said of a path before its file is read."""
    return _protected(path) or _not_a_file(tree, path)


def _protected(path: str) -> list[Violation]:
    for part in path.split("/"):
        # Spellings that other file systems treat as the same name: .GIT, ".git ", ".git.", .git:stream, GIT~1,
        # node_moduleſ.
        plain = unicodedata.normalize("NFKC", part).casefold().partition(":")[0].rstrip(" .")
        if plain in PROTECTED or _SHORT_NAME.fullmatch(plain):
            return [violation("path.protected", f"{path} is protected", file=path)]
    return []


def _not_a_file(tree: TreeReader, path: str) -> list[Violation]:
    kind = tree.kind(path)
    if kind not in (None, "file"):
        return [violation("path.not-a-regular-file", f"{path} is a {kind}", file=path)]
    above = posixpath.dirname(path)
    while above:
        kind = tree.kind(above)
        if kind not in (None, "folder"):
            return [violation("path.not-a-regular-file", f"{path} leads through {above}, a {kind}", file=path)]
        above = posixpath.dirname(above)
    return []


def _collisions(tree: TreeReader, new: list[str], gone: set[str]) -> list[Violation]:
    """File or folder names that some file systems treat as one, because of case or Unicode composition."""
    wanted = {_folded(part): part for path in new for part in _parts(path)}
    found: dict[str, Violation] = {}
    for path in (*tree.paths(), *new):
        if path in gone:
            continue
        for part in _parts(path):
            same = wanted.get(_folded(part))
            if same is not None and same != part and same not in found:
                message = f"{same} differs from {part} by letter case alone"
                found[same] = violation("path.case-collision", message, file=same)
    return list(found.values())


def _parts(path: str) -> list[str]:
    pieces = path.split("/")
    return ["/".join(pieces[:size]) for size in range(1, len(pieces) + 1)]


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())
