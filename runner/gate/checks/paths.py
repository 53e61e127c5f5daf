"""Which paths nothing may touch, whatever the task says."""

from __future__ import annotations

import posixpath
import unicodedata

from runner.gate.checks.manifest import is_manifest
from runner.gate.inspection import Inspection
from runner.model.contract import Contract
from runner.model.globs import matches_any
from runner.model.tree import CreateFile, RenameFile, TreeReader
from runner.model.verdict import Violation
from runner.model.violations import violation

PROTECTED = frozenset({".git", ".gitmodules", ".mission_control", "node_modules"})
# Files that make an editor, a package manager, git or CI run something, by where they lie. Lower case: see ``_runs_code``.
RUNS_CODE = (
    "**/package.json",
    "**/package-lock.json",
    "**/npm-shrinkwrap.json",
    "**/yarn.lock",
    "**/pnpm-lock.yaml",
    "**/pnpm-workspace.yaml",
    "**/bun.lock*",
    "**/bunfig.toml",
    "**/.npmrc",
    "**/.yarnrc*",
    "**/.yarn/**",
    "**/.pnpmfile.cjs",
    "**/.husky/**",
    "**/.vscode/**",
    "**/.idea/**",
    "**/*.code-workspace",
    "**/.devcontainer/**",
    "**/.devcontainer.json",
    "**/.claude/**",
    "**/.cursor/**",
    "**/.mcp.json",
    ".github/**",
    ".circleci/**",
    ".gitlab-ci.yml",
    ".travis.yml",
    "azure-pipelines.yml",
    "jenkinsfile",
    "**/.gitattributes",
    "**/.envrc",
    "**/lefthook.y*ml",
    "**/.lefthook.y*ml",
    "**/.pre-commit-config.yaml",
    "**/makefile",
)


def check_paths(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    changes = inspection.candidate.change_set
    for path in changes.paths():
        found += check_lexical(inspection.tree, path)
        if matches_any(RUNS_CODE, path.lower()) and not _is_granted(inspection.contract, path):
            found.append(violation("path.runs-code", f"{path} makes other tools run code", file=path))
    new = [change.path for change in changes.changes if isinstance(change, CreateFile)]
    new += [change.new for change in changes.changes if isinstance(change, RenameFile)]
    gone = {path for path, state in inspection.candidate.files.items() if state is None}
    return found + (_collisions(inspection.tree, new, gone) if new else [])


def _is_granted(contract: Contract, path: str) -> bool:
    """A glob that happens to match is no grant: the contract names the file itself, or the manifest's keys."""
    return path in contract.paths or (is_manifest(path) and bool(contract.manifest_keys))


def check_lexical(tree: TreeReader, path: str) -> list[Violation]:
    """What can be said of a path before its file is read."""
    return _protected(path) or _not_a_file(tree, path)


def _protected(path: str) -> list[Violation]:
    for part in path.split("/"):
        # Case-insensitive file systems and their ignored characters: .GIT, ".git ", ".git." all reach .git there.
        if part.lower().rstrip(" .") in PROTECTED:
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
    """Names, of files or of the folders above them, that some file systems take for one: by case, or by composition."""
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
