"""pygls, adapted to a client that is not trusted: plain JSON for our own methods, no documents kept, no ``sys.exit``."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    LanguageServerProtocol,
    default_converter,
)

# The specialist sees the workbench as it is on disk. Documents that it opens are ignored: they would take the host's
# memory, and answers about them would not be about the code that the gate edits. ``exit`` would end the process.
_BUILT_IN = frozenset(
    {
        types.INITIALIZE,
        types.INITIALIZED,
        types.SHUTDOWN,
        types.SET_TRACE,
    }
)


class SpecialistProtocol(LanguageServerProtocol):
    """One connection's protocol."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """LSP's own messages are typed, and so checked, by lsprotocol. Ours stay plain JSON.

        pygls makes named tuples of unknown parameters, which renames keys such as ``class`` and ``a-b``.
        """
        method = data["method"]
        # LSP's notifications have no result type. One that is sent as a request gets "method not found", not silence.
        unasked = "id" in data and self.get_result_type(method) is None
        if self.get_message_type(method) is not None and not unasked:
            return super().structure_message(data)
        params = data.get("params")
        if "id" in data:
            return JsonRPCRequestMessage(id=data["id"], method=method, jsonrpc="2.0", params=params)
        return JsonRPCNotification(method=method, jsonrpc="2.0", params=params)


def new_server() -> LanguageServer:
    """A server object for one connection."""
    server = LanguageServer(
        "patchgate",
        "1",
        text_document_sync_kind=types.TextDocumentSyncKind.None_,
        protocol_cls=SpecialistProtocol,
        converter_factory=default_converter,
    )
    built_in = server.protocol.fm.builtin_features
    for method in [method for method in built_in if method not in _BUILT_IN]:
        del built_in[method]
    return server
