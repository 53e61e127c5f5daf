"""Pure text: positions, TextEdits, the submission formats, span tracking, rebasing. No I/O.

What is not listed here is imported from its module: ``outline``, ``tokens``, ``diffing``, ``lsp``, ``paths``.
"""

from runner.edits.candidate import apply_changes
from runner.edits.diffing import minimal_edits, unified_diff
from runner.edits.encoding import decode, encode
from runner.edits.lowering import lower
from runner.edits.positions import LineIndex
from runner.edits.rebase import rebase
from runner.edits.textedits import apply_text_edits
from runner.edits.tracking import carry

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
