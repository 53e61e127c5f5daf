"""The text of a generated Vitest file, from the observations of a module. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ONE_BY_ONE = 12
_KEYS = 24


@dataclass(frozen=True, slots=True)
class About:
    """What the header says, and how the module is imported."""

    module: str
    specifier: str
    task_id: str
    order_id: str
    quote: str = "'"


def render(about: About, exports: Mapping[str, Mapping[str, Any]], *, details: bool = True) -> str | None:
    r"""The whole file, with ``\n`` line ends; None for a module about which nothing can be asserted.

    ``exports`` are as ``observe_modules.mjs`` reports them. Without ``details``, only names, kinds and arities are
    asserted.
    """
    named = {name: one for name, one in sorted(exports.items()) if _NAME.fullmatch(name)}
    if not named:
        return None
    write = _Writer(about.quote)
    callables = {name: one for name, one in named.items() if one["kind"] == "function"}
    blocks = [_exports_block(write, named, details)]
    if len(callables) > _ONE_BY_ONE:
        blocks.append(_arity_table(write, callables))
    for name, one in named.items():
        if name not in callables or len(callables) <= _ONE_BY_ONE:
            blocks += _blocks_of(write, name, one, details)
        elif details:
            blocks += _answers_block(write, name, one)
    quoted = write.value
    head = [
        f"// Written by test-fabricator for task {about.task_id} of order {about.order_id}.",
        f"// It pins down what {about.module} exports and answers, so that a change of either is seen.",
        f"import {{ describe, expect, it }} from {quoted('vitest')};",
        f"import * as subject from {quoted(about.specifier)};",
        "",
        f"describe({quoted(about.module)}, () => {{",
    ]
    return "\n".join([*head, "\n\n".join(blocks), "});", ""])


def public_only(exports: Mapping[str, Mapping[str, Any]], source: str) -> dict[str, dict[str, Any]]:
    """Without the methods that the module's text calls private or protected: nobody may rely on those."""
    kept = {name: dict(one) for name, one in exports.items()}
    for one in kept.values():
        if "methods" in one:
            one["methods"] = [method for method in one["methods"] if not _is_hidden(method, source)]
    return kept


def _is_hidden(method: str, source: str) -> bool:
    words = r"(?:(?:static|async|override|readonly)\s+)*\*?\s*"
    return re.search(rf"\b(?:private|protected)\s+{words}{re.escape(method)}\b", source) is not None


class _Writer:
    """Values as TypeScript, with the project's quotes."""

    def __init__(self, quote: str) -> None:
        self._quote = quote

    def value(self, value: Any) -> str:
        if isinstance(value, str):
            inner = (
                json.dumps(value, ensure_ascii=False)[1:-1].replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
            )
            if self._quote != "'":
                return f'"{inner}"'
            turned = inner.replace('\\"', '"').replace("'", "\\'")
            return f"'{turned}'"
        if isinstance(value, list):
            return f"[{', '.join(self.value(one) for one in value)}]"
        if isinstance(value, dict):
            if not value:
                return "{}"
            return f"{{ {', '.join(f'{self.key(name)}: {self.value(one)}' for name, one in value.items())} }}"
        return json.dumps(value)

    def key(self, name: str) -> str:
        return name if _NAME.fullmatch(name) else self.value(name)

    def test(self, title: str, lines: list[str]) -> str:
        body = "\n".join(f"    {line}" for line in lines)
        return f"  it({self.value(title)}, () => {{\n{body}\n  }});"


def _exports_block(write: _Writer, named: Mapping[str, Mapping[str, Any]], exactly: bool) -> str:
    names = "".join(f"\n      {write.value(name)}," for name in named)
    one_line = write.value(list(named))
    shown = one_line if len(one_line) < 70 else f"[{names}\n    ]"
    wanted = f".sort()).toEqual({shown});" if exactly else f").toEqual(expect.arrayContaining({shown}));"
    return write.test("exports what other modules import", [f"expect(Object.keys(subject){wanted}"])


def _arity_table(write: _Writer, callables: Mapping[str, Mapping[str, Any]]) -> str:
    rows = "".join(f"\n    [{write.value(name)}, {one['arity']}]," for name, one in callables.items())
    return (
        f"  it.each([{rows}\n  ] as const)({write.value('%s is a function of its parameters')}, (name, arity) => {{\n"
        f"    expect(subject[name]).toBeTypeOf({write.value('function')});\n"
        f"    expect(subject[name].length).toBe(arity);\n  }});"
    )


def _blocks_of(write: _Writer, name: str, one: Mapping[str, Any], details: bool) -> list[str]:
    here, kind = f"subject.{name}", one["kind"]
    if kind in ("function", "class"):
        what = "a class whose constructor takes" if kind == "class" else "a function of"
        count = f"{one['arity']} parameter{'' if one['arity'] == 1 else 's'}"
        lines = [
            f"expect({here}).toBeTypeOf({write.value('function')});",
            f"expect({here}.length).toBe({one['arity']});",
        ]
        blocks = [write.test(f"{name} is {what} {count}", lines)]
        if details and one.get("methods"):
            own = f"Object.getOwnPropertyNames({here}.prototype)"
            wanted = write.value(sorted(one["methods"])[:_KEYS])
            blocks.append(
                write.test(f"{name} has its methods", [f"expect({own}).toEqual(expect.arrayContaining({wanted}));"])
            )
        return blocks + (_answers_block(write, name, one) if details else [])
    return [_value_block(write, name, one, details)]


def _answers_block(write: _Writer, name: str, one: Mapping[str, Any]) -> list[str]:
    lines = []
    for told in one.get("answers") or ():
        call = f"subject.{name}({', '.join(write.value(argument) for argument in told['args'])})"
        if told.get("throws"):
            lines.append(f"expect(() => {call}).toThrow();")
        elif told.get("undefined"):
            lines.append(f"expect({call}).toBeUndefined();")
        else:
            how = "toEqual" if isinstance(told["value"], list | dict) else "toBe"
            lines.append(f"expect({call}).{how}({write.value(told['value'])});")
    return [write.test(f"{name} answers as it did when this was written", lines)] if lines else []


def _value_block(write: _Writer, name: str, one: Mapping[str, Any], details: bool) -> str:
    here, kind = f"subject.{name}", one["kind"]
    is_object = f"expect({here}).toBeTypeOf({write.value('object')});"
    if kind == "schema" and details:
        does = "accepts" if one["accepts"] else "does not accept"
        return write.test(
            f"{name} {does} undefined",
            [f"expect({here}.safeParse(undefined).success).toBe({write.value(one['accepts'])});"],
        )
    if kind == "routes" and details and one["routes"]:
        routes = "".join(f"\n      {write.value(route)}," for route in one["routes"])
        told = f"expect({here}.routes.map((route) => `${{route.method}} ${{route.path}}`)).toEqual([{routes}\n    ]);"
        return write.test(f"{name} serves its routes", [told])
    if kind == "array":
        length = [f"expect({here}).toHaveLength({one['length']});"] if details else []
        return write.test(f"{name} is a list", [f"expect(Array.isArray({here})).toBe(true);", *length])
    if kind == "null":
        return write.test(f"{name} is null", [f"expect({here}).toBeNull();"])
    if kind in ("object", "schema", "routes"):
        keys = one.get("keys") or []
        if details and keys and len(keys) <= _KEYS:
            wanted = write.value(sorted(keys))
            return write.test(f"{name} has its keys", [f"expect(Object.keys({here}).sort()).toEqual({wanted});"])
        return write.test(f"{name} is an object", [is_object, f"expect({here}).not.toBeNull();"])
    if details and "value" in one:
        return write.test(f"{name} keeps its value", [f"expect({here}).toBe({write.value(one['value'])});"])
    return write.test(f"{name} is a {kind}", [f"expect({here}).toBeTypeOf({write.value(kind)});"])
