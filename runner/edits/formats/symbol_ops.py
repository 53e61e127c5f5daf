"""``symbol-ops``: operations on declarations by address, such as ``src/a.ts#Shop.total`` (or ``file`` and ``symbol``).

``replace`` puts ``content`` in place of the whole statement. A statement may begin with three parts: doc comment,
decorators and ``export``. Each part that ``content`` does not have stays as it was, so nothing is lost or written
twice. ``insert_before`` goes above the doc comment, ``insert_after`` below the statement. ``delete`` takes doc comment,
statement and one line break. ``rename`` (with ``to``) is done by the language server. ``reindent`` moves the content to
the declaration's indentation. One of several declarations of a name is ``a.ts#f@2``, or ``"occurrence": 2``.
"""

from __future__ import annotations

import re

from runner.edits.formats.builder import ChangeSetBuilder, Source
from runner.edits.formats.payloads import Fields, malformed, operations
from runner.edits.formats.symbol_text import deleted, inserted, replaced
from runner.edits.formats.workspace_edit import read as read_workspace_edit
from runner.model.text import Replacement
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.syntax.outline import Declaration, find_symbol, flat, outline
from runner.syntax.tokens import syntax_errors
from runner.text.paths import relative, split_address
from runner.text.replacements import replace_all

_OPERATIONS = ("replace", "insert_before", "insert_after", "delete", "rename")
_NAME = re.compile(r"#?[^\W\d][\w$]*|#?[$_][\w$]*")


def read(builder: ChangeSetBuilder, payload: object) -> None:
    for operation in operations(payload):
        op = operation.choice("op", _OPERATIONS, operation.name("op").replace("-", "_"))
        extra = {"delete": (), "rename": ("to",)}.get(op, ("content", "reindent"))
        operation.only(("op", "symbol", "file", "occurrence", *extra))
        source, address = _address(builder, operation)
        declaration = find_symbol(source.text, source.path, address)
        if op == "rename":
            _rename(builder, source, declaration, operation)
        else:
            builder.edit(source.path, _lowered(source, declaration, op, operation))


def _address(builder: ChangeSetBuilder, operation: Fields) -> tuple[Source, str]:
    path, symbol = operation.maybe_text("file"), operation.name("symbol")
    before, mark, name = split_address(symbol, builder.roots)
    if path is None:
        if not mark or not before or not name:
            raise malformed(f"{operation.at('symbol')} must read path#Name, such as src/a.ts#Shop.total.")
        path, symbol = before, name
    elif mark and relative(before, builder.roots) == relative(path, builder.roots):
        symbol = name
    if operation.has("occurrence"):
        symbol = f"{symbol}@{operation.number('occurrence', least=1)}"
    return builder.source(path), symbol


def _lowered(source: Source, declaration: Declaration, op: str, operation: Fields) -> list[Replacement]:
    if op == "delete":
        _check_alone(source, declaration, "")
        return deleted(source, declaration)
    content = operation.name("content").replace("\r\n", "\n")
    if not content.strip():
        raise malformed(f"{operation.at('content')} is blank.", "To remove a declaration use the operation delete.")
    reindent = operation.flag("reindent")
    if op == "replace":
        _check_alone(source, declaration, content)
        edits = replaced(source, declaration, content, reindent=reindent)
        _check_declared(source, declaration, edits)
        return edits
    return inserted(source, declaration, content, after=op == "insert_after", reindent=reindent)


def _check_alone(source: Source, declaration: Declaration, content: str) -> None:
    """One statement may declare several variables. Replacing it for one of them must not lose the others."""
    if declaration.kind != "variable":
        return
    siblings = {
        each.name
        for each in flat(outline(source.text, source.path))
        if each.start == declaration.start and each.end == declaration.end and each.kind == "variable"
    }
    kept = {each.name for each in outline(content, source.path)}
    lost = sorted(siblings - kept - {declaration.name})
    if lost:
        message = (
            f"The statement of {declaration.address} declares {', '.join(lost)} too, and the edit would lose that."
        )
        hint = "Send content that declares them all, or edit within the statement by search-replace."
        raise Refused(violation("edit.unsupported", message, file=source.path, hint=hint))


def _check_declared(source: Source, declaration: Declaration, edits: list[Replacement]) -> None:
    """A replacement must declare the name that it replaces, or it is meant for something else. After a syntax error
    this is unknown.
    """
    if declaration.name == "default" or declaration.name.startswith("<"):
        return
    text = replace_all(source.text, edits)
    if syntax_errors(text, source.path):
        return
    before, after = (flat(outline(each, source.path)) for each in (source.text, text))
    count = sum(each.address == declaration.address for each in before)
    if sum(each.address == declaration.address for each in after) < count:
        message = f"The content for {declaration.address} does not declare {declaration.name}."
        hint = f'Send the declaration of {declaration.name}; "rename" with "to" gives it another name, "delete" removes it.'
        raise Refused(violation("edit.not-found", message, file=source.path, hint=hint))


def _rename(builder: ChangeSetBuilder, source: Source, declaration: Declaration, operation: Fields) -> None:
    new_name = operation.name("to")
    if not _NAME.fullmatch(new_name):
        raise malformed(f"{operation.at('to')} is no identifier: {new_name!r}.")
    if builder.renamer is None:
        raise Refused(violation("edit.unsupported", "Renaming needs the language server.", file=source.path))
    at = declaration.name_start + (source.text[declaration.name_start] in "\"'")
    place = source.index.position(at)
    read_workspace_edit(builder, builder.renamer(source.path, place.line, place.character, new_name), pinned=True)
