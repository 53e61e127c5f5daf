"""Which of the gate's violations reject a person's change, and which are advice to its reviewer.

An agent that loses a function has made a mistake; a person who removes one usually means it. What rejects here is what an honest
change hardly ever does, or what breaks something that is still there. The rest is told, and does not fail the check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from runner.gate.checks.safeguards.tests import check_tests, is_test
from runner.gate.inspection import Inspection
from runner.model.text import Position, Range
from runner.model.tree import Candidate, TreeReader
from runner.model.verdict import ADVICE, REJECT, Violation
from runner.verify.broken_imports import importers_of
from runner.verify.suppressions import unexplained

_GONE = re.compile(r"\bis (?:gone|no longer exported as before);")
_SELF_RUN = re.compile(r"which runs at every install:")
_SWITCHED = re.compile(
    r"(?:switches '(?:strict|strictNullChecks|noImplicitAny|strictFunctionTypes|strictBindCallApply|noImplicitThis|"
    r"strictPropertyInitialization|useUnknownInCatchVariables|alwaysStrict|checkJs)' off|"
    r"switches '(?:noCheck|noResolve)' on|makes tsc write to a folder with sources .*)"
)
_HIDES = re.compile(r"gains \d+ x (@ts-(?:ignore|nocheck|expect-error))")
_OFF = re.compile(
    r"gains \d+ x (?:(?:it|test|describe|suite|bench|x(?:it|describe|test)|f(?:it|describe))\b.*|"
    r".*\.(?:skip|only|todo|fails|failing)\b.*|.*by a computed name)"
)
_ONLY = re.compile(r"gains \d+ x (?:\S*\.only\b|f(?:it|describe)\b).*")
_HOLLOW = re.compile(r"(?:empties the test|no longer expects anything in the test) ")
_COUNTED = re.compile(r"gains \d+ x (\S+)")
_NOT_SAID = "; the submission is not about it"
_REVIEW = "A person who reviews the change should read this file: who merges it lets it act."
_REMOVED = "If it was meant to go, nothing is to be done. Otherwise put it back."


@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything that a rule may ask."""

    inspection: Inspection
    head: TreeReader


Rule = Callable[[Violation, str, Weighing], Violation]


def weighed(found: Iterable[Violation], inspection: Inspection, head: TreeReader) -> list[Violation]:
    """The violations with the severity and the hint that they have for a person's change."""
    given = list(found)
    weighing = Weighing(inspection, head)
    judged = [_RULES.get(each.name, _rejects)(each, _said(each), weighing) for each in given]
    return [_placed(_for_a_person(each), inspection) for each in _unfinished(judged, head)]


_HINTS = {
    "clobber.stub": "Write the code out.",
    "clobber.weakened-check": "Mend the cause, or let a person consent.",
    "guard.logic-overwrite": "Leave the text from START to END as it is, or let a person consent.",
}


def _for_a_person(found: Violation) -> Violation:
    """The gate's hints tell an agent what to send; a person needs the flag that consents."""
    if found.name not in _HINTS:
        return found
    consent = f" Consent is --allow {found.code}." if found.severity == REJECT else ""
    return replace(found, hint=_HINTS[found.name] + consent)


def _placed(found: Violation, inspection: Inspection) -> Violation:
    """The line that a counted finding ("gains 1 x it.skip") is about: the first added one that has the words."""
    counted = _COUNTED.search(_said(found))
    if found.range is not None or counted is None:
        return found
    for file in inspection.code_files:
        for _, _, start, end in file.blocks if file.path == found.file else ():
            for number, line in enumerate(file.lines[1][start:end], start):
                if (at := line.find(counted[1])) >= 0:
                    units = len(line[:at].encode("utf-16-le", "surrogatepass")) // 2
                    return replace(
                        found, range=Range(Position(number, units), Position(number, units + len(counted[1])))
                    )
    return found


def _said(found: Violation) -> str:
    """The message after the path that it begins with. A path is a stranger's and must not decide."""
    return found.message.removeprefix(found.file or "").lstrip(":# ") if found.file else found.message


def _advice(found: Violation, hint: str | None = None) -> Violation:
    return replace(found, severity=ADVICE, hint=found.hint if hint is None else hint)


def _rejects(found: Violation, _said: str, _weighing: Weighing) -> Violation:
    return found


def _unread(found: Violation, _said: str, _weighing: Weighing) -> Violation:
    return _advice(found, "Nothing looked at it: see for yourself where it leads.")


def _acting(found: Violation, said: str, _weighing: Weighing) -> Violation:
    return found if _SELF_RUN.search(said) else _advice(found, _REVIEW)


def _lost(found: Violation, said: str, _weighing: Weighing) -> Violation:
    plain = replace(found, message=found.message.replace(_NOT_SAID, ""))
    gone = _GONE.search(said) is not None or said.startswith("and ")
    hint = "Send the whole of it, or remove the declaration if nothing needs it."
    return _advice(plain, _REMOVED) if gone else replace(plain, hint=hint)


def _stub(found: Violation, said: str, _weighing: Weighing) -> Violation:
    return _advice(found) if "is never reached now" in said else found


def _weakened(found: Violation, said: str, weighing: Weighing) -> Violation:
    if _SWITCHED.fullmatch(said):
        return found
    if hides := _HIDES.match(said):
        bare = unexplained(weighing.inspection, hides[1])
        return replace(found, file=bare, message=f"{bare} {said}") if bare else _advice(found)
    if _ONLY.fullmatch(said) or _HOLLOW.match(said):
        return found
    if _OFF.fullmatch(said) and _in_an_existing_test(weighing.inspection, said):
        return found
    return _advice(found)


def _in_an_existing_test(inspection: Inspection, said: str) -> bool:
    """Whether a test file that was there before gains it. A new test that is switched off has tested nothing before."""
    what = said.partition(" x ")[2]
    for file in inspection.code_files:
        if file.is_new or not is_test(file.path):
            continue
        alone = replace(inspection, candidate=only(inspection.candidate, (file.old_path, file.path)))
        if any(_said(each).partition(" x ")[2] == what for each in check_tests(alone)):
            return True
    return False


def only(candidate: Candidate, paths: Iterable[str]) -> Candidate:
    """The candidate with these of its files alone."""
    kept = set(paths) & set(candidate.files)
    before = {path: candidate.before[path] for path in kept}
    return Candidate(candidate.base, candidate.change_set, before, {path: candidate.files[path] for path in kept})


_RULES: dict[str, Rule] = {
    "path.runs-code": _acting,
    "path.not-a-regular-file": _unread,
    "clobber.declaration-lost": _lost,
    "clobber.stub": _stub,
    "clobber.weakened-check": _weakened,
}
_ADDRESS = re.compile(r"^([\w$]+) is (?:gone|no longer exported as before)")


def _unfinished(found: list[Violation], head: TreeReader) -> list[Violation]:
    """A removed export that a file of the head still imports rejects, whatever a compiler looks at."""
    removed: dict[str, set[str]] = {}
    for each in found:
        if each.name == "clobber.declaration-lost" and each.file and (name := _ADDRESS.match(_said(each))):
            removed.setdefault(each.file, set()).add(name[1])
    importers = importers_of(head, removed) if removed else {}
    return [_still_imported(each, importers) for each in found]


def _still_imported(found: Violation, importers: dict[tuple[str, str], str]) -> Violation:
    name = _ADDRESS.match(_said(found)) if found.name == "clobber.declaration-lost" else None
    importer = importers.get((found.file or "", name[1])) if name else None
    if importer is None:
        return found
    message = f"{found.message}, and {importer} still imports it"
    return replace(found, severity=REJECT, message=message, hint="Put it back, or remove what still imports it.")
