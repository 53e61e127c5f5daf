"""What somebody may have meant. The client knows nothing of ours, so this stands beside ``runner.model.suggestions``."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean a, b?`` with at most three of ``known``; empty where none is like ``word``."""
    found = get_close_matches(word, list(known), 3, 0.6) if len(word) <= 200 else []
    return f"Did you mean {', '.join(found)}?" if found else ""
