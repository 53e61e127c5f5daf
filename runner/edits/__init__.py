"""Pure text: positions, TextEdits, the submission formats, span tracking, rebasing. No I/O.

Import anything not listed here from its own module: ``outline``, ``tokens``, ``diffing``, ``lsp``, ``paths``.
"""

from runner.edits.changes.apply import apply_changes
from runner.edits.changes.rebase import rebase
from runner.edits.changes.tracking import carry
from runner.edits.lowering import lower
from runner.text.diffing import minimal_edits, unified_diff
from runner.text.encoding import decode, encode
from runner.text.positions import LineIndex
from runner.text.textedits import apply_text_edits

__all__ = [
    "LineIndex",
    "apply_changes",
    "apply_text_edits",
    "carry",
    "decode",
    "encode",
    "lower",
    "minimal_edits",
    "rebase",
    "unified_diff",
]
