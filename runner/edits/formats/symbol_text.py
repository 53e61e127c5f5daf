"""The text work of ``symbol-ops``: where the content goes, and what stays of the old statement."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.edits.formats.builder import Source
from runner.model.text import Replacement
from runner.syntax.outline import Declaration
from runner.text.blocks import indent_of, reindented, trimmed

_SPACE = re.compile(r"\s*")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"@[\w$.]+(?:<[^<>()]*>)?")
_EXPORT = re.compile(r"export\b(?!\s*[{*=])(?:\s+default\b)?")
# Strings and comments, where brackets do not count. One that is not closed reaches to the end.
_SKIPPED = re.compile(
    r"'(?:\\.|[^'\\])*(?:'|\Z)|\"(?:\\.|[^\"\\])*(?:\"|\Z)|`(?:\\.|[^`\\])*(?:`|\Z)|//[^\r\n]*|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
_REST_OF_LINE = re.compile(r"[ \t]*(//[^\r\n]*|/\*[^\r\n]*?\*/[ \t]*)?(?=\r|\n|\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Parts:
    """How a statement begins. ``comments`` and each part of ``lead`` (decorators, ``export``) keep the space after
    them.
    """

    comments: str
    decorators: str
    export: str
    export_first: bool
    rest: str


def parts(statement: str) -> Parts:
    """Split comments, decorators and ``export`` off the front of a statement (or a class member)."""
    at = _skip(statement, 0)
    comments, decorators, export, export_first = statement[:at], "", "", False
    while True:
        if statement.startswith("@", at):
            end = _skip(statement, _decorator(statement, at))
            decorators += statement[at:end]
        elif not export and (found := _EXPORT.match(statement, at)):
            end = _skip(statement, found.end())
            export, export_first = statement[at:end], not decorators
        else:
            return Parts(comments, decorators, export, export_first, statement[at:])
        at = end


def _skip(text: str, at: int) -> int:
    """Past white space and comments."""
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        comment = _COMMENT.match(text, at)
        if comment is None:
            return at
        at = comment.end()


def _decorator(text: str, at: int) -> int:
    """The end of the decorator at ``at``: its name, and its arguments in balanced parentheses."""
    name = _NAME.match(text, at)
    at = name.end() if name else at + 1
    if not text.startswith("(", at):
        return at
    depth = 0
    while at < len(text):
        skipped = _SKIPPED.match(text, at)
        if skipped:
            at = skipped.end()
            continue
        depth += (text[at] == "(") - (text[at] == ")")
        at += 1
        if depth == 0:
            break
    return at


def replaced(source: Source, declaration: Declaration, content: str, *, reindent: bool) -> list[Replacement]:
    """``content`` in place of the statement. A doc comment, decorators and ``export`` that it lacks stay."""
    indent = _indent(source, declaration.start)
    if reindent:
        content = reindented(content, indent)
    content = trimmed(content)
    if declaration.comma:
        content = content.rstrip().removesuffix(",")
    old, new = parts(source.text[declaration.start : declaration.end]), parts(content)
    decorators, export = new.decorators or old.decorators, new.export or old.export
    export_first = new.export_first if new.decorators and new.export else old.export_first if old.export else False
    lead = export + decorators if export_first else decorators + export
    statement = lead + new.rest
    start = declaration.start
    if new.comments:
        start = declaration.doc_start
        old_comments = [each[0] for each in _COMMENT.finditer(source.text, start, declaration.start)]
        documented = "/**" in new.comments
        kept = [
            each for each in old_comments if each not in new.comments and not (documented and each.startswith("/**"))
        ]
        stays = "".join(f"{comment}\n{indent}" for comment in kept)
        # A directive applies to the line below it, so it stays next to the statement; a doc comment stays on top.
        statement = (new.comments + stays if documented else stays + new.comments) + statement
    return [Replacement(start, declaration.end, source.adopt(statement), pinned=True)]


def inserted(
    source: Source, declaration: Declaration, content: str, *, after: bool, reindent: bool
) -> list[Replacement]:
    """``content`` next to the statement, separated by a blank line if multi-line declarations there are."""
    text = source.text
    indent = _indent(source, declaration.doc_start)
    block = trimmed(reindented(content, indent) if reindent else content)
    many = "\n" in block or _LINE_END.search(text, declaration.start, declaration.end) is not None
    between = "\n\n" if many and _spaced(declaration) else "\n"
    if declaration.comma:
        block = block.removesuffix(",")
    if not after:
        at = declaration.doc_start
        comma = "," if declaration.comma else ""
        return [Replacement(at, at, source.adopt(block + comma + between + indent), pinned=True)]
    at = declaration.separator
    had_comma = at > declaration.end
    lead = "" if not declaration.comma or had_comma else ","
    found = _REST_OF_LINE.match(text, at)
    if found and not lead:
        at = found.end()
    tail = "," if had_comma else ""
    if found is None:
        # Other code follows on the same line and must not run into the new text.
        tail += "\n" + indent
    rest = _LINE_END.match(text, at)
    followed = rest is not None and between == "\n\n" and _has_text(text, rest.end())
    new = source.adopt(lead + between + indent + block + tail + ("\n" if followed else ""))
    return [Replacement(at, at, new, pinned=True)]


def deleted(source: Source, declaration: Declaration) -> list[Replacement]:
    """Doc comment, statement, its comma, a trailing comment on its last line, and one line break."""
    text = source.text
    start, end = declaration.doc_start, declaration.separator
    line = source.index.starts[source.index.line_of(start)]
    found = _REST_OF_LINE.match(text, end)
    if text[line:start].strip() or found is None:
        return [Replacement(start, end, "", pinned=True)]
    end = found.end()
    line_end = _LINE_END.match(text, end)
    return [Replacement(line, line_end.end() if line_end else end, "", pinned=True)]


def _spaced(declaration: Declaration) -> bool:
    """Members of lists and signatures have no blank lines between them; statements and class members with bodies do."""
    return not declaration.comma and declaration.kind not in ("property", "index", "call", "new")


def _has_text(text: str, at: int) -> bool:
    """Whether the line at ``at`` holds text of a declaration: it is neither blank nor the end of a block."""
    line = re.compile(r"[^\r\n]*").match(text, at)
    plain = line[0].strip() if line else ""
    return bool(plain) and not plain.startswith("}")


def _indent(source: Source, offset: int) -> str:
    line = source.index.starts[source.index.line_of(offset)]
    return indent_of(source.text[line:offset])
