"""Declarations, their addresses and the text that belongs to them."""

from __future__ import annotations

import pytest

from runner.model.verdict import Refused
from runner.syntax.outline import find_symbol, find_symbols, flat, outline


def listed(text: str, path: str = "a.ts") -> list[tuple[str, str]]:
    return [(each.key, each.kind) for each in flat(outline(text, path))]


def whole(text: str, address: str, path: str = "a.ts") -> str:
    found = find_symbol(text, path, address)
    return text[found.start : found.end]


@pytest.mark.parametrize(
    ("text", "declarations"),
    [
        ("function f() {}", [("f", "function")]),
        ("async function* f() {}", [("f", "function")]),
        ("export default function () {}", [("default", "function")]),
        ("export default class Shop {}", [("Shop", "class")]),
        ("export default { a: 1 };", [("default", "default"), ("default.a", "property")]),
        ("declare function f(): void;", [("f", "function")]),
        ("function f(a: 1): 1;\nfunction f(a) {}", [("f@1", "function"), ("f@2", "function")]),
        ("const a = 1, { b, c: [d], e = 2, ...g } = x;", [(name, "variable") for name in "abdeg"]),
        ("type T = { a: 1 }; interface I { b(): 1; (): 2; new (): 3; [k: string]: 4 }",
         [("T", "type"), ("T.a", "property"), ("I", "interface"), ("I.b", "method"), ("I.<call>", "call"),
          ("I.<new>", "new"), ("I.<index>", "index")]),
        ("interface I {} const I = 1;", [("I@1", "interface"), ("I@2", "variable")]),
        ("enum E { A, B = 1, 'c-d' }", [("E", "enum"), ("E.A", "member"), ("E.B", "member"), ("E.c-d", "member")]),
        ("namespace N.M { export const a = 1; function f() {} }",
         [("N.M", "namespace"), ("N.M.a", "variable"), ("N.M.f", "function")]),
        ("declare module 'x' { interface I {} }", [("x", "namespace"), ("x.I", "interface")]),
        ("declare global { var q: 1 }", [("global", "namespace"), ("global.q", "variable")]),
        ("class C { constructor() {} get a() {} set a(v) {} static #b = 1; 'd e'() {} [x]() {} static {} f = () => 1 }",
         [("C", "class"), ("C.constructor", "constructor"), ("C.a@1", "getter"), ("C.a@2", "setter"),
          ("C.#b", "property"), ("C.d e", "method"), ("C.[x]", "method"), ("C.<static>", "static"), ("C.f", "property")]),
        ("export const o = { a() {}, b: { c: 1 }, d, ...e } as const;",
         [("o", "variable"), ("o.a", "method"), ("o.b", "property"), ("o.b.c", "property"), ("o.d", "property")]),
        ("function f() { const a = 1; function g() {} const h = () => {}; class K {} }",
         [("f", "function"), ("f.g", "function"), ("f.h", "variable"), ("f.K", "class")]),
        ("import a from 'a';\nexport { a };\nexport * from 'b';\na();", []),
    ],
)  # fmt: skip
def test_declarations_are_found(text: str, declarations: list[tuple[str, str]]) -> None:
    assert listed(text) == declarations


@pytest.mark.parametrize("path", ["a.tsx", "a.js", "a.jsx", "a.mjs"])
def test_jsx_is_understood(path: str) -> None:
    assert listed("const A = () => <p>{x}</p>;\nfunction B() { return <A/>; }", path) == [
        ("A", "variable"),
        ("B", "function"),
    ]


@pytest.mark.parametrize(
    ("text", "address", "statement"),
    [
        ("é; export const a = '😀';\nb;", "a", "export const a = '😀';"),
        ("x;\n@A({ b: 1 })\n@B export class C {}\n", "C", "@A({ b: 1 })\n@B export class C {}"),
        ("class C {\n  a;\n  @A() @B\n  f() {}\n}", "C.f", "@A() @B\n  f() {}"),
        ("class C { a = 1; b = 2 }", "C.a", "a = 1;"),
        ("enum E { A = 1, B }", "E.A", "A = 1"),
        ("export declare const a: 1;", "a", "export declare const a: 1;"),
        ("const a = 1, b = 2;", "b", "const a = 1, b = 2;"),
        ("namespace N { export const a = 1; }", "N.a", "export const a = 1;"),
    ],
)
def test_a_declarations_text_is_its_whole_statement(text: str, address: str, statement: str) -> None:
    assert whole(text, address) == statement


@pytest.mark.parametrize(
    ("text", "doc"),
    [
        ("a;\n/** d */\nfunction f() {}", "/** d */\n"),
        ("/** d */ function f() {}", "/** d */ "),
        ("/** d */\n// eslint-disable-next-line x\nfunction f() {}", "/** d */\n// eslint-disable-next-line x\n"),
        ("// @ts-expect-error why\nfunction f() {}", "// @ts-expect-error why\n"),
        ("/** d */\n// plain\nfunction f() {}", "/** d */\n// plain\n"),
        ("// plain\nfunction f() {}", ""),
        ("/** licence */\n\nfunction f() {}", ""),
        ("a; /** of a */\nfunction f() {}", ""),
        ("a() /** of a */\nfunction f() {}", ""),
    ],
)
def test_the_comments_of_a_declaration(text: str, doc: str) -> None:
    found = find_symbol(text, "a.ts", "f")
    assert text[found.doc_start : found.start] == doc


def test_names_bodies_and_exports_are_placed() -> None:
    text = "'é'; export class C {\n  f(): 1 { return 1 }\n}\nconst g = (a) => { a };\nlet n = 1;"
    outlined = {each.address: each for each in flat(outline(text, "a.ts"))}
    bodies = {name: None if each.body is None else text[slice(*each.body)] for name, each in outlined.items()}
    assert bodies == {"C": "{\n  f(): 1 { return 1 }\n}", "C.f": "{ return 1 }", "g": "{ a }", "n": None}
    assert all(text.startswith(each.name, each.name_start) for each in outlined.values())
    assert [each.exported for each in outlined.values()] == [True, False, False, False]


def test_a_symbol_that_is_not_one_is_refused_with_candidates() -> None:
    text = "class C { get a() {} set a(v) {} }\nfunction total() {}"
    assert len(find_symbols(text, "a.ts", "C.a")) == 2
    assert find_symbol(text, "a.ts", "C.a@2").kind == "setter"
    assert find_symbol(text, "a.ts", "total@1").kind == "function"
    with pytest.raises(Refused) as refused:
        find_symbol(text, "a.ts", "C.a")
    assert refused.value.violations[0].hint == "Name one of: C.a@1 (getter, line 1), C.a@2 (setter, line 1)."
    with pytest.raises(Refused) as refused:
        find_symbol(text, "a.ts", "C.total")
    assert "total" in refused.value.violations[0].hint
    with pytest.raises(Refused, match=r"edit\.unsupported"):
        outline("a: 1", "a.yaml")


def test_a_broken_file_still_has_an_outline() -> None:
    names = [
        name for name, _ in listed("function a() {}\nconst = ;\nfunction b() {}\nexport type * from 'x';\nclass C {}")
    ]
    assert {"a", "b", "C"} <= set(names)
