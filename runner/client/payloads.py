"""From parsed arguments to a submission's format and payload. Pure: text that was read arrives as ``args.text``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

EDITS = frozenset(
    (
        "replace-block",
        "insert-before",
        "insert-after",
        "append",
        "prepend",
        "write-file",
        "apply-batch",
        "apply-edit",
        "apply-diff",
        "apply-patch",
        "search-replace",
        "replace-symbol",
        "insert-before-symbol",
        "insert-after-symbol",
        "delete-symbol",
        "rename-symbol",
    )
)
_WITHOUT_TEXT = frozenset(("delete-symbol", "rename-symbol"))


class UsageProblem(Exception):
    """The arguments, or the text given with them, are wrong. The message says how, ``hint`` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def needs_text(args: argparse.Namespace) -> bool:
    """Whether the command takes a block or a file, which the caller reads into ``args.text`` first."""
    return args.command in EDITS and args.command not in _WITHOUT_TEXT


def text_source(args: argparse.Namespace) -> tuple[str | None, str | None]:
    """(inline text, file to read). Neither, or the file ``-``, means standard input."""
    if getattr(args, "input", None) is not None:
        return None, None if args.input == "-" else args.input
    inline: str | None = args.block
    path: str | None = args.block_file
    return inline, None if path == "-" else path


def here(path: str) -> str:
    """Shells complete paths as ``./src/a.ts``; the gate expects ``src/a.ts``."""
    return path[2:] if path.startswith("./") else path


def payload_of(args: argparse.Namespace) -> tuple[str, Any]:
    """(format, payload) as in docs/interfaces.md. Raises ``UsageProblem``."""
    return _BUILDERS[args.command](args)


def _line_operation(args: argparse.Namespace) -> tuple[str, Any]:
    operation: dict[str, Any] = {"op": args.command.replace("-", "_"), "file": here(args.file)}
    if args.command == "replace-block":
        if args.end < args.start:
            raise UsageProblem(f"--end {args.end} lies before --start {args.start}")
        operation["start_line"] = args.start
        operation["end_line"] = args.end
    elif args.command in ("insert-before", "insert-after"):
        operation["line"] = args.line
    operation["new_block"] = args.text
    if args.open_space:
        operation["open_space"] = True
    if args.reindent:
        operation["reindent"] = True
    if args.verify_hash:
        operation["expect_hash"] = args.verify_hash
    return "line-ops", [operation]


def _whole_file(args: argparse.Namespace) -> tuple[str, Any]:
    return "whole-file", [{"file": here(args.file), "content": args.text}]


def _batch(args: argparse.Namespace) -> tuple[str, Any]:
    payload = _json(args, "a list of line operations, or an object with target_file and patches")
    if isinstance(payload, dict) and "patches" in payload:
        return "anchor-ops", payload
    if isinstance(payload, dict) and "op" in payload:
        return "line-ops", [payload]
    if isinstance(payload, list):
        return "line-ops", payload
    raise UsageProblem("apply-batch takes a list of line operations, or an object with target_file and patches")


def _workspace_edit(args: argparse.Namespace) -> tuple[str, Any]:
    return "workspace-edit", _json(args, "an LSP WorkspaceEdit")


def _search_replace(args: argparse.Namespace) -> tuple[str, Any]:
    if args.text.lstrip().startswith(("[", "{")):
        payload = _json(args, "a list of {file, search, replace}")
        return "search-replace", [payload] if isinstance(payload, dict) else payload
    return "search-replace", args.text


def _diff(args: argparse.Namespace) -> tuple[str, Any]:
    return "unified-diff", args.text


def _patch(args: argparse.Namespace) -> tuple[str, Any]:
    return "apply-patch", args.text


def _symbol_operation(args: argparse.Namespace) -> tuple[str, Any]:
    name = args.command[: -len("-symbol")].replace("-", "_")
    operation: dict[str, Any] = {"op": name, "symbol": here(args.symbol)}
    if args.command == "rename-symbol":
        operation["to"] = args.to
    elif args.command != "delete-symbol":
        operation["content"] = args.text
        if args.reindent:
            operation["reindent"] = True
    return "symbol-ops", [operation]


def _json(args: argparse.Namespace, expected: str) -> Any:
    try:
        return json.loads(args.text)
    except ValueError as problem:
        raise UsageProblem(f"{args.command} takes JSON, {expected}: {problem}") from problem


_BUILDERS: dict[str, Callable[[argparse.Namespace], tuple[str, Any]]] = {
    **dict.fromkeys(("replace-block", "insert-before", "insert-after", "append", "prepend"), _line_operation),
    **dict.fromkeys(
        ("replace-symbol", "insert-before-symbol", "insert-after-symbol", "delete-symbol", "rename-symbol"),
        _symbol_operation,
    ),
    "write-file": _whole_file,
    "apply-batch": _batch,
    "apply-edit": _workspace_edit,
    "apply-diff": _diff,
    "apply-patch": _patch,
    "search-replace": _search_replace,
}
