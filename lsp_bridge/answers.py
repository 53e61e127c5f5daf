"""The client's answers to requests of the language server. Unanswered requests block the server's own replies."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

METHOD_NOT_FOUND = int(types.ErrorCodes.MethodNotFound)

# Types fetched from the network would make two machines see different programs, and a server without npm must not try.
_SETTINGS = {
    "disableAutomaticTypeAcquisition": True,
    "tsserver": {"automaticTypeAcquisition": {"enabled": False}},
}
_SECTIONS = ("js/ts", "typescript", "javascript")
_ACKNOWLEDGED = (
    types.CLIENT_REGISTER_CAPABILITY,
    types.CLIENT_UNREGISTER_CAPABILITY,
    types.WINDOW_WORK_DONE_PROGRESS_CREATE,
    types.WINDOW_SHOW_MESSAGE_REQUEST,
    types.WORKSPACE_WORKSPACE_FOLDERS,
    types.WORKSPACE_DIAGNOSTIC_REFRESH,
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
    types.WORKSPACE_INLINE_VALUE_REFRESH,
    types.WORKSPACE_FOLDING_RANGE_REFRESH,
)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The whole JSON-RPC response to a request of the server. Edits that the server wants to make itself are refused."""
    method = request.get("method")
    response: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
    if method == types.WORKSPACE_CONFIGURATION:
        items = (request.get("params") or {}).get("items") or []
        response["result"] = [_SETTINGS if item.get("section") in _SECTIONS else None for item in items]
    elif method == types.WORKSPACE_APPLY_EDIT:
        response["result"] = {"applied": False, "failureReason": "only the gate changes files"}
    elif method in _ACKNOWLEDGED:
        response["result"] = None
    else:
        response["error"] = {"code": METHOD_NOT_FOUND, "message": f"this client does not know {method}"}
    return response
