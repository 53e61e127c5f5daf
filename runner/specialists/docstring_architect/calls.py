"""Describes something that can be called: what it does, as a sentence built from its name and signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.specialists.docstring_architect import english
from runner.specialists.docstring_architect.english import listed, phrase, third_person, with_article
from runner.specialists.docstring_architect.type_words import code, is_nameless, noun, unpromised, without_nothing
from runner.specialists.docstring_architect.vocabulary import FINDERS, INTO, MAKERS, MODALS, NOUNS_FIRST, TOOLS, VERBS
from runner.specialists.kit.signatures import Parameter, Signature

PREPOSITIONS = ("of", "for", "between", "from", "in", "by", "with", "since", "per", "at", "to")
_FAILURES = re.compile(r"[A-Z]\w*(Error|Exception|Response|Problem)")
_EMPTY = ("void", "undefined", "never")


@dataclass(frozen=True, slots=True)
class Call:
    """``name`` in words, ``owner`` the class of a method."""

    name: list[str]
    signature: Signature
    owner: str | None = None

    @property
    def result(self) -> str:
        """The type of the result, without its promise, ``null`` and ``undefined``."""
        return without_nothing(unpromised(self.signature.returns)[0])[0]

    @property
    def about(self) -> Parameter | None:
        """The parameter that the call is about: the first one that is not a tool."""
        return next((one for one in self.signature.parameters if one.name not in TOOLS and not one.parts), None)

    @property
    def verb(self) -> str | None:
        """The first word, if it is a verb in this name."""
        first = self.name[0]
        if first in NOUNS_FIRST and (len(self.name) > 1 or not self.signature.returns) and self.result not in _EMPTY:
            return None
        if first in ("query", "quote", "timestamp", "report") and self.result not in _EMPTY:
            return None
        return first if first in VERBS else None


def summary(call: Call) -> str:
    """What the call does, without a capital letter and full stop: "converts the given row to a product"."""
    first, rest = call.name[0], call.name[1:]
    target = noun(call.about).replace("the ", "the given ", 1) if call.about else ""
    if first in english.PREDICATES or first in MODALS:
        return f"checks whether {predicate(call)}"
    fixed = {
        "to": f"converts {target or 'this value'} to {with_article(' '.join(rest))}",
        "from": f"makes {with_article(result_noun(call))} from {with_article(' '.join(rest))}",
        "with": f"returns a copy with {with_article(' '.join(rest))}",
        "by": f"finds the {result_noun(call)} by {' '.join(rest)}",
        "on": f"handles {with_article(' '.join(rest))}",
        "new": f"returns a new {' '.join(rest)}",
    }
    if first in fixed and rest:
        return fixed[first]
    if call.verb:
        return _with_verb(call, call.verb, rest, target)
    if call.result in _EMPTY:
        return f"{third_person(first)} {' '.join(rest) or target}".rstrip()
    if call.result == "boolean":
        return f"tells whether this holds: {' '.join(call.name)}"
    return f"returns {_without_verb(call, target)}"


def predicate(call: Call) -> str:
    """What ``true`` means: "the given moment is past"; empty for a call that is not a question."""
    first, rest = call.name[0], " ".join(call.name[1:])
    target = noun(call.about).replace("the ", "the given ", 1) if call.about else ""
    subject = target if target.startswith("the given") else "it"
    said = re.fullmatch(r"\w+ is (.+)", call.signature.returns)
    if said and first in ("is", "are"):
        return f"{subject} is {with_article(rest or phrase(said.group(1)))}"
    if first in english.PREDICATES:
        what = with_article(rest) if first in ("has", "have") and rest else rest
        return f"{subject} {english.PREDICATES[first]} {what}".rstrip()
    return f"{subject} {first} {rest or 'do so'}" if first in MODALS else ""


def result_noun(call: Call) -> str:
    """What prose calls the result: the noun in the name, else a noun for the result's type, else "result"."""
    first, rest = call.name[0], call.name[1:]
    of_type = re.match(r"[A-Z]\w+(?=$|\[|<)", call.result)
    by_type = (
        phrase(of_type.group()) if of_type and of_type.group() not in ("Record", "Map", "Set", "Array") else "result"
    )
    if first in ("by", "on", "with", "from", "is", "new") or (call.verb and not rest):
        return f"new {' '.join(rest)}" if first == "new" and rest else by_type
    left = rest if call.verb or first == "to" else call.name
    cut = next((index for index, one in enumerate(left) if one in PREPOSITIONS and index), len(left))
    left = [one for one in left[:cut] if one not in ("all", "every")]
    if not left or left[0] in PREPOSITIONS:
        return by_type
    differs = of_type is not None and phrase(of_type.group()).split(" ")[-1] != english.singular(left[-1])
    if differs and ((call.verb and call.verb not in FINDERS | MAKERS) or _FAILURES.fullmatch(call.result)):
        return by_type
    done = english.PARTICIPLES.get(call.verb or "")
    return f"{done} {' '.join(left)}" if done else " ".join(left)


def role_of(call: Call, parameter: Parameter) -> str:
    """How "the text …" continues for the parameter that a lone verb is about: "to truncate"."""
    lone = call.verb and len(call.name) == 1 and not call.owner and not is_nameless(parameter)
    return f"to {call.verb}" if lone and parameter == call.about else ""


def _with_verb(call: Call, verb: str, rest: list[str], target: str) -> str:
    if not rest:
        return _lone_verb(call, verb, target)
    if rest == ["all"] and target:
        return f"{third_person(verb)} all of {target}"
    if rest[0] == "by" and verb in FINDERS | MAKERS:
        noun_of_it = result_noun(call)
        return f"{third_person(verb)} the {'match' if noun_of_it == 'result' else noun_of_it} by {' '.join(rest[1:])}"
    if rest[0] in PREPOSITIONS or rest[0] in ("all", "every", "each"):
        return f"{third_person(verb)} {' '.join(rest)}"
    what = " ".join(rest)
    if verb == "get":
        return f"returns the {what}"
    several = any(one in PREPOSITIONS for one in rest[1:])
    return f"{third_person(verb)} {with_article(what) if verb in MAKERS and not several else f'the {what}'}"


def _lone_verb(call: Call, verb: str, target: str) -> str:
    """A name that is only a verb: in a class it is about what the class holds, elsewhere about the first parameter."""
    does = "returns" if verb == "get" else third_person(verb)
    if call.owner is None:
        return f"{does} {target or 'it'}" if verb != "get" else f"returns what belongs to {target or 'it'}"
    held = phrase(call.owner)
    one = english.singular(held) if english.is_plural(held) else held
    if verb in INTO:
        put = next((one for one in call.signature.parameters if one.name not in TOOLS | {"id", "key"}), call.about)
        target = noun(put).replace("the ", "the given ", 1) if put else "something"
        return f"{does} {target} {'in' if verb == 'put' else 'to'} the {one if verb == 'put' else held}"
    if english.is_plural(held):
        known = call.about is not None and call.about.name in ("id", "key", "name", "code", "slug")
        if known and call.about:
            return f"{does} the {one} with the given {call.about.name}"
        return f"{does} {with_article(one)}"
    return f"{does} the {held}"


def _without_verb(call: Call, target: str) -> str:
    name = call.name
    plain = " ".join(name)
    if name[-1] in ("of", "for") and len(name) > 1 and target:
        return f"the {plain} {target}"
    if name[-1] in ("between", "since", "from", "until") and len(name) > 1:
        shown = [f"`{one.name}`" for one in call.signature.parameters if one.name not in ("db", "raw")]
        return f"the {plain} {listed(shown[:2] if name[-1] == 'between' else shown[:1])}".rstrip()
    kind = _FAILURES.fullmatch(call.result)
    if kind and phrase(kind.group()).split(" ")[-1] != name[-1]:
        return f"{with_article(code(kind.group()))} for “{plain}”"
    if len(name) == 1 and target:
        return f"the {plain} for {target}"
    return f"the {plain}"
