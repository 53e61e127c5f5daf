"""Caches what one submission has read: each text is parsed once, and each list of its tokens is made once.

A submission of many files goes through one check after another. A cache of the last few texts would have dropped each
file by the time the next check needs it. So everything read while ``reading`` is open stays until it closes. Below
that, a small cache keeps the last few texts, because the result of one submission is the start of the next.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from runner.model.order import Policy
from runner.model.verdict import Refused
from runner.model.violations import violation

P = ParamSpec("P")
T = TypeVar("T")
# The budget for results made from trees, in characters of their texts (tokens take far more memory than their text).
ROOM = 4_000_000


@dataclass
class _Shelf:
    """The results of one function, least recently used first."""

    results: OrderedDict[tuple[Hashable, ...], Any] = field(default_factory=OrderedDict)
    size: int = 0

    def found(self, make: Callable[..., T], given: tuple[Any, ...], room: int | None) -> T:
        """``given`` begins with the text. Without ``room`` nothing is dropped."""
        if given in self.results:
            self.results.move_to_end(given)
            known: T = self.results[given]
            return known
        result = self.results[given] = make(*given)
        self.size += len(given[0])
        while room is not None and self.size > room and len(self.results) > 1:
            dropped, _ = self.results.popitem(last=False)
            self.size -= len(str(dropped[0]))
        return result


@dataclass
class Reading:
    """What one submission has read so far, and how much it may read."""

    policy: Policy
    _shelves: dict[Callable[..., object], _Shelf] = field(default_factory=dict)
    _admitted: set[str] = field(default_factory=set)
    _size: int = 0

    def found(self, make: Callable[..., T], given: tuple[Any, ...], room: int | None) -> T:
        return self._shelves.setdefault(make, _Shelf()).found(make, given, room)

    def admit(self, text: str, path: str) -> None:
        """Counts each text once. Raises ``Refused`` (``edit.too-large``) beyond the policy's limits."""
        if text in self._admitted:
            return
        self._admitted.add(text)
        size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        self._size += size
        if size > self.policy.max_file_kb * 1024:
            limit = f"max_file_kb is {self.policy.max_file_kb}"
            raise _too_large(f"{path} has {-(-size // 1024)} kB of source; the policy's {limit}.", path)
        if self._size > self.policy.max_source_kb * 1024:
            limit = f"max_source_kb is {self.policy.max_source_kb}"
            raise _too_large(f"The files of the submission have more source, before and after, than {limit}.", path)


_OPEN: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(policy: Policy) -> Iterator[None]:
    """Until it closes, nothing is parsed twice in this thread. A nested one continues the outer one."""
    token = _OPEN.set(_OPEN.get() or Reading(policy))
    try:
        yield
    finally:
        _OPEN.reset(token)


def admit(text: str, path: str) -> None:
    """Raises ``Refused`` if the open submission may not read this much. Without an open one there is no limit."""
    if (now := _OPEN.get()) is not None:
        now.admit(text, path)


def kept(texts: int, *, room: int | None = ROOM) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Caches a pure function whose first argument is a text: for the whole submission, and beyond it for the last
    calls, as many as ``texts``.
    """

    def keeping(make: Callable[P, T]) -> Callable[P, T]:
        last: Callable[..., T] = lru_cache(maxsize=texts)(make)

        @wraps(make)
        def found(*given: P.args, **named: P.kwargs) -> T:
            now = _OPEN.get()
            return last(*given, **named) if now is None or named else now.found(last, given, room)

        return found

    return keeping


def _too_large(message: str, path: str) -> Refused:
    return Refused(violation("edit.too-large", message, file=path))
