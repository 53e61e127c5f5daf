"""The corruptions, by name: a change in a format, gone wrong in a way in which models really go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from runner.model.order import Task
from tests.bench import damage, garble
from tests.bench.consent import task_of
from tests.bench.corpus import Change, seed_of
from tests.bench.express import Row

_LANDED = "// What another pass landed in the meantime."


@dataclass(frozen=True, slots=True)
class Attempt:
    """``moved`` is the file as it stands now, where that is not what the submitter saw. ``names_base``: the submission
    says what it saw. ``wanted`` is the one text that may land; None where nothing may. ``kept`` is what the other pass
    added: a text may land that has it once, and is the right one beside it."""

    payload: object
    task: Task
    wanted: str | None
    moved: str | None = None
    names_base: bool = False
    kept: str | None = None

    def is_right(self, text: str, after: str) -> bool:
        if self.kept is not None and text.count(self.kept) == 1 and text.replace(self.kept, "") == after:
            return True
        return text == self.wanted


Corrupt = Callable[[Change, Row, object], Attempt | None]


def _by_text(edit: Callable[[Change], str | None]) -> Corrupt:
    """The damaged text is sent in the row's own format."""

    def corrupt(change: Change, row: Row, honest: object) -> Attempt | None:
        text = edit(change)
        if text is None or text in (change.after, change.before):
            return None
        payload = row.make(change.path, change.before, text)
        return None if payload is None else Attempt(payload, task_of(change), change.after)

    return corrupt


def _by_payload(edit: Callable[[Change, Row, object], object | None]) -> Corrupt:
    """The payload itself is damaged."""

    def corrupt(change: Change, row: Row, honest: object) -> Attempt | None:
        payload = edit(change, row, honest)
        if payload is None or payload == honest:
            return None
        return Attempt(payload, task_of(change), change.after)

    return corrupt


def _either(first: Corrupt, second: Corrupt) -> Corrupt:
    return lambda change, row, honest: first(change, row, honest) or second(change, row, honest)


def _half(change: Change, row: Row, honest: object) -> Attempt | None:
    text = damage.half
    return (_by_text(text) if row.format == "whole-file" else _by_payload(garble.cut_short))(change, row, honest)


def _indentation(change: Change, row: Row, honest: object) -> Attempt | None:
    if row.format == "whole-file" and seed_of("whole", change.key) % 2:
        return _by_text(damage.reindented)(change, row, honest)
    return _either(_by_payload(garble.misindented), _by_text(damage.misindented))(change, row, honest)


def _dropped(change: Change, row: Row, honest: object) -> Attempt | None:
    # To leave a declaration out by symbol-ops takes an outspoken delete: that is no accident.
    return None if row.format == "symbol-ops" else _by_text(damage.dropped)(change, row, honest)


def _duplicated(change: Change, row: Row, honest: object) -> Attempt | None:
    return _either(_by_text(damage.duplicated), _by_payload(garble.duplicated))(change, row, honest)


def _line_ends(change: Change, row: Row, honest: object) -> Attempt | None:
    if "\r\n" not in change.before:
        return None
    payload = garble.without_returns(honest)
    return Attempt(payload, task_of(change), change.after)


def _stale(change: Change, row: Row, honest: object) -> Attempt | None:
    """Something landed since: at the top and on a line elsewhere, or on the very lines that the submission edits."""
    moved = garble.moved(change, _LANDED)
    if moved is None:
        return None
    named = bool(seed_of("base", change.key, row.name) % 2)
    return Attempt(honest, task_of(change), moved[1], moved[0], named, f" {_LANDED}" if moved[1] is None else None)


def _outside(change: Change, row: Row, honest: object) -> Attempt | None:
    payload = garble.with_other_file(row, honest)
    return None if payload is None else Attempt(payload, task_of(change), None)


CORRUPTIONS: dict[str, Corrupt] = {
    "elided body": _by_text(damage.elided),
    "dropped function": _dropped,
    "shifted line numbers": _by_payload(garble.shifted),
    "stale base": _stale,
    "duplicated function": _duplicated,
    "half a file": _half,
    "wrong indentation": _indentation,
    "lost imports": _by_text(damage.lost_imports),
    "CRLF turned to LF": _line_ends,
    "wrong anchor": _by_payload(garble.wrong_anchor),
    "swapped arguments": _by_payload(garble.swapped),
    "smart quotes": _by_text(damage.smart_quotes),
    "edits outside the task": _outside,
    "check suppressed": _by_text(damage.suppressed),
}


def without_names(task: Task) -> Task:
    """The same task without the declarations it names."""
    return replace(task, allowed_symbols=())
