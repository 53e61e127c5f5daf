"""Characters that deceive are refused where an edit adds them; honest text in any script passes."""

from __future__ import annotations

import pytest

from tests.gate.helpers import Gate, change, check, said

HIDDEN = {
    "override in a comment": "/* \u202e } \u2066if (isAdmin)\u2069 \u2066 begin */ f();\n",
    "isolate in a string": "const role = 'user\u2066';\n",
    "embedding among Arabic": "const s = '\u202b\u0645\u0631\u062d\u0628\u0627\u202c';\n",
    "zero-width space in a string": "const s = 'pass\u200bword';\n",
    "byte order mark in the middle": "f(); \ufeffg();\n",
    "Hangul filler as a name": "const { a, \u3164 } = f();\n",
    "joiner in a name": "const a\u200cb = 1;\n",
    "joiner in an English string": "const s = 'ad\u200dmin';\n",
    "mark of direction in English": "// a\u200fb\n",
    "tags": "const s = 'x\U000e0041\U000e0042';\n",
    "data in selectors": "const s = '\U0001f600\ufe01\ufe02\ufe03';\n",
    "data in ideographic selectors": "const s = 'x\U000e0101\U000e0102';\n",
}
ALIKE = {
    "one letter of a name": "const p\u0430ypal = 1;\n",
    "first letter of a hump": "const is\u0410dmin = 1;\n",
    "a whole name": "const \u0441\u043e\u0440\u0443 = 1;\n",
    "a whole hump": "const get\u0415 = 1;\n",
    "Greek capital": "class \u0391ccount {}\n",
    "a click": "const environment\u01c3 = 1;\n",
    "wide letters": "const \uff4e\uff41\uff4d\uff45 = 1;\n",
    "a property": "f({ us\u0435r: 1 });\n",
    "a type": "type \u0405tate = 1;\n",
    "a string": "if (role === '\u0430dmin') f();\n",
    "a template": "f(`p\u0430ypal.com/${a}`);\n",
}
HONEST = {
    "Russian": "// Проверка: URLа и HTML-а, сор\nconst текст = 'Cоздать сор и URLы';\n",
    "Russian names": "const дата = 1;\nconst сор = дата;\nconst getДата = 2;\n",
    "Chinese": "const 名字 = '你好，世界'; // 注释\n",
    "Japanese with a selector": "const s = '葛\U000e0100城';\n",
    "Arabic": "const s = '\u200fمرحبا (API)\u200f'; // \u061cتعليق\n",
    "Hebrew": "const s = 'שלום \u200e(a)';\n",
    "Persian": "const s = 'می\u200cخواهم';\n",
    "Hindi": "const s = 'क्\u200dष';\n",
    "Thai": "const s = 'ภาษา\u200bไทย';\n",
    "German": "const s = 'Donau\u00addampf';\n",
    "formulas": "const Δx = 1, λMax = 2, µs = 3, σX = 4, α = 5, ℓ = 6;\n",
    "Greek": "const s = 'Αθήνα και API';\n",
    "accents": "const café = 'naïve Ærø ışık';\n",
    "emoji": "const s = '👩‍👩‍👧 ❤️ 1️⃣ ©️ 🏳️‍🌈 👁️‍🗨️ 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f';\n",
    "escapes": "const s = '\\u202e\\u200b\\u0430dmin';\n",
    "symbols": "// → “quoted” — …\u00a0½ ☃\n",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_hidden_character_that_an_edit_adds_is_refused(name: str) -> None:
    verdict = check({"a.ts": "g();\n"}, {"a.ts": "g();\n" + HIDDEN[name]})
    assert "text.hidden-character" in {each.name for each in verdict.violations} or said(verdict) == "text.look-alike"
    assert any("U+" in each.message for each in verdict.violations)
    assert any(each.file == "a.ts" for each in verdict.violations)


@pytest.mark.parametrize("name", ALIKE)
def test_a_letter_that_passes_for_a_latin_one_is_refused(name: str) -> None:
    verdict = check({"a.ts": "g();\n"}, {"a.ts": "g();\n" + ALIKE[name]})
    assert [each.name for each in verdict.violations] == ["text.look-alike"]
    assert "a.ts:2" in verdict.violations[0].message


@pytest.mark.parametrize("name", HONEST)
def test_honest_text_in_any_script_passes(name: str) -> None:
    assert said(check({"a.ts": "g();\n"}, {"a.ts": "g();\n" + HONEST[name]})) == "applied"


def test_a_role_that_may_write_comments_only_is_held_to_it_as_well() -> None:
    text = "g();\n"
    verdict = check({"a.ts": text}, {"a.ts": f"// \u202etxet\n{text}"}, contract=["comments-only"])
    assert said(verdict) == "text.hidden-character"


def test_what_the_file_held_before_may_stay_and_may_go() -> None:
    old = "const a = 'x\u202e';\nconst p\u0430ypal = 1;\ng();\n"
    assert said(check({"a.ts": old}, {"a.ts": old.replace("g()", "h()")})) == "applied"
    assert said(check({"a.ts": old}, {"a.ts": old.replace("'x\u202e'", "'xy\u202e'")})) == "applied"
    assert said(check({"a.ts": old}, {"a.ts": old.replace("\u202e", "")})) == "applied"
    assert said(check({"a.ts": old}, {"a.ts": old + "k(p\u0430ypal);\n"})) == "applied"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("i18n/ar.json", '{"a": "\u200fمرحبا", "b": "می\u200cخواهم"}\n', "applied"),
        ("i18n/ru.json", '{"a": "Cоздать", "b": "сор p\u0430ypal"}\n', "applied"),
        ("i18n/he.json", '{"a": "\u202bשלום\u202c"}\n', "text.hidden-character"),
        ("readme.md", "a\u202eb\n", "text.hidden-character"),
        ("a\u202etxt.md", "a\n", "path.invalid"),
    ],
)
def test_other_files_are_judged_by_hidden_characters_only(path: str, text: str, expected: str) -> None:
    assert said(check({"a.ts": ""}, {path: text})) == expected


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert said(check({"a.ts": "\ufefff();\n"}, {"a.ts": "\ufeffh();\n"})) == "applied"
    assert said(check({"a.ts": "f();\n"}, {"b.ts": "\ufeffh();\n"})) == "applied"


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x1b", "\b", "\x7f", "\x9b", "\ufff9", "\u2800", "\U0001d173"])
def test_what_ends_a_line_or_moves_a_cursor_unseen_is_refused_in_comments_too(mark: str) -> None:
    after = f"// harmless{mark} f(1);\nconst a = 1;\n"
    assert "text.hidden-character" in change("const a = 1;\n", after)
    assert change(after, after.replace("= 1", "= 2")) == "applied"


def test_a_form_feed_and_a_tab_are_no_hidden_characters() -> None:
    assert change("const a = 1;\n", "\f\nconst a = 1;\t// as GNU does\n") == "applied"


@pytest.mark.parametrize("name", ["src/\u0440\u0430\u0443.ts", "src/p\u0430y.ts", "\u0430\u0440\u0440/a.ts"])
def test_a_new_module_whose_name_passes_for_a_latin_one_is_refused(name: str) -> None:
    before = {"src/pay.ts": "export const pay = 1;\n"}
    assert said(check(before, {name: "export const pay = 2;\n"})) == "text.look-alike"
    payload = {"documentChanges": [{"kind": "rename", "oldUri": "src/pay.ts", "newUri": name}]}
    assert said(Gate(before).submit("workspace-edit", payload)) == "text.look-alike"


@pytest.mark.parametrize("name", ["src/\u0441\u0447\u0451\u0442.ts", "src/\u043f\u043b\u0430\u0442\u0451\u0436.ts"])
def test_a_module_may_have_a_name_of_another_script(name: str) -> None:
    assert said(check({"src/pay.ts": "export const pay = 1;\n"}, {name: "export const pay = 2;\n"})) == "applied"
