"""Equal tokens mean equal code: comments and white space are all that may differ."""

from __future__ import annotations

import pytest

from runner.model.verdict import Refused
from runner.syntax.tokens import comments, syntax_errors, tokens
from runner.syntax.trees import Syntax, captures


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ("f(a);", "// why\nf(  a /* x */ );\n", "a.ts"),
        ("/** d */\nexport class C { f() {} }", "export class C {\n  /** e */\n  f() {}\n}\n", "a.ts"),
        ("const a = b\n  .c()", "const a = b // x\n  /* y */ .c()", "a.ts"),
        ("f(a, b)", "f(\n  a,\n  b\n)", "a.ts"),
        ("return_(1)", "return_(\n1)", "a.ts"),
        ("a = b + c;", "a =\n b +\n c;", "a.ts"),
        ("x = `a ${ b } c`", "x = `a ${/* d */b} c`", "a.ts"),
        ("x = <a b={c}>t</a>", "x = <a\n  b={c /* d */}>t</a>", "a.tsx"),
        ("function f() { return 1 }", "function f() { return /* one line */ 1 }", "a.ts"),
        ("#!/usr/bin/env node\na", "#!/usr/bin/env node\n// x\na", "a.ts"),
        ("let é = '😀';", "let é = '😀'; // 😀", "a.ts"),
    ],
)
def test_comments_and_white_space_leave_the_tokens(one: str, other: str, path: str) -> None:
    assert tokens(one, path) == tokens(other, path)


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ("f(a);", "f(b);", "a.ts"),
        ("f('a b');", "f('a  b');", "a.ts"),
        ("f(`a b`);", "f(`a  b`);", "a.ts"),
        ("f(`a\nb`);", "f(`a\n\nb`);", "a.ts"),
        ("f(`// x`);", "f(`// y`);", "a.ts"),
        ("f('/* x */');", "f('/* y */');", "a.ts"),
        ("f(/a b/);", "f(/a  b/);", "a.ts"),
        ("x = <a>t  u</a>", "x = <a>t u</a>", "a.tsx"),
        ("x = <a>{b} {c}</a>", "x = <a>{b}{c}</a>", "a.tsx"),
        ("x = <a>// t</a>", "x = <a>// u</a>", "a.tsx"),
        ("x = <a>/* t */</a>", "x = <a></a>", "a.tsx"),
        # automatic semicolon insertion, brought or taken by a comment
        ("function f() { return 1 }", "function f() { return\n1 }", "a.ts"),
        ("function f() { return /* x */ 1 }", "function f() { return /* x\n */ 1 }", "a.ts"),
        ("function f() { return 1 }", "function f() { return // x\n1 }", "a.ts"),
        ("function f() { return 1 }", "function f() { return /*\u2028*/ 1 }", "a.ts"),
        ("function f() { throw a }", "function f() { throw /*\n*/ a }", "a.ts"),
        ("for (;;) { continue a }", "for (;;) { continue /*\n*/ a }", "a.ts"),
        ("a\n++b", "a ++\nb", "a.ts"),
        ("a = b /*\n*/ ++c", "a = b ++ /*\n*/ c", "a.ts"),
        ("class C { get\n f() {} }", "class C { get f() {} }", "a.ts"),
        ("class C { static\n f() {} }", "class C { static f() {} }", "a.ts"),
        ("type\nT = 1", "type T = 1", "a.ts"),
        ("a\nb", "a b", "a.ts"),
        ("a // x\nb", "a /* x */ b", "a.ts"),
        # a comment that swallows code, or lets it out
        ("a();\nb();", "a(); // b();", "a.ts"),
        ("a(); // x\u2028b();", "a(); // x b();", "a.ts"),
        ("a(); // x\rb();", "a(); // x b();", "a.ts"),
        ("a(); /* b(); */", "a(); /* */ b(); /* */", "a.ts"),
        # the same words, another shape
        ("a + (b + c)", "(a + b) + c", "a.ts"),
        ("if (a) { b() } c()", "if (a) { b(); c() }", "a.ts"),
        ("a <!--b", "a", "a.ts"),
    ],
)
def test_whatever_else_differs_shows_in_the_tokens(one: str, other: str, path: str) -> None:
    assert tokens(one, path) != tokens(other, path)


def test_comments_are_listed_with_their_places() -> None:
    text = "// é\na; /* b */ f('// no', `/* no */`, /\\/\\/no/); /** 😀 */"
    found = comments(text, "a.ts")
    assert [each.text for each in found] == ["// é", "/* b */", "/** 😀 */"]
    assert all(text[each.start : each.end] == each.text for each in found)


def test_captures_come_in_the_order_of_the_text() -> None:
    """The library gives them in no order."""
    syntax = Syntax("f();\n" * 7 + "const a = `${b}`;\n" * 20, "a.ts")
    found = [node.start_byte for node in captures(syntax, "[(identifier) (template_string)] @name")["name"]]
    assert found == sorted(found)


def test_tokens_are_placed() -> None:
    text = "let é = '😀' + b;"
    assert [text[each.start : each.end] for each in tokens(text, "a.ts")] == ["let", "é", "=", "'😀'", "+", "b", ";"]


def test_syntax_errors_are_placed() -> None:
    assert syntax_errors("const a = 1;\n", "a.ts") == ()
    (error,) = syntax_errors("'😀';\nfunction f( {}\n", "a.ts")
    assert error.start.line == 1
    assert syntax_errors("function f() {\n", "a.ts")


def test_other_files_are_refused() -> None:
    with pytest.raises(Refused, match=r"edit\.unsupported"):
        tokens("{}", "a.json")
