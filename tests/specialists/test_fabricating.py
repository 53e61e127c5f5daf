"""Test Fabricator's pure half: which modules, which arguments, which text."""

from __future__ import annotations

import pytest

from runner.specialists.kit.globs import matches
from runner.specialists.test_fabricator.modules import (
    Style,
    folder_for_tests,
    imported,
    path_of_test,
    specifier,
    style_of,
    untested,
)
from runner.specialists.test_fabricator.samples import samples_for
from runner.specialists.test_fabricator.vitest_text import About, public_only, render

ABOUT = About("src/lib/a.ts", "../../src/lib/a", "T-1", "ord-1")


@pytest.mark.parametrize(
    ("globs", "folder"),
    [(["tests/**"], "tests"), (["src/v4/tests/*.ts"], "src/v4/tests"), (["**/__tests__/**"], "tests"), ([], "tests")],
)
def test_the_tests_folder_is_the_fixed_part_of_the_first_glob(globs: list[str], folder: str) -> None:
    assert folder_for_tests(globs) == folder


@pytest.mark.parametrize(
    ("path", "glob", "held"),
    [
        ("src/a.ts", "src/*.ts", True),
        ("src/b/a.ts", "src/*.ts", False),
        ("src/b/a.ts", "src/**", True),
        ("src/a.ts", "src/**/a.ts", True),
        ("a/tests/b.ts", "**/tests/**", True),
        ("src/a+ts", "src/a.ts", False),
    ],
)
def test_globs(path: str, glob: str, held: bool) -> None:
    assert matches(path, glob) is held


def test_modules_that_a_test_imports_are_tested() -> None:
    sources = ["src/a.ts", "src/b.ts", "src/c/index.ts", "tests/a.test.ts", "vitest.config.ts"]
    texts = {"tests/a.test.ts": "import { a } from '../src/a.js';\nimport { c } from \"../src/c\";\n"}
    assert untested(sources, texts, "tests") == ["src/b.ts"]


def test_dynamic_imports_and_index_files_count() -> None:
    assert imported("tests/t.ts", "await import('../src/c')", ["src/c/index.ts", "src/d.ts"]) == {"src/c/index.ts"}


@pytest.mark.parametrize(
    ("module", "folder", "style", "test", "imports"),
    [
        ("src/lib/a.ts", "tests", Style(), "tests/lib/a.test.ts", "../../src/lib/a"),
        ("src/v4/core/a.ts", "src/v4/core/tests", Style(extension=".js"), "src/v4/core/tests/a.test.ts", "../a.js"),
        ("lib/b.tsx", "tests", Style(extension=".ts", test=".spec.ts"), "tests/lib/b.spec.ts", "../../lib/b.tsx"),
    ],
)
def test_where_a_test_goes_and_how_it_imports(module: str, folder: str, style: Style, test: str, imports: str) -> None:
    assert path_of_test(module, folder, style) == test
    assert specifier(test, module, style) == imports


def test_the_style_is_that_of_most_imports() -> None:
    texts = ['import a from "./a.js";\nimport b from "./b.js";\n', "import c from './c';\n"]
    assert style_of(texts, ["tests/a.spec.ts"]) == Style('"', ".js", ".spec.ts")


def test_pure_functions_of_plain_values_are_tried() -> None:
    rows = samples_for("function cut(text: string, to: number, hard?: boolean): string", "return text.slice(0, to);")
    assert rows == [["", 3], ["Hello, World", -1.5], ["a-1_b 2", 0]]


@pytest.mark.parametrize(
    ("shown", "body"),
    [
        ("function now(): string", "return x;"),
        ("function f(text: string): Promise<string>", "return g(text);"),
        ("function f(text: string): string", "return String(Date.now());"),
        ("function f(text: string): string", "fs.writeFileSync(text, '');"),
        ("function f(text: string): string", "process.exit(1);"),
        ("function f(order: Order): string", "return order.id;"),
        ("function f(...texts: string[]): string", "return texts[0];"),
    ],
)
def test_other_functions_are_never_tried(shown: str, body: str) -> None:
    assert samples_for(shown, body) == []


def test_the_whole_file() -> None:
    exports = {
        "cut": {
            "kind": "function",
            "arity": 2,
            "answers": [{"args": ["it's", 1], "value": "i"}, {"args": ["", 0], "throws": True}],
        },
        "MAX": {"kind": "number", "value": 3},
    }
    assert render(ABOUT, exports) == (
        "// Written by test-fabricator for task T-1 of order ord-1.\n"
        "// It pins down what src/lib/a.ts exports and answers, so that a change of either is seen.\n"
        "import { describe, expect, it } from 'vitest';\n"
        "import * as subject from '../../src/lib/a';\n"
        "\n"
        "describe('src/lib/a.ts', () => {\n"
        "  it('exports what other modules import', () => {\n"
        "    expect(Object.keys(subject).sort()).toEqual(['MAX', 'cut']);\n"
        "  });\n"
        "\n"
        "  it('MAX keeps its value', () => {\n"
        "    expect(subject.MAX).toBe(3);\n"
        "  });\n"
        "\n"
        "  it('cut is a function of 2 parameters', () => {\n"
        "    expect(subject.cut).toBeTypeOf('function');\n"
        "    expect(subject.cut.length).toBe(2);\n"
        "  });\n"
        "\n"
        "  it('cut answers as it did when this was written', () => {\n"
        "    expect(subject.cut('it\\'s', 1)).toBe('i');\n"
        "    expect(() => subject.cut('', 0)).toThrow();\n"
        "  });\n"
        "});\n"
    )


@pytest.mark.parametrize(
    ("seen", "asserted"),
    [
        ({"kind": "class", "arity": 1, "methods": ["go"]}, "expect.arrayContaining(['go'])"),
        ({"kind": "schema", "accepts": False}, "expect(subject.x.safeParse(undefined).success).toBe(false);"),
        ({"kind": "routes", "routes": ["GET /"]}, "'GET /',"),
        ({"kind": "object", "keys": ["b", "a"]}, "expect(Object.keys(subject.x).sort()).toEqual(['a', 'b']);"),
        ({"kind": "object"}, "expect(subject.x).toBeTypeOf('object');"),
        ({"kind": "array", "length": 2}, "expect(subject.x).toHaveLength(2);"),
        ({"kind": "null"}, "expect(subject.x).toBeNull();"),
        ({"kind": "symbol"}, "expect(subject.x).toBeTypeOf('symbol');"),
    ],
)
def test_each_kind_of_export_is_asserted(seen: dict[str, object], asserted: str) -> None:
    text = render(ABOUT, {"x": seen})
    assert text is not None
    assert asserted in text


def test_without_details_only_names_kinds_and_arities_stay() -> None:
    exports = {
        "f": {"kind": "function", "arity": 1, "answers": [{"args": [1], "value": 2}]},
        "n": {"kind": "number", "value": 1},
    }
    text = render(ABOUT, exports, details=False)
    assert text is not None
    assert "answers" not in text.split("describe(")[1]
    assert "expect(subject.n).toBeTypeOf('number');" in text
    assert "expect.arrayContaining(['f', 'n'])" in text


def test_many_functions_share_a_table() -> None:
    text = render(ABOUT, {f"f{index}": {"kind": "function", "arity": index} for index in range(20)})
    assert text is not None
    assert "['f7', 7]," in text
    assert text.count("it(") == 1


def test_a_module_of_types_alone_gets_no_test() -> None:
    assert render(ABOUT, {}) is None


def test_private_methods_are_nobodys_to_rely_on() -> None:
    seen = {"A": {"kind": "class", "arity": 0, "methods": ["go", "save", "load"]}}
    source = "class A { go() {}\n  private async save() {}\n  protected load() {} }"
    assert public_only(seen, source)["A"]["methods"] == ["go"]
