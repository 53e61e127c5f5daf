"""The exceptions that cross package borders. Each knows its exit code and names the next step."""

from __future__ import annotations


class PatchgateError(Exception):
    """A failure that is not a verdict. ``exit_code`` is as in docs/interfaces.md; ``hint`` names the next step."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PatchgateError):
    """The request itself is wrong: an order, a path, a revision. Nothing was changed."""

    exit_code = 2


class SandboxError(PatchgateError):
    """The engine failed (never: the command in the container failed)."""


class CheckerError(PatchgateError):
    """tsc could not judge: it crashed, or there is nothing to check."""


class CheckLimit(Exception):
    """tsc ran out of time or memory on a candidate. The candidate is to blame, so this becomes a rejection."""


class BridgeError(PatchgateError):
    """The language server or its endpoint failed."""


class SnapshotError(PatchgateError):
    """The repository could not be read or written."""


class BranchConflict(SnapshotError):
    """A branch is not where it was expected, or a person is working on it. Nothing was changed."""


class LedgerError(PatchgateError):
    """The ledger could not be read or written."""
