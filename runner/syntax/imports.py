"""Whether two texts differ only in their import and re-export statements, by the syntax tree."""

from __future__ import annotations

from runner.syntax.tokens import Token, tokens
from runner.syntax.trees import Syntax


def only_imports_differ(before: str, after: str, path: str) -> bool:
    """Covers ``import`` in all its forms and ``export … from`` at the top of the file, never ``import()`` or ``export
    {x}``.
    """
    return _others(before, path) == _others(after, path)


def _others(text: str, path: str) -> list[tuple[str, str, int, bool]]:
    """The tokens outside these statements. A line break before a token counts, except next to a statement that is left
    out.
    """
    syntax = Syntax(text, path)
    skipped = [
        (syntax.start(node), syntax.end(node))
        for node in syntax.root.children
        if node.type == "import_statement"
        or (node.type == "export_statement" and node.child_by_field_name("source") is not None)
    ]
    found: list[tuple[str, str, int, bool]] = []
    at = 0
    beside = True
    for token in tokens(text, path):
        while at < len(skipped) and skipped[at][1] <= token.start:
            at += 1
            beside = True
        if at < len(skipped) and skipped[at][0] <= token.start:
            continue
        if _ends_import(token, beside=beside):
            continue
        found.append((token.kind, token.text, token.shape, token.line_break and not beside))
        beside = False
    return found


def _ends_import(token: Token, *, beside: bool) -> bool:
    """A semicolon that the grammar parses as an empty statement after an import."""
    return beside and token.text == ";"
