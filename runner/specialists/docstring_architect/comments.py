"""Composes a doc comment: summary, parameters, result, example. Pure: values in, lines out.

Each line says something that the name alone does not: what kind of value it is, when it is missing, what the call looks
like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.specialists.docstring_architect import calls as doc_calls
from runner.specialists.docstring_architect import english
from runner.specialists.docstring_architect.calls import Call
from runner.specialists.docstring_architect.english import sentence, words
from runner.specialists.docstring_architect.things import summary_of_thing
from runner.specialists.docstring_architect.type_words import (
    describe_parameter,
    describe_result,
    element_type,
    is_nameless,
    unpromised,
)
from runner.specialists.docstring_architect.vocabulary import RESERVED
from runner.specialists.kit.signatures import Parameter, Signature, parse_callable

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Subject:
    """A declaration that needs a doc comment.

    ``kind`` is function, method, constructor, class, interface, type, enum, const, property or namespace. ``shown`` is
    the language server's signature. ``owner`` is the class of a member. ``members`` are the names inside, if they help.
    """

    kind: str
    name: str
    shown: str
    owner: str | None = None
    static: bool = False
    members: tuple[str, ...] = ()
    constructor: str = ""


def doc_lines(subject: Subject) -> list[str]:
    """The comment's text, line by line, without ``/**``, stars and indentation."""
    signature = None if subject.kind in ("class", "interface", "type", "enum") else parse_callable(subject.shown)
    if signature is None:
        made = parse_callable(subject.constructor) if subject.kind == "class" and subject.constructor else None
        example = _class_example(subject.name, made) if made else []
        said = summary_of_thing(subject.kind, subject.name, subject.shown, subject.members)
        return _escaped([sentence(said), *(["", *example] if example else [])])
    if subject.kind == "constructor":
        said = f"creates {english.with_article(f'`{subject.owner}`')}"
        return _escaped([sentence(said), *_parameters(Call(["create"], signature, subject.owner))])
    call = Call(words(subject.name) or ["run"], signature, subject.owner)
    lines = [sentence(doc_calls.summary(call)), *_parameters(call)]
    noun = doc_calls.result_noun(call)
    result = describe_result(signature.returns, noun, _when(call))
    gap = [] if len(lines) > 1 else [""]
    lines += [*gap, f"@returns {sentence(result)}"] if result else gap
    return _escaped([*lines, *_call_example(subject, call)])


def comment(lines: list[str], indent: str, end: str) -> str:
    """The whole comment with the declaration's indentation and the file's line end, ready to insert above it."""
    body = [f"{indent} * {line}".rstrip() for line in lines]
    return end.join([f"{indent}/**", *body, f"{indent} */", ""])


def _parameters(call: Call) -> list[str]:
    """The ``@param`` lines with the empty line above them; none if there are no parameters."""
    nameless = [one for one in call.signature.parameters if is_nameless(one) and not one.parts]
    lines = []
    for one in call.signature.parameters:
        place = _ORDINALS[nameless.index(one)] if one in nameless[:5] and len(nameless) > 1 else ""
        said = describe_parameter(one, doc_calls.role_of(call, one), place)
        lines.append(f"@param {one.name} - {sentence(said)}")
    return ["", *lines] if lines else []


def _when(call: Call) -> str:
    asked = doc_calls.predicate(call)
    if asked:
        return asked
    return "it succeeded" if call.verb else "it holds"


def _arguments(signature: Signature) -> str:
    return ", ".join(_argument(one) for one in signature.parameters if not one.optional)


def _argument(one: Parameter) -> str:
    if one.parts:
        return f"{{ {', '.join(one.parts)} }}"
    return f"...{one.name}" if one.rest else one.name


def _call_example(subject: Subject, call: Call) -> list[str]:
    kind, promised = unpromised(call.signature.returns)
    owner = subject.owner or ""
    receiver = owner if subject.static or not owner else owner[:1].lower() + owner[1:]
    dot = "" if subject.name.startswith("[") or not receiver else "."
    line = f"{'await ' if promised else ''}{receiver}{dot}{subject.name}({_arguments(call.signature)});"
    if kind not in ("void", "undefined", "never") and not kind.startswith("asserts "):
        line = f"const {_variable(subject, call, kind)} = {line}"
    return ["@example", "```ts", line, "```"]


def _class_example(name: str, signature: Signature) -> list[str]:
    line = f"const {name[:1].lower()}{name[1:]} = new {name}({_arguments(signature)});"
    return ["@example", "```ts", line, "```"]


def _variable(subject: Subject, call: Call, kind: str) -> str:
    """A name for the result that differs from the arguments' names and the function's own."""
    if kind == "boolean" or re.fullmatch(r"\w+ is .+", kind):
        wanted = "ok"
    else:
        noun = doc_calls.result_noun(call)
        noun = english.plural(noun) if element_type(call.result) is not None else noun
        parts = [one for one in noun.split(" ") if one.isalnum()]
        wanted = (parts[0].lower() if parts else "result") + "".join(one.capitalize() for one in parts[1:])
    taken = {one.name for one in call.signature.parameters} | {subject.name} | RESERVED
    taken |= {part for one in call.signature.parameters for part in one.parts}
    owner = subject.owner or ""
    taken |= {owner[:1].lower() + owner[1:]}
    return "result" if wanted in taken or not wanted[:1].isalpha() else wanted


def _escaped(lines: list[str]) -> list[str]:
    """A comment must not end early, whatever the text of a type contains."""
    return [line.replace("*/", "*\\/") for line in lines]
