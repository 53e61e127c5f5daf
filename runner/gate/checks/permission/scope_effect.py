"""An edit inside the task's spans does not change the meaning of the text outside them.

An edit at the edge of a span can reach beyond it: an open ``//`` or ``/*`` turns what follows into a comment, an open
template into a string, and ``if (0)`` takes it as its body. So every token and comment outside the spans must stay the
same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from runner.edits.changes.scope import Span
from runner.edits.changes.tracking import carry
from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.tree import EditFile
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.tokens import Comment, Token, comments, syntax_errors, tokens
from runner.syntax.trees import Syntax
from runner.text.positions import LineIndex

_BREAKS = ("\n", "\r")


@dataclass(frozen=True, slots=True)
class _Side:
    """One text and the task's spans in it."""

    text: str
    path: str
    spans: tuple[Span, ...]

    def holds(self, start: int, end: int) -> bool:
        """Whether any of these characters is inside a span."""
        return any(start < stop and begin < end for begin, stop in self.spans)


def check_scope_effect(inspection: Inspection) -> list[Violation]:
    edits = {each.path: each for each in inspection.candidate.change_set.changes if isinstance(each, EditFile)}
    found: list[Violation] = []
    for file in inspection.files:
        edit, spans = edits.get(file.path), inspection.scope.spans.get(file.path, ())
        if edit is None or not spans or inspection.scope.allows_file(file.path):
            continue
        if not all(inspection.scope.allows(file.path, each) for each in edit.replacements):
            continue
        moved = carry(spans, edit.replacements, sticky=True)
        pairs = [(old, new) for old, new in zip(spans, moved, strict=True) if new is not None]
        before = _Side(file.before, file.path, tuple(old for old, _ in pairs))
        after = _Side(file.after, file.path, tuple(new for _, new in pairs))
        at = _first_token(before, after, file) if file.is_code else _first_join(before, after)
        if at is not None:
            found.append(_violation(file, at))
    return found


def _violation(file: Changed, at: int) -> Violation:
    index = LineIndex(file.before)
    line = index.line_of(at)
    shown = file.before[at:].split("\n", 1)[0].strip()[:60]
    message = f"the edit changes what {file.path}:{line + 1} means, outside of the task's lines: {shown!r}"
    hint = "End the new text as the old one ended: close its comments, strings, brackets and statements, and its last line."
    place = index.range(at, at)
    return violation("scope.outside-allowed-spans", message, file=file.path, range=place, hint=hint)


def _first_token(before: _Side, after: _Side, file: Changed) -> int | None:
    """Where, in the old text, the first token or comment outside the spans is that has changed."""
    if new_errors(file):
        return None
    # Around an error the parser guesses, and an edit elsewhere can change the guess.
    sound = not syntax_errors(before.text, before.path)
    for old, new in zip_longest(_tokens(before), _tokens(after)):
        if old is None or new is None or (old.kind, old.text) != (new.kind, new.text):
            return len(before.text) if old is None else old.start
        if sound and old.shape != new.shape and not _leaks(before, old):
            return old.start
    for was, now in zip_longest(_comments(before), _comments(after)):
        if was is None or now is None or was.text != now.text:
            return len(before.text) if was is None else was.start
    return None


def _tokens(side: _Side) -> list[Token]:
    return [each for each in tokens(side.text, side.path) if not side.holds(each.start, each.end)]


def _comments(side: _Side) -> list[Comment]:
    return [each for each in comments(side.text, side.path) if not side.holds(each.start, each.end)]


def _leaks(side: _Side, token: Token) -> bool:
    """Whether the token is in a construct that begins or ends in a span: the task may change what that construct is."""
    syntax = Syntax(side.text, side.path)
    start = len(side.text[: token.start].encode("utf-8", "surrogatepass"))
    node = syntax.root.descendant_for_byte_range(start, start + 1)
    while node is not None and node.parent is not None:
        first, last = syntax.start(node), syntax.end(node)
        if any(
            (begin <= first < end < last and not side.text[first:end].isspace()) or (first < begin < last <= end)
            for begin, end in side.spans
        ):
            return True
        node = node.parent
    return False


def _first_join(before: _Side, after: _Side) -> int | None:
    """For text that cannot be parsed: the end of the first span whose last line now runs into what follows."""
    for (_, old), (start, new) in zip(before.spans, after.spans, strict=True):
        ended = before.text[:old].endswith(_BREAKS) and old < len(before.text)
        if ended and not (after.text[:new].endswith(_BREAKS) or new == start == 0):
            return old
    return None
