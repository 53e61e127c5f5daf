"""What a specialist may ask: LSP requests, forwarded to the TypeScript server, and Patchgate's own methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from lsprotocol import types

from lsp_bridge.limits import EndpointLimits
from lsp_bridge.questions import outline
from lsp_bridge.symbols import as_json
from lsp_bridge.uris import path_of
from runner.ports import Languages, PassApi

FORWARDED = (
    types.TEXT_DOCUMENT_HOVER,
    types.TEXT_DOCUMENT_DEFINITION,
    types.TEXT_DOCUMENT_TYPE_DEFINITION,
    types.TEXT_DOCUMENT_IMPLEMENTATION,
    types.TEXT_DOCUMENT_REFERENCES,
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    types.TEXT_DOCUMENT_CODE_ACTION,
    types.CODE_ACTION_RESOLVE,
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    types.TEXT_DOCUMENT_PREPARE_RENAME,
    types.TEXT_DOCUMENT_FORMATTING,
    types.TEXT_DOCUMENT_RANGE_FORMATTING,
    types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY,
    types.CALL_HIERARCHY_INCOMING_CALLS,
    types.CALL_HIERARCHY_OUTGOING_CALLS,
    types.WORKSPACE_SYMBOL,
)
DEFAULT_BUDGET = 4000


# Blocking; plain JSON in and out. Raises ``ValueError`` for bad parameters and ``PatchgateError`` for a failure.
Method: TypeAlias = Callable[[Any], Any]


def methods(languages: Languages, api: PassApi, limits: EndpointLimits) -> Mapping[str, Method]:
    """Every method by name. Only ``patchgate/submit`` may take long."""

    def forward(method: str) -> Method:
        def ask(params: Any) -> Any:
            _inside(params)
            return languages.request(method, params)

        return ask

    def rename(params: Any) -> Any:
        path = _inside(params)
        position = params["position"]
        return languages.rename(path, position["line"], position["character"], params["newName"])

    def context(params: Any) -> Any:
        given = _object(params)
        symbols = _strings(given, "symbols", limits.symbols)
        files = _strings(given, "files", limits.symbols)
        if not symbols and not files:
            symbols, files = scope_of(api.task())
        budget = given.get("budget")
        budget = DEFAULT_BUDGET if budget is None else budget
        if not isinstance(budget, int) or isinstance(budget, bool) or budget < 1:
            raise ValueError("budget must be a number of tokens above 0")
        return {"text": languages.context(symbols, files, min(budget, limits.context_tokens))}

    def outlined(params: Any) -> Any:
        file = _object(params).get("file")
        if not isinstance(file, str) or not file:
            raise ValueError("file must be a repository-relative path")
        return {"symbols": as_json(outline(languages.request, file))}

    def finish(params: Any) -> Any:
        given = _object(params)
        status, why = given.get("status"), given.get("why", "")
        if status not in ("done", "blocked") or not isinstance(why, str):
            raise ValueError('status must be "done" or "blocked", and why a string')
        return api.finish(status, why)

    return {
        **{method: forward(method) for method in FORWARDED},
        types.TEXT_DOCUMENT_RENAME: rename,
        "patchgate/task": lambda params: api.task(),
        "patchgate/context": context,
        "patchgate/outline": outlined,
        "patchgate/submit": lambda params: api.submit(_object(params).get("submission")),
        "patchgate/recommend": api.recommend,
        "patchgate/finish": finish,
    }


def scope_of(task_file: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The symbols and files that a task is about, from task.json: its symbols, its spans as ``path:start-end``, its file."""
    task = task_file.get("task") or {}
    symbols = [str(symbol) for symbol in task.get("allowed_symbols") or []]
    for span in task.get("allowed_spans") or []:
        symbols.append(f"{span['file']}:{span['start']}-{span['end']}")
    files = [str(task["file"])] if task.get("file") else []
    if not symbols and not files:
        files = [str(file) for file in task_file.get("files") or []][:10]
    return symbols, files


def _inside(params: Any) -> str:
    """The path in a request, or ``""`` if it has none. Raises ``ValueError`` for a path outside the tree."""
    uri = (params.get("textDocument") or params.get("item") or {}).get("uri") if isinstance(params, dict) else None
    if uri is None:
        return ""
    path = path_of(uri)
    if path is None:
        raise ValueError(f"{uri} is not in the repository: write file:///repo/<path>")
    return path


def _object(params: Any) -> dict[str, Any]:
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise ValueError("the parameters must be an object")
    return params


def _strings(given: dict[str, Any], key: str, most: int) -> list[str]:
    value = given.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{key} must be a list of strings")
    if len(value) > most:
        raise ValueError(f"at most {most} {key} at once")
    return value
