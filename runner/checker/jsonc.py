"""tsconfig files are JSON with comments and trailing commas; this reads them without running anything."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|//[^\n\r]*|/\*.*?(?:\*/|(\Z))', re.DOTALL)
_TRAILING = re.compile(r'"(?:[^"\\\n]|\\.)*"?|,(?=\s*[}\]])', re.DOTALL)


def parse_jsonc(text: str) -> object:
    """Raises ``ValueError`` for text that is not JSON even without its comments."""
    bare = _TOKEN.sub(_kept, text.removeprefix("\ufeff"))
    return json.loads(_TRAILING.sub(lambda found: found[0] if found[0].startswith('"') else "", bare))


def _kept(found: re.Match[str]) -> str:
    # A comment that is never closed stays, and is no JSON.
    return found[0] if found[0].startswith('"') or found[1] is not None else " "
