"""Every kind of edit, judged warm: the same errors in the same places as a cold compiler finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.checker.native.server import Files, Server, lines
from tests.checker.native.tree import FILES

SHAPE = FILES["src/shape.ts"]
STATE = FILES["src/state.ts"]
MIDDLE = FILES["src/middle.ts"]


def replaced(file: str, *pairs: tuple[str, str]) -> Files:
    text = FILES[file]
    for old, new in pairs:
        assert old in text, f"{old!r} is not in {file}"
        text = text.replace(old, new)
    return {file: text}


EDITS: dict[str, tuple[str, Files]] = {
    # what a function's body says is hidden where the function says what it returns
    "a hidden body": (
        "shape",
        replaced("src/shape.ts", ("const name = shape.name;", "const name = shape.name + '!';")),
    ),
    "a hidden body with an error": ("", replaced("src/shape.ts", ("return name.length", "return name"))),
    "a hidden body with a local of another type": (
        "shape",
        replaced("src/middle.ts", ("return found +", "return found * 2 +")),
    ),
    "a body that decides the inferred return type": (
        "closure",
        replaced("src/shape.ts", ("return flag ? 1 : 2", "return flag ? 1 : 3")),
    ),
    "a body that makes literals widen less": (
        "closure",
        replaced("src/shape.ts", ("return flag ? 1 : 2", "return flag ? 1 as const : 2 as const")),
    ),
    "an inferred predicate that is lost": (
        "",
        replaced(
            "src/shape.ts", ("=> typeof value === 'string';", "=> typeof value === 'string' && value.length > 0;")
        ),
    ),
    "a constructor that decides a property's type": (
        "",
        replaced("src/state.ts", ("this.total = start", "this.total = 'a'")),
    ),
    "a method's hidden body": ("shape", replaced("src/state.ts", ("this.count += step", "this.count -= step"))),
    "a hidden body that assigns a captured variable no more": (
        "",
        replaced("src/state.ts", ("{ current = text; }", "{ void text; }")),
    ),
    "a hidden body that starts to assign a captured variable": (
        "",
        replaced("src/state.ts", ("this.count += step;", "this.count += step; current = undefined;")),
    ),
    # annotations
    "never that is no longer announced": (
        "",
        replaced(
            "src/shape.ts", ("fail: (message: string) => never = (message) =>", "fail = (message: string): never =>")
        ),
    ),
    "an assertion that asserts no more": ("", replaced("src/shape.ts", ("asserts value is string", "void"))),
    "a parameter of another type": ("", replaced("src/shape.ts", ("size(shape: Shape)", "size(shape: string)"))),
    "a field that became necessary": ("", replaced("src/shape.ts", ("area?: number", "area: number"))),
    "a field of another type": ("", replaced("src/shape.ts", ("area?: number", "area?: string"))),
    "a constant that is as const no more": ("", replaced("src/shape.ts", (" as const;", ";"))),
    "an enum with one more member": ("", replaced("src/shape.ts", ("Red, Green", "Red, Green, Blue"))),
    "a unique symbol that is any symbol": ("", replaced("src/shape.ts", ("key = Symbol", "key: symbol = Symbol"))),
    "a function's own property of another type": (
        "",
        replaced("src/state.ts", ("tag.version = 1", "tag.version = '1'")),
    ),
    "a class expression": ("", replaced("src/state.ts", ("return 1; } }", "return 'one'; } }"))),
    "a private member": ("", replaced("src/state.ts", ("private count", "count"))),
    # names
    "a new export that a namespace import counts": ("", {"src/shape.ts": SHAPE + "export const extra = 1;\n"}),
    "a new export that nobody says": ("shape", {"src/state.ts": STATE + "export const extra = 1;\n"}),
    "a new local": (
        "",
        {"src/state.ts": STATE + "const extra = () => 1;\nvoid extra;\n".replace("void extra;\n", "")},
    ),
    "a new export with a name that another file says": ("", {"src/middle.ts": MIDDLE + "export const seen = 1;\n"}),
    "a new export that shadows a global": ("", {"src/shape.ts": SHAPE + "export class Error { text = 1 }\n"}),
    "a new overload": (
        "",
        replaced(
            "src/shape.ts",
            (
                "export function pick(flag: boolean)",
                "export function pick(flag: 1): 1;\nexport function pick(flag: boolean)",
            ),
        ),
    ),
    "a renamed export": ("", replaced("src/shape.ts", ("function size", "function length"))),
    "a removed export": ("", replaced("src/state.ts", ("export const read", "const read"))),
    "export * that is gone": ("", replaced("src/middle.ts", ("export * from './shape';\n", ""))),
    # global scope and augmentations
    "declare global appears": (
        "whole",
        {"src/far.ts": FILES["src/far.ts"] + "declare global { interface Window2 { far: 1 } }\n"},
    ),
    "a global file": ("whole", replaced("src/globals.d.ts", ("width: number", "width: string"))),
    "a module that a global file imports": (
        "whole",
        replaced("src/declared.ts", ("{ width: number }", "{ width: string }")),
    ),
    "an augmentation": ("whole", replaced("src/grown.ts", ("tall: number", "tall: string"))),
    "an augmentation that is gone": (
        "whole",
        replaced("src/grown.ts", ("declare module './shape' { interface Shape { grown?: Grown } }\n", "")),
    ),
    "a module becomes a script": ("whole", {"src/old.ts": "const old: string = 1;\n"}),
    "a reference to a file": (
        "whole",
        {"src/old.ts": '/// <reference path="./globals.d.ts" />\nexport const old = 1;\n'},
    ),
    # files
    "a created file": (
        "whole",
        {"src/new.ts": "import { size } from './shape';\nexport const n: string = size({ name: '' });\n"},
    ),
    "a created file that shadows another": ("whole", {"src/shape/index.ts": "export {};\n", "src/shape.ts": None}),
    "a deleted file": ("whole", {"src/state.ts": None}),
    "a renamed file": ("whole", {"src/state.ts": None, "src/status.ts": STATE}),
    "the configuration": (
        "whole",
        {"tsconfig.json": FILES["tsconfig.json"].replace('"strict": true', '"strict": false')},
    ),
    "a configuration with nothing in it": (
        "whole",
        {"tsconfig.json": FILES["tsconfig.json"].replace('"src"', '"nowhere"')},
    ),
    "a package.json": ("whole", {"src/package.json": '{"type": "module"}'}),
    "a page beside source": (
        "shape",
        {"README.md": "# New\n", **replaced("src/shape.ts", ("name.length", "name.length + 1"))},
    ),
    # syntax
    "a syntax error": ("whole", {"src/old.ts": "export const old: string = ;\n"}),
    "an import in a block": (
        "whole",
        {"src/old.ts": "{ export { a } from './nowhere'; }\nexport const old: string = 1;\n"},
    ),
    "an old error that goes": ("closure", {"src/old.ts": "export const old: string = '1';\n"}),
    "an old error that moves": ("", {"src/old.ts": "\n\nexport const old: string = 1;\n"}),
    "three files at once": (
        "",
        {
            **replaced("src/shape.ts", ("area?: number", "area?: string")),
            **replaced("src/far.ts", ("wide: number", "wide: string")),
            "src/old.ts": "export {};\n",
        },
    ),
    "a ring": ("importers", replaced("src/ring-a.ts", ("(depth: number): number =>", "(depth: number) =>"))),
}


@pytest.fixture(scope="module")
def opened(serve: Callable[[Files], Server]) -> tuple[Server, dict[str, Any]]:
    server = serve(FILES)
    return server, server.open()


@pytest.mark.parametrize("name", EDITS)
def test_a_warm_judgement_finds_what_a_cold_compiler_finds(opened: tuple[Server, dict[str, Any]], name: str) -> None:
    server, base = opened
    way, edit = EDITS[name]
    ways, warm = server.judge(base, edit)
    cold = server.cold(edit)
    assert lines(warm) == lines(cold)
    assert warm["files"] == cold["files"]
    assert way in ("", ways[-1]), ways
