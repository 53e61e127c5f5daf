"""A TypeScript 7 language server for tests: one process, one request at a time, plain JSON."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).parents[2]
_CAPABILITIES = {
    "workspace": {"configuration": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
    },
}


def tsc() -> Path:
    """The pinned compiler: PATCHGATE_TSC, or what ``make setup`` put into the checkout."""
    if "PATCHGATE_TSC" in os.environ:
        return Path(os.environ["PATCHGATE_TSC"])
    found = sorted(_CHECKOUT.glob("images/toolchain/node_modules/@typescript/typescript-*/lib/tsc"))
    if not found:
        raise FileNotFoundError("no tsc: run `make setup`, or set PATCHGATE_TSC")
    return found[0]


class Server:
    """Speaks of the files of ``root`` as ``file:///repo/<path>``. Opens each file on first use."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process = subprocess.Popen(
            [str(tsc()), "--lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._ids = 0
        self._versions: dict[str, int] = {}
        self._call("initialize", {"processId": None, "rootUri": "file:///repo", "capabilities": _CAPABILITIES})
        self._notify("initialized", {})

    def request(self, method: str, params: Any) -> Any:
        uri = params.get("textDocument", {}).get("uri") if isinstance(params, dict) else None
        if uri and uri not in self._versions:
            self._versions[uri] = 1
            document = {"uri": uri, "languageId": "typescript", "version": 1, "text": self._text(uri)}
            self._notify("textDocument/didOpen", {"textDocument": document})
        return self._call(method, params)

    def changed(self, path: str) -> None:
        uri = f"file:///repo/{path}"
        if uri in self._versions:
            self._versions[uri] += 1
            document = {"uri": uri, "version": self._versions[uri]}
            change = {"textDocument": document, "contentChanges": [{"text": self._text(uri)}]}
            self._notify("textDocument/didChange", change)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _text(self, uri: str) -> str:
        return (self._root / uri.removeprefix("file:///repo/")).read_bytes().decode("utf-8-sig")

    def _notify(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _call(self, method: str, params: Any) -> Any:
        self._ids += 1
        self._send({"jsonrpc": "2.0", "id": self._ids, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message:
                if "id" in message:  # a request of the server's own: without an answer it stalls
                    items = message["params"].get("items", []) if isinstance(message["params"], dict) else []
                    result = [None] * len(items) if message["method"] == "workspace/configuration" else None
                    self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})
            elif message["id"] == self._ids:
                if "error" in message:
                    raise RuntimeError(message["error"]["message"])
                return message["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).replace("file:///repo", self._root.as_uri()).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        body = self._process.stdout.read(length).decode()
        if not body:
            raise ConnectionError("the language server ended")
        message: dict[str, Any] = json.loads(body.replace(self._root.as_uri(), "file:///repo"))
        return message
