"""Makes text from a stranger safe for a terminal and for Markdown, and formats durations."""

from __future__ import annotations

import unicodedata

# Control characters move cursors and rewrite what was printed. Format characters (bidi) make text read differently from
# what it is.
_DANGEROUS = ("Cc", "Cf", "Cs", "Co")


def safe(text: str, *, keep_lines: bool = False, limit: int = 100_000) -> str:
    r"""Each dangerous character becomes ``\uXXXX`` text. Text beyond ``limit`` characters is cut, with a mark."""
    cut = text[:limit]
    shown = "".join(
        char
        if (keep_lines and char in "\n\t") or unicodedata.category(char) not in _DANGEROUS
        else f"\\u{ord(char):04x}"
        for char in cut
    )
    return shown if len(text) <= limit else f"{shown}… [{len(text) - limit} characters cut]"


def duration(milliseconds: float) -> str:
    """``850 ms``, ``12.3 s``, ``4 min 05 s``."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 100 else f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
