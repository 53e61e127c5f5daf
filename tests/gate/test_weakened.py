"""Checks that are weakened in another spelling. What was weak before may stay, and move."""

from __future__ import annotations

import pytest

from tests.gate.helpers import change, check, said

WEAK = "clobber.weakened-check"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("b as (any)", WEAK),
        ("b satisfies any", WEAK),
        ("<(any)>b", WEAK),
        ("<T><unknown>b", WEAK),
        ("<T>(b as unknown)", WEAK),
        ("(<unknown>b) as T", WEAK),
        ("b as (unknown) as T", WEAK),
        ("((b as unknown)) as T", WEAK),
        ("(b as unknown)! as T", WEAK),
        ("(b as unknown satisfies unknown) as T", WEAK),
        ("(b as /* why */ unknown) as T", WEAK),
        ("(0, b as unknown) as T", WEAK),
        ("(c ? b as unknown : d) as T", WEAK),
        ("b as unknown | 1 as T", WEAK),
        ("b as {} as T", WEAK),
        ("b as object as T", WEAK),
        ("b as Nothing as T", WEAK),
        ("b as (never)", WEAK),
        ("<(never)>b", WEAK),
        ("b as unknown", "applied"),
        ("(b as unknown) as unknown", "applied"),
        ("(b as const) as T", "applied"),
        ("b satisfies T", "applied"),
        ("f(b as unknown) as T", "applied"),
        ("b as { x: unknown } as T", "applied"),
        ("b as Record<string, unknown> as T", "applied"),
        ("'b as unknown as T'", "applied"),
    ],
)
def test_an_assertion_that_proves_nothing_is_seen_in_every_spelling(value: str, verdict: str) -> None:
    alias = "type Nothing = unknown;\n"
    assert change(f"{alias}let a = 1;\n", f"{alias}let a = 1;\nlet e = {value};\n") == verdict


def test_a_double_assertion_may_move_and_be_spelt_otherwise() -> None:
    before = {"src/a.ts": "let a = 1;\nlet e = b as unknown as T;\n"}
    after = {"src/a.ts": "let a = 1;\n", "src/b.ts": "let e = <T>(<unknown>b);\n"}
    assert said(check(before, after, contract=["allow:clobber.declaration-lost"])) == "applied"


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("/** @type {any} */ let e = b;", WEAK),
        ("/** @type {*} */ let e = b;", WEAK),
        ("/** @type {?} */ let e = b;", WEAK),
        ("/** @param {...*} e */ function f(e) { g(e); }", WEAK),
        ("/** @param {Array<any>} e */ function f(e) { g(e); }", WEAK),
        ("/**\n * @typedef {{\n *   e: any,\n * }} E\n */", WEAK),
        ("let e = /** @type {T} */ (/** @type {unknown} */ (b));", WEAK),
        ("/** @type {?string} */ let e = b;", "applied"),
        ("/**\n * @typedef {{\n *   e: string,\n * }} E\n */", "applied"),
        ("/** @type {'any' | \"*\"} */ let e = b;", "applied"),
        ("/** @param {string} e any thing\n * @returns {any_thing} */ function f(e) { g(e); }", "applied"),
        ("/** takes {any} thing */ function f(e) { g(e); }", "applied"),
        ("let e = /** @type {T} */ (b);", "applied"),
        ("/* @type {any} */ let e = b;", "applied"),
    ],
)
def test_types_in_comments_count_where_tsc_reads_them(line: str, verdict: str) -> None:
    code = "let a = 1;\n"
    assert change(f"// @ts-check\n{code}", f"// @ts-check\n{code}{line}\n", path="src/a.js") == verdict
    assert change(code, f"{code}{line}\n", path="src/a.js") == "applied"
    assert change(code, f"{code}{line}\n", path="src/a.ts") == "applied"
    config = {"tsconfig.json": '{"compilerOptions": {"checkJs": true, "allowJs": true}}\n'}
    assert said(check({**config, "src/a.js": code}, {"src/a.js": f"{code}{line}\n"})) == verdict


def test_a_script_may_come_to_be_checked_and_not_cease_to_be() -> None:
    code = "/** @type {any} */\nlet a = 1;\n"
    assert change(code, f"// @ts-check\n{code}", path="src/a.js") == "applied"
    assert change(f"// @ts-check\n{code}", code, path="src/a.js") == WEAK
    assert change(f"// @ts-check\n{code}", f"// @ts-check\nlet b = 1;\n{code}", path="src/a.js") == "applied"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("declare module '\\x2a';", WEAK),
        ("declare module '\\u{2a}' {\n  const y: string;\n}", WEAK),
        ("declare module '*' {\n  const y: string;\n}", WEAK),
        ("f( // @ts-ignore\n  a);", WEAK),
        ("f(/* why\n  @ts-expect-error */ a);", WEAK),
        ("f(`// @ts-ignore ${a}`);", "applied"),
        ("f(`${/* @ts-ignore */ a}`);", WEAK),
    ],
)
def test_what_tsc_obeys_is_seen_in_odd_places(text: str, verdict: str) -> None:
    assert change("let a = 1;\n", f"let a = 1;\n{text}\n") == verdict


OLD_ERROR = "// @ts-expect-error there are no types for this\nvalue.old(1);\nlet kept = 1;\n"


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ("let kept = 1;\n// @ts-expect-error there are no types for this\npay('wrong');\n", WEAK),
        ("value.old(1);\n// @ts-expect-error there are no types for this\nlet kept: string = 1;\n", WEAK),
        ("// @ts-ignore\npay('wrong');\nlet kept = 1;\n", WEAK),
        (OLD_ERROR.replace("old(1)", "old(2, 3)"), "applied"),
        ("if (f()) {\n  // @ts-expect-error none\n  value.old(1);\n}\nlet kept = 1;\n", "applied"),
        ("let kept = 1;\n// @ts-expect-error there are no types for this\nvalue.old(1);\n", "applied"),
        ("value.renewed(1);\nlet kept = 1;\n", "applied"),
    ],
)
def test_a_comment_that_hides_an_error_may_not_be_put_above_other_code(after: str, verdict: str) -> None:
    assert change(OLD_ERROR, after) == verdict


def test_code_may_move_to_another_file_with_the_comment_that_hides_its_error() -> None:
    after = {"src/a.ts": "let kept = 1;\n", "src/b.ts": OLD_ERROR.replace("let kept = 1;\n", "")}
    assert said(check({"src/a.ts": OLD_ERROR}, after)) == "applied"
