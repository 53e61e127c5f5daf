"""Finds reformatting around a small change. It hides the change from readers and conflicts with other tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from runner.gate.checks.loss.removed_ratio import lines_of
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation

# Noise is reported above this many lines, if there are more than this many for each line that really changed.
MIN_LINES = 12
NOISE_PER_CHANGE = 2


def check_noise(inspection: Inspection) -> list[Violation]:
    """An edit that only changes formatting is not noise: formatting is what was asked for, and the diff shows nothing
    else.
    """
    found = [
        violation("clobber.mixed-line-ends", f"{file.path} had one kind of line ends and has two now", file=file.path)
        for file in inspection.files
        if not file.is_new and len(_kinds(file.before)) == 1 and len(_kinds(file.after)) > 1
    ]
    if inspection.contract.formatting_only:
        return found
    for file in inspection.files:
        if file.is_new:
            continue
        ends = _line_ends(file)
        if ends > MIN_LINES:
            message = f"{ends} lines of {file.path} changed in their line ends only"
            found.append(violation("clobber.reformatting-noise", message, file=file.path))
            continue
        real, noise = _count(file)
        if real and noise > MIN_LINES and noise > NOISE_PER_CHANGE * real:
            message = f"{noise} lines of {file.path} changed in white space only, around {real} that really changed"
            found.append(violation("clobber.reformatting-noise", message, file=file.path))
    return found


def _kinds(text: str) -> set[str]:
    """Which of LF and CRLF the lines end with."""
    pairs = text.count("\r\n")
    return {name for name, count in (("CRLF", pairs), ("LF", text.count("\n") - pairs)) if count}


def _line_ends(file: Changed) -> int:
    """How many lines changed only their line end."""
    if abs(file.before.count("\r\n") - file.after.count("\r\n")) <= MIN_LINES:
        return 0
    before, after = file.before.split("\n"), file.after.split("\n")
    same = (Counter(before) & Counter(after)).total()
    alike = Counter(line.rstrip("\r") for line in before) & Counter(line.rstrip("\r") for line in after)
    return alike.total() - same


def _count(file: Changed) -> tuple[int, int]:
    """How many lines really changed, and how many lie in blocks where only white space did."""
    real = noise = 0
    for before, after in _places(file):
        old, new = Counter(lines_of(before)), Counter(lines_of(after))
        changed = max((old - new).total(), (new - old).total())
        if changed and "".join(lines_of(before)) != "".join(lines_of(after)):
            real += changed
        else:
            noise += max(old.total(), new.total())
    return real, noise


def _places(file: Changed) -> Iterator[tuple[str, str]]:
    """The blocks that differ. Blank lines do not split a block: code that moved into an ``if`` is one block."""
    old, new = file.lines
    a1 = a2 = b1 = b2 = -1
    for block in file.blocks:
        if a1 >= 0 and not "".join(old[a2 : block[0]]).strip():
            a2, b2 = block[1], block[3]
            continue
        if a1 >= 0:
            yield "".join(old[a1:a2]), "".join(new[b1:b2])
        a1, a2, b1, b2 = block
    if a1 >= 0:
        yield "".join(old[a1:a2]), "".join(new[b1:b2])
