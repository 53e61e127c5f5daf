"""Reads plain JSON values of a payload into typed ones. Each error names the key and the index that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runner.model.suggestions import closest, did_you_mean, hint_for
from runner.model.verdict import Refused
from runner.model.violations import violation

MAX_NUMBER = 2**31 - 1


def malformed(message: str, hint: str | None = None) -> Refused:
    return Refused(violation("submission.malformed", message, hint=hint))


def _kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "a boolean",
        int: "an integer",
        float: "a number",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)


def items(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise malformed(f"{where} must be a list, not {_kind(value)}.")
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object of a payload. ``where`` is its place, such as ``payload[2]``."""

    values: Mapping[str, object]
    where: str

    @staticmethod
    def of(value: object, where: str) -> Fields:
        if not isinstance(value, dict):
            raise malformed(f"{where} must be an object, not {_kind(value)}.")
        return Fields(value, where)

    def only(self, known: Iterable[str]) -> Fields:
        """Refuses other keys: ignoring a misspelt option does silent harm."""
        names = tuple(known)
        for key in self.values:
            if key not in names:
                hint = hint_for(key, names, f"Known keys are: {', '.join(names)}.")
                raise malformed(f"{self.where} has an unknown key {key!r}.", hint)
        return self

    def nearly(self, known: frozenset[str]) -> Fields:
        """For LSP objects, which may hold keys of others: refuses a key only when it looks like a known one misspelt."""
        if not self.values.keys() <= known:
            for key in self.values.keys() - known:
                if near := closest(key, known - self.values.keys(), cutoff=0.8):
                    raise malformed(f"{self.where} has an unknown key {key!r}.", did_you_mean(near))
        return self

    def at(self, key: str) -> str:
        return f"{self.where}.{key}"

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None

    def text(self, key: str) -> str:
        value = self._required(key)
        if not isinstance(value, str):
            raise malformed(f"{self.at(key)} must be a string, not {_kind(value)}.")
        return value

    def name(self, key: str) -> str:
        """A non-empty string."""
        value = self.text(key)
        if not value:
            raise malformed(f"{self.at(key)} must not be empty.")
        return value

    def choice(self, key: str, known: Iterable[str], value: str | None = None) -> str:
        """One of ``known``; ``value`` is what the key holds, where the caller reads it in more than one spelling."""
        names = tuple(known)
        given = self.text(key) if value is None else value
        if given not in names:
            message = f"{self.at(key)} must be one of {', '.join(names)}, not {given!r}."
            raise malformed(message, hint_for(given, names) or None)
        return given

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else None

    def number(self, key: str, *, least: int = 0) -> int:
        value = self._required(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise malformed(f"{self.at(key)} must be an integer, not {_kind(value)}.")
        if not least <= value <= MAX_NUMBER:
            raise malformed(f"{self.at(key)} must be between {least} and {MAX_NUMBER}, not {value}.")
        return value

    def flag(self, key: str) -> bool:
        """False if the key is missing."""
        value = self.values.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise malformed(f"{self.at(key)} must be true or false, not {_kind(value)}.")
        return value

    def child(self, key: str) -> Fields:
        return Fields.of(self._required(key), self.at(key))

    def maybe_child(self, key: str) -> Fields:
        """An empty object if the key is missing."""
        return self.child(key) if self.has(key) else Fields({}, self.at(key))

    def children(self, key: str) -> list[Fields]:
        return [
            Fields.of(item, f"{self.at(key)}[{at}]") for at, item in enumerate(items(self._required(key), self.at(key)))
        ]

    def _required(self, key: str) -> object:
        if key not in self.values:
            near = closest(key, self.values, cutoff=0.7)
            hint = f"It has {near[0]!r}. {did_you_mean([key])}" if near else None
            raise malformed(f"{self.where} lacks {key!r}.", hint)
        return self.values[key]


def operations(payload: object) -> list[Fields]:
    """A list of operations, or a single one. Refuses an empty list."""
    given = [payload] if isinstance(payload, dict) else items(payload, "payload")
    if not given:
        raise malformed("payload is an empty list: there is nothing to do.")
    return [Fields.of(item, f"payload[{at}]") for at, item in enumerate(given)]
