"""From bytes to the inputs of each parser, and what must hold whatever they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.gate.verdict.wire import parse_submission
from runner.model.verdict import Refused
from runner.orders.files import parse_order
from tests.edits.test_fuzz import KEYS, PIECES, check
from tests.fuzz.shapes import SHAPES

_KEYS = tuple(KEYS.split())
_SUBMISSION_KEYS = ("version", "specialist", "task_id", "trace_id", "base", "dry_run", "reason", "edit", "format")
_DEEPEST = 5
# The first byte says how the rest is read.
_GROWN, _SHAPED = 32, 160
AS_SHAPE = _GROWN
_LEFT_OUT = 230
_LONG_SHAPE, _ALONE = 12, 170


class Bytes:
    """A tape of decisions. Past its end every decision is 0, so any prefix of an input is an input."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def rest(self) -> str:
        # Lone surrogates come through, as they do from JSON's escapes.
        text = self._data[self._at :].decode("utf-8", "surrogateescape")
        self._at = len(self._data)
        return text


def value(tape: Bytes, keys: tuple[str, ...], depth: int = 0) -> object:
    """Any JSON value; objects take their keys from ``keys``, strings are mostly words of the grammars."""
    kind = tape.byte() % 12
    if depth >= _DEEPEST and kind < 5:
        kind += 5
    if kind < 3:
        return {_key(tape, keys): value(tape, keys, depth + 1) for _ in range(tape.byte() % 7)}
    if kind < 5:
        return [value(tape, keys, depth + 1) for _ in range(tape.byte() % 4)]
    if kind < 9:
        return "".join(PIECES[tape.byte() % len(PIECES)] for _ in range(1 + tape.byte() % 3))
    if kind == 9:
        return tape.byte() - 3
    if kind == 10:
        return (None, True, False, 0.5, 2**31, -(2**63))[tape.byte() % 6]
    return "".join(chr(tape.byte()) for _ in range(tape.byte() % 16))


def _key(tape: Bytes, keys: tuple[str, ...]) -> str:
    number = tape.byte()
    return keys[number % len(keys)] if number < 250 else str(value(tape, keys, _DEEPEST))


def shaped(tape: Bytes, shape: Any) -> object:
    """A value of ``shape`` (see ``shapes``); texts are put together from one to three of their choices."""
    if isinstance(shape, tuple):
        chosen = shaped(tape, shape[tape.byte() % len(shape)])
        if len(shape) > _LONG_SHAPE and isinstance(chosen, str) and (more := tape.byte()) > _ALONE:
            return chosen + "".join(str(shape[tape.byte() % len(shape)] or "") for _ in range(more % 3))
        return chosen
    if isinstance(shape, list):
        return [shaped(tape, shape[0]) for _ in range(1 + tape.byte() % 3)]
    if isinstance(shape, dict):
        kept = {key: shaped(tape, each) for key, each in shape.items() if tape.byte() < _LEFT_OUT}
        return kept if tape.byte() < _LEFT_OUT else {**kept, _key(tape, _KEYS): value(tape, _KEYS, _DEEPEST)}
    return shape


def payload(data: bytes, keys: tuple[str, ...] = _KEYS, shape: Any = None) -> object:
    """Text, JSON that the fuzzer wrote itself, a value grown from its bytes, or one of ``shape``."""
    tape = Bytes(data)
    kind = tape.byte()
    if kind < _GROWN:
        return value(tape, keys)
    if kind < _SHAPED and shape is not None:
        return shaped(tape, shape)
    text = tape.rest()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def format_holds(name: str, data: bytes) -> None:
    """Lowered, applied and shown again as a WorkspaceEdit; or refused in words."""
    check(name, payload(data, shape=SHAPES.get(name)), rename=renamed)


def renamed(path: str, line: int, character: int, to: str) -> dict[str, object]:
    """Stands in for the language server, which renames in another file too."""
    place = {"line": line, "character": character}
    edit = {"range": {"start": place, "end": {**place, "character": character + 1}}, "newText": to}
    return {"changes": {path: [edit], "d/e.ts": [edit]}}


def submission_holds(data: bytes) -> None:
    try:
        parse_submission(payload(data, _SUBMISSION_KEYS))
    except Refused as refused:
        _printable(refused)


def order_holds(data: bytes) -> None:
    try:
        order = parse_order(data[1:], Path("order.json"), specialists=["lint-surgeon"])
    except UsageError as error:
        assert error.message, "an error without words"
        f"{error.message}{error.hint}".encode()
        return
    for stage in order.pipeline:
        json.dumps([stage.options, stage.limits])


def _printable(refused: Refused) -> None:
    for each in refused.violations:
        f"{each.message}{each.hint}{each.file}".encode()
