"""Edits that create and delete files, or whose effect passes through other files or settings."""

from __future__ import annotations

from tests.checker.classic.driving import tsconfig
from tests.checker.classic.mutations import HUB, THREE, USER, Mutation

ACROSS = (
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
            "src/user.ts": (
                "import * as all from './all';\n"
                "import { two } from './all';\n"
                "export const n: { one: 1; two: 2 } = all;\n"
                "export const t: 2 = two;\n"
            ),
            "src/keys.ts": (
                "import * as all from './all';\nexport const k: Record<keyof typeof all, 1> = { one: 1, two: 1 };\n"
            ),
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
            "src/user.ts": (
                "import { Fast, Kind } from './hub';\n"
                "export const f = (k: Kind): 1 | 2 => { switch (k) { case Kind.A: return 1; case Kind.B: return 2; } };\n"
                "export const two: Fast.B = Fast.B;\n"
            ),
        },
        (
            {"src/hub.ts": "export enum Kind { A, B, C }\nexport const enum Fast { A = 1, B }\n"},
            {"src/hub.ts": "export enum Kind { A }\nexport const enum Fast { A }\n"},
        ),
    ),
    Mutation(
        "overloads",
        {
            "src/hub.ts": (
                "export function f(a: string): string;\n"
                "export function f(a: number): number;\n"
                "export function f(a: any): any { return a; }\n"
            ),
            "src/user.ts": (
                "import { f } from './hub';\nexport const s: string = f('');\nexport const n: number = f(1);\n"
            ),
        },
        (
            {
                "src/hub.ts": (
                    "export function f(a: string | number): string | number;\n"
                    "export function f(a: string): string;\n"
                    "export function f(a: any): any { return a; }\n"
                ),
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
            "types/jsx.d.ts": (
                "declare namespace JSX { interface IntrinsicElements { div: {} } interface Element {} }\n"
            ),
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
        (
            {"package.json": '{"type": "commonjs"}\n'},
            {"package.json": None},
            {"src/part.ts": "// new\nexport const a = 1;\n"},
        ),
        ("whole", "whole", "shape"),
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
