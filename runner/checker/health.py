"""Whether a project that was opened can be judged. (placeholder until merged)"""

from __future__ import annotations

from runner.checker.server.wire import Opened
from runner.model.diagnostics import Unjudged
from runner.model.tree import TreeReader


def health(opened: Opened, tree: TreeReader) -> Unjudged | None:
    """Why a project cannot be judged, or None."""
    if opened.stops:
        first = next((error for error in opened.errors if error.stage == opened.stops), None)
        return Unjudged(opened.config, f"its compiler stops: {first.code}: {first.message}" if first else "it stops")
    if not opened.files:
        return Unjudged(opened.config, "it has no files of the repository")
    return None
