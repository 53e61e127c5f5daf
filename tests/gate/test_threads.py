"""What users of other tools lost, held against this gate: each test names the public thread that it comes from."""

from __future__ import annotations

import pytest

from runner.checker.memory import WORD
from runner.model.events import PATCH_APPLIED, PATCH_REJECTED
from tests.gate.helpers import Gate, said, whole

CODE = "export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 1;\n}\n"
MORE = "export function third() {\n  return 3;\n}\n"
TSX = (
    "import { FC } from 'react';\n\n"
    "export const History: FC = () => {\n"
    "  const renderRows = () => {\n    return 'hello';\n  };\n\n"
    "  return <div>{renderRows()}</div>;\n"
    "};\n"
)


def replace(search: str, text: str, path: str = "src/a.ts") -> list[dict[str, str]]:
    return [{"file": path, "search": search, "replace": text}]


def text_edits(*edits: tuple[int, int, int, str], path: str = "src/a.ts") -> dict[str, object]:
    """LSP edits within single lines: line, first character, last character, new text."""
    made = [
        {"range": {"start": {"line": at, "character": a}, "end": {"line": at, "character": b}}, "newText": new}
        for at, a, b, new in edits
    ]
    return {"changes": {path: made}}


def symbol(address: str, content: str, path: str = "src/a.ts") -> list[dict[str, str]]:
    return [{"op": "replace", "symbol": f"{path}#{address}", "content": content}]


def test_a_stale_buffer_does_not_overwrite_what_landed_since() -> None:
    """oraios/serena#1013, #183: an edit was made in an old copy of the file and saved: 388 newer lines were lost."""
    gate = Gate({"src/a.ts": CODE})
    stale = gate.current
    added = "export function second() {"
    assert said(gate.submit("search-replace", replace(added, MORE + "\n" + added))) == "applied"
    verdict = gate.submit("whole-file", whole({"src/a.ts": CODE.replace("return 1", "return 2", 1)}), base=stale)
    assert said(verdict) == "applied"
    assert gate.text("src/a.ts") == CODE.replace("return 1", "return 2", 1).replace(added, MORE + "\n" + added)


def test_a_whole_file_without_a_base_is_not_taken_for_a_deletion_of_the_rest() -> None:
    """oraios/serena#1013: nobody asked for the newer lines to go, and the tool that dropped them said success."""
    gate = Gate({"src/a.ts": CODE + "\n" + MORE})
    verdict = gate.submit("whole-file", whole({"src/a.ts": CODE.replace("return 1", "return 2", 1)}))
    assert "clobber.declaration-lost" in said(verdict)
    assert gate.text("src/a.ts") == CODE + "\n" + MORE


def test_a_rename_that_was_planned_on_older_text_hits_the_name_or_nothing() -> None:
    """isaacphi/mcp-language-server PR#141: a rename's ranges were applied to newer text and cut other words apart."""
    gate = Gate({"src/a.ts": CODE})
    planned = gate.current
    rename = text_edits((4, 16, 22, "renamed"))
    assert (
        said(gate.submit("search-replace", replace("export function first", MORE + "\nexport function first")))
        == "applied"
    )
    verdict = gate.submit("workspace-edit", rename, base=planned)
    assert said(verdict) == "applied"
    assert gate.text("src/a.ts") == MORE + "\n" + CODE.replace("second", "renamed")


def test_a_rename_of_a_name_that_has_changed_since_is_a_conflict() -> None:
    """isaacphi/mcp-language-server PR#141: here the renamed word itself is another one by now."""
    gate = Gate({"src/a.ts": CODE})
    planned = gate.current
    assert said(gate.submit("workspace-edit", text_edits((4, 16, 22, "other")))) == "applied"
    verdict = gate.submit("workspace-edit", text_edits((4, 16, 22, "renamed")), base=planned)
    assert (verdict.status, said(verdict)) == ("conflict", "conflict.base-moved")
    assert gate.text("src/a.ts") == CODE.replace("second", "other")


def test_replacing_a_function_nested_in_a_component_replaces_it_alone() -> None:
    """oraios/serena#1029: the new body was put in front of the old one, and the component no longer parsed."""
    gate = Gate({"src/a.tsx": TSX})
    content = "const renderRows = () => {\n    return 'bye';\n  };"
    verdict = gate.submit("symbol-ops", symbol("History.renderRows", content, "src/a.tsx"))
    assert said(verdict) == "applied"
    assert gate.text("src/a.tsx") == TSX.replace("'hello'", "'bye'")


def test_a_symbol_is_looked_up_in_the_text_as_it_is_now() -> None:
    """oraios/serena#1593: positions from before the last edit were used again, and the second edit hit other lines."""
    gate = Gate({"src/a.ts": CODE})
    longer = "export function first() {\n  const a = 1;\n  const b = 2;\n  return a + b;\n}"
    assert said(gate.submit("symbol-ops", symbol("first", longer))) == "applied"
    verdict = gate.submit("symbol-ops", symbol("second", "export function second() {\n  return 2;\n}"))
    assert said(verdict) == "applied"
    assert gate.text("src/a.ts") == f"{longer}\n\nexport function second() {{\n  return 2;\n}}\n"


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("export function second() {\n  return  2;\n}", "return 1;"),
        ("export function secnd() {", "export function second() {"),
    ],
)
def test_the_hint_of_a_failed_match_is_enough_to_get_it_right_at_once(search: str, told: str) -> None:
    """anthropics/claude-code#17091, openai/codex#32583, anomalyco/opencode#27282: agents resent the same failing text."""
    gate = Gate({"src/a.ts": CODE})
    (found,) = gate.submit("search-replace", replace(search, "export function other() {")).violations
    assert found.name == "edit.not-found"
    assert told in found.hint
    copied = next(line for line in found.hint.split("`")[1::2] if line.strip() in CODE)
    assert said(gate.submit("search-replace", replace(copied, copied))) != "edit.not-found"


def test_an_ambiguous_match_is_refused_and_its_places_are_named() -> None:
    """Aider-AI/aider#2050: of two places that looked alike the wrong one was edited, and nobody was told."""
    gate = Gate({"src/a.ts": CODE})
    (found,) = gate.submit("search-replace", replace("  return 1;", "  return 2;")).violations
    assert (found.name, gate.text("src/a.ts")) == ("edit.ambiguous", CODE)
    assert "2, 6" in found.hint
    exact = replace("export function second() {\n  return 1;", "export function second() {\n  return 2;")
    assert said(gate.submit("search-replace", exact)) == "applied"


def test_a_second_session_cannot_take_back_what_the_first_one_landed() -> None:
    """anthropics/claude-code#90943, anomalyco/opencode#34872: one session's save reverted another's work."""
    gate = Gate({"src/a.ts": CODE, "src/b.ts": MORE})
    base = gate.current
    one = gate.submit(
        "search-replace", replace("second() {\n  return 1", "second() {\n  return 2"), role="one", base=base
    )
    # The other session saves the same file as it knows it, beside its own change of another.
    files = {"src/a.ts": CODE.replace("return 1", "return 9"), "src/b.ts": MORE.replace("3", "4")}
    other = gate.submit("whole-file", whole(files), role="other", base=base)
    assert (said(one), other.status) == ("applied", "conflict")
    assert "second() {\n  return 2" in str(gate.text("src/a.ts"))
    assert gate.text("src/b.ts") == MORE
    assert len(gate.events(PATCH_APPLIED)) == len(gate.events(PATCH_REJECTED)) == 1


@pytest.mark.parametrize("path", [".git/index", ".git/HEAD", ".git/refs/stash", "src/.git/config", ".GIT/config"])
def test_gits_own_files_are_out_of_reach(path: str) -> None:
    """anthropics/claude-code#95355: an agent ran `stash pop` and `reset --hard`; two sessions' work was gone."""
    gate = Gate({"src/a.ts": CODE})
    verdict = gate.submit("whole-file", whole({path: "x\n"}))
    assert verdict.status == "rejected"
    assert "path." in said(verdict)


def test_every_landed_step_can_be_had_again() -> None:
    """anthropics/claude-code#95355: what the reset took had never been kept anywhere."""
    gate = Gate({"src/a.ts": CODE})
    kept = [gate.current]
    for number in (2, 3):
        verdict = gate.submit("symbol-ops", symbol("first", f"export function first() {{\n  return {number};\n}}"))
        kept.append(str(verdict.snapshot))
    texts = [gate.snapshots.tree(snapshot).read("src/a.ts") for snapshot in kept]
    assert [b"return %d" % number in text.content for number, text in zip((1, 2, 3), texts, strict=True) if text] == [
        True
    ] * 3


def test_what_was_not_checked_is_never_called_verified() -> None:
    """anthropics/claude-code#88532: the report said "verified" and nothing had been run."""
    gate = Gate({"src/a.ts": CODE})
    bad = gate.submit("search-replace", replace("export function second", f"{WORD.decode()};\nexport function second"))
    assert (bad.status, bad.snapshot, bad.typecheck) != ("applied", None, "passed")
    assert bad.status == "rejected" and len(bad.new) == 1
    unread = gate.submit("search-replace", replace("nowhere", "x"))
    assert (unread.status, unread.typecheck) == ("rejected", "skipped")
    assert gate.text("src/a.ts") == CODE


def test_edits_that_belong_together_are_checked_together() -> None:
    """anomalyco/opencode#2536: errors of a half-made edit were reported, and agents mended what was whole."""
    opened = replace("first() {\n", "first() {\n  if (ready) {\n")
    closed = replace("}\n\nexport function second", "  }\n}\n\nexport function second")
    assert said(Gate({"src/a.ts": CODE}).submit("search-replace", opened)) == "clobber.syntax-error"
    verdict = Gate({"src/a.ts": CODE}).submit("search-replace", [*opened, *closed])
    assert said(verdict) == "applied"


def test_what_lands_is_what_the_dry_run_showed() -> None:
    """openai/codex#39939, #19172, anthropics/claude-code#42448, #95579: people approved one diff and got another."""
    gate = Gate({"src/a.ts": CODE})
    edit = symbol("second", "export function second() {\n  return 2;\n}")
    shown = gate.submit("symbol-ops", edit, dry_run=True)
    landed = gate.submit("symbol-ops", edit, base=shown.base)
    assert (shown.status, landed.status) == ("simulated", "applied")
    assert (shown.diff, shown.edits) == (landed.diff, landed.edits)


def test_what_was_shown_does_not_land_on_other_text() -> None:
    """openai/codex#39939: the file had changed between the diff that was approved and the one that was written."""
    gate = Gate({"src/a.ts": CODE})
    edit = replace("export function second() {\n  return 1;", "export function second() {\n  return 2;")
    shown = gate.submit("search-replace", edit, dry_run=True)
    assert said(gate.submit("symbol-ops", symbol("second", "export function second() {\n  return 7;\n}"))) == "applied"
    assert gate.submit("search-replace", edit, base=shown.base).status == "conflict"
    assert "return 7" in str(gate.text("src/a.ts"))


def test_a_pass_that_loops_is_stopped() -> None:
    """anomalyco/opencode#4559, anthropics/claude-code#17091: nothing ended a loop of failing edits but the bill."""
    gate = Gate({"src/a.ts": CODE}, max_submissions=3)
    names = [said(gate.submit("search-replace", replace("nowhere", "x"))) for _ in range(5)]
    assert names[:3] == ["edit.not-found"] * 3
    assert names[3] == names[4] != "edit.not-found"
