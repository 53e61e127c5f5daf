"""Arguments to try pure functions with.

Only functions of plain values are tried, and only if nothing in their text suggests that they do more than compute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from runner.specialists.kit.signatures import Parameter, Signature, parse_callable

_WORLD = re.compile(
    r"\b(await|fetch|process|globalThis|console|crypto|performance|localStorage|document|window|require|import|eval"
    r"|setTimeout|setInterval|Worker|Intl|WebSocket|Deno|Bun)\b|toLocale|\bnew Date\(\)|Date\.now|\bfs\b"
)
_VALUES: dict[str, tuple[Any, ...]] = {
    "string": ("", "Hello, World", "a-1_b 2"),
    "number": (0, 3, -1.5),
    "boolean": (False, True, False),
}


def samples_for(shown: str, body: str) -> list[list[Any]]:
    """Lists of arguments for a function with this signature and source text; empty if it must not be tried.

    A function without parameters is not tried: its result is not computed from an input.
    """
    signature = parse_callable(shown)
    if signature is None or _WORLD.search(body) or not _is_plain(signature):
        return []
    columns = [_column(one, index) for index, one in enumerate(signature.parameters) if not one.optional]
    return [list(row) for row in zip(*columns, strict=True)]


def _is_plain(signature: Signature) -> bool:
    required = [one for one in signature.parameters if not one.optional]
    simple = all(one.type in _VALUES and not one.rest and not one.parts for one in signature.parameters)
    known = signature.returns in (*_VALUES, "string[]", "number[]") or _is_predicate(signature)
    return bool(required) and simple and known


def _is_predicate(signature: Signature) -> bool:
    return bool(re.fullmatch(r"\w+ is [\w.]+", signature.returns))


def _column(parameter: Parameter, index: int) -> Iterable[Any]:
    """The values of one parameter over all samples, rotated so that neighbours of one type do not get the same ones."""
    values = _VALUES[parameter.type]
    return [values[(turn + index) % len(values)] for turn in range(len(values))]
