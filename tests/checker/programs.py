"""Random programs of constructs that are hard to cut into tokens: slashes, templates, tags, type arguments."""

from __future__ import annotations

import random
import re

_NAMES = ("a", "b", "c", "of", "type", "async", "get", "as", "is", "await", "static", "T", "any")
_LITERALS = ("1", "'s'", '"/*"', "`t // `")
_REGEXES = ("/re/", "/[/]/g", "/a\\//", "/=/", "/b/", "/[`'\"]/", "/ c /")
_OPERATORS = ("+", "-", "*", "/", "%", "<", ">", "&&", "??", "===", ">>", "in", "instanceof", ",", "/")
_PREFIXES = ("!", "++", "--", "typeof", "void", "-", "await")
_TAG_TEXTS = ("t // u", "/* t */", " don't ")
_ATTRIBUTES = ('"/* q"', '"\\"', "'// '")
_COMMENTS = (
    " /* c */ ", "// c\n", "/* ` */", "// ' \n", " /* // */ ", "/* \n */", "// /* \n", "/**/", "// </a> \n", "/* </T> */",
    "// @ts-ignore\n", "/** @see a */",
)  # fmt: skip
GAPS = ("",) * 10 + (" ",) * 8 + ("\n",) * 4 + _COMMENTS
_WORD = re.compile(r"[\w$]")


class Programs:
    def __init__(self, chance: random.Random, *, jsx: bool) -> None:
        self._chance, self._jsx = chance, jsx

    def program(self) -> list[str]:
        """Its tokens."""
        return [token for _ in range(self._chance.randrange(1, 4)) for token in self._statement(3)]

    def gaps(self, tokens: list[str]) -> list[str]:
        return [self._one(GAPS) if self._chance.random() < 0.35 else " " for _ in range(len(tokens) + 1)]

    def _one(self, choices: tuple[str, ...]) -> str:
        return self._chance.choice(choices)

    def _statement(self, depth: int) -> list[str]:
        inner = self._expression(self._chance.randrange(depth + 1))
        end = self._one((";", "", "\n"))
        match self._chance.randrange(11):
            case 0 | 1 | 2:
                return ["const", self._one(_NAMES), "=", *inner, end]
            case 3 | 4:
                return [*inner, end]
            case 5:
                return ["if", "(", *inner, ")", *(self._statement(depth - 1) if depth else [";"])]
            case 6:
                return ["function", "f", "(", ")", "{", "return", *inner, "}"]
            case 7:
                return ["class", "C", "{", self._one(("x", "get", "static")), "=", *inner, self._one(("}", "\n y }"))]
            case 8:
                kind = self._one(("T", "typeof a", "T[]", "any", "`a${string}`", "a<b>"))
                return ["let", "x", ":", kind, self._one(("=", ";", "\n")), *inner, ";"]
            case 9:
                return ["for", "(", "const", "a", "of", *inner, ")", "{", "}"]
            case _:
                return ["throw", *inner, ";"]

    def _expression(self, depth: int) -> list[str]:
        if depth <= 0:
            return [self._one(_NAMES + _LITERALS)]
        one = self._expression(depth - 1)
        match self._chance.randrange(16):
            case 0 | 1:
                return [*one, self._one(_OPERATORS), *self._expression(depth - 1)]
            case 2:
                return ["(", *one, ")"]
            case 3:
                return [self._one(_REGEXES), ".", "test", "(", *one, ")"]
            case 4:
                return ["`a ${", *one, "} // b ${", *self._expression(depth - 1), "} '`"]
            case 5:
                return [*one, "!"]
            case 6:
                return [self._one(_NAMES), self._one(("++", "--"))]
            case 7:
                return [self._one(_PREFIXES), *one]
            case 8:
                return [self._one(_NAMES), "<", "T", ">", *(["(", *one, ")"] if self._chance.random() < 0.5 else [])]
            case 9:
                return [*one, "as", self._one(("any", "T", "T[]", "typeof a"))]
            case 10:
                return ["[", *one, "]"]
            case 11:
                return ["<", "T", self._one((",", "", "extends X")), ">", "(", "x", ")", "=>", *one]
            case 12 if self._jsx:
                return ["<", "a", ">" + self._one(_TAG_TEXTS), "{", *one, "}", "<", "/", "a", ">"]
            case 13 if self._jsx:
                return ["<", "a", "b", "=", self._one(_ATTRIBUTES), "/", ">"]
            case 14:
                return [*one, "?", *self._expression(depth - 1), ":", "x"]
            case _:
                return ["async", "(", ")", "=>", "{", "await", *one, "}"]


def joined(tokens: list[str], gaps: list[str]) -> str:
    """Words are kept apart."""
    pieces = []
    before = ""
    for token, gap in zip(tokens, gaps[:-1], strict=True):
        apart = gap or (" " if _WORD.match(before[-1:]) and _WORD.match(token) else "")
        pieces.append(apart + token)
        before = token
    return "".join(pieces) + gaps[-1]
