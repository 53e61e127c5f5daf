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

MUTATIONS = (
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
            "src/user.ts": "import { Box } from './hub';\nexport const b: Box<string | number> = null! as Box<string>;\n",
        },
        (
            {
                "src/hub.ts": "class Array<T> { f!: (t: T) => void; g!: T }\nexport class Box<T> { private list!: Array<T>; }\n"
            },
        ),
    ),
    Mutation(
        "a private member that turns the variance round",
        {
            "src/hub.ts": "export class Box<T> { private held!: T; }\n",
            "src/user.ts": "import { Box } from './hub';\nexport const b: Box<string | number> = null! as Box<string>;\n",
        },
        ({"src/hub.ts": "export class Box<T> { private held!: (t: T) => void; }\n"},),
    ),
    Mutation(
        "a #private member that turns the variance round",
        {
            "src/hub.ts": "export class Box<T> { #held!: T; get() { return this.#held !== null; } }\n",
            "src/user.ts": "import { Box } from './hub';\nexport const b: Box<string | number> = null! as Box<string>;\n",
        },
        ({"src/hub.ts": "export class Box<T> { #held!: (t: T) => void; get() { return this.#held !== null; } }\n"},),
    ),
    Mutation(
        "an annotation that control flow needs",
        {
            "src/hub.ts": "export const fail: (m: string) => never = (m) => { throw m; };\n",
            "src/user.ts": "import { fail } from './hub';\nexport function f(x?: string): number { if (!x) { fail(''); } return x.length; }\n",
        },
        ({"src/hub.ts": "export const fail = (m: string): never => { throw m; };\n"},),
    ),
    Mutation(
        "an assertion function that asserts something else",
        {
            "src/hub.ts": "export function check(x: unknown): asserts x is string {}\n",
            "src/user.ts": "import { check } from './hub';\nexport const f = (x: unknown): string => { check(x); return x; };\n",
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
            "src/more.ts": "import type { Kind } from './kind';\ndeclare module './hub' { interface Size { kind: Kind } }\n",
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
    Mutation(
        "a created file that shadows",
        {
            "src/part/index.ts": "export const a: string = '';\n",
            "src/user.ts": "import { a } from './part';\nexport const s: string = a;\n",
        },
        ({"src/part.ts": "export const a: number = 1;\n"}, {"src/other.ts": "export const bad: string = 1;\n"}),
    ),
    Mutation(
        "a file that was missing",
        {"src/user.ts": "import { a } from './part';\nexport const s: string = a;\n"},
        ({"src/part.ts": "export const a: number = 1;\n"}, {"src/part.d.ts": "export const a: string;\n"}),
    ),
    Mutation(
        "export * that gains a name",
        {
            "src/a.ts": "export const one = 1;\n",
            "src/b.ts": "export const two = 2;\n",
            "src/all.ts": "export * from './a';\nexport * from './b';\n",
            "src/user.ts": "import * as all from './all';\nimport { two } from './all';\nexport const n: { one: 1; two: 2 } = all;\nexport const t: 2 = two;\n",
            "src/keys.ts": "import * as all from './all';\nexport const k: Record<keyof typeof all, 1> = { one: 1, two: 1 };\n",
        },
        (
            {"src/a.ts": "export const one = 1;\nexport const three = 3;\n"},
            {"src/a.ts": "export const one = 1;\nexport const two = 'x';\n"},
            {
                "src/a.ts": "export const one = 1;\nexport const new1 = 3;\n",
                "src/b.ts": "export const two = 2;\nexport const new1 = 3;\n",
            },
            {"src/a.ts": "export const one = 1;\nexport const new2 = 3;\n", "src/all.ts": "export * from './b';\n"},
        ),
    ),
    Mutation(
        "an import that waits for an export",
        {
            "src/hub.ts": "export const one = 1;\n",
            "src/user.ts": "import { two } from './hub';\nexport const t: string = two;\n",
        },
        (
            {"src/hub.ts": "export const one = 1;\nexport const two = 2;\n"},
            {"src/hub.ts": "export const one = 1;\nexport const twoo = 2;\n"},
        ),
    ),
    Mutation(
        "an enum",
        {
            "src/hub.ts": "export enum Kind { A, B }\nexport const enum Fast { A = 1, B }\n",
            "src/user.ts": "import { Fast, Kind } from './hub';\nexport const f = (k: Kind): 1 | 2 => { switch (k) { case Kind.A: return 1; case Kind.B: return 2; } };\nexport const two: Fast.B = Fast.B;\n",
        },
        (
            {"src/hub.ts": "export enum Kind { A, B, C }\nexport const enum Fast { A = 1, B }\n"},
            {"src/hub.ts": "export enum Kind { A }\nexport const enum Fast { A }\n"},
        ),
    ),
    Mutation(
        "overloads",
        {
            "src/hub.ts": "export function f(a: string): string;\nexport function f(a: number): number;\nexport function f(a: any): any { return a; }\n",
            "src/user.ts": "import { f } from './hub';\nexport const s: string = f('');\nexport const n: number = f(1);\n",
        },
        (
            {
                "src/hub.ts": "export function f(a: string | number): string | number;\nexport function f(a: string): string;\nexport function f(a: any): any { return a; }\n"
            },
        ),
    ),
    Mutation(
        "a circle",
        {
            "src/a.ts": "import { b } from './b';\nexport const a = (n: number): number => n ? b(n - 1) : 0;\n",
            "src/b.ts": "import { a } from './a';\nexport const b = (n: number): number => n ? a(n - 1) : 0;\n",
        },
        ({"src/a.ts": "import { b } from './b';\nexport const a = (n: string): number => n ? b(1) : 0;\n"},),
    ),
    Mutation(
        "JSX",
        {
            "tsconfig.json": tsconfig({"jsx": "preserve"}),
            "types/jsx.d.ts": "declare namespace JSX { interface IntrinsicElements { div: {} } interface Element {} }\n",
            "src/part.tsx": "export const Part = (p: { a: string }) => <div />;\n",
            "src/user.tsx": "import { Part } from './part';\nexport const u = <Part a='' />;\n",
        },
        (
            {"src/part.tsx": "export const Part = (p: { a: number }) => <div />;\n"},
            {"src/part.tsx": "export const Part = (p: { a: string }) => <p />;\n"},
        ),
    ),
    Mutation(
        "a JSON import",
        {
            "tsconfig.json": tsconfig({"resolveJsonModule": True}),
            "src/data.json": '{"a": 1}\n',
            "src/user.ts": "import data from './data.json';\nexport const n: number = data.a;\n",
        },
        ({"src/data.json": '{"a": "x"}\n'}, {"src/data.json": '{"b": 1}\n'}, {"src/data.json": None}),
    ),
    Mutation(
        "package.json",
        {
            "tsconfig.json": tsconfig({"module": "nodenext", "moduleResolution": "nodenext"}),
            "package.json": '{"type": "module"}\n',
            "src/part.ts": "export const a = 1;\n",
            "src/user.ts": "import { a } from './part';\nexport const n: number = a;\n",
        },
        ({"package.json": '{"type": "commonjs"}\n'}, {"package.json": None}),
    ),
    Mutation(
        "tsconfig",
        {
            "src/user.ts": "export const f = (a) => a;\n",
            "base.json": tsconfig(),
            "tsconfig.json": '{"extends": "./base.json"}',
        },
        (
            {"base.json": tsconfig({"strict": False})},
            {"tsconfig.json": tsconfig(files=["src/none.ts"])},
            {"base.json": tsconfig({"target": "es1066"})},
        ),
    ),
    Mutation(
        "declarations",
        {
            "tsconfig.json": tsconfig({"declaration": True}),
            "src/hub.ts": "export interface Shown { a: 1 }\nexport const make = (): Shown => ({ a: 1 });\n",
            "src/user.ts": "import { make } from './hub';\nexport const made = make();\n",
        },
        (
            {"src/hub.ts": "interface Shown { a: 1 }\nexport const make = (): Shown => ({ a: 1 });\n"},
            {"src/hub.ts": "declare const key: unique symbol;\nexport const make = () => ({ [key]: 1 });\n"},
            {"src/user.ts": "import { make } from './hub';\nexport const made = class { private a = make(); };\n"},
        ),
    ),
    Mutation(
        "a composite project",
        {"tsconfig.json": tsconfig({"composite": True}), **THREE},
        (
            {"src/hub.ts": HUB.replace("const size", "const sizes")},
            {"src/far.ts": None},
            {"other/a.ts": "export {};\n", "src/far.ts": "import '../other/a';\n"},
        ),
    ),
    Mutation(
        "JavaScript with types in comments",
        {
            "tsconfig.json": tsconfig({"allowJs": True, "checkJs": True, "outDir": "out"}),
            "src/hub.js": "/** @param {number} n @returns {string} */\nexport function f(n) { return String(n); }\n",
            "src/user.js": "import { f } from './hub';\n/** @type {string} */\nexport const s = f(1);\n",
        },
        (
            {"src/hub.js": "/** @param {string} n @returns {string} */\nexport function f(n) { return String(n); }\n"},
            {"src/hub.js": "exports.f = 1;\n"},
        ),
    ),
    Mutation(
        "a reference by its path",
        {
            "src/a.ts": "/// <reference path='../extra/x.d.ts' />\nexport const a: X = 1;\n",
            "extra/x.d.ts": "type X = number;\n",
        },
        ({"extra/x.d.ts": "type X = string;\n"}, {"src/a.ts": "export const a: X = 1;\n"}, {"extra/x.d.ts": None}),
    ),
    Mutation(
        "the same in another layout",
        THREE,
        ({"src/hub.ts": HUB.replace(" ", "  "), "src/user.ts": USER.replace("number", "string")},),
    ),
    Mutation(
        "a moved file",
        THREE,
        (
            {"src/hub.ts": None, "src/core.ts": HUB},
            {"src/hub.ts": None, "src/core.ts": HUB, "src/user.ts": USER.replace("hub", "core")},
        ),
    ),
    Mutation(
        "an old error elsewhere",
        {**THREE, "src/bad.ts": "export const bad: string = 1;\n"},
        ({"src/hub.ts": f"{HUB}export const x = 1;\n"},),
    ),
)
