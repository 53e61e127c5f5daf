"""What specialists ask the language server, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.specialists.kit.base import Session
from runner.specialists.kit.text import Edit, from_lsp

SOURCES = (".ts", ".tsx", ".mts", ".cts")
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")


def is_source(path: str) -> bool:
    """A TypeScript file with code in it (no ``.d.ts``)."""
    return path.endswith(SOURCES) and not path.endswith(_DECLARATIONS)


def source_action(session: Session, path: str, text: str, kind: str) -> list[Edit]:
    """The edits of a code action such as ``source.organizeImports``, in this file only; none if there is nothing to do."""
    start = {"line": 0, "character": 0}
    actions = session.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": session.uri(path)},
            "range": {"start": start, "end": start},
            "context": {"diagnostics": [], "only": [kind]},
        },
    )
    for action in actions or ():
        if str(action.get("kind", "")).startswith(kind):
            whole = action if "edit" in action else session.request("codeAction/resolve", action)
            edits = from_lsp(text, _of_document(whole.get("edit") or {}, session.uri(path)))
            return [edit for edit in edits if text[edit.start : edit.end] != edit.new]
    return []


def symbols(session: Session, path: str) -> list[dict[str, Any]]:
    """The file's symbol tree, as the language server's ``DocumentSymbol`` objects."""
    found = session.request("textDocument/documentSymbol", {"textDocument": {"uri": session.uri(path)}})
    return list(found or ())


def hover(session: Session, path: str, position: Mapping[str, int]) -> str:
    """The signature that the language server shows at a place (the first code block); empty if it shows none."""
    answer = session.request(
        "textDocument/hover", {"textDocument": {"uri": session.uri(path)}, "position": dict(position)}
    )
    contents = (answer or {}).get("contents") or ""
    value = contents.get("value", "") if isinstance(contents, dict) else contents
    _, fence, rest = str(value).partition("```typescript\n")
    return rest.partition("\n```")[0] if fence else ""


def _of_document(edit: Mapping[str, Any], uri: str) -> list[Mapping[str, Any]]:
    changes = (edit.get("changes") or {}).get(uri)
    if changes is not None:
        return list(changes)
    documents = edit.get("documentChanges") or ()
    return [
        one for document in documents if document.get("textDocument", {}).get("uri") == uri for one in document["edits"]
    ]
