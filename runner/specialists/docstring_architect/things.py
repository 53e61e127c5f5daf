"""Describes something that is not called: classes, interfaces, types, enums, constants and properties."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runner.specialists.docstring_architect import english
from runner.specialists.docstring_architect.english import listed, singular, third_person, with_article, words
from runner.specialists.docstring_architect.type_words import code, literals, meaning
from runner.specialists.docstring_architect.vocabulary import NOUNS_FIRST, VERBS
from runner.specialists.kit.signatures import value_type

_UNITS = {
    "ms": "in milliseconds", "milliseconds": "in milliseconds", "seconds": "in seconds", "secs": "in seconds",
    "minutes": "in minutes", "hours": "in hours", "days": "in days", "bytes": "in bytes", "kb": "in kilobytes",
    "mb": "in megabytes", "percent": "in per cent", "px": "in pixels",
}  # fmt: skip
_BOUNDS = {"max": "the largest", "min": "the smallest", "default": "the default", "total": "the total"}
_SHOWN = 5


def summary_of_thing(kind: str, name: str, shown: str, members: Sequence[str]) -> str:
    """What it is, without a capital letter and full stop. ``shown`` is the language server's signature."""
    said = words(name) or ["value"]
    plain = " ".join(said)
    value = value_type(shown)
    has = f": {_some(members)}" if members else ""
    if kind == "class":
        methods = f", with the method{'s' if len(members) > 1 else ''} {_some(members)}" if members else ""
        return f"{f'the {plain}' if english.is_plural(plain) else with_article(plain)}{methods}"
    if kind == "interface":
        return f"describes {_thing(said)}{has}"
    if kind == "type":
        return _alias(said, value)
    if kind == "enum":
        return f"lists the kinds of {singular(plain)}{has}"
    if kind == "namespace":
        return f"groups what belongs to {plain}"
    return _constant(said, value)


def _alias(name: list[str], value: str) -> str:
    if literals(value):
        return f"names {_thing(name)}: {meaning(value)}"
    if value.startswith("{"):
        return f"describes {_thing(name)}: {meaning(value)}"
    return f"the type of {_thing(name)}"


def _constant(name: list[str], kind: str) -> str:
    plain = " ".join(name)
    if name[-1] == "schema" or re.match(r"(z\.)?Zod\w+", kind):
        return f"the schema that validates {_thing(name[:-1] if name[-1] == 'schema' and len(name) > 1 else name)}"
    if kind.startswith("Hono<"):
        return "the Hono application" if name[-1] == "app" else f"the routes for {plain}"
    if kind.startswith("MiddlewareHandler"):
        verb = len(name) > 1 and name[0] in VERBS and name[0] not in NOUNS_FIRST
        return (
            f"middleware that {third_person(name[0])} {with_article(' '.join(name[1:]))}"
            if verb
            else f"middleware for the {plain}"
        )
    if kind == "RegExp":
        return f"the pattern of {with_article(plain)}"
    unit = _UNITS.get(name[-1].lower()) if len(name) > 1 else None
    lead, *rest = name[:-1] if unit else name
    said = f"{_BOUNDS[lead]} {' '.join(rest)}" if lead in _BOUNDS and rest else f"the {' '.join([lead, *rest])}"
    if unit:
        return f"{said}, {unit}"
    if re.fullmatch(r"-?[\d._]+n?|'[^']*'|\"[^\"]*\"|true|false", kind) and len(kind) <= 40:
        return f"{said}: {code(kind)}"
    means = meaning(kind)
    return f"{said}, {means}" if means else said


def _thing(name: list[str]) -> str:
    """A noun with its article. For a name that begins with a verb, its purpose: "the data to place an order"."""
    if len(name) > 1 and name[0] in VERBS and name[0] not in NOUNS_FIRST:
        return f"the data to {name[0]} {with_article(' '.join(name[1:]))}"
    return with_article(" ".join(name))


def _some(members: Sequence[str]) -> str:
    shown = [f"`{one}`" for one in members[:_SHOWN]]
    return f"{', '.join(shown)} and more" if len(members) > _SHOWN else listed(shown)
