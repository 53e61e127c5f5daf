"""What a submission says it means to do. The checks use it to tell an honest removal from lost code, and the log names
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runner.model.submission import Submission
from runner.syntax.outline import Declaration
from runner.text.paths import ROOTS, relative, split_address


@dataclass(frozen=True, slots=True)
class Intent:
    """``removed`` holds the addresses (``src/a.ts#Shop.total``, ``src/a.ts#f@2``) that ``removes`` or a ``delete`` of
    symbol-ops names. ``renamed`` maps addresses to the new names that a ``rename`` gives them.
    """

    removed: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def removes(self, path: str, declaration: Declaration) -> bool:
        """Whether the submission names this declaration, or one that contains it. ``f@2`` is one of several, ``f`` is
        all of them.
        """
        parts = declaration.address.split(".")
        named = {f"{path}#{'.'.join(parts[:size])}" for size in range(1, len(parts) + 1)}
        return not self.removed.isdisjoint(named | {f"{path}#{declaration.key}"})

    def renames_of(self, path: str) -> dict[str, str]:
        """The new names of the addresses in one file."""
        return {
            address.removeprefix(f"{path}#"): name
            for address, name in self.renamed.items()
            if address.startswith(f"{path}#")
        }


def intent_of(submission: Submission, removes: Iterable[str] = (), roots: Sequence[str] = ROOTS) -> Intent:
    """``removes`` are the addresses from the submission's own ``removes``, already resolved.

    Lenient: the payload has been lowered already, so anything malformed here was not needed there.
    """
    payload = submission.payload if submission.format == "symbol-ops" else []
    operations = payload if isinstance(payload, list) else [payload]
    removed, renamed = set(removes), {}
    for each in operations:
        if not isinstance(each, Mapping) or (address := _address(each, roots)) is None:
            continue
        if each.get("op") == "delete":
            removed.add(address)
        elif each.get("op") == "rename":
            renamed[address.partition("@")[0]] = str(each.get("to"))
    return Intent(frozenset(removed), renamed)


def operation_of(submission: Submission) -> str:
    """The operation as ``patchctl`` names it (``replace-block``, ``rename-symbol``), or else the submission's format."""
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


def _address(operation: Mapping[object, object], roots: Sequence[str]) -> str | None:
    symbol, file, occurrence = (operation.get(key) for key in ("symbol", "file", "occurrence"))
    if not isinstance(symbol, str):
        return None
    before, _, after = split_address(symbol, roots)
    path = relative(file if isinstance(file, str) else before, roots)
    return f"{path}#{after or symbol}" + (f"@{occurrence}" if occurrence is not None else "")
