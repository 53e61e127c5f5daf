"""What tsc reports, and which of it is new."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.model.tree import Candidate


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One tsc error. ``line`` and ``character`` are 0-based (UTF-16); both are 0 if tsc names no place.

    ``project`` is the repository-relative path of the tsconfig. ``file`` is empty for errors of the project itself.
    ``message`` is the first line of what tsc says, ``detail`` the lines below it, ``stage`` the step of tsc that found it:
    ``config``, ``syntax``, ``global``, ``semantic`` or ``declaration``.

    A new error is explained: ``symbol`` is the declaration that it stands in (``src/a.ts#Shop.total``), ``text`` its
    line, ``way`` the files from the edit to it, each of which the next one imports, and ``cause`` what the edit did that
    it is about. All of them may be empty.
    """

    project: str
    file: str
    line: int
    character: int
    code: str
    message: str
    detail: str = field(default="", compare=False)
    stage: str = field(default="semantic", compare=False)
    symbol: str = field(default="", compare=False)
    text: str = field(default="", compare=False)
    way: tuple[str, ...] = field(default=(), compare=False)
    cause: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A project that cannot be judged, and why. ``hint`` says what would make it healthy; it may be empty."""

    project: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project as ``doctor`` lists it. ``typescript`` is the version that judges it and ``source`` where that was read;
    both are empty, and ``files`` and ``errors`` None, if nobody has opened the project.
    """

    project: str
    typescript: str = ""
    source: str = ""
    files: int | None = None
    errors: int | None = None
    unjudged: Unjudged | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``new`` are errors that the base did not have (they reject); ``fixed`` are those that are gone.

    ``unchecked`` are edited source files that no TypeScript project includes, so nothing is known about them.
    ``proved`` says that nothing which types see has changed, so that no compiler ran. ``partial`` says that the check
    stopped at the first new errors: there may be more. ``judged`` is False if no project could judge any edited source.
    ``notes`` are for the verdict. ``how`` says for each compiled project what was enough: ``own``, ``importers``,
    ``closure``, ``shape``, ``builder``, ``whole`` or ``cold``.
    """

    baseline: int
    errors: tuple[Diagnostic, ...]
    new: tuple[Diagnostic, ...]
    fixed: tuple[Diagnostic, ...]
    unchecked: tuple[str, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    proved: bool = False
    partial: bool = False
    judged: bool = True
    notes: tuple[str, ...] = ()
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """A candidate that passed tsc (or whose check was switched off by policy: ``check`` is None).

    Only the gate makes one, and only a ``Verified`` can be snapshotted.
    """

    candidate: Candidate
    check: CheckResult | None
