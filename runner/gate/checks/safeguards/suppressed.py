"""A comment that hides an error (``@ts-ignore``, ``@ts-expect-error``) hides it of the code below it, and of no other code.

The number of such comments says too little: one that is no longer needed can be put above a new error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from runner.gate.inspection import Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.directives import line_suppressions
from runner.syntax.kept import kept
from runner.text.diffing import split_lines

_WORD = re.compile(r"\w+")
# A line that shares so many of its words with another is that line, edited.
_EDITED = 0.3
_SHOWN = 80
_NEAR, _READ = 50, 500

Hidden = tuple[str, str]


def check_suppressed(inspection: Inspection) -> list[Violation]:
    """Over the whole submission, since code moves between files with its comments. What is more than before is told by
    ``check_weakened``."""
    before: Counter[Hidden] = Counter()
    after: Counter[Hidden] = Counter()
    where: dict[Hidden, str] = {}
    for file in inspection.code_files:
        if file.before != file.after:
            before.update(_hidden(file.before, file.old_path))
            now = _hidden(file.after, file.path)
            after.update(now)
            where |= dict.fromkeys(now, file.path)
    lost, gained = list((before - after).elements()), list((after - before).elements())
    if not lost or len(gained) > len(lost):
        return []
    return [
        violation(
            "clobber.weakened-check",
            f"{where[each]} puts {each[0]} above other code: {each[1][:_SHOWN]}",
            file=where[each],
        )
        for each in dict.fromkeys(_strange(lost, gained))
    ]


def _strange(lost: list[Hidden], gained: list[Hidden]) -> Iterator[Hidden]:
    left = [_words(line) for _, line in lost]
    for each in gained:
        words = _words(each[1])
        # Both are in the order of the files, and what was edited stands near its old place.
        near = left[:_NEAR]
        same = next((old for old in near if (old & words).total() >= _EDITED * max(old.total(), words.total())), None)
        if same is None:
            yield each
        else:
            left.remove(same)


def _words(line: str) -> Counter[str]:
    return Counter(_WORD.findall(line[:_READ]))


@kept(8)
def _hidden(text: str, path: str) -> tuple[Hidden, ...]:
    """Each such comment with the line of code below it."""
    if "@ts-" not in text.lower():
        return ()
    below, code = [""], ""
    for line in reversed(split_lines(text)):
        said = line.strip()
        code = said if said and not said.startswith(("//", "/*", "*")) else code
        below.append(code)
    below.reverse()
    return tuple((name, below[min(row + 1, len(below) - 1)]) for name, row in line_suppressions(text, path))
