"""What tsc reports, and which of it is new."""

from __future__ import annotations

from dataclasses import dataclass

from runner.model.tree import Candidate


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One tsc error. ``line`` and ``character`` are 0-based (UTF-16); both are 0 if tsc names no place.

    ``project`` is the repository-relative path of the tsconfig. ``file`` is empty for errors of the project itself.
    """

    project: str
    file: str
    line: int
    character: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """Every error of one verified tree, over all its projects."""

    snapshot: str
    projects: tuple[str, ...]
    errors: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``new`` are errors that the base did not have (they reject); ``fixed`` are those that are gone.

    ``unchecked`` are edited source files that no TypeScript project includes, so nothing is known about them.
    """

    baseline: int
    errors: tuple[Diagnostic, ...]
    new: tuple[Diagnostic, ...]
    fixed: tuple[Diagnostic, ...]
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """A candidate that passed tsc (or whose check was switched off by policy: ``check`` is None).

    Only the gate makes one, and only a ``Verified`` can be snapshotted.
    """

    candidate: Candidate
    check: CheckResult | None
