"""Finds new lines that are not indented like their neighbours: a sign of text pasted at another depth.

The check compares the first line of a statement, member, argument and so on with the first lines of its siblings; a
closing bracket with the line of its opening one; the lines of a block comment with its first line; a continuation line
with the line it continues; and a line comment with the code beside it. Only new lines are judged, and only where the
old lines agree on an indentation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import partial

from tree_sitter import Node

from runner.gate.checks.layout.advice import Odd, judged
from runner.gate.checks.layout.comments import astray
from runner.gate.checks.layout.continuations import shallow
from runner.gate.checks.layout.noise import check_noise
from runner.gate.checks.layout.pins import Pins
from runner.gate.checks.layout.reindenting import applied, moves
from runner.gate.checks.layout.rows import DEEPEST, OPAQUE, Rows
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Position, Range, Replacement
from runner.model.verdict import Violation
from runner.syntax.kept import kept
from runner.syntax.trees import Syntax
from runner.text.blocks import indent_of
from runner.text.diffing import split_lines

_BRACKETED = re.compile(
    "statement_block|class_body|interface_body|object_type|object|enum_body|switch_body|named_imports|export_clause|array|"
    "arguments|formal_parameters|object_pattern|array_pattern|type_arguments|type_parameters"
).fullmatch
_LIST = re.compile("program|switch_case|switch_default").fullmatch
# Nodes whose header may span several lines before the list begins.
_HEADED = re.compile(
    r"(\w+_)?declaration|(\w+_)?definition|(\w+_)?signature|(function|constructor)_type|(if|for|for_in|while|export)_statement|"
    "class|arrow_function|function_expression|call_expression"
).fullmatch
_MARKS = ("? ", ": ", "| ", "& ", "?? ", "|| ", "&& ")
# The size of one indentation step is known once this many steps of the base are alike.
_AGREEING_RATIO = 0.6
_WIDEST_STEP = 8


def check_indentation(inspection: Inspection) -> list[Violation]:
    """Skips roles that may reformat, and edits that only reformat. The noise check reports those, once."""
    if inspection.contract.formatting_only or "clobber.reformatting-noise" in inspection.contract.allow:
        return []
    found = [each for file in inspection.code_files if not file.is_new for each in _of(inspection, file)]
    noisy = {each.file for each in check_noise(inspection)} if found else set()
    return [each for each in found if each.file not in noisy]


def _of(inspection: Inspection, file: Changed) -> Iterator[Violation]:
    def mend() -> Iterator[Replacement]:
        indents = moves(file.after, file.path, fresh_rows(file), partial(misplaced_rows, file))
        return (Replacement(*each) for each in applied(file.after, indents))

    def odd() -> Iterator[Odd]:
        pins, lines = Pins.of(inspection.candidate, file), file.lines[1]
        for row, wanted in misplaced_rows(file, file.after):
            indent = indent_of(lines[row])
            if pins.pinned(row) and pins.author_of(row, len(indent)) is None:
                continue  # The line was there before: only what follows the white space is new.
            place = Range(Position(row, 0), Position(row, len(indent)))
            stands = f"{file.path}:{row + 1} is indented by {_shown(indent)}"
            yield Odd(row, place, f"{stands}, and should be indented by {_shown(wanted)}", mend)

    return judged(inspection, file, "clobber.misindented", odd())


def fresh_rows(file: Changed) -> frozenset[int]:
    """The rows of the new text that the edit added or changed."""
    return frozenset(row for block in file.blocks for row in range(block[2], block[3]) if file.lines[1][row].strip())


def misplaced_rows(file: Changed, text: str) -> list[tuple[int, str]]:
    """The new rows of ``text`` with the wrong indentation, each with the right one. ``text`` is the file's new text,
    possibly with other white space at the beginning of its new rows.
    """
    fresh = fresh_rows(file)
    if not fresh or file.before.split() == text.split():
        return []
    rows = Rows([*(file.lines[1] if text is file.after else split_lines(text)), ""], Syntax(text, file.path), fresh)
    base = Rows([*file.lines[0], ""], Syntax(file.before, file.old_path), frozenset())
    if rows.syntax.root.has_error and not base.syntax.root.has_error:
        return []
    deeper = ((row, least + (_step(file.before) or "  ")) for row, least in shallow(rows, base))
    found = {*_odd(rows, base), *astray(rows, base), *deeper}
    # A step deeper than nothing may still be nothing: there is no better place.
    return sorted((row, wanted) for row, wanted in found if indent_of(rows.text[row]) != wanted)


def _odd(rows: Rows, base: Rows) -> Iterator[tuple[int, str]]:
    """Rows with the wrong indentation, each with the right one. Subtrees that the edit did not touch are skipped."""
    fresh = sorted(rows.fresh)
    pending = [rows.syntax.root]
    while pending:
        node = pending.pop()
        at = bisect_left(fresh, node.start_point.row)
        if node.type in OPAQUE or at == len(fresh) or fresh[at] > node.end_point.row:
            continue
        if node.type == "comment":
            yield from _comment(node, rows)
            continue
        if _BRACKETED(node.type):
            yield from _siblings(node, rows, base)
            yield from _closing(node, rows)
        elif _LIST(node.type):
            yield from _siblings(node, rows, base)
        pending += node.children


def _siblings(node: Node, rows: Rows, base: Rows) -> Iterator[tuple[int, str]]:
    """New lines follow the old lines of their list. If it has none, they follow from where the list begins."""
    opening = -1 if node.type == "program" else node.start_point.row
    # Line comments are judged separately: commented-out code may be anywhere.
    below = [child for child in node.named_children if child.start_point.row > opening and not _is_remark(child, rows)]
    fresh = [child.start_point.row for child in below if child.start_point.row in rows.fresh and rows.opens(child)]
    if not fresh or any(child.is_error for child in node.children):
        return
    old = [child for child in below if child.start_point.row not in rows.fresh and rows.opens(child)]
    # Before the edit, the comment may have belonged to another node.
    kept = {rows.indent(child.start_point.row) for child in old if child.type != "comment"}
    kept = kept or {rows.indent(child.start_point.row) for child in old}
    if len(kept) > 1:
        return
    allowed = list(kept) or _deeper(node, rows, base)
    yield from ((row, allowed[0]) for row in fresh if allowed and rows.indent(row) not in allowed)


def _is_remark(node: Node, rows: Rows) -> bool:
    return node.type == "comment" and rows.text[node.start_point.row].lstrip().startswith("//")


def _deeper(node: Node, rows: Rows, base: Rows) -> list[str]:
    """The indentations that the lines of a list may have, given where it begins; empty if the file has no consistent
    step.
    """
    if node.type == "program":
        return [""]
    step = _step(base.syntax.text)
    return [] if step is None else [begin + step for begin in _beginnings(node, rows)]


def _beginnings(node: Node, rows: Rows) -> list[str]:
    """The indentation of the line that opens the list. After the marker of a branch or a union (``? ``, ``| ``), the
    column of the code behind the marker counts. If a header spans several lines, its first line counts.
    """
    row = node.start_point.row
    own = rows.indent(row)
    found = [own]
    ahead = rows.text[row].encode()[: node.start_point.column].rstrip()
    if rows.text[row][len(own) :].startswith(_MARKS) or ahead.endswith(b"?"):
        found.append(own + "  ")
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or not _HEADED(above.type) or above.start_point.row >= row:
            break
        found.append(rows.indent(above.start_point.row))
        above = above.parent
    return found


def _closing(node: Node, rows: Rows) -> Iterator[tuple[int, str]]:
    """A closing bracket is aligned with the line of its opening bracket."""
    last = node.children[-1] if node.children else None
    if last is None or last.end_byte != node.end_byte or last.is_named or last.is_missing:
        return
    row = last.start_point.row
    if row == node.start_point.row or row not in rows.fresh or not rows.opens(last):
        return
    allowed = _beginnings(node, rows)
    if rows.indent(row) not in allowed:
        yield row, allowed[0]


def _comment(node: Node, rows: Rows) -> Iterator[tuple[int, str]]:
    """The stars of a block comment are aligned with the star of its first line, if the old ones are."""
    first, last = node.start_point.row, node.end_point.row
    starred = [row for row in range(first + 1, last + 1) if rows.text[row].lstrip().startswith("*")]
    kept = [row for row in range(first + 1, last + 1) if row not in rows.fresh and rows.text[row].strip()]
    if not rows.opens(node) or not set(kept or range(first + 1, last + 1)) <= set(starred):
        return
    wanted = rows.indent(first) + " "
    if all(rows.indent(row) == wanted for row in kept):
        yield from ((row, wanted) for row in starred if row in rows.fresh and rows.indent(row) != wanted)


@kept(8)
def _step(text: str) -> str | None:
    """What one level adds in the base, if its lines agree: the difference between neighbours of different depth."""
    steps: Counter[str] = Counter()
    above = ""
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("*"):
            continue
        indent = indent_of(line)
        if len(indent) > len(above) and indent.startswith(above):
            steps[indent[len(above) :]] += 1
        above = indent
    if not steps:
        return None
    step, count = steps.most_common(1)[0]
    return step if count >= _AGREEING_RATIO * steps.total() and len(step) <= _WIDEST_STEP else None


def _shown(indent: str) -> str:
    return f"{len(indent)} columns" if indent.strip("\t") else f"{len(indent)} tabs" if indent else "nothing"
