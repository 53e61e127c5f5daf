"""Reads the signatures that the language server shows: ``function f<T>(a: string, b?: T): Promise<T>`` and the like.

This is a bracket counter, not a parser: it only needs the places of the parameters, their types and the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_QUOTES = "'\"`"


@dataclass(frozen=True, slots=True)
class Parameter:
    """``name`` is as written. A destructured parameter is called ``param0``, by its position, and lists its ``parts``."""

    name: str
    type: str
    optional: bool = False
    rest: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[Parameter, ...]
    returns: str


def parse_callable(shown: str) -> Signature | None:
    """The signature of something callable; None for anything else, including overload sets and unions."""
    text = " ".join(shown.split())
    start = _parameter_list(text)
    if start is None:
        return None
    end = closing(text, start)
    if end is None:
        return None
    after = text[end + 1 :].strip()
    if after.startswith("=>"):
        result = after[2:].strip()
    elif after.startswith(":"):
        result = after[1:].strip()
    else:
        return None
    result = re.sub(r" \(\+\d+ overloads?\)$", "", result)
    found = [_parameter(part, index) for index, part in enumerate(split_top(text[start + 1 : end], ","))]
    return Signature(tuple(one for one in found if one is not None), result)


def value_type(shown: str) -> str:
    """The type of a constant or property: the text after the colon. For an alias, the text after ``=``."""
    text = " ".join(shown.split())
    mark = "=" if text.startswith("type ") else ":"
    parts = split_top(text, mark)
    return mark.join(parts[1:]).strip() if len(parts) > 1 else ""


def closing(text: str, start: int) -> int | None:
    """The index of the bracket that closes the one at ``start``. Strings and arrows are skipped."""
    stack: list[str] = []
    at = start
    while at < len(text):
        character = text[at]
        if character in _QUOTES:
            at = _string_end(text, at)
        elif character in _PAIRS:
            stack.append(_PAIRS[character])
        elif stack and character == stack[-1] and not (character == ">" and text[at - 1] == "="):
            stack.pop()
            if not stack:
                return at
        at += 1
    return None


def split_top(text: str, separator: str) -> list[str]:
    """Split at a one-character separator outside brackets and strings. ``=`` does not match ``=>``."""
    parts, begin, at = [], 0, 0
    while at < len(text):
        character = text[at]
        if character in _QUOTES:
            at = _string_end(text, at)
        elif character == separator and not (separator == "=" and text[at + 1 : at + 2] == ">"):
            parts.append(text[begin:at])
            begin = at + 1
        elif character in _PAIRS:
            at = closing(text, at) or len(text)
        at += 1
    return [part.strip() for part in [*parts, text[begin:]] if part.strip()]


def _parameter_list(text: str) -> int | None:
    """The index of the parenthesis that opens the parameter list."""
    at = 0
    if text.startswith("("):  # "(method) Shop.total(…)"
        at = text.index(")") + 1
    named = re.match(r"\s*(?:abstract |function |constructor |const |let |var |\w+ )*[\w$.#]+", text[at:])
    at += named.end() if named else 0
    while at < len(text):
        character = text[at]
        if character == "(":
            return at
        if character == "<":
            at = closing(text, at) or len(text)
        elif character == ":":
            rest = text[at + 1 :].lstrip()
            if not rest.startswith(("(", "<")):
                return None
            at = len(text) - len(rest)
            inner = closing(text, at) if rest.startswith("<") else at - 1
            begin = text.find("(", (inner or at) + 1) if rest.startswith("<") else at
            end = closing(text, begin) if begin >= 0 else None
            return begin if end is not None and text[end + 1 :].lstrip().startswith("=>") else None
        elif character not in " ?.#[]'\"" and not character.isalnum() and character not in "_$@":
            return None
        at += 1
    return None


def _parameter(text: str, index: int) -> Parameter | None:
    parts = split_top(text, ":")
    head, kind = parts[0], ":".join(parts[1:]).strip() or "unknown"
    if head == "this":
        return None
    rest = head.startswith("...")
    name = head.removeprefix("...").strip()
    optional = name.endswith("?")
    name = name.rstrip("? ")
    if name.startswith(("{", "[")):
        inner = split_top(name[1:-1], ",")
        names = tuple(re.split(r"[:=\s]", one.removeprefix("..."))[0] for one in inner)
        return Parameter(f"param{index}", kind, optional, rest, tuple(one for one in names if one))
    return Parameter(name, kind, optional, rest)


def _string_end(text: str, start: int) -> int:
    at = start + 1
    while at < len(text) and text[at] != text[start]:
        at += 2 if text[at] == "\\" else 1
    return at
