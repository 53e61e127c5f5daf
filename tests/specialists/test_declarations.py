"""Which declarations want a doc comment: a text and the language server's symbols in, names out."""

from __future__ import annotations

from typing import Any

import pytest

from lsp_bridge.declarations import doc_lines
from lsp_bridge.symbols import symbols_of
from runner.specialists.docstring_architect.declarations import undocumented

FUNCTION = "export function serve(path: string): void {}\n"


def symbol(text: str) -> dict[str, Any]:
    """The ``DocumentSymbol`` of ``FUNCTION``, which is the last line of ``text``."""
    line = text[: text.index(FUNCTION)].count("\n")
    start = {"line": line, "character": 0}
    end = {"line": line, "character": len(FUNCTION) - 1}
    name = {"start": {"line": line, "character": 16}, "end": {"line": line, "character": 21}}
    return {"name": "serve", "kind": 12, "range": {"start": start, "end": end}, "selectionRange": name, "children": []}


def wanted(above: str) -> list[str]:
    text = above + FUNCTION
    return [one.name for one in undocumented(text, [symbol(text)]).wanted]


DOCUMENTED = [
    "/** Serves '/api/*'. */\n",
    "/**\n * Serves.\n *\n * @example\n * app.use('/api/*', serve)\n */\n",
    "/**\n * Serves.\n * app.use('/api/*', serve)\n * app.use('/b/*', serve)\n **/\n",
    "/**\n  Serves '/api/*' without stars.\n*/\n",
    "/**\n  Serves\n  /api/* and more.\n*/\n",
    "/** Serves /*. */\n\n// eslint-disable-next-line\n",
    "/**\n * Serves '/a/*'.\n */\n/* eslint no-x: 0 */\n",
    "const all = '/api/*';\n/**\n * Serves.\n */\n",
    "use(glob('src/**/*.ts')); /* a */\n/**\n * Serves '/b/*'.\n */\n",
    "/** Of another. */\nconst all = '/*';\n\n/** Serves '/api/*'. */\n",
]
BARE = [
    "",
    "/* Serves '/api/*'. */\n",
    "const all = '/api/*'; /** of this line */\n",
    "const all = [ /**\n '/api/*' */\n];\n",
    "const all = 1; /* goes on\n and ends */\n",
    "/** Of another. */\nconst all = '/api/*';\n",
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("above", DOCUMENTED)
def test_a_doc_comment_that_speaks_of_comment_marks_is_one(above: str, end: str) -> None:
    assert wanted(above.replace("\n", end)) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("above", BARE)
def test_what_is_no_doc_comment_of_the_declaration_is_none(above: str, end: str) -> None:
    assert wanted(above.replace("\n", end)) == ["serve"]


@pytest.mark.parametrize("body", ["  Serves.\n  Serves '/api/*'.\n  More.\n", " * Serves '/api/*'.\n"])
def test_the_bridge_shows_the_whole_doc_comment(body: str) -> None:
    lines = ["const a = 1;", "/**", *body.splitlines(), "*/", FUNCTION.rstrip()]
    at = len(lines) - 1
    (found,) = symbols_of("a.ts", [symbol("\n".join(lines) + "\n")])
    assert doc_lines(found, lines) == (1, at - 1)
