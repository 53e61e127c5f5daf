"""What a role's contract lets through: proved on tokens and trees, so every trick of JavaScript's grammar is a row."""

from __future__ import annotations

import pytest

from runner.model.contract import GRANTABLE, consent_to, parse_contract
from runner.model.order import Task
from tests.gate.helpers import Gate, change, check, said, whole

CODE = "contract.not-comments-only"
DIRECTIVE = "contract.directive-changed"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("let a = 1;\n", "/** One. */\nlet a = 1;\n", "applied"),
        ("let a = 1; // one\n", "let a = 1;\n", "applied"),
        ("let a = 1;\n", "let a = 1;\n// the end\n", "applied"),
        ("let a = 1;\n", "let a = 2;\n", CODE),
        ("let a = 1;\n", "let a = 1; // one\nlet b = 2;\n", CODE),
        ("let a = '// x';\n", "let a = '// y';\n", CODE),
        ("let a = `/* x */`;\n", "let a = `/* y */`;\n", CODE),
        ("let a = `\n`;\n", "let a = `\n// x\n`;\n", CODE),
        ("let a = /\\/* x/;\n", "let a = /\\/* y/;\n", CODE),
        # A comment that brings a line break where one ends the statement.
        ("function f() { return /* a */ 1 }\n", "function f() { return /* a\n */ 1 }\n", CODE),
        ("let a = b /* c */ ++\nd\n", "let a = b /* c\n*/ ++\nd\n", CODE),
        ("function f() { return 1 }\n", "function f() {\n  // one\n  return 1 }\n", "applied"),
        # Code that is put to sleep.
        ("f();\ng();\n", "f();\n// g();\n", CODE),
        ("f(); /* x */ g();\n", "f(); /* x g(); */\n", CODE),
    ],
)
def test_comments_only(before: str, after: str, verdict: str) -> None:
    assert change(before, after, contract=["comments-only"]) == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("let a = <b>x</b>;\n", "let a = <b>// x</b>;\n", CODE),
        ("let a = <b>{/* x */}</b>;\n", "let a = <b>{/* y */}</b>;\n", "applied"),
        ("let a = <b c='/* x */' />;\n", "let a = <b c='/* y */' />;\n", CODE),
    ],
)
def test_comments_only_in_jsx(before: str, after: str, verdict: str) -> None:
    assert change(before, after, path="src/a.tsx", contract=["comments-only"]) == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("let a = 1;\n", "// @ts-ignore\nlet a = 1;\n", DIRECTIVE),
        ("// @ts-expect-error: wrong\nlet a: string = 1;\n", "let a: string = 1;\n", DIRECTIVE),
        ("let a = 1;\n", "// @ts-nocheck\nlet a = 1;\n", DIRECTIVE),
        ('/// <reference types="x" />\nlet a = 1;\n', "let a = 1;\n", DIRECTIVE),
        ("let a = f();\n", "let a = /* @__PURE__ */ f();\n", DIRECTIVE),
        ("let a = /* #__PURE__ */ f();\n", "let a = f();\n", DIRECTIVE),
        ("/* eslint-disable no-x */\nlet a = 1;\n", "/* eslint-disable */\nlet a = 1;\n", DIRECTIVE),
        ("// eslint-disable-next-line no-x\nlet a = 1;\n", "// eslint-disable-next-line no-y\nlet a = 1;\n", DIRECTIVE),
        ("// prettier-ignore\nlet a = 1;\n", "let a = 1;\n", DIRECTIVE),
        ("/** @jsx h */\nlet a = 1;\n", "/** @jsx k */\nlet a = 1;\n", DIRECTIVE),
        ("import(/* webpackChunkName: 'a' */ 'a');\n", "import('a');\n", DIRECTIVE),
        ("/*! Licence */\nlet a = 1;\n", "let a = 1;\n", DIRECTIVE),
        # Moved to another line, or parted from the line that it speaks of.
        ("// @ts-ignore\nlet a = 1;\nlet b = 2;\n", "let a = 1;\n// @ts-ignore\nlet b = 2;\n", DIRECTIVE),
        (
            "// eslint-disable-next-line no-x\nlet a = 1;\n",
            "// eslint-disable-next-line no-x\n// One.\nlet a = 1;\n",
            DIRECTIVE,
        ),
        # Words about a directive, and words beside one.
        ("let a = 1;\n", "/** Never write @ts-ignore here. */\nlet a = 1;\n", "applied"),
        ("/* eslint-disable no-x */\nlet a = 1;\n", "/* eslint-disable no-x */\n/** One. */\nlet a = 1;\n", "applied"),
        (
            "// eslint-disable-next-line no-x\nlet a = 1;\n",
            "/** One. */\n// eslint-disable-next-line no-x\nlet a = 1;\n",
            "applied",
        ),
    ],
)
def test_a_role_for_comments_leaves_directives_alone(before: str, after: str, verdict: str) -> None:
    found = change(before, after, contract=["comments-only"])
    assert found.split()[0] == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("let a = 'x'\n", 'let a = "x";\n', "applied"),
        ("let a = 'it\\'s \"x\"';\n", 'let a = "it\'s \\"x\\"";\n', "applied"),
        ("f( a,b )\n", "f(a, b);\n", "applied"),
        ("f(a, b);\n", "f(\n  a,\n  b,\n);\n", "applied"),
        ("let a = x => x;\n", "let a = (x) => x;\n", "applied"),
        ("let a = (b * c) + d;\n", "let a = b * c + d;\n", "applied"),
        ("let a = { 'b': 1 };\n", "let a = { b: 1 };\n", "applied"),
        ("type A = (string);\n", "type A = string;\n", "applied"),
        ("f();g();\n", "f();\ng();\n", "applied"),
        ("function f() { return 1; };\n", "function f() {\n  return 1;\n}\n", "applied"),
        ("/** a\n * b */\nf();\n", "/**\n * a\n * b\n */\nf();\n", "applied"),
        ("let a = (b + c) * d;\n", "let a = b + c * d;\n", "contract.not-formatting-only"),
        ("let a = (b?.c).d;\n", "let a = b?.c.d;\n", "contract.not-formatting-only"),
        ("let a = [, b];\n", "let a = [b];\n", "contract.not-formatting-only"),
        ("let a = [b,];\n", "let a = [b];\n", "applied"),
        ("let a = 'x';\n", "let a = 'x ';\n", "contract.not-formatting-only"),
        ("let a = `x`;\n", "let a = `x `;\n", "contract.not-formatting-only"),
        ("let a = `x${b} `;\n", "let a = `x${b}`;\n", "contract.not-formatting-only"),
        ("let a = `x${ b }`;\n", "let a = `x${b}`;\n", "applied"),
        ("let a = 'x';\n", "let a = `x`;\n", "contract.not-formatting-only"),
        ("function f() { return a }\n", "function f() { return\na }\n", "contract.not-formatting-only"),
        (
            "function f() { return /* a */ 1 }\n",
            "function f() { return /* a\n */ 1 }\n",
            "contract.not-formatting-only",
        ),
        ("a == b;\n", "a === b;\n", "contract.not-formatting-only"),
        ("f(a)(b);\n", "f(a, b);\n", "contract.not-formatting-only"),
        ("f(); // why\n", "f(); // how\n", "contract.not-formatting-only"),
        ("if (a) { f(); }\n", "if (a) f();\n", "contract.not-formatting-only"),
        ("('use strict');\n", "'use strict';\n", "contract.not-formatting-only"),
        ("f()\n;[a].map(g)\n", "f()\n[a].map(g)\n", "contract.not-formatting-only"),
    ],
)
def test_formatting_only(before: str, after: str, verdict: str) -> None:
    assert change(before, after, contract=["formatting-only"]) == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("let a = <b>\n  x y\n</b>;\n", "let a = (\n  <b>\n    x\n    y\n  </b>\n);\n", "applied"),
        ("let a = <b>x </b>;\n", "let a = <b>x</b>;\n", "contract.not-formatting-only"),
    ],
)
def test_formatting_only_in_jsx(before: str, after: str, verdict: str) -> None:
    assert change(before, after, path="src/a.tsx", contract=["formatting-only"]) == verdict


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("import b from 'b';\nimport a from 'a';\nf();\n", "import a from 'a';\nimport b from 'b';\nf();\n", "applied"),
        ("import { a, b } from 'c';\nf();\n", "import { a } from 'c';\nf();\n", "applied"),
        ("import { A } from 'c';\nf();\n", "import type { A } from 'c';\nf();\n", "applied"),
        ("f();\n", "import 'side-effect';\nf();\n", "applied"),
        ("import {\n  a,\n} from 'c';\nf();\n", "import { a } from 'c'\nf();\n", "applied"),
        ("export { a } from 'a';\nf();\n", "export { a, b } from 'a';\nf();\n", "applied"),
        ("export * from 'a';\n", "export * from 'b';\n", "applied"),
        ("import a from 'a';\nf();\n", "import a from 'a';\ng();\n", "contract.not-imports-only"),
        ("f();\n", "f();\nimport('evil');\n", "contract.not-imports-only"),
        ("let a = 1;\n", "let a = 1;\nexport { a };\n", "contract.not-imports-only"),
        ("let a = `\nimport b from 'b';\n`;\n", "let a = `\n`;\n", "contract.not-imports-only"),
        ("import a from 'a';\nf();\n", "// @ts-ignore\nimport a from 'a';\nf();\n", DIRECTIVE),
    ],
)
def test_imports_only(before: str, after: str, verdict: str) -> None:
    assert change(before, after, contract=["imports-only"]).split()[0] == verdict


@pytest.mark.parametrize("term", ["comments-only", "formatting-only", "imports-only"])
def test_a_contract_on_tokens_cannot_be_proved_for_files_that_come_go_or_are_no_code(term: str) -> None:
    files = {"src/a.ts": "let a = 1;\n", "README.md": "a\n"}
    name = f"contract.not-{term}"
    assert said(check(files, {"src/b.ts": "let b = 1;\n"}, contract=[term])) == name
    assert said(check(files, {"src/a.ts": None}, contract=[term])) == name
    assert said(check(files, {"README.md": "b\n"}, contract=[term])) == name


def test_tests_only_and_paths() -> None:
    files = {"src/a.ts": "let a = 1;\n", "tests/a.test.ts": "let t = 1;\n"}
    edits = {"tests/a.test.ts": "let t = 2;\n"}, {"src/a.ts": "let a = 2;\n"}
    assert [said(check(files, edit, contract=["tests-only"])) for edit in edits] == [
        "applied",
        "contract.path-not-allowed",
    ]
    assert [said(check(files, edit, contract=["paths:src/**"])) for edit in edits] == [
        "contract.path-not-allowed",
        "applied",
    ]


def test_new_files_only() -> None:
    files = {"tests/a.test.ts": "let t = 1;\n"}
    terms = ["new-files-only", "tests-only"]
    assert said(check(files, {"tests/b.test.ts": "let t = 1;\n"}, contract=terms)) == "applied"
    assert said(check(files, {"tests/a.test.ts": "let t = 2;\n"}, contract=terms)) == "contract.not-a-new-file"
    assert said(check(files, {"tests/a.test.ts": None}, contract=terms)) == "contract.not-a-new-file"
    assert said(check(files, {"src/b.ts": "let b = 1;\n"}, contract=terms)) == "contract.path-not-allowed"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ('{"scripts": {"test": "a"}}', '{"scripts": {"test": "b"}}', "applied"),
        ('{"scripts": {"test": "a"}}', '{\n  "scripts": {\n    "test": "b"\n  }\n}\n', "applied"),
        ('{"name": "x"}', '{"name": "x", "scripts": {"test": "b"}}', "applied"),
        ('{"devDependencies": {}}', '{"devDependencies": {"@types/lodash.get": "4"}}', "applied"),
        ('{"scripts": {"test": "a"}}', '{"scripts": {"test": "b", "postinstall": "c"}}', "contract.not-manifest-keys"),
        ('{"name": "x"}', '{"name": "y"}', "contract.not-manifest-keys"),
        ('{"private": 1}', '{"private": true}', "contract.not-manifest-keys"),
        ('{"name": "x"}', '["x"]', "contract.not-manifest-keys"),
        # Readers differ on which of the two counts.
        (
            '{"scripts": {}}',
            '{"scripts": {"test": "a"}, "scripts": {"postinstall": "b"}}',
            "contract.not-manifest-keys",
        ),
    ],
)
def test_manifest_keys(before: str, after: str, verdict: str) -> None:
    terms = ["manifest-keys:scripts.test,devDependencies"]
    assert change(before, after, path="package.json", contract=terms).split()[0] == verdict


def test_manifest_keys_grants_no_other_file_unless_a_path_does() -> None:
    files = {"package.json": "{}", "src/a.ts": "let a = 1;\n"}
    edit = {"src/a.ts": "let a = 2;\n"}
    terms = ["manifest-keys:scripts.test"]
    assert said(check(files, edit, contract=terms)) == "contract.path-not-allowed"
    assert said(check(files, edit, contract=[*terms, "paths:src/**"])) == "applied"
    assert said(check(files, {"package.json": None}, contract=terms)) == "contract.not-manifest-keys"
    assert said(check(files, {"sub/package.json": "{}"}, contract=terms)) == "contract.not-manifest-keys"


def test_terms_hold_together() -> None:
    terms = ["comments-only", "paths:src/**"]
    files = {"src/a.ts": "let a = 1;\n", "lib/a.ts": "let a = 1;\n"}
    assert said(check(files, {"src/a.ts": "// One.\nlet a = 1;\n"}, contract=terms)) == "applied"
    assert said(check(files, {"lib/a.ts": "// One.\nlet a = 1;\n"}, contract=terms)) == "contract.path-not-allowed"
    assert said(check(files, {"src/a.ts": "let a = 2;\n"}, contract=terms)) == "contract.not-comments-only"


def test_inside_spans_holds_beside_every_other_term() -> None:
    task = Task("T", allowed_symbols=("src/a.ts#f",))
    gate = Gate({"src/a.ts": "function f() {}\n\nfunction g() {}\n"}, (task,), ["comments-only", "inside-spans"])
    inside = gate.submit("search-replace", [{"file": "src/a.ts", "search": "f() {}", "replace": "f() { /* f */ }"}])
    outside = gate.submit("search-replace", [{"file": "src/a.ts", "search": "g() {}", "replace": "g() { /* g */ }"}])
    assert (said(inside), said(outside)) == ("applied", "scope.outside-allowed-spans")


def test_a_grant_lets_one_kind_through_and_no_other() -> None:
    before, after = "let a = 1;\nexport function f() { return 1; }\n", "let a: any = 1;\n"
    assert change(before, after) == "clobber.declaration-lost clobber.weakened-check"
    assert change(before, after, contract=["allow:clobber.weakened-check"]) == "clobber.declaration-lost"
    both = ["allow:clobber.weakened-check", "allow:clobber.declaration-lost"]
    assert change(before, after, contract=both) == "applied"


@pytest.mark.parametrize(
    "term",
    [
        "comment-only",
        "paths:",
        "allow:scope.outside-allowed-paths",
        "max-changed:2",
        "max-changed:x",
        "manifest-keys:a,,b",
    ],
)
def test_a_term_that_is_no_term_is_refused(term: str) -> None:
    with pytest.raises(ValueError, match=term.partition(":")[0]):
        parse_contract([term])


def test_a_contract_reads_back_as_it_was_written() -> None:
    terms = (
        "comments-only",
        "inside-spans",
        "new-files-only",
        "paths:src/**",
        "manifest-keys:scripts.test,devDependencies",
        "max-changed:0.5",
        *(f"allow:{name}" for name in GRANTABLE),
    )
    assert set(parse_contract(terms).terms()) == set(terms)


def test_the_share_that_a_role_may_change_wins_over_the_policy() -> None:
    before = "".join(f"let a{n} = {n};\n" for n in range(40))
    after = "".join(f"let a{n} = {n};\n" for n in range(20)) + "".join(f"let a{n} = f({n});\n" for n in range(20, 40))
    assert change(before, after, ratio=0.4) == "clobber.too-much-changed"
    assert change(before, after, ratio=0.4, contract=["max-changed:0.6"]) == "applied"
    assert change(before, after, ratio=0.6, contract=["max-changed:0.4"]) == "clobber.too-much-changed"


def test_the_first_changed_line_is_named() -> None:
    gate = Gate({"src/a.ts": "let a = 1;\nlet b = 2;\n"}, contract=["comments-only"])
    verdict = gate.submit("whole-file", whole({"src/a.ts": "// One.\nlet a = 1;\nlet b = 3;\n"}))
    assert "line 3" in verdict.violations[0].message


JSDOC = """\
/**
 * Adds.
 * @param {number} a - the first
 * @param {{
 *   x: number,
 * }} [b] the second
 * @param c the third
 * @returns {number} the sum
 */
function add(a, b, c) { return a; }
/** @type {string} */
let name = f();
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("{number} a", "{any} a", DIRECTIVE),
        ("x: number", "x: string", DIRECTIVE),
        ("[b]", "b", DIRECTIVE),
        ("@returns {number}", "@returns {never}", DIRECTIVE),
        ("/** @type {string} */\n", "", DIRECTIVE),
        (" * Adds.\n", " * Adds.\n * @typedef {any} T\n", DIRECTIVE),
        (" * Adds.\n", " * Adds.\n * @template T\n", DIRECTIVE),
        ("Adds.", "Adds up.", "applied"),
        ("- the first", "- the first of them", "applied"),
        (" * @param c the third\n", "", "applied"),
    ],
)
def test_types_in_comments_of_javascript_are_no_mere_words(old: str, new: str, verdict: str) -> None:
    assert JSDOC.count(old) == 1
    after = JSDOC.replace(old, new)
    assert change(JSDOC, after, path="src/a.js", contract=["comments-only"]) == verdict
    assert change(JSDOC, after, path="src/a.ts", contract=["comments-only"]) == "applied"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("const a = f();\n", "const a = f() as any;\n", '"contract": ["allow:clobber.weakened-check"]'),
        ("it('a', () => { expect(1); });\n", "it.skip('a', () => { expect(1); });\n", "allow:clobber.weakened-check"),
        ("f(1);\n", "f(1);\n// ... rest as before\n", '"contract": ["allow:clobber.stub"]'),
    ],
)
def test_the_hint_says_what_a_person_would_write_to_consent(before: str, after: str, line: str) -> None:
    verdict = check({"src/a.test.ts": before}, {"src/a.test.ts": after})
    (found,) = [each for each in verdict.violations if line in each.hint]
    assert str(consent_to(found.name)) in found.hint
    term = str(consent_to(found.name)).split('"')[3]
    assert change(before, after, path="src/a.test.ts", contract=[term]) == "applied"
