"""The TypeScript language server of one workbench (``tsc --lsp --stdio`` of TypeScript 7)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

from lsprotocol import converters, types

from lsp_bridge.capabilities import initialize_params
from lsp_bridge.connection import Connection
from lsp_bridge.context import context_text
from lsp_bridge.text import decode
from lsp_bridge.uris import REPO, moved, path_of, uri_of
from runner.errors import BridgeError
from runner.ports import Stream

Reader = Callable[[str], bytes | None]

_LANGUAGES = {"tsx": "typescriptreact", "jsx": "javascriptreact", "js": "javascript", "mjs": "javascript"}
_CONVERTER = converters.get_converter()


class TypeScriptServer:
    """Implements ``runner.ports.Languages`` over the stdio of a running server.

    ``open_files`` names one file of every tsconfig project. They stay open: once any file is open, the server forgets
    projects without an open file, and then references and renames are silently incomplete. ``read`` returns the bytes
    of a file of the workbench. ``root`` is where the server sees the workbench. Callers always use
    ``file:///repo/<path>``.
    """

    def __init__(
        self,
        stream: Stream,
        open_files: Sequence[str],
        read: Reader,
        *,
        root: str = REPO,
        timeout_s: float = 60.0,
    ) -> None:
        self._read = read
        self._root = root.rstrip("/")
        self._versions: dict[str, int] = {}
        self._documents = threading.Lock()
        self._connection = Connection(stream, timeout_s)
        try:
            self._initialize()
            self.load_projects(open_files)
        except BaseException:
            self.close()
            raise

    def request(self, method: str, params: object) -> Any:
        """Any LSP request, plain JSON in and out. Raises ``BridgeError``."""
        outward = moved(params, REPO, self._root)
        return moved(self._connection.request(method, outward), self._root, REPO)

    def load_projects(self, files: Sequence[str]) -> None:
        """Open these files (one of each project) and wait until their projects are loaded. Skips files that are gone."""
        with self._documents:
            opened = [path for path in files if path not in self._versions and self._open(path)]
        for path in opened:
            self.request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, {"textDocument": {"uri": uri_of(path)}})
            self.request(types.TEXT_DOCUMENT_HOVER, _at(path, 0, 0))

    def rename(self, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
        """A WorkspaceEdit with ``documentChanges``; each document has the ``hash`` of the bytes that it refers to.

        The server itself answers with unversioned ``changes``, which do not say which text they were made for. Raises
        ``BridgeError`` if the server refuses ("You cannot rename this element").
        """
        answer = self.request(types.TEXT_DOCUMENT_RENAME, {**_at(path, line, character), "newName": new_name})
        if not answer:
            raise BridgeError(f"nothing at {path}:{line + 1}:{character + 1} can be renamed")
        return self.versioned(answer)

    def versioned(self, edit: dict[str, Any]) -> dict[str, object]:
        """A server's WorkspaceEdit as ``documentChanges`` with hashes, sorted by path."""
        typed = _CONVERTER.structure(edit, types.WorkspaceEdit)
        changes: list[object] = list(_CONVERTER.unstructure(typed.document_changes or []))
        for uri in sorted(typed.changes or {}):
            edits = _CONVERTER.unstructure((typed.changes or {})[uri])
            document = {"textDocument": {"uri": uri, "version": None}, "edits": edits}
            path = path_of(uri)
            content = self._read(path) if path is not None else None
            if content is not None:
                document["hash"] = hashlib.sha256(content).hexdigest()
            changes.append(document)
        return {"documentChanges": changes}

    def context(self, symbols: Sequence[str], files: Sequence[str], budget: int) -> str:
        """Symbol context as Markdown. Raises ``BridgeError``. The text says which symbols do not exist."""
        return context_text(self.request, self._read, symbols, files, budget)

    def files_changed(self, changed: Sequence[str], created: Sequence[str], deleted: Sequence[str]) -> None:
        """Tell the server what the runner wrote. Open documents are updated, because the server trusts them over the
        disk.

        A project whose open file was deleted, and a new project, need ``load_projects``.
        """
        with self._documents:
            for path in (*changed, *created):
                if path in self._versions:
                    self._refresh(path)
            for path in deleted:
                self._shut(path)
        events = [
            {"uri": uri_of(path), "type": int(kind)}
            for kind, paths in (
                (types.FileChangeType.Changed, changed),
                (types.FileChangeType.Created, created),
                (types.FileChangeType.Deleted, deleted),
            )
            for path in paths
        ]
        if events:
            self._notify(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, {"changes": events})

    @property
    def alive(self) -> bool:
        """False once the server has died; every request then raises ``BridgeError``."""
        return self._connection.alive

    def close(self) -> None:
        self._connection.close()

    def _initialize(self) -> None:
        params = _CONVERTER.unstructure(initialize_params(uri_of("", self._root)))
        answer = self._connection.request(types.INITIALIZE, params)
        result = _CONVERTER.structure(answer, types.InitializeResult)
        encoding = result.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        if encoding != types.PositionEncodingKind.Utf16:
            raise BridgeError(f"the language server counts positions in {encoding}, not in UTF-16")
        self._connection.notify(types.INITIALIZED, {})

    def _notify(self, method: str, params: object) -> None:
        self._connection.notify(method, moved(params, REPO, self._root))

    def _open(self, path: str) -> bool:
        content = self._read(path)
        if content is None:
            return False
        self._versions[path] = 1
        language = _LANGUAGES.get(path.rpartition(".")[2], "typescript")
        document = {"uri": uri_of(path), "languageId": language, "version": 1, "text": decode(content)}
        self._notify(types.TEXT_DOCUMENT_DID_OPEN, {"textDocument": document})
        return True

    def _refresh(self, path: str) -> None:
        content = self._read(path)
        if content is None:
            self._shut(path)
            return
        self._versions[path] += 1
        document = {"uri": uri_of(path), "version": self._versions[path]}
        change = {"textDocument": document, "contentChanges": [{"text": decode(content)}]}
        self._notify(types.TEXT_DOCUMENT_DID_CHANGE, change)

    def _shut(self, path: str) -> None:
        if self._versions.pop(path, None) is not None:
            self._notify(types.TEXT_DOCUMENT_DID_CLOSE, {"textDocument": {"uri": uri_of(path)}})


def _at(path: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri_of(path)}, "position": {"line": line, "character": character}}
