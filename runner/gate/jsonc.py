"""JSON as TypeScript's configuration files have it: with comments and trailing commas."""

from __future__ import annotations

import json
import re

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')


def parse_jsonc(text: str) -> object:
    """Raises ``ValueError`` for what is not JSON even so, a key given twice included (readers differ on those)."""
    plain = _COMMA.sub(_kept, _COMMENT.sub(_kept, text))
    return parse_json(plain)


def parse_json(text: str) -> object:
    """Raises ``ValueError``."""
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _kept(match: re.Match[str]) -> str:
    return match[1] or " "


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at]))
        raise ValueError(f"the key {twice!r} is given twice")
    return found
