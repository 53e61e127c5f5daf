"""New lines that do not stand where their neighbours stand: the mark of text that was pasted at another depth.

What is compared are lines that begin a statement, a member, an argument and the like with the lines that begin its
siblings, a closing bracket with the line of its opening one, and the lines of a comment with its first. Only new lines
are judged, and only where the lines around them, which were there before, agree on a place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from runner.edits.blocks import indent_of
from runner.edits.diffing import changed_blocks, split_lines
from runner.edits.syntax import Syntax
from runner.gate.checks.noise import check_noise
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Position, Range
from runner.model.verdict import Violation
from runner.model.violations import violation

_BRACKETED = re.compile(
    "statement_block|class_body|interface_body|object_type|object|enum_body|switch_body|named_imports|export_clause|array|"
    "arguments|formal_parameters|object_pattern|array_pattern|type_arguments|type_parameters"
).fullmatch
_LIST = re.compile("program|switch_case|switch_default").fullmatch
# What may have a header of several lines before its list.
_HEADED = re.compile(
    r"(\w+_)?declaration|(\w+_)?definition|(\w+_)?signature|(function|constructor)_type|(if|for|for_in|while|export)_statement|"
    "class|arrow_function|function_expression|call_expression"
).fullmatch
_MARKS = ("? ", ": ", "| ", "& ", "?? ", "|| ", "&& ")
# Inside these, white space is content, or follows rules of its own.
_OPAQUE = ("template_string", "jsx_element", "jsx_self_closing_element", "jsx_fragment", "template_literal_type")
# A step of indentation is known where so many of the base's steps are alike.
_AGREED = 0.6
_WIDEST = 8


@dataclass(frozen=True)
class _Lines:
    """The edited file by lines (0-based); ``fresh`` are the rows that the edit brings, ``before`` is the text it was."""

    text: list[str]
    fresh: frozenset[int]
    before: str

    def indent(self, row: int) -> str:
        return indent_of(self.text[row])

    def opens(self, node: Node) -> bool:
        """Whether nothing but white space stands before the node on its line."""
        return not self.text[node.start_point.row].encode()[: node.start_point.column].strip()


def check_indentation(inspection: Inspection) -> list[Violation]:
    """A role that may reformat is not judged, nor is an edit that does nothing else; noise is said once."""
    if inspection.contract.formatting_only or "clobber.reformatting-noise" in inspection.contract.allow:
        return []
    found = [each for file in inspection.code_files if not file.is_new for each in _misplaced(file)]
    noisy = {each.file for each in check_noise(inspection)} if found else set()
    return [each for each in found if each.file not in noisy]


def _misplaced(file: Changed) -> Iterator[Violation]:
    """At most one for a file: where one line is wrong, those below it mostly are too."""
    old, new = split_lines(file.before), split_lines(file.after)
    blocks = changed_blocks(old, new)
    fresh = frozenset(row for block in blocks for row in range(block[2], block[3]) if new[row].strip())
    if not fresh or file.before.split() == file.after.split():
        return
    lines = _Lines([*new, ""], fresh, file.before)
    for row, wanted in sorted(_odd(Syntax(file.after, file.path).root, lines), key=lambda odd: odd[0]):
        message = (
            f"{file.path}:{row + 1} is indented by {_shown(lines.indent(row))}, and its place asks for {_shown(wanted)}"
        )
        place = Range(Position(row, 0), Position(row, len(lines.indent(row))))
        yield violation("clobber.misindented", message, file=file.path, range=place)
        return


def _odd(root: Node, lines: _Lines) -> Iterator[tuple[int, str]]:
    """Rows that stand wrong, with the indentation that they should have. Untouched subtrees are not walked."""
    rows = sorted(lines.fresh)
    pending = [root]
    while pending:
        node = pending.pop()
        at = bisect_left(rows, node.start_point.row)
        if node.type in _OPAQUE or at == len(rows) or rows[at] > node.end_point.row:
            continue
        if node.type == "comment":
            yield from _comment(node, lines)
            continue
        if _BRACKETED(node.type):
            yield from _siblings(node, lines)
            yield from _closing(node, lines)
        elif _LIST(node.type):
            yield from _siblings(node, lines)
        pending += node.children


def _siblings(node: Node, lines: _Lines) -> Iterator[tuple[int, str]]:
    """New lines stand where the old ones of the list stand; where there are none, where the list's beginning puts them."""
    opening = -1 if node.type == "program" else node.start_point.row
    # A line comment may stand anywhere: that is how code is commented out.
    below = [child for child in node.named_children if child.start_point.row > opening and not _is_remark(child, lines)]
    if any(child.is_error for child in node.children):
        return
    rows = [child.start_point.row for child in below if lines.opens(child)]
    kept = {lines.indent(row) for row in rows if row not in lines.fresh}
    fresh = [row for row in rows if row in lines.fresh]
    if len(kept) > 1 or not fresh:
        return
    allowed = list(kept) or _deeper(node, lines)
    yield from ((row, allowed[0]) for row in fresh if allowed and lines.indent(row) not in allowed)


def _is_remark(node: Node, lines: _Lines) -> bool:
    return node.type == "comment" and lines.text[node.start_point.row].lstrip().startswith("//")


def _deeper(node: Node, lines: _Lines) -> list[str]:
    """Where the lines of a list may stand, by where it begins; empty where the file has no step of its own."""
    if node.type == "program":
        return [""]
    step = _step(lines.before)
    return [] if step is None else [begin + step for begin in _beginnings(node, lines)]


def _beginnings(node: Node, lines: _Lines) -> list[str]:
    """The indentation of the line that opens the list. After the mark of a branch or of a union (``? ``, ``| ``) code
    counts from behind the mark; a header of several lines counts from its first."""
    row = node.start_point.row
    own = lines.indent(row)
    found = [own]
    ahead = lines.text[row].encode()[: node.start_point.column].rstrip()
    if lines.text[row][len(own) :].startswith(_MARKS) or ahead.endswith(b"?"):
        found.append(own + "  ")
    above = node.parent
    while above is not None and _HEADED(above.type) and above.start_point.row < row:
        found.append(lines.indent(above.start_point.row))
        above = above.parent
    return found


def _closing(node: Node, lines: _Lines) -> Iterator[tuple[int, str]]:
    """The line of a closing bracket stands where the line of its opening one does."""
    last = node.children[-1] if node.children else None
    if last is None or last.end_byte != node.end_byte or last.is_named or last.is_missing:
        return
    row = last.start_point.row
    if row == node.start_point.row or row not in lines.fresh or not lines.opens(last):
        return
    allowed = _beginnings(node, lines)
    if lines.indent(row) not in allowed:
        yield row, allowed[0]


def _comment(node: Node, lines: _Lines) -> Iterator[tuple[int, str]]:
    """The lines of a block comment, where each begins with a star."""
    first, last = node.start_point.row, node.end_point.row
    below = range(first + 1, last + 1)
    if first == last or not lines.opens(node) or not all(lines.text[row].lstrip().startswith("*") for row in below):
        return
    wanted = lines.indent(first) + " "
    if all(lines.indent(row) == wanted for row in below if row not in lines.fresh):
        yield from ((row, wanted) for row in below if row in lines.fresh and lines.indent(row) != wanted)


@lru_cache(maxsize=8)
def _step(text: str) -> str | None:
    """What one level adds in the base, when its lines agree: the difference of neighbours of which one is deeper."""
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
    return step if count >= _AGREED * steps.total() and len(step) <= _WIDEST else None


def _shown(indent: str) -> str:
    return f"{len(indent)} columns" if indent.strip("\t") else f"{len(indent)} tabs" if indent else "nothing"
