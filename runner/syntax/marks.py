"""The nodes that several checks look for, found in one walk of the tree.

What a query costs is the walk, whatever it looks for: eight kinds of nodes take as long as one.
"""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from runner.syntax.kept import kept
from runner.syntax.trees import Syntax, captures

_QUERY = """
(comment) @comment
(throw_statement) @throw
(predefined_type "any") @any
(non_null_expression) @sure
(module name: (string) @module)
(type_alias_declaration) @alias
(as_expression) @cast
"""
# The grammar of .tsx has no ``<T>value``.
_TYPESCRIPT_ONLY = "(type_assertion) @cast"


@kept(8)
def marks(text: str, path: str) -> Mapping[str, list[Node]]:
    """By the names of ``_QUERY``, each list in the order of the text. Raises ``Refused``: no source file."""
    syntax = Syntax(text, path)
    return captures(syntax, _QUERY if syntax.grammar == "tsx" else _QUERY + _TYPESCRIPT_ONLY)


def marked(text: str, path: str, name: str) -> list[Node]:
    """The nodes of one of those names. Not to be changed."""
    return marks(text, path).get(name, [])
