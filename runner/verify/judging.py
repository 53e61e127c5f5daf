"""The verdict on a difference: the gate's checks, the types and the commands of both sides, in one report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runner.errors import CheckLimit
from runner.model.diagnostics import CheckResult, Unjudged
from runner.model.tree import Candidate, TreeReader
from runner.model.verdict import ADVICE, Refused, Violation
from runner.model.violations import violation
from runner.syntax.trees import is_source
from runner.verify import commands, types
from runner.verify.checks import POLICY, inspect_difference
from runner.verify.consent import with_consent
from runner.verify.difference import Difference
from runner.verify.report import CommandOutcome, Finding, Report, in_order
from runner.verify.severity import only

_TOO_LARGE = f"it has more than {POLICY.max_file_kb} KiB: the gate's checks did not read it"
_SPECIAL = "the change touches it, and nothing looks at what it leads to"


@dataclass(frozen=True, slots=True)
class Sides:
    """``name`` is what a person called the head: a commit, or the name of a patch."""

    base: TreeReader
    head: TreeReader
    difference: Difference
    name: str


@dataclass(frozen=True, slots=True)
class Rules:
    """``allow`` holds names of rules. With ``strict``, what could not be judged fails the check."""

    allow: frozenset[str] = frozenset()
    strict: bool = False


def judge(
    sides: Sides,
    rules: Rules,
    check: Callable[[Candidate], CheckResult] | None,
    outcomes: Callable[[], Sequence[CommandOutcome]],
    notes: Sequence[str] = (),
) -> Report:
    """``check`` None leaves types out. ``check`` and ``outcomes`` raise ``PatchgateError`` if the machine fails."""
    candidate = sides.difference.candidate
    large = [path for path in candidate.files if _is_too_large(candidate, path)]
    found = [_finding(each) for each in inspect_difference(_without(candidate, large), sides.base, sides.head)]
    found += [_special(each.path, each.kind) for each in sides.difference.special]
    unjudged = [Unjudged(path, _TOO_LARGE) for path in large]
    unjudged += [Unjudged(each.path, f"{each.kind}: {_SPECIAL}") for each in sides.difference.special]
    said, typecheck = list(notes), "skipped"
    if check is not None and candidate.files:
        result = _checked(check, candidate)
        typecheck = "checked"
        if isinstance(result, CheckResult):
            typecheck = "proved" if result.proved else "checked"
            found += types.findings_of(result)
            unjudged += types.unjudged_of(result)
            said += types.notes_of(result)
        else:
            found += [_finding(each, "types") for each in result]
    ran = tuple(outcomes())
    found += commands.findings_of(ran)
    return Report(
        base=sides.base.snapshot,
        head=sides.name,
        files=len(candidate.files) + len(sides.difference.special),
        findings=in_order(with_consent(dict.fromkeys(found), rules.allow)),
        unjudged=tuple(dict.fromkeys(unjudged)),
        commands=ran,
        notes=tuple(said),
        typecheck=typecheck,
        strict=rules.strict,
    )


def refused(base: str, name: str, why: Refused, rules: Rules) -> Report:
    """The report on a patch that does not fit its base."""
    found = tuple(_finding(each) for each in why.violations)
    return Report(base, name, 0, in_order(found), strict=rules.strict)


def _checked(check: Callable[[Candidate], CheckResult], candidate: Candidate) -> CheckResult | tuple[Violation, ...]:
    try:
        return check(candidate)
    except CheckLimit as limit:
        return (violation("typecheck.limit", str(limit)),)
    except Refused as why:
        return why.violations


def _is_too_large(candidate: Candidate, path: str) -> bool:
    states = (candidate.before.get(path), candidate.files[path])
    most = POLICY.max_file_kb * 1024
    return is_source(path) and any(state is not None and len(state.content) > most for state in states)


def _without(candidate: Candidate, paths: Sequence[str]) -> Candidate:
    return only(candidate, candidate.files.keys() - set(paths)) if paths else candidate


def _special(path: str, kind: str) -> Finding:
    message = f"{path} is a {kind}: {_SPECIAL}"
    return _finding(
        violation("path.not-a-regular-file", message, file=path, severity=ADVICE, hint="See where it leads.")
    )


def _finding(found: Violation, source: str = "gate") -> Finding:
    line, column = (0, 0) if found.range is None else (found.range.start.line + 1, found.range.start.character + 1)
    return Finding(
        found.code, found.name, found.severity, found.message, found.hint, found.file or "", line, column, source
    )
