"""Which edits are proved without a compiler, and which never are."""

from __future__ import annotations

import pytest

from runner.checker.proof import moved, unseen_by_types
from runner.edits.changes.placing import carry_of
from runner.model.tree import Candidate, ChangeSet
from runner.snapshots.memory import MemoryTree
from tests.checker.candidates import candidate, error, state


def proved(before: str, after: str, path: str = "src/a.ts") -> bool:
    return unseen_by_types(Candidate("0", ChangeSet(()), {path: state(before)}, {path: state(after)}))


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        pytest.param("f(a);", "// why\nf(a);\n", "a.ts", id="a comment above"),
        pytest.param("f(a);\ng();", "f(a); // why\ng();", "a.ts", id="a comment beside"),
        pytest.param(
            "/** d */\nexport const a = 1", "/**\n * e\n * @param x the x\n */\nexport const a = 1", "a.ts", id="a"
        ),
        pytest.param("f(a)", "f(/* the a */ a)", "a.ts", id="a comment inside a call"),
        pytest.param("f(a, b)", "f(\n  a,\n  b\n)", "a.ts", id="arguments on lines of their own"),
        pytest.param("a\n\n\nb", "a\nb", "a.ts", id="blank lines"),
        pytest.param("a\r\nb", "a\nb", "a.ts", id="line ends"),
        pytest.param("/** @deprecated use b */\nexport const a = 1", "export const a = 1", "a.ts", id="deprecated"),
        pytest.param("x = `a ${ b } c`", "x = `a ${ /* d */ b } c`", "a.ts", id="inside a template"),
        pytest.param(
            "x = a => /re/.test(a) // b", "x = a => /re/.test(a) // c", "a.ts", id="beside a regular expression"
        ),
        pytest.param("x = <a b={c}>t</a>", "x = <a b={c /* d */}>t</a>", "a.tsx", id="in an expression of JSX"),
        pytest.param(
            "const f = <T,>(x: T) => x // a", "const f = <T,>(x: T) => x // b", "a.tsx", id="generic, in .tsx"
        ),
        pytest.param(
            "f = <T extends X>(x: T) => x // a", "f = <T extends X>(x: T) => x // b", "a.tsx", id="constrained"
        ),
        pytest.param("a() // x", "a() // y", "a.js", id="JavaScript"),
        pytest.param("#!/usr/bin/env node\na", "#!/usr/bin/env node\n// x\na", "a.ts", id="below a shebang"),
        pytest.param(
            "// @ts-expect-error\nf(1)\ng()",
            "// @ts-expect-error\nf(1)\n// why\ng()",
            "a.ts",
            id="far from a directive",
        ),
        pytest.param("// @ts-nocheck\nf(1)", "// @ts-nocheck\nf(1) // why", "a.ts", id="below nocheck"),
        pytest.param('{"a": 1}', '{\n  "a": 1\n}\n', "data.json", id="JSON formatted"),
        pytest.param("# a", "# b", "README.md", id="documentation"),
        pytest.param(".a { color: red }", ".a { color: blue }", "src/a.css", id="a style sheet"),
        pytest.param("// a\nexport declare const x: 1", "// b\nexport declare const x: 1", "x.d.ts", id="declarations"),
    ],
)
def test_comments_and_layout_are_proved(before: str, after: str, path: str) -> None:
    assert proved(before, after, path)


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        pytest.param("f(a)", "f(b)", "a.ts", id="code"),
        pytest.param("f('a  b')", "f('a b')", "a.ts", id="a string"),
        pytest.param("f(`a  b`)", "f(`a b`)", "a.ts", id="a template"),
        pytest.param("f(`a\n// x\n`)", "f(`a\n// y\n`)", "a.ts", id="what looks like a comment in a template"),
        pytest.param("f(`${a}// x`)", "f(`${a}// y`)", "a.ts", id="and after a substitution"),
        pytest.param("f('// x')", "f('// y')", "a.ts", id="and in a string"),
        pytest.param("f(/[/*]x/)", "f(/[/*]y/)", "a.ts", id="and in a regular expression"),
        pytest.param("x = <a>// x</a>", "x = <a>// y</a>", "a.tsx", id="and in JSX text"),
        pytest.param("x = <a>\n // x\n {b}</a>", "x = <a>\n // y\n {b}</a>", "a.tsx", id="and on a line of it"),
        pytest.param("x = <a>b  c</a>", "x = <a>b c</a>", "a.tsx", id="spaces in JSX text"),
        pytest.param("x = <a>{b} {c}</a>", "x = <a>{b}\n{c}</a>", "a.tsx", id="a space between expressions of JSX"),
        pytest.param('x = <a b="/* x" c="*/" />', 'x = <a b="/* y" c="*/" />', "a.tsx", id="attributes of JSX"),
        pytest.param(
            "const f = <T>(x) => {y} // z </T>",
            "const f = <T>(x) => {y} // w </T>",
            "a.tsx",
            id="JSX that looks generic",
        ),
        pytest.param(
            "v = await <T extends X>(x) => {y} // z </T>",
            "v = await <T extends X>(x) => {y} // w </T>",
            "a.tsx",
            id="JSX that looks generic after await",
        ),
        pytest.param(
            "v = a ?? <T extends X>(x) => {y} // z </T>",
            "v = a ?? <T extends X>(x) => {y} // w </T>",
            "a.tsx",
            id="and after an operator",
        ),
        pytest.param(
            'x = <a b= "\\" // c" />\n/>',
            'x = <a b= "\\" // d" />\n/>',
            "a.tsx",
            id="an attribute with a space before it",
        ),
        pytest.param("a<// b\nT>(c)", "a<// d\nT>(c)", "a.tsx", id="what may be a closing tag"),
        pytest.param("z = a<b> / c // d", "z = a<b> / c // e", "a.ts", id="a slash after type arguments"),
        pytest.param("a\n! /b // c", "a\n! /b // d", "a.ts", id="a slash after an exclamation mark"),
        pytest.param("if (a) /b // c", "if (a) /b // d", "a.ts", id="a regular expression after a condition"),
        # Automatic semicolons.
        pytest.param("function f() { return 1 }", "function f() { return /*\n*/ 1 }", "a.ts", id="return"),
        pytest.param(
            "function f() { return /* */ 1 }", "function f() { return // x\n1 }", "a.ts", id="return, line comment"
        ),
        pytest.param("a\n++b", "a++\nb", "a.ts", id="increment"),
        pytest.param("a // x\nb", "a /* x */ b", "a.ts", id="a break less"),
        pytest.param("class C { static\n f() {} }", "class C { static f() {} }", "a.ts", id="a modifier"),
        pytest.param("a();\nb();", "a(); // b();", "a.ts", id="code put into a comment"),
        pytest.param("a(); // x\u2028b();", "a(); // x b();", "a.ts", id="a line separator"),
        pytest.param("a > > b", "a >/**/> b", "a.ts", id="two operators"),
        pytest.param("a >/* */> b", "a >> b", "a.ts", id="an operator joined"),
        pytest.param("a + +b", "a ++b", "a.ts", id="a sign joined"),
        pytest.param("1 .toFixed()", "1.toFixed()", "a.ts", id="a number joined"),
        # What tools read of comments.
        pytest.param("f(1)", "// @ts-ignore\nf(1)", "a.ts", id="a new directive"),
        pytest.param("// @ts-expect-error\nf(1)", "f(1)", "a.ts", id="one less"),
        pytest.param("// @ts-ignore\nf(1)", "// @ts-ignore\n/* why */\nf(1)", "a.ts", id="a comment below a directive"),
        pytest.param("// @ts-ignore\nf(1)", "// why\n// @ts-ignore\nf(1)", "a.ts", id="a comment above a directive"),
        pytest.param("/* @TS-IGNORE */\nf(1)", "/* x */\nf(1)", "a.ts", id="a directive in capitals"),
        pytest.param(
            "/* @ts-ignore */ f(\n1)",
            "/* @ts-ignore */ f(\n/* c */\n1)",
            "a.ts",
            id="a directive before code on its line",
        ),
        pytest.param(
            "x = <a>{/* @ts-ignore */}\n<b c={/*\n*/ d}/></a>",
            "x = <a>{/* @ts-ignore */\n}\n<b c={/*\n*/ d}/></a>",
            "a.tsx",
            id="a directive in JSX",
        ),
        pytest.param("// @ts-ignore\nf(\n1)", "// @ts-ignore\nf(1)", "a.ts", id="code moved onto a covered line"),
        pytest.param("// @ts-ignore\nf(1)", "// @ts-ignore\nf(\n1)", "a.ts", id="code moved off a covered line"),
        pytest.param("f(1)", "// @ts-nocheck\nf(1)", "a.ts", id="nocheck"),
        pytest.param("// @ts-nocheck\nf(1)", "f(1)\n// @ts-nocheck", "a.ts", id="nocheck moved away from the top"),
        pytest.param("a", '/// <reference types="node" />\na', "a.ts", id="a reference"),
        pytest.param('/// <reference lib="dom" />\na', "a", "a.ts", id="a reference less"),
        pytest.param("a", '/// <amd-module name="x" />\na', "a.ts", id="the name of a module"),
        pytest.param("x = <a/>", "/** @jsx h */\nx = <a/>", "a.tsx", id="the factory of JSX"),
        pytest.param("x = <a/>", "/* @jsxImportSource x */\nx = <a/>", "a.tsx", id="the source of JSX"),
        pytest.param(
            "import {a} from 'b'", "/** {@link a} */\nimport {a} from 'b'", "a.ts", id="a link uses an import"
        ),
        pytest.param("/** @see a */\nexport const b = 1", "export const b = 1", "a.ts", id="so does a reference"),
        pytest.param("export const b = 1", "/** @internal */\nexport const b = 1", "a.ts", id="internal"),
        pytest.param("let a", "/** @type {string} */\nlet a", "a.js", id="a type in JavaScript"),
        pytest.param("/** x */\nlet a", "/** y */\nlet a", "a.mjs", id="any JSDoc in JavaScript"),
        pytest.param(
            "/** @enum {number} */\nconst a = {}", "/* @enum */\nconst a = {}", "a.cjs", id="JSDoc made a comment"
        ),
        pytest.param("/** @type {A} */\nlet a", "/** @type {A} */\n// b\nlet a", "a.jsx", id="a comment below a type"),
        # The file itself.
        pytest.param("#!/bin/a\nx", "#!/bin/b\nx", "a.ts", id="another shebang"),
        pytest.param("a", "\ufeffa", "a.ts", id="a byte order mark"),
        pytest.param("a b // c", "a b // d", "a.ts", id="code that cannot be parsed"),
        pytest.param("<<<<<<< a\nb\n=======\nc", "<<<<<<< a // x\nb\n=======\nc", "a.ts", id="conflict markers"),
        pytest.param("// a", "// b", "node_modules/x/a.ts", id="an installed package"),
        pytest.param("// a", "// b", "src/a.d.css.ts", id="what describes a style sheet"),
        pytest.param("// a", "// b", "src/a.vue", id="an unknown kind"),
        pytest.param('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', "data.json", id="keys in another order"),
        pytest.param('{"a": 1, "a": 2}', '{"a": 2}', "data.json", id="a key given twice"),
        pytest.param('{"a": 1}', '{"a": 1.0}', "data.json", id="a number written otherwise"),
        pytest.param('{"a": "x"}', '{"a": "\\u0078"}', "data.json", id="a string written otherwise"),
        pytest.param('{"a": 1}', '{"a": 1} // @ts-ignore', "data.json", id="a comment in JSON"),
        pytest.param('{"a": 1}', '{ "a": 1 }', "package.json", id="the manifest"),
        pytest.param('{"a": 1}', '{ "a": 1 }', "tsconfig.build.json", id="a config"),
        pytest.param('{"a": 1}', '{ "a": 1 }', "package-lock.json", id="a lock file"),
        pytest.param("a: 1", "a: 2", "pnpm-lock.yaml", id="another lock file"),
        pytest.param("a: 1", "a: 2", "pnpm-workspace.yaml", id="a workspace"),
        pytest.param("{}", "{ }", "out.tsbuildinfo", id="build info"),
        pytest.param('// a\n{"strict": true}', '// a\n{"strict": false}', "base.md", id="a config of another name"),
        pytest.param("", "a", "base.txt", id="an empty config of another name"),
    ],
)
def test_what_types_may_see_is_not_proved(before: str, after: str, path: str) -> None:
    assert not proved(before, after, path)


def test_one_file_that_is_not_proved_is_enough() -> None:
    before = {"a.ts": "f()", "b.ts": "g()"}
    assert unseen_by_types(candidate(before, {"a.ts": "f() // x", "b.ts": "g() // x"}))
    assert not unseen_by_types(candidate(before, {"a.ts": "f() // x", "b.ts": "h()"}))


@pytest.mark.parametrize(
    ("before", "after", "is_proved"),
    [
        pytest.param(None, "# a", True, id="a new page in a folder that exists"),
        pytest.param("# a", None, False, id="a page removed with its folder, perhaps"),
    ],
)
def test_new_and_removed_pages(before: str | None, after: str | None, is_proved: bool) -> None:
    base = MemoryTree.of(**{"docs/old.md": "x"})
    change = candidate({"docs/a.md": before}, {"docs/a.md": after})
    assert unseen_by_types(change, base) is is_proved
    assert not unseen_by_types(candidate({}, {"types/new/a.md": "# a"}), base), "a folder can be a package of types"
    assert not unseen_by_types(candidate({}, {"docs/a.md": '{"strict": false}'}), base), "it may be a config"
    assert unseen_by_types(candidate({"README.md": before}, {"README.md": after}))


@pytest.mark.parametrize("after", ["// only a comment\n", None])
def test_a_new_or_removed_source_file_is_never_proved(after: str | None) -> None:
    assert not unseen_by_types(candidate({}, {"a.ts": after}))
    assert not unseen_by_types(candidate({"a.ts": "// x"}, {"a.ts": None}))


def test_bytes_that_are_no_text_are_not_proved() -> None:
    files = {"a.ts": state(b"a // \xff")}
    assert not unseen_by_types(Candidate("0", ChangeSet(()), files, {"a.ts": state(b"a // \xfe")}))


@pytest.mark.parametrize("code", ["TS1005", "TS17002", "TS2657"])
def test_a_file_with_a_syntax_error_in_the_base_is_not_proved(code: str) -> None:
    change = candidate({"a.ts": "f()"}, {"a.ts": "f() // x"})
    assert not unseen_by_types(change, errors=[error("a.ts", 0, code=code)])
    assert unseen_by_types(change, errors=[error("b.ts", 0, code="TS1005"), error("a.ts", 0)])


def test_errors_move_with_their_tokens() -> None:
    before = "f(a);\ng('😀', b);\n"
    after = "// one\nf(\n  a);\n/* two */ g('😀', /* three */ b);\n"
    change = candidate({"a.ts": before}, {"a.ts": after})
    assert unseen_by_types(change)
    places = [("a.ts", 0, 2), ("a.ts", 1, 2), ("a.ts", 1, 8), ("a.ts", 2, 0), ("b.ts", 1, 1)]
    errors = moved([error(*place) for place in places], change, carry_of(change))
    assert [(each.file, each.line, each.character) for each in errors] == [
        ("a.ts", 2, 2),
        ("a.ts", 3, 12),
        ("a.ts", 3, 30),
        ("a.ts", 4, 0),
        ("b.ts", 1, 1),
    ]
