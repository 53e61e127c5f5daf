"""Code that stays in the text and never runs any more, because a ``return`` or ``throw`` was put before it."""

from __future__ import annotations

from collections import Counter

from tree_sitter import Node

from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.kept import kept
from runner.syntax.trees import Syntax, captures
from runner.text.positions import LineIndex

# A comment in between is no statement. A jump behind a jump does no harm.
_DEAD = "(statement_block [(return_statement) (throw_statement)] . (comment)* . (_) @dead)"
_HARMLESS = (
    "function_declaration", "generator_function_declaration", "class_declaration", "interface_declaration",
    "type_alias_declaration", "comment", "empty_statement", "return_statement", "throw_statement", "break_statement",
    "continue_statement",
)  # fmt: skip
_SHOWN = 80


def check_unreachable(inspection: Inspection) -> list[Violation]:
    """Code that the base ran, or had nowhere, and that the edit leaves behind a jump. A role that may only reformat, or write
    comments, is proved to change no code."""
    if inspection.contract.formatting_only or inspection.contract.comments_only:
        return []
    return [
        each
        for file in inspection.code_files
        if not file.is_new and file.before != file.after and not new_errors(file)
        for each in _of(file)
    ]


def _of(file: Changed) -> list[Violation]:
    more = Counter(said for said, _ in _dead(file.after, file.path))
    more -= Counter(said for said, _ in _dead(file.before, file.old_path))
    found: list[Violation] = []
    for said, start in _dead(file.after, file.path):
        if more[said] > 0:
            more[said] -= 1
            place = LineIndex(file.after).range(start, start)
            shown = said.partition("\n")[0][:_SHOWN]
            message = f"{file.path}:{place.start.line + 1} is never reached now, a jump stands before it: {shown}"
            found.append(violation("clobber.stub", message, file=file.path, range=place))
    return found


@kept(8)
def _dead(text: str, path: str) -> tuple[tuple[str, int], ...]:
    """The first statement behind each jump, with where it starts."""
    syntax = Syntax(text, path)
    nodes = captures(syntax, _DEAD).get("dead", ())
    return tuple((syntax.source(node), syntax.start(node)) for node in nodes if not _is_harmless(node))


def _is_harmless(node: Node) -> bool:
    declared = node.type in ("variable_declaration", "lexical_declaration")
    bare = declared and all(each.child_by_field_name("value") is None for each in node.named_children)
    return node.type in _HARMLESS or bare
