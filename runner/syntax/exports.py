"""What a module exports, and which names refer to declarations of other modules."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from runner.syntax.kept import kept
from runner.syntax.outline import outline
from runner.syntax.trees import Syntax

_SPECIFIERS = ("import_specifier", "export_specifier")


@dataclass(frozen=True, slots=True)
class Links:
    """Names of a file by how they may be used. ``types`` are written with ``type``, as in ``export type { a }``."""

    values: frozenset[str]
    types: frozenset[str]


@kept(8)
def exports(text: str, path: str) -> Links:
    """The top-level declarations that the module exports, by their names inside the module."""
    syntax = Syntax(text, path)
    values = {each.name for each in outline(text, path) if each.exported}
    types: set[str] = set()
    for statement in syntax.root.children:
        if statement.type == "export_statement" and statement.child_by_field_name("source") is None:
            for each in _specifiers(statement):
                whole = _is_type(statement) or _is_type(each)
                (types if whole else values).add(_named(syntax, each, "name"))
            # ``export default shop`` and ``export = shop``
            values |= {syntax.source(child) for child in statement.children if child.type == "identifier"}
    return Links(frozenset(values), frozenset(types))


@kept(8)
def links(text: str, path: str) -> Links:
    """Names that refer to declarations of other modules: imports and re-exports."""
    syntax = Syntax(text, path)
    values: set[str] = set()
    types: set[str] = set()
    for statement in syntax.root.children:
        is_import = statement.type == "import_statement"
        if not is_import and (statement.type != "export_statement" or statement.child_by_field_name("source") is None):
            continue
        whole = _is_type(statement)
        for each in _specifiers(statement):
            (types if whole or _is_type(each) else values).add(_named(syntax, each, "alias"))
        if is_import:
            (types if whole else values).update(_clause_names(syntax, statement))
    return Links(frozenset(values), frozenset(types))


def _clause_names(syntax: Syntax, statement: Node) -> list[str]:
    """``import name from`` and ``import * as name from``."""
    clauses = [child for child in statement.children if child.type == "import_clause"]
    inner = [part for clause in clauses for part in clause.children]
    spaces = [part for each in inner if each.type == "namespace_import" for part in each.children]
    return [syntax.source(each) for each in (*inner, *spaces) if each.type == "identifier"]


def _specifiers(statement: Node) -> list[Node]:
    pending, found = list(statement.children), []
    while pending:
        node = pending.pop()
        if node.type in _SPECIFIERS:
            found.append(node)
        elif node.type in ("import_clause", "named_imports", "export_clause"):
            pending += node.children
    return found


def _named(syntax: Syntax, specifier: Node, field: str) -> str:
    """The name in the field ``alias`` if there is one, else in the field ``name``."""
    node = specifier.child_by_field_name(field) or specifier.child_by_field_name("name")
    return "" if node is None else syntax.source(node)


def _is_type(node: Node) -> bool:
    return any(child.type == "type" for child in node.children)
