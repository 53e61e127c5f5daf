"""From edits to submissions: one document at a time, and what to do when the gate refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from runner.specialists.kit.base import Session
from runner.specialists.kit.globs import matches
from runner.specialists.kit.text import Edit, lsp_edits

APPLIED = frozenset({"applied", "simulated"})
_Item = TypeVar("_Item")


class Spent(Exception):
    """The pass has no submissions left, or the machine behind the gate failed: nothing more can land in this pass."""


@dataclass(frozen=True, slots=True)
class Tried(Generic[_Item]):
    """What landed and what did not, each with the gate's reason."""

    landed: tuple[_Item, ...]
    refused: tuple[tuple[_Item, str], ...]


def submit_edits(session: Session, path: str, text: str, edits: Sequence[Edit], reason: str) -> Mapping[str, Any]:
    """Request edits of one file whose text is ``text``. Returns the verdict; raises ``Spent``."""
    raw = (session.repo / path).read_bytes()
    document = {
        "textDocument": {"uri": session.uri(path), "version": None},
        "hash": hashlib.sha256(raw).hexdigest(),
        "edits": lsp_edits(text, edits),
    }
    return _checked(session.submit("workspace-edit", {"documentChanges": [document]}, reason))


def submit_file(session: Session, path: str, content: str, reason: str) -> Mapping[str, Any]:
    """Request a new file."""
    return _checked(session.submit("whole-file", [{"file": path, "content": content}], reason))


def submit_in_parts(
    session: Session,
    path: str,
    items: Sequence[_Item],
    make: Callable[[str, Sequence[_Item]], Sequence[Edit]],
    reason: Callable[[Sequence[_Item]], str],
) -> Tried[_Item]:
    """Submit all items as one patch. If that is refused, submit each half separately, down to single items.

    ``make`` receives the file's current text, because what landed before may have moved things. It leaves out items
    that it no longer finds; they count as refused.
    """
    text = session.read(path)
    edits = make(text, items)
    if edits:
        verdict = submit_edits(session, path, text, edits, reason(items))
        if verdict["status"] in APPLIED:
            return Tried(tuple(items), ())
        why = why_not(verdict)
    else:
        why = "the place is no longer there"
    if len(items) <= 1:
        return Tried((), tuple((item, why) for item in items))
    middle = len(items) // 2
    first = submit_in_parts(session, path, items[:middle], make, reason)
    second = submit_in_parts(session, path, items[middle:], make, reason)
    return Tried(first.landed + second.landed, first.refused + second.refused)


def why_not(verdict: Mapping[str, Any]) -> str:
    """The gate's reason in one line: the violations, and the first of the new diagnostics."""
    parts = [f"{one.get('code')} {one.get('name')}: {one.get('message')}" for one in _refusals(verdict)]
    diagnostics = (verdict.get("diagnostics") or {}).get("new") or ()
    reason = " ".join(parts)
    parts += [
        f"{one.get('code')}: {one.get('message')}" for one in diagnostics[:1] if str(one.get("message")) not in reason
    ]
    return "; ".join(parts) or str(verdict.get("status"))


def names(verdict: Mapping[str, Any]) -> frozenset[str]:
    """The names of a verdict's violations, without advice."""
    return frozenset(str(one.get("name")) for one in _refusals(verdict))


def _refusals(verdict: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in verdict.get("violations") or () if one.get("severity") != "advice"]


def most_files(session: Session, otherwise: int) -> int:
    """``options.max_files``: how many files a role may work on. Files without anything to do do not count."""
    limit = session.options.get("max_files")
    return otherwise if limit is None else int(limit)


def allowed_lines(session: Session, path: str) -> Callable[[int, int], bool]:
    """Whether the 1-based lines ``first``..``last`` of a file are in the task's scope, as far as the task file tells.

    If the task names the file by path or by symbol, the gate decides, because it knows where symbols begin and end.
    Only if the file is named by spans alone are hopeless submissions avoided here.
    """
    task = session.task.get("task") or {}
    spans = [(int(one["start"]), int(one["end"])) for one in task.get("allowed_spans") or () if one["file"] == path]
    by_path = any(matches(path, str(glob)) for glob in task.get("allowed_paths") or ())
    by_symbol = any(str(symbol).startswith(f"{path}#") for symbol in task.get("allowed_symbols") or ())
    if not spans or by_path or by_symbol:
        return lambda first, last: True
    return lambda first, last: any(start <= first and last <= end for start, end in spans)


def _checked(verdict: Mapping[str, Any]) -> Mapping[str, Any]:
    if "submission.too-many" in names(verdict) or verdict["status"] == "error":
        raise Spent(why_not(verdict))
    return verdict
