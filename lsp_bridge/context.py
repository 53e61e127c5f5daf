"""Symbol context: what a specialist reads before it edits."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_bridge.gather import Gatherer
from lsp_bridge.questions import Ask, Read
from lsp_bridge.render import render

DEFAULT_BUDGET = 4000
MIN_BUDGET = 200
MAX_BUDGET = 200_000


def context_text(ask: Ask, read: Read, symbols: Sequence[str], files: Sequence[str], budget: int) -> str:
    """Markdown about ``symbols`` (addresses or ``path:start-end``) and ``files`` within about ``budget`` tokens.

    Raises ``BridgeError`` if the language server fails. The text says which symbols or files do not exist.
    """
    bounded = min(max(budget, MIN_BUDGET), MAX_BUDGET)
    return render(Gatherer(ask, read).gather(symbols, files), bounded)
