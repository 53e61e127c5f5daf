"""Whether a project can be judged, told from what its compiler says when it is opened."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from runner.checker.configs import folders_above, in_folder
from runner.model.diagnostics import Diagnostic, Unjudged
from runner.model.tree import TreeReader

MAX_REASON = 240
ROOT = "/repo/"
EMPTY = frozenset({"TS18002", "TS18003"})
# Options that newer versions have removed.
REMOVED = frozenset({"TS5101", "TS5102", "TS5107", "TS5108", "TS5109"})
UNKNOWN_OPTION = frozenset({"TS5023", "TS5024", "TS5025", "TS6046"})
NO_MODULE = frozenset({"TS2307", "TS2792", "TS2875", "TS7016"})
UNREADABLE = "TS5083"
NO_TYPES = "TS2688"
MISSING = "TS6053"
NOT_COMPOSITE = "TS6306"
# They concern only output, which nobody writes here: rootDir is not said, output would overwrite input, an option needs
# noEmit, a reference without output (what is referred to is judged from its source).
ONLY_OUTPUT = frozenset({"TS5011", "TS5055", "TS5056", "TS5096", "TS6310"})
OUTSIDE_ROOT = "TS6059"
_SOURCES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_NAME = re.compile(r"['\"]([^'\"]+)['\"]")
_INSTALL = (
    ("package-lock.json", "npm ci --ignore-scripts"),
    ("npm-shrinkwrap.json", "npm ci --ignore-scripts"),
    ("pnpm-lock.yaml", "pnpm install --frozen-lockfile --ignore-scripts"),
    ("bun.lock", "bun install --frozen-lockfile --ignore-scripts"),
    ("bun.lockb", "bun install --frozen-lockfile --ignore-scripts"),
    ("package.json", "npm install --ignore-scripts"),
)


class Opened(Protocol):
    """What the checker server answers for one project that it opened."""

    @property
    def config(self) -> str: ...

    @property
    def typescript(self) -> str: ...

    @property
    def files(self) -> Collection[str]: ...

    @property
    def errors(self) -> Sequence[Diagnostic]: ...

    @property
    def stops(self) -> str | None: ...


def health(opened: Opened, install: str = "npm ci --ignore-scripts", *, installed: bool = True) -> Unjudged | None:
    """Why a project cannot be judged, or None if it is healthy. Errors in its code do not matter: they are its baseline.

    ``install`` is the command that brings the dependencies (see ``install_command``), ``installed`` whether any are
    there.
    """
    found = _reason(opened, install, installed)
    return None if found is None else Unjudged(opened.config, plain(found[0]), plain(found[1]))


@dataclass(frozen=True)
class Health:
    """``health`` for the projects of one tree. ``installed`` says whether any dependencies are there."""

    installed: Callable[[], bool]

    def of(self, opened: Opened, tree: TreeReader) -> Unjudged | None:
        return health(opened, install_command(tree, opened.config), installed=self.installed())


def install_command(tree: TreeReader, config: str) -> str:
    """The command that installs the dependencies of a project, told from the nearest lock file, and where to run it."""
    for folder in folders_above(config):
        command = next((each for name, each in _INSTALL[:-1] if _has(tree, folder, name)), None)
        if command is None and _has(tree, folder, "yarn.lock"):
            modern = _has(tree, folder, ".yarnrc.yml")
            command = (
                f"yarn install {'--immutable --mode=skip-build' if modern else '--frozen-lockfile --ignore-scripts'}"
            )
        if command is not None:
            return _within(folder, command)
    folder = next((each for each in folders_above(config) if _has(tree, each, "package.json")), "")
    return _within(folder, _INSTALL[-1][1])


def _within(folder: str, command: str) -> str:
    return f"cd {shlex.quote(folder)} && {command}" if folder else command


def plain(text: str) -> str:
    """One line, without control characters, of bounded length."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= MAX_REASON else f"{line[: MAX_REASON - 1]}…"


def _reason(opened: Opened, install: str, installed: bool) -> tuple[str, str] | None:
    early = [error for error in opened.errors if error.stage in ("config", "global")]
    if missing := next((error for error in early if _is_missing_base(error)), None):
        name = _named(missing)
        mend = f"Install the dependencies: {install}" if _is_installed(name) else "Create it, or correct extends."
        return f"it extends {name}, which is not there", mend
    if gone := next((error for error in early if error.code == MISSING and _stops(error)), None):
        return f"its files name {_named(gone)}, which does not exist", "Correct its files."
    if not opened.files or any(error.code in EMPTY for error in early):
        return (
            "it has no input files",
            f"Correct its include and files, or leave it out: --exclude-project {shlex.quote(opened.config)}",
        )
    if opened.stops is not None and any(_stops(error) for error in early):
        return _of_stop(opened.typescript, early, install)
    lacking = [error for error in opened.errors if error.code in NO_MODULE and _is_installed(_named(error))]
    code = [path for path in opened.files if not path.endswith((".d.ts", ".d.mts", ".d.cts"))]
    if not installed and len({error.file for error in lacking}) * 2 >= max(1, len(code)):
        count = f"{len(lacking)} imports of packages are" if len(lacking) > 1 else "an import of a package is"
        return f"its dependencies are not installed: {count} not found", f"Install them: {install}"
    return None


def _of_stop(version: str, early: Sequence[Diagnostic], install: str) -> tuple[str, str]:
    """The error that tells most: one that a hint is known for, or the first of those that stop the compiler."""
    known = (each for each in early if each.code in _HINTS or each.code == NO_TYPES)
    error = next(known, None) or next(each for each in early if _stops(each))
    if error.code == NO_TYPES:
        return f"the types of {_named(error)} are not installed ({NO_TYPES})", f"Install the dependencies: {install}"
    reason = f"TypeScript {version} stops before it looks at types: {error.code}: {error.message.replace(ROOT, '')}"
    return reason, _HINTS.get(error.code, "Correct its tsconfig.")


_OLDER = "Judge it by the version that it was written for (--typescript 5.9.3), or correct its tsconfig."
_HINTS = {
    **dict.fromkeys(REMOVED, _OLDER),
    **dict.fromkeys(UNKNOWN_OPTION, "Judge it by a newer version (--typescript), or correct its tsconfig."),
    NOT_COMPOSITE: 'Correct the references: what is referred to needs "composite": true.',
    OUTSIDE_ROOT: "Correct its rootDir or its include.",
}


def _is_missing_base(error: Diagnostic) -> bool:
    """``extends`` names a file that is not there: by the name of a package, or one that cannot be read. A missing source
    or reference is named by its absolute path.
    """
    found = _NAME.search(error.message)
    return found is not None and (error.code == UNREADABLE or (error.code == MISSING and not found[1].startswith("/")))


def _stops(error: Diagnostic) -> bool:
    """Whether the error keeps the types from being right. An unknown option does not even stop the command line. A
    reference to a project that is not there (a submodule that is not checked out) concerns that project only.
    """
    if error.code == MISSING:
        return _named(error).endswith(_SOURCES)
    return error.code not in UNKNOWN_OPTION | ONLY_OUTPUT


def _is_installed(name: str) -> bool:
    """Whether a package manager would bring it: a package's name, or a path into ``node_modules``."""
    return bool(name) and ("node_modules" in name.split("/") or not name.startswith((".", "/", "#")))


def _named(error: Diagnostic) -> str:
    found = _NAME.search(error.message)
    return found[1].removeprefix(ROOT) if found else ""


def _has(tree: TreeReader, folder: str, name: str) -> bool:
    return tree.kind(in_folder(folder, name)) == "file"
