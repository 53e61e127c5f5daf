"""Turns identifiers into English: words, verbs, articles, lists. Pure and small; it knows only programmers' words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runner.specialists.docstring_architect.vocabulary import ACRONYMS, MASS_NOUNS

_WORD = re.compile(r"NaN|(?:IP|UUID|CIDR)v\d|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_LONG_FORMS = {
    "db": "database", "cfg": "configuration", "ctx": "context", "env": "environment", "err": "error", "fn": "function",
    "msg": "message", "opts": "options", "params": "parameters", "args": "arguments", "req": "request", "info": "details",
}  # fmt: skip
PARTICIPLES = {
    "clamp": "clamped", "clean": "cleaned", "decode": "decoded", "encode": "encoded", "escape": "escaped",
    "filter": "filtered", "format": "formatted", "normalize": "normalized", "parse": "parsed", "round": "rounded",
    "sanitize": "sanitized", "sort": "sorted", "trim": "trimmed", "truncate": "truncated", "slugify": "slugified",
}  # fmt: skip
PREDICATES = {"is": "is", "are": "are", "was": "was", "has": "has", "have": "has", "contains": "contains"}


def words(identifier: str) -> list[str]:
    """``toUserID`` → to, user, id; ``DAY_MS`` → day, ms. Well-known acronyms stay in capitals."""
    found = [one.lower() for one in _WORD.findall(identifier)]
    return [one.upper() if one in ACRONYMS else _LONG_FORMS.get(one, one) for one in _joined(found)]


def _joined(found: list[str]) -> list[str]:
    """Puts digits back onto the short word before them: d, 1 → d1."""
    kept: list[str] = []
    for one in found:
        if one.isdigit() and kept and len(kept[-1]) <= 3:
            kept[-1] += one
        else:
            kept.append(one)
    return kept


def phrase(identifier: str) -> str:
    return " ".join(words(identifier))


def third_person(verb: str) -> str:
    """send → sends, match → matches, apply → applies."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb if verb.endswith("s") and not verb.endswith("ss") else f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def with_article(noun: str) -> str:
    """a product, an order, an HTML page, an `Order`. Plurals, mass nouns and nouns with a determiner stay as they are."""
    first = noun.strip("`").split(" ")[0]
    bare = noun.rsplit(" ", maxsplit=1)[-1].lower() in MASS_NOUNS
    if (
        first in ("a", "an", "the", "all", "every", "each", "any", "its")
        or bare
        or (is_plural(noun) and "`" not in noun)
    ):
        return noun
    silent = first.lower().startswith(("hour", "honest")) or (
        first.isupper() and len(first) > 1 and first[0] in "AEFHILMNORSX"
    )
    vowel = first[:1].lower() in "aeiou" and not first.lower().startswith(
        ("use", "uni", "uui", "uri", "url", "one", "eu")
    )
    return f"{'an' if (silent and first not in ('URL', 'SKU', 'UUID', 'URI')) or vowel else 'a'} {noun}"


def is_plural(noun: str) -> bool:
    last = noun.rsplit(" ", maxsplit=1)[-1].lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "ms", "as")) and len(last) > 3


def singular(noun: str) -> str:
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    if noun.endswith(("ses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if is_plural(noun) else noun


def plural(noun: str) -> str:
    if is_plural(noun):
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"


def listed(items: Sequence[str], joiner: str = "and") -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"


def sentence(text: str) -> str:
    """With a capital letter at the start (unless it begins with code) and a full stop at the end."""
    text = " ".join(text.split())
    start = text if text[:1] == "`" else text[:1].upper() + text[1:]
    return start if start.endswith((".", "!", "?")) else f"{start}."
