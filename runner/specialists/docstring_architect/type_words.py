"""What a type means, in English, for the ``@param`` and ``@returns`` lines of doc comments."""

from __future__ import annotations

import re

from runner.specialists.docstring_architect.english import listed, phrase, plural, with_article
from runner.specialists.kit.signatures import Parameter, parse_callable, split_top

_LONGEST = 60
_NOTHING = frozenset({"null", "undefined", "void"})
_SILENT = frozenset({"void", "undefined", "never", "Promise<void>", "Promise<undefined>", "asserts"})
_KNOWN = {
    "db": "the database connection",
    "now": "the current time",
    "id": "the identifier",
    "fn": "the function to call",
    "cb": "the callback",
    "callback": "the function to call back",
    "opts": "the options",
    "options": "the options",
    "params": "the parameters",
    "args": "the arguments",
    "req": "the request",
    "res": "the response",
    "ctx": "the context",
    "env": "the environment's bindings",
    "err": "the error",
    "msg": "the message",
    "el": "the element",
    "idx": "the index",
    "len": "the length",
    "num": "the number",
    "str": "the text",
    "obj": "the object",
    "arr": "the list",
    "val": "the value",
    "def": "the definition",
    "input": "the input",
    "from": "where to start",
    "to": "where to end",
    "next": "what comes next",
    "raw": "the raw form",
}


def code(type_text: str) -> str:
    """The type as a code span. One that is too long to read is cut after its head."""
    short = " ".join(type_text.split())
    if len(short) > _LONGEST:
        head = re.match(r"[\w.$]+(?=<)", short)
        short = f"{head.group()}<…>" if head else f"{short[: _LONGEST - 1]}…"
    return f"`` {short} ``" if "`" in short else f"`{short}`"


def unpromised(type_text: str) -> tuple[str, bool]:
    """``Promise<T>`` → (T, True); anything else → (itself, False)."""
    if type_text.startswith("Promise<") and type_text.endswith(">"):
        return type_text[len("Promise<") : -1].strip(), True
    return type_text, False


def without_nothing(type_text: str) -> tuple[str, str]:
    """``A | null`` → (A, "null"). The second is empty if the type always has a value."""
    parts = [part for part in split_top(type_text, "|") if part]
    left = [part for part in parts if part not in _NOTHING]
    gone = [part for part in parts if part in _NOTHING]
    return (" | ".join(left), " or ".join(f"`{one}`" for one in gone)) if left and gone else (type_text, "")


def element_type(type_text: str) -> str | None:
    """The element of an array type; None for anything else."""
    text = type_text.removeprefix("readonly ")
    if text.endswith("[]"):
        return text[:-2].strip("()") if text.startswith("(") else text[:-2]
    found = re.fullmatch(r"(?:Readonly)?(?:Array|Set|Iterable|AsyncIterable)<(.*)>", text)
    return found.group(1) if found else None


def literals(type_text: str) -> list[str]:
    """The members of a union of literals; empty for any other type."""
    parts = split_top(type_text, "|")
    return parts if len(parts) > 1 and all(re.fullmatch(r"'.*'|\".*\"|-?\d+", part) for part in parts) else []


def meaning(type_text: str) -> str:
    """A noun phrase for the values of a type; empty if the type says nothing (``string``, ``any``)."""
    text = " ".join(type_text.split())
    if text in ("string", "any", "unknown", "object", "{}"):
        return ""
    simple = {"number": "a number", "boolean": "`true` or `false`", "bigint": "a big integer", "symbol": "a symbol"}
    if text in simple:
        return simple[text]
    chosen = literals(text)
    if chosen:
        shown = [f"`{one}`" for one in chosen[:5]]
        return f"one of {', '.join(shown)} and others" if chosen[5:] else f"one of {listed(shown, 'or')}"
    element = element_type(text)
    if element is not None:
        return f"a list of {code(element)}"
    if parse_callable(f"const f: {text}") is not None:
        return "a function"
    if text.startswith("{"):
        fields = [re.split(r"[?:(]", part)[0].strip() for part in split_top(text[1:-1], ";")]
        named = [f"`{one.removeprefix('readonly ')}`" for one in fields if one and not one.startswith("[")]
        if not named:
            return "an object"
        return f"an object with {', '.join(named[:4])} and more" if named[4:] else f"an object with {listed(named)}"
    if re.match(r"-?\d|['\"]|true$|false$", text):
        return code(text)
    return with_article(code(text))


def noun(parameter: Parameter) -> str:
    """What prose calls a parameter: ``the order lines``; its type decides if the name is too short to mean anything."""
    if parameter.name in _KNOWN:
        return _KNOWN[parameter.name]
    if is_nameless(parameter):
        head = re.match(r"[A-Z]\w+", without_nothing(parameter.type)[0])
        return f"the {phrase(head.group())}" if head else "the value"
    return f"the {phrase(parameter.name)}"


def is_nameless(parameter: Parameter) -> bool:
    return bool(re.fullmatch(r".|(param|arg|_)\w?\d*", parameter.name))


def describe_parameter(parameter: Parameter, role: str = "", place: str = "") -> str:
    """The text after ``@param name -``. ``role`` ends "the text …": "to truncate". ``place`` is "first", "second"."""
    kind, nothing = without_nothing(parameter.type)
    if parameter.parts:
        base = f"an object with {listed([f'`{part}`' for part in parameter.parts])}"
    elif kind == "boolean" and not is_nameless(parameter):
        base = f"whether {phrase(parameter.name)} applies"
    elif is_nameless(parameter) and place:
        named = re.fullmatch(r"[A-Z]\w*", kind)
        base = f"the {place} {code(kind) if named else 'value'}"
    elif phrase(kind) == phrase(parameter.name) and re.fullmatch(r"\w+", kind):
        base = f"the {code(kind)} {role or 'to use'}"
    elif role and kind == "string":
        base = f"{noun(parameter)} {role}"
    else:
        means = meaning(kind) or ("a string" if kind == "string" else "a value of any type")
        base = f"{noun(parameter)}{f' {role}' if role else ''}, {means}"
    base += "; any number of them" if parameter.rest else ""
    base += f", or {nothing} for none" if nothing else ""
    return base + ("; optional" if parameter.optional else "")


def describe_result(type_text: str, what: str, when: str = "it succeeded") -> str:
    """The text after ``@returns``; empty if there is nothing to say.

    ``what`` names the result ("product"). ``when`` says what ``true`` means for a boolean result.
    """
    text, promised = unpromised(" ".join(type_text.split()))
    if type_text in _SILENT or text in _SILENT or text.startswith("asserts "):
        return ""
    predicate = re.fullmatch(r"(\w+) is (.+)", text)
    kind, nothing = without_nothing(text)
    if predicate:
        said = f"`true` when `{predicate.group(1)}` is {with_article(code(predicate.group(2)))}, `false` otherwise"
    elif kind == "boolean":
        said = f"`true` when {when}, `false` otherwise"
    elif element_type(kind) is not None:
        said = f"the {plural(what)}, {meaning(kind)}"
    elif phrase(kind) == what and re.fullmatch(r"\w+", kind):
        said = f"the {code(kind)}"
    else:
        means = meaning(kind) or ("a string" if kind == "string" else "a value of any type")
        said = f"the {what}, {means}"
    said += f", or {nothing} when there is none" if nothing else ""
    return f"a promise of {said}" if promised else said
