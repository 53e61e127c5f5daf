"""What a person may write to choose projects and a TypeScript version."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runner.errors import UsageError
from runner.model.order import TypeScriptChoice

MAX_VERSION = 64
MAX_GLOB = 1024
OLDEST, NEWEST = 5, 7
KNOWN = "See: patchgate toolchain list"
_VERSION = re.compile(r"(?P<major>\d{1,4})(\.\d{1,6}){0,2}(-[0-9A-Za-z.-]+)?")


def version_problem(version: str) -> str | None:
    """Why this is no version to judge by, or None. ``5.9.3`` and, for the newest that there is of them, ``5.9`` and ``5``
    are.
    """
    found = _VERSION.fullmatch(version) if len(version) <= MAX_VERSION else None
    if found is None:
        return f"{version[:MAX_VERSION]!r} is no TypeScript version. {KNOWN}"
    if not OLDEST <= int(found["major"]) <= NEWEST:
        return f"TypeScript {version} cannot judge: the versions from {OLDEST}.0 to {NEWEST}.x can. {KNOWN}"
    return None


def glob_problem(glob: str) -> str | None:
    """Why this cannot name a tsconfig of the repository, or None."""
    if not glob or len(glob) > MAX_GLOB or not glob.isprintable():
        return f"{glob[:80]!r} names no tsconfig"
    if glob.startswith("/") or ".." in glob.split("/"):
        return f"{glob!r} lies outside of the repository; paths are relative to its top"
    return None


def checked_choice(
    projects: Sequence[str] = (), exclude: Sequence[str] = (), version: str | None = None
) -> TypeScriptChoice:
    """The choice that flags make. Raises ``UsageError``."""
    plain = [tuple(glob.removeprefix("./") for glob in globs) for globs in (projects, exclude)]
    problem = next((found for globs in plain for glob in globs if (found := glob_problem(glob))), None)
    if problem is not None:
        raise UsageError(problem, "Name a tsconfig by its path, its folder, or a glob: packages/*/tsconfig.json")
    if version is not None and (problem := version_problem(version)):
        message, _, hint = problem.partition(". See")
        raise UsageError(message, f"See{hint}")
    return TypeScriptChoice(plain[0], plain[1], version)


def overridden(choice: TypeScriptChoice, by: TypeScriptChoice) -> TypeScriptChoice:
    """``choice`` with everything that ``by`` says in its place."""
    return TypeScriptChoice(by.projects or choice.projects, by.exclude or choice.exclude, by.version or choice.version)
