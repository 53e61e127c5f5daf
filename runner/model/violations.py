"""The catalogue of violation codes. Codes and names are an interface: add new ones, never change or reuse one.

``docs/violations.md`` is generated from it (``python -m runner.gate.violations_doc``).
"""

from __future__ import annotations

from collections.abc import Mapping

from runner.model.kind import Kind
from runner.model.kinds_of_edits import ROWS as EDIT_ROWS
from runner.model.kinds_of_rules import ROWS as RULE_ROWS
from runner.model.text import Range
from runner.model.verdict import REJECT, Violation

CATALOGUE: dict[str, Kind] = {row.name: row for row in (*EDIT_ROWS, *RULE_ROWS)}


def violation(
    name: str,
    message: str,
    *,
    file: str | None = None,
    range: Range | None = None,
    hint: str | None = None,
    severity: str = REJECT,
    fix: Mapping[str, object] | None = None,
) -> Violation:
    """A violation of the kind called ``name``. ``hint`` replaces the default hint if the caller knows a better one."""
    kind = CATALOGUE[name]
    place = None if file is None else _encodable(file)
    return Violation(
        kind.code, kind.name, _encodable(message), _encodable(hint or kind.hint), place, range, severity, fix
    )


def _encodable(text: str) -> str:
    """Messages quote payloads. JSON escapes allow lone surrogates, which cannot be encoded as UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
