"""Small projects and edits of them that a shortcut gets wrong easily."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.checker.classic.driving import Files, tsconfig


@dataclass(frozen=True, slots=True)
class Mutation:
    name: str
    files: Files
    steps: tuple[Files, ...]
    hows: tuple[str, ...] = field(default=())  # how the adapter must have found out; empty: any way

    @property
    def tree(self) -> Files:
        return {"tsconfig.json": tsconfig(), **self.files}


HUB = "export interface Size { width: number }\nexport const size = (): Size => ({ width: 1 });\n"
USER = "import { size } from './hub';\nexport const wide: number = size().width;\n"
FAR = "import { wide } from './user';\nexport const doubled: number = wide * 2;\n"
THREE = {"src/hub.ts": HUB, "src/user.ts": USER, "src/far.ts": FAR}

WITHIN = (
    Mutation("a comment", THREE, ({"src/hub.ts": f"// new\n{HUB}"},), ("shape",)),
    Mutation("a doc comment", THREE, ({"src/hub.ts": f"/** new */\n{HUB}"},), ("shape",)),
    Mutation("a body", THREE, ({"src/hub.ts": HUB.replace("width: 1", "width: 2 + 3")},), ("shape",)),
    Mutation("an error of its own", THREE, ({"src/hub.ts": HUB.replace("width: 1", "width: ''")},)),
    Mutation("a syntax error", THREE, ({"src/hub.ts": HUB + "const = 1;\n"},)),
    Mutation("a new export", THREE, ({"src/hub.ts": HUB + "export const more = 1;\n"},), ("shape",)),
    Mutation(
        "a new type beside",
        THREE,
        ({"src/hub.ts": HUB + "interface More { a: 1 }\nexport const m: More = { a: 1 };\n"},),
    ),
    Mutation(
        "a member that declarations leave out",
        {
            **THREE,
            "tsconfig.json": tsconfig({"stripInternal": True}),
            "src/hub.ts": HUB.replace("width", "/** @internal */ width"),
        },
        (
            {"src/hub.ts": HUB.replace("width", "/** @internal */ width") + "// new\n"},
            {"src/hub.ts": HUB.replace("width: number", "/** @internal */ width: string").replace("1", "''")},
        ),
        ("shape", "closure"),
    ),
    Mutation("a renamed export", THREE, ({"src/hub.ts": HUB.replace("const size", "const sizes")},)),
    Mutation(
        "a changed interface, three steps",
        THREE,
        ({"src/hub.ts": HUB.replace("width: number }", "width: string }").replace("1", "''")},),
    ),
    Mutation(
        "an inferred type that passes through",
        {**THREE, "src/user.ts": "import { size } from './hub';\nexport const wide = size().width;\n"},
        ({"src/hub.ts": HUB.replace("width: number }", "width: string }").replace("1", "''")},),
    ),
    Mutation(
        "a new export that hides a global type",
        {
            "src/hub.ts": "export const made = (): Date => null!;\n",
            "src/user.ts": "import { made } from './hub';\nexport const time: number = made().getTime();\n",
        },
        ({"src/hub.ts": "export const made = (): Date => null!;\nexport interface Date { day: 1 }\n"},),
    ),
    Mutation(
        "a local type that hides a global one in a private member",
        {
            "src/hub.ts": "export class Box<T> { private list!: Array<T>; }\n",
            "src/user.ts": (
                "import { Box } from './hub';\nexport const b: Box<string | number> = null! as Box<string>;\n"
            ),
        },
        (
            {
                "src/hub.ts": (
                    "class Array<T> { f!: (t: T) => void; g!: T }\nexport class Box<T> { private list!: Array<T>; }\n"
                ),
            },
        ),
    ),
    Mutation(
        "a private member that turns the variance round",
        {
            "src/hub.ts": "export class Box<T> { private held!: T; }\n",
            "src/user.ts": (
                "import { Box } from './hub';\nexport const b: Box<string | number> = null! as Box<string>;\n"
            ),
        },
        ({"src/hub.ts": "export class Box<T> { private held!: (t: T) => void; }\n"},),
    ),
    Mutation(
        "a #private member that turns the variance round",
        {
            "src/hub.ts": "export class Box<T> { #held!: T; get() { return this.#held !== null; } }\n",
            "src/user.ts": (
                "import { Box } from './hub';\nexport const b: Box<string | number> = null! as Box<string>;\n"
            ),
        },
        ({"src/hub.ts": "export class Box<T> { #held!: (t: T) => void; get() { return this.#held !== null; } }\n"},),
    ),
    Mutation(
        "an annotation that control flow needs",
        {
            "src/hub.ts": "export const fail: (m: string) => never = (m) => { throw m; };\n",
            "src/user.ts": (
                "import { fail } from './hub';\n"
                "export function f(x?: string): number { if (!x) { fail(''); } return x.length; }\n"
            ),
        },
        ({"src/hub.ts": "export const fail = (m: string): never => { throw m; };\n"},),
    ),
    Mutation(
        "an assertion function that asserts something else",
        {
            "src/hub.ts": "export function check(x: unknown): asserts x is string {}\n",
            "src/user.ts": (
                "import { check } from './hub';\nexport const f = (x: unknown): string => { check(x); return x; };\n"
            ),
        },
        ({"src/hub.ts": "export function check(x: unknown): asserts x is number {}\n"},),
    ),
    Mutation(
        "declare global lost",
        {
            "src/hub.ts": "export {};\ndeclare global { interface Extra { a: 1 } }\n",
            "src/user.ts": "export const e: Extra = { a: 1 };\n",
        },
        ({"src/hub.ts": "export {};\n"},),
        ("whole",),
    ),
    Mutation(
        "declare global gained",
        {"src/hub.ts": "export {};\n", "src/user.ts": "export const e: Extra = { a: 1 };\n"},
        ({"src/hub.ts": "export {};\ndeclare global { interface Extra { a: 1 } }\n"},),
        ("whole",),
    ),
    Mutation(
        "a script becomes a module and back",
        {"src/hub.ts": "interface Extra { a: 1 }\n", "src/user.ts": "export const e: Extra = { a: 1 };\n"},
        ({"src/hub.ts": "export interface Extra { a: 1 }\n"}, {"src/hub.ts": "interface Extra { a: 2 }\n"}),
    ),
    Mutation("a deleted hub", THREE, ({"src/hub.ts": None},)),
    Mutation(
        "a deleted augmentation",
        {
            **THREE,
            "src/more.ts": "import './hub';\ndeclare module './hub' { interface Size { height?: number } }\n",
            "src/tall.ts": "import { size } from './hub';\nexport const tall = size().height;\n",
        },
        ({"src/more.ts": None}, {"src/more.ts": "import './hub';\n"}),
    ),
    Mutation(
        "a type behind an augmentation",
        {
            "src/hub.ts": "export interface Size { width: number }\n",
            "src/kind.ts": "export type Kind = 'a';\n",
            "src/more.ts": (
                "import type { Kind } from './kind';\ndeclare module './hub' { interface Size { kind: Kind } }\n"
            ),
            "src/user.ts": "import type { Size } from './hub';\nexport const s: Size = { width: 1, kind: 'a' };\n",
        },
        (
            {"src/kind.ts": "export type Kind = 'b';\n"},
            {"src/kind.ts": "export type Kind = 'a';\nexport const more = 1;\n"},
        ),
    ),
    Mutation(
        "a type behind a global",
        {
            "src/kind.ts": "export type Kind = 'a';\n",
            "types/all.d.ts": "type Every = import('../src/kind').Kind;\n",
            "src/user.ts": "export const s: Every = 'a';\n",
        },
        ({"src/kind.ts": "export type Kind = 'b';\n"},),
    ),
    Mutation(
        "an ambient module",
        {
            "types/styles.d.ts": "declare module '*.css' { const text: string; export default text; }\n",
            "src/user.ts": "import text from './a.css';\nexport const s: string = text;\n",
        },
        (
            {"types/styles.d.ts": "declare module '*.css' { const text: number; export default text; }\n"},
            {"types/styles.d.ts": None},
        ),
    ),
)
