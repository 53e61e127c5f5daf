"""JSON as in TypeScript's configuration files: with comments and trailing commas."""

from __future__ import annotations

import json
import re
from collections import Counter

_COMMENT = re.compile(r'("(?:[^"\\\n]++|\\.)*+"?)|//[^\n\r]*|/\*.*?(?:\*/|(\Z))', re.DOTALL)
_COMMA = re.compile(r'("(?:[^"\\\n]++|\\.)*+"?)|,(?=\s*[}\]])')


def parse_jsonc(text: str, *, unique_keys: bool = True) -> object:
    """Raises ``ValueError`` for anything else, including a duplicate key (readers differ on those).

    Without ``unique_keys`` the last of several equal keys counts, as in tsc.
    """
    plain = _COMMA.sub(lambda found: found[1] or " ", _COMMENT.sub(_kept, text.removeprefix("\ufeff")))
    return parse_json(plain, unique_keys=unique_keys)


def parse_json(text: str, *, unique_keys: bool = True) -> object:
    """Raises ``ValueError``."""
    try:
        return json.loads(text, object_pairs_hook=_unique if unique_keys else None)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _kept(match: re.Match[str]) -> str:
    # A comment that is never closed stays, and is not JSON.
    return match[0] if match[1] or match[2] is not None else " "


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {twice!r} is given twice")
    return found
