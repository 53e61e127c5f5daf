"""How much of a file, and of the tree, an edit removes."""

from __future__ import annotations

from collections import Counter

from runner.gate.inspection import Changed, Inspection
from runner.model.tree import TreeReader
from runner.model.verdict import Violation
from runner.model.violations import violation

# With fewer lost lines a ratio says nothing: three lines are half of a six-line file.
SMALL_IN_FILE = 15
SMALL_IN_TREE = 200
REWRITTEN = 0.9
# Changes by a formatter that leave a line the same.
_NOISE = str.maketrans({'"': "'", ";": None, ",": None, " ": None, "\t": None, "\r": None})


def check_removed_ratio(inspection: Inspection) -> list[Violation]:
    """Lines that are elsewhere in the file, or differ only in white space, are not lost."""
    limit = inspection.contract.max_changed_ratio
    limit = inspection.policy.max_changed_ratio if limit is None else limit
    found: list[Violation] = []
    gone = sum(len(lines_of(text)) for text in inspection.deleted.values())
    for file in inspection.files:
        lost = _lost(file)
        gone += lost
        if lost > SMALL_IN_FILE and lost / (total := len(lines_of(file.before))) > limit:
            found.append(_too_much(file, lost, total, limit))
    if gone > SMALL_IN_TREE and not found and not _is_larger(inspection.tree, gone / limit if limit else None):
        message = f"{gone} lines of the tree are gone; the policy allows {limit:.0%} of it"
        found.append(violation("clobber.too-much-changed", message))
    return found


def _lost(file: Changed) -> int:
    """How many lines of the file it has no more. Lines outside of the changed blocks stand on both sides, so that only
    those within need to be counted; a CR may stand in the middle of a line, and then everything is."""
    before, after = [file.before], [file.after]
    if "\r" not in file.before and "\r" not in file.after:
        (old, new), blocks = file.lines, file.blocks
        before = [line for block in blocks for line in old[block[0] : block[1]]]
        after = [line for block in blocks for line in new[block[2] : block[3]]]
    return (Counter(lines_of("".join(before))) - Counter(lines_of("".join(after)))).total()


def lines_of(text: str) -> list[str]:
    """The lines with content, each without what a formatter may change."""
    return [line for line in text.translate(_NOISE).split("\n") if line]


def _too_much(file: Changed, lost: int, total: int, limit: float) -> Violation:
    name = "clobber.whole-file-rewrite" if lost / total >= REWRITTEN else "clobber.too-much-changed"
    message = f"{lost} of {total} lines of {file.path} are gone ({lost / total:.0%}; the policy allows {limit:.0%})"
    return violation(name, message, file=file.path)


def _is_larger(tree: TreeReader, lines: float | None) -> bool:
    """Whether ``tree`` has more than this many lines. Stops reading once it has seen them, so the cost grows with the
    edit, not the tree.
    """
    if lines is None:
        return False
    seen = 0
    for path in tree.paths():
        state = tree.read(path)
        seen += 0 if state is None else state.content.count(b"\n")
        if seen >= lines:
            return True
    return False
