"""What a submission says outright that it means to do, so that an honest removal is told from a clobbered one, and the log
can name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runner.model.submission import Submission


@dataclass(frozen=True, slots=True)
class Intent:
    """``removed`` holds addresses (``src/a.ts#Shop.total``) that a ``delete`` or ``rename`` of symbol-ops names."""

    removed: frozenset[str] = frozenset()

    def removes(self, path: str, address: str) -> bool:
        """Whether the declaration, or one that it stands in, is named."""
        parts = address.split(".")
        return any(f"{path}#{'.'.join(parts[:size])}" in self.removed for size in range(1, len(parts) + 1))


def intent_of(submission: Submission) -> Intent:
    """Lenient: the payload has been lowered already, so what does not look right here was not needed there."""
    if submission.format != "symbol-ops":
        return Intent()
    payload = submission.payload
    operations = payload if isinstance(payload, list) else [payload]
    return Intent(frozenset(filter(None, (_removed(each) for each in operations if isinstance(each, Mapping)))))


def operation_of(submission: Submission) -> str:
    """What the submission asks for, as ``patchctl`` names it: ``replace-block``, ``rename-symbol``; else its format."""
    operations = submission.payload if isinstance(submission.payload, list) else [submission.payload]
    if submission.format not in ("line-ops", "symbol-ops") or len(operations) != 1:
        return submission.format
    first = operations[0]
    name = first.get("op") if isinstance(first, Mapping) else None
    if not isinstance(name, str):
        return submission.format
    named = name.replace("_", "-")[:40]
    return f"{named}-symbol" if submission.format == "symbol-ops" else named


def opens_space(submission: Submission) -> bool:
    operations = submission.payload if isinstance(submission.payload, list) else [submission.payload]
    return any(isinstance(each, Mapping) and each.get("open_space") is True for each in operations)


def _removed(operation: Mapping[object, object]) -> str | None:
    symbol, file = operation.get("symbol"), operation.get("file")
    if operation.get("op") not in ("delete", "rename") or not isinstance(symbol, str):
        return None
    name = symbol.partition("#")[2] or symbol
    path = file if isinstance(file, str) else symbol.partition("#")[0]
    return f"{path}#{name.partition('@')[0]}"
