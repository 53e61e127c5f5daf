"""Optimization Advisor: code in, edits and recommendations out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.specialists.optimization_advisor.ast_grep import RULES, rule_texts, scan
from runner.specialists.optimization_advisor.program import run
from tests.lsp_bridge.local import write
from tests.specialists.fakes import FakeSession


def matched(tmp_path: Path, code: str, name: str = "a.ts") -> list[str]:
    """``rule`` or ``rule → replacement`` for each match."""
    write(tmp_path, {name: code})
    found = scan(tmp_path, [name], rule_texts().values())
    return [f"{one.rule} → {one.replacement}" if one.replacement else one.rule for one in found]


FINDS = [
    ("const id = Math.random().toString(36).slice(2);", "random-id → crypto.randomUUID()"),
    (
        "const id = Date.now().toString(36) + Math.random().toString(36).slice(2);",
        "random-id → crypto.randomUUID()",
    ),
    ("const id = Math.random().toString(36).slice(2, 8);", "short-random-id"),
    ("const b = JSON.parse(JSON.stringify(a.b));", "json-clone → structuredClone(a.b)"),
    ("const x = xs.filter((one) => one.ok)[0];", "filter-first → xs.find((one) => one.ok)"),
    ("if (xs.filter(isOk).length > 0) go();", "filter-length → xs.some(isOk)"),
    ("const now = new Date().getTime();", "date-now → Date.now()"),
    ("if (xs.indexOf(x) !== -1) go();", "index-of → xs.includes(x)"),
    ("const b = Object.assign({}, a);", "object-assign"),
    ("db.prepare('SELECT 1');", "raw-sql"),
    ("db.exec(`delete from t where id = ${id}`);", "interpolated-sql"),
    ("app.get('/', a).post('/', async (c) => c.json(await c.req.json()));", "unvalidated-route"),
    ("async function f() { for (const x of xs) { await g(x); } }", "await-in-loop"),
    ("async function f() { return await g(); }", "return-await"),
    ("const xs = new Array(3).fill(0).map((_, i) => i);", "array-fill-map"),
    ("try { go(); } catch {}", "empty-catch"),
]


@pytest.mark.parametrize(("code", "found"), FINDS)
def test_a_rule_finds_what_it_is_for(tmp_path: Path, code: str, found: str) -> None:
    assert matched(tmp_path, code) == [found]


@pytest.mark.parametrize(
    "code",
    [
        "const b = JSON.parse(text);",
        "const x = xs.filter(isOk)[1];",
        "const at = new Date(moment).getTime();",
        "db.prepare(statement);",
        "app.get('/', async (c) => c.json(await c.req.json()));",
        "app.post('/', async (c) => { const body = schema.parse(await c.req.json()); });",
        "app.post('/', validate(schema), async (c) => c.json(c.req.valid('json')));",
        "async function f() { for await (const x of xs) { await g(x); } }",
        "for (const x of xs) { later.push(async () => { await g(x); }); }",
        "async function f() { try { return await g(); } finally { h(); } }",
        "try { go(); } catch { /* there may be none */ }",
    ],
)
def test_a_rule_leaves_the_rest_alone(tmp_path: Path, code: str) -> None:
    assert matched(tmp_path, code) == []


def test_every_rule_is_tried_above() -> None:
    assert {found.split(" → ")[0] for _, found in FINDS} == {path.stem for path in RULES.glob("*.yml")}


def test_tsx_is_searched_as_tsx(tmp_path: Path) -> None:
    assert matched(tmp_path, "const a = <b>{xs.filter(isOk)[0]}</b>;", "a.tsx") == ["filter-first → xs.find(isOk)"]


def test_places_are_right_after_a_bom_and_emoji(tmp_path: Path) -> None:
    text = "const a = '💥';\nconst now = new Date().getTime();\n"
    write(tmp_path, {"a.ts": "\ufeff" + text})
    (one,) = scan(tmp_path, ["a.ts"], rule_texts().values())
    assert text[one.start : one.end] == "new Date().getTime()"
    assert one.line == 2


FILES = {
    "package.json": json.dumps({"dependencies": {"kysely": "1", "hono": "4"}}),
    "src/a.ts": "const a = '🏁', b = new Date().getTime();\nconst c = new Date().getTime();\nconst d = new Date().getTime();\n",
    "src/b.ts": "const x = JSON.parse(JSON.stringify(y));\ndb.prepare('SELECT 1');\n",
}


def test_safe_rules_become_one_edit_a_file_and_rule(tmp_path: Path) -> None:
    session = FakeSession(write(tmp_path, FILES))
    run(session)
    assert session.read("src/a.ts").count("Date.now()") == 3
    assert session.read("src/b.ts").startswith("const x = structuredClone(y);")
    assert session.submitted == [
        ("src/a.ts", "Read the clock with Date.now() (3 places) in src/a.ts", "applied"),
        ("src/b.ts", "Clone with structuredClone() in src/b.ts", "applied"),
    ]
    assert session.ended == ("done", "4 places mended, 0 refused and recommended, 1 recommendations")


def test_the_others_become_recommendations_with_their_impact(tmp_path: Path) -> None:
    session = FakeSession(write(tmp_path, FILES))
    run(session)
    (advice,) = session.recommended
    assert (advice["rule"], advice["impact"], advice["file"], advice["line"]) == ("raw-sql", 3, "src/b.ts", 2)


def test_a_rule_that_is_about_a_package_needs_that_package(tmp_path: Path) -> None:
    session = FakeSession(write(tmp_path, {**FILES, "package.json": "{}"}))
    run(session)
    assert session.recommended == []


def test_a_refused_place_does_not_take_the_others_with_it_and_is_recommended_with_the_reason(tmp_path: Path) -> None:
    def gate(path: str, before: str, after: str) -> str | None:
        return "Property 'now' does not exist" if "const c = Date.now()" in after else None

    session = FakeSession(write(tmp_path, FILES), gate=gate)
    run(session)
    assert session.read("src/a.ts") == (
        "const a = '🏁', b = Date.now();\nconst c = new Date().getTime();\nconst d = Date.now();\n"
    )
    advice = next(one for one in session.recommended if one["rule"] == "date-now")
    assert "The gate refused the change: PG601 typecheck.new-error: Property 'now' does not exist" in advice["detail"]
    assert (advice["line"], advice["suggestion"]) == (2, "new Date().getTime() → Date.now()")


def test_without_ast_grep_it_blocks_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    session = FakeSession(write(tmp_path / "repo", FILES))
    run(session)
    assert session.ended is not None
    assert session.ended[0] == "blocked"
    assert "ast-grep does not start" in session.ended[1]
