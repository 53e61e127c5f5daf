"""Attacks on the cut at the edited file: what another file can see although it seems hidden or new."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.checker.native.server import Files, Server, lines

OPTIONS = {
    "strict": True,
    "noEmit": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2022",
    "lib": ["es2022"],
    "types": [],
    "skipLibCheck": True,
}
CONFIG = {
    "tsconfig.json": json.dumps({"compilerOptions": OPTIONS, "include": ["*.ts"]}),
    "globals.d.ts": "declare const name: string;\n",
}

MAKER = """\
export function make(start?: string) {
  if (!start) start = 'x';
  const set = (): void => { BODY };
  return { set, get: () => start };
}
"""

# name: the edited file before and after, the other file, and whether the edit is one that nobody can see
ATTACKS: dict[str, tuple[str, str, str, bool]] = {
    "a function that is called on the spot throws": (
        "let v: string | number = 1;\n(function (): void { v = 'a'; })();\nexport const seen = v;\n",
        "let v: string | number = 1;\n(function (): void { v = 'a'; throw 1; })();\nexport const seen = v;\n",
        "import { seen } from './e';\nexport const n: string = seen;\n",
        False,
    ),
    "a hidden body gives a function a property": (
        "export function f(): void {}\nf.a = 1;\nexport function g(): void { void f; }\n",
        "export function f(): void {}\nf.a = 1;\nexport function g(): void { f.a = 2; void f; }\n",
        "import { f } from './e';\nexport const n: number = f.a;\n",
        False,
    ),
    "a hidden body ends the narrowing of a captured variable": (
        MAKER.replace("BODY", "void start;"),
        MAKER.replace("BODY", "start = undefined;"),
        "import { make } from './e';\nexport const n: string = make().get();\n",
        False,
    ),
    "a constructor decides a property": (
        "export class C { a; constructor(n: number) { this.a = n; } }\n",
        "export class C { a; constructor(n: number) { this.a = String(n); } }\n",
        "import { C } from './e';\nexport const n: number = new C(1).a;\n",
        False,
    ),
    "a constructor whose class says its properties": (
        "export class C { a: number; constructor(n: number) { this.a = n; } }\n",
        "export class C { a: number; constructor(n: number) { this.a = n + 1; } }\n",
        "import { C } from './e';\nexport const n: number = new C(1).a;\n",
        True,
    ),
    "a static block decides a property": (
        "export class C { static a; static { this.a = 1; } }\n",
        "export class C { static a; static { this.a = 'a'; } }\n",
        "import { C } from './e';\nexport const n: number = C.a;\n",
        False,
    ),
    "a callback without a return type decides what a generic returns": (
        "const run = <T>(f: () => T): T => f();\nexport const a = run(() => { return 1; });\n",
        "const run = <T>(f: () => T): T => f();\nexport const a = run(() => { return 'a'; });\n",
        "import { a } from './e';\nexport const n: number = a;\n",
        False,
    ),
    "a callback with a return type": (
        "const run = <T>(f: () => T): T => f();\nexport const a = run((): number => { return 1; });\n",
        "const run = <T>(f: () => T): T => f();\nexport const a = run((): number => { return 2; });\n",
        "import { a } from './e';\nexport const n: number = a;\n",
        True,
    ),
    "a pragma changes how the file is read": (
        "export const a = 1;\n",
        "/** @jsx other */\nexport const a = 1;\n",
        "import { a } from './e';\nexport const n: number = a;\n",
        False,
    ),
    "a new name stands where a global was": (
        "export const a = name;\n",
        "export const a = name;\nexport const name = 1;\n",
        "import { a } from './e';\nexport const n: string = a;\n",
        False,
    ),
    "a new statement narrows what follows": (
        "let v: string | number = 'a';\nexport const seen = v;\n",
        "let v: string | number = 'a';\nexport function extra(): void { v = 1; }\nexport const seen = v;\n",
        "import { seen } from './e';\nexport const n: string = seen;\n",
        False,
    ),
    "a new constant before others runs something": (
        "let v: string | number = 'a';\nexport const seen = v;\n",
        "let v: string | number = 'a';\nconst extra = (() => { throw 1; })();\nexport const seen = v;\n",
        "import { seen } from './e';\nexport const n: string = seen;\n",
        False,
    ),
    "a new name in a namespace import": (
        "export const a = 1;\n",
        "export const a = 1;\nexport const extra = 1;\n",
        "import * as e from './e';\nexport const keys: Record<keyof typeof e, 1> = { a: 1 };\n",
        False,
    ),
    "a new name in an import type": (
        "export const a = 1;\n",
        "export const a = 1;\nexport const extra = 1;\n",
        "export const keys: Record<keyof typeof import(\n  /* here */ './e'), 1> = { a: 1 };\n",
        False,
    ),
    "a new name that meets another in a barrel": (
        "export const a = 1;\n",
        "export const a = 1;\nexport const extra = 1;\n",
        "export * from './e';\nexport * from './node_modules/p';\n",
        True,
    ),
    "a name that nobody says goes, with its import": (
        "import type { n } from './other';\nexport const a = 1;\nexport type N = typeof n;\n"
        "export function late(): number { return a; }\n",
        "export const a = 1;\nexport function later(): number { return a + 1; }\n",
        "import { a } from './e';\nexport const n: number = a;\n",
        True,
    ),
    "a name goes that somebody says": (
        "export const a = 1;\nexport type N = number;\n",
        "export const a = 1;\n",
        "import { N } from './e';\nexport const n: N = 1;\n",
        False,
    ),
    "a name goes and a global stands there": (
        "export const a = () => name;\nconst name = 1;\n",
        "export const a = () => name;\n",
        "import { a } from './e';\nexport const n: number = a();\n",
        False,
    ),
    "statements change places": (
        "let v: string | number = 1;\nexport const seen = v;\nv = 'a';\n",
        "let v: string | number = 1;\nv = 'a';\nexport const seen = v;\n",
        "import { seen } from './e';\nexport const n: number = seen;\n",
        False,
    ),
    "a new default export": (
        "export const a = 1;\n",
        "export const a = 1;\nexport default 1;\n",
        "import e from './e';\nexport const n: string = e;\n",
        False,
    ),
    "a new name by which an old error reads otherwise": (
        "export const a = 1;\n",
        "export const a = 1;\nexport const extras = 1;\n",
        "import { extra } from './e';\nexport const n: string = extra;\n",
        True,
    ),
    "a new member of a merged interface": (
        "export interface A { a: 1 }\n",
        "export interface A { a: 1 }\nexport interface A { b: 1 }\n",
        "import { A } from './e';\nexport const a: A = { a: 1 };\n",
        False,
    ),
    "a new overload": (
        "export declare function f(a: string): string;\n",
        "export declare function f(a: 'a'): 1;\nexport declare function f(a: string): string;\n",
        "import { f } from './e';\nexport const a: string = f('a');\n",
        False,
    ),
    "a new import that nobody sees": (
        "export const a = 1;\n",
        "import type { n } from './other';\nexport const a = 1;\nexport type N = typeof n;\n",
        "import { a } from './e';\nexport const n: number = a;\n",
        True,
    ),
    "a body that makes a script a module": (
        "function f(): void {}\n",
        "function f(): void { void import.meta; }\n",
        "f();\n",
        False,
    ),
    "an inferred type stays the same": (
        "export function f(n: number) { return n + 1; }\nexport const g = (n: number) => { return [n]; };\n",
        "export function f(n: number) { const m = n; return m + 2; }\nexport const g = (n: number) => { return [n, n]; };\n",
        "import { f, g } from './e';\nexport const n: number = f(1) + g(1).length;\n",
        True,
    ),
    "an inferred type of a method and of a getter stays the same": (
        "export class C { m(n: number) { return { n }; } get g() { return 'a'.length; } }\n",
        "export class C { m(n: number) { return { n: n + 1 }; } get g() { return 'b'.length; } }\n",
        "import { C } from './e';\nexport const n: number = new C().m(1).n + new C().g;\n",
        True,
    ),
    "a file with a mark, two line ends and characters of two units": (
        "\ufeffexport const s = '😀';\r\nexport function f(): number { return 1 }\nexport const g = () => { return s + '1'; };\n",
        "\ufeffexport const s = '😀';\r\nexport function f(): number { return 2 }\nexport const g = () => { return s + 'é'; };\n",
        "import { f, g } from './e';\nexport const n: number = f();\nexport const t: number = g();\n",
        True,
    ),
    "a documented constant goes and another comes": (
        "export const a = 1;\n/** Says b. */\nexport const b = (n: number): number => n;\n",
        "export const a = 1;\n/** Says c. */\nexport const c = (n: number): number => n;\n",
        "import { a } from './e';\nexport const n: number = a;\n",
        True,
    ),
    "an inferred type becomes another": (
        "export function f(n: number) { return n + 1; }\n",
        "export function f(n: number) { return `${n}`; }\n",
        "import { f } from './e';\nexport const n: number = f(1);\n",
        False,
    ),
    "an inferred literal widens no more": (
        "export function f(n: number) { return n ? 1 : 2; }\n",
        "export function f(n: number) { return n ? (1 as const) : (2 as const); }\n",
        "import { f } from './e';\nlet n = f(1);\nn = 3;\nexport const m = n;\n",
        False,
    ),
    "an inferred predicate is lost": (
        "export function f(v: unknown) { return typeof v === 'string'; }\n",
        "export function f(v: unknown) { return typeof v === 'string' && v.length > 1; }\n",
        "import { f } from './e';\nexport const g = (v: string | number): number => f(v) ? 1 : v;\n",
        False,
    ),
    "an inferred type of the same name from another module": (
        "import { a, b } from './other';\nexport function f() { void b; return a(); }\n",
        "import { a, b } from './other';\nexport function f() { void a; return b(); }\n",
        "class A { x = 1 }\nexport const a = () => new A();\nexport const b = () => { class A { y = 1 } return new A(); };\n",
        False,
    ),
    "an inferred type that the body declares": (
        "export function f() { interface R { a: number } const r: R = { a: 1 }; return r; }\n",
        "export function f() { interface R { a: string } const r: R = { a: '1' }; return r; }\n",
        "import { f } from './e';\nexport const n: number = f().a;\n",
        False,
    ),
    "an inferred type in a ring of modules": (
        "import { g } from './other';\nexport function f(n: number) { void g; return n; }\n",
        "import { g } from './other';\nexport function f(n: number) { return n ? g(n) : n; }\n",
        "import { f } from './e';\nexport function g(n: number) { return f(n) + 1; }\n",
        False,
    ),
    "a callback in a constant's initializer": (
        "export const f = [1].map((n) => { return n + 1; });\n",
        "export const f = [1].map((n) => { return `${n}`; });\n",
        "import { f } from './e';\nexport const n: number[] = f;\n",
        False,
    ),
    "a recursive function without a return type": (
        "export function f(n: number) { return n ? f(n - 1) : 1; }\n",
        "export function f(n: number): number { return n ? f(n - 1) : 1; }\n",
        "import { f } from './e';\nexport const n: number = f(1);\n",
        False,
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_cut_sees_what_another_file_can_see(serve: Callable[[Files], Server], name: str) -> None:
    before, after, other, unseen = ATTACKS[name]
    server = serve(
        {**CONFIG, "e.ts": before, "other.ts": other, "node_modules/p.d.ts": "export declare const extra: 1;\n"}
    )
    base = server.open()
    ways, warm = server.judge(base, {"e.ts": after})
    assert lines(warm) == lines(server.cold({"e.ts": after}))
    assert (ways == ["shape"]) is unseen, ways
