"""The commands as their first draft has them, and what a person's shell does to them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from runner.app.worktree_gate import WorktreeGate
from runner.cli.patchctl_arguments import host_parser
from runner.cli.patchctl_session import HostSession
from runner.client.payloads import UsageProblem
from tests.branch_gate.repositories import settings_in, write_tasks
from tests.patchctl.conftest import Patchctl

A = "src/a.ts"
SHOP = "export class Shop {\n  put(): void {\n    this.go();\n  }\n\n  go(): void {\n    return;\n  }\n}\n"


def test_list_tasks_prints_a_line_each_with_tabs(patchctl: Patchctl, folder: Path) -> None:
    write_tasks(folder, {"uuid": "A1F2-XYZ", "file": A, "status": "patched"}, {"uuid": "T2"})
    answer = patchctl("list-tasks")
    assert (answer.code, answer.out) == (0, f"A1F2-XYZ\t{A}\tpatched\nT2\t-\tpending\n")
    assert [task["uuid"] for task in patchctl("list-tasks", "--json").json["tasks"]] == ["A1F2-XYZ", "T2"]


def test_a_block_with_backslash_n_in_double_quotes_means_line_breaks(patchctl: Patchctl, folder: Path) -> None:
    block = r"// Added metrics middleware\nconst s = 'a\nb';\n"
    answer = patchctl("insert-before", "--file", A, "--line", "1", "--block", block)
    assert answer.code == 0 and "line breaks" in answer.err
    assert (folder / A).read_text().startswith("// Added metrics middleware\nconst s = 'a\\nb';\nexport function f")
    quiet = patchctl("append", "--file", A, "--block", r"console.log('\n');")
    assert quiet.code == 0 and "line breaks" not in quiet.err


def test_reindent_moves_a_block_to_its_place(patchctl: Patchctl, folder: Path) -> None:
    (folder / "src/shop.ts").write_text(SHOP)
    edit = (
        "replace-symbol",
        "--symbol",
        "./src/shop.ts#Shop.put",
        "--block",
        "put(): void {\n  this.go(); // twice\n}",
    )
    advised = patchctl(*edit)
    assert advised.code == 0 and "--reindent" in advised.err
    assert "put(): void {\n  this.go(); // twice\n}\n" in (folder / "src/shop.ts").read_text()
    (folder / "src/shop.ts").write_text(SHOP)
    assert patchctl(*edit, "--reindent").code == 0
    assert "  put(): void {\n    this.go(); // twice\n  }\n" in (folder / "src/shop.ts").read_text()
    line = ("insert-after", "--file", "./src/shop.ts", "--line", "3", "--block", "// here", "--reindent")
    assert patchctl(*line).code == 0 and "\n    // here\n" in (folder / "src/shop.ts").read_text()


@pytest.mark.parametrize(
    "text", ["export const a = 1;\nexport const b = 2;\n", "export const a = 1;\r\nexport const b = 2;\r\n"]
)
def test_verify_hash_is_what_sed_and_sha256sum_say(patchctl: Patchctl, folder: Path, text: str) -> None:
    content = "\ufeff".encode() + text.encode()
    (folder / "src/bom.ts").write_bytes(content)
    first = content.splitlines(keepends=True)[0]
    edit = ("replace-block", "--file", "src/bom.ts", "--start", "1", "--end", "1", "--block", "export const a = 3;")
    assert patchctl(*edit, "--verify-hash", hashlib.sha256(first).hexdigest()).code == 0
    assert (folder / "src/bom.ts").read_bytes() == content.replace(b"a = 1", b"a = 3")


def test_a_hash_that_is_none_is_wrong_usage_and_says_how_to_make_one(patchctl: Patchctl) -> None:
    answer = patchctl("append", "--file", A, "--block", "x", "--verify-hash", "b8a32a6", "--json")
    assert answer.code == 2 and "sha256sum" in answer.json["error"]["message"]
    assert answer.json["error"]["hint"] == "patchctl append --help"


@pytest.mark.parametrize(
    ("line", "code", "kind"),
    [
        (("fly",), 2, "usage"),
        (("done", "--task-id", "T9"), 2, "usage"),
        (("outline", "none.ts"), 2, "usage"),
        (("hover", "--symbol", "src/a.ts#f"), 4, "infrastructure"),
        (("append", "--file", A, "--block", "x", "--git-branch", "main"), 2, "usage"),
    ],
)
def test_who_asks_for_json_gets_errors_as_json(patchctl: Patchctl, line: tuple[str, ...], code: int, kind: str) -> None:
    answer = patchctl(*line, "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (code, kind)
    assert patchctl(*line).out == ""


def test_guards_take_the_flags_of_an_edit_on_either_side(patchctl: Patchctl, folder: Path) -> None:
    where = (
        "--file",
        A,
        "--start",
        "1",
        "--end",
        "3",
        "--name",
        "core",
        "--requester",
        "me",
        "--reason",
        "why",
        "--json",
    )
    made = patchctl("guard", "add", *where)
    assert made.code == 0, made.err
    line = json.loads((folder / ".mission_control/patch_log.jsonl").read_text())
    assert (line["requester"], line["reason"]) == ("me", "why")
    for command in (
        ("guard", "list", "--json"),
        ("guard", "--json", "verify"),
        ("guard", "list", "--repo", str(folder)),
    ):
        assert patchctl(*command).json["guards"][0]["name"] == "core"
    again = patchctl("guard", "add", *where[:-1])
    assert again.code == 2 and "in use" in again.err


def test_questions_without_a_place_are_about_the_open_task(folder: Path, tmp_path: Path) -> None:
    spans = [{"file": A, "start": 1, "end": 3}]
    write_tasks(
        folder,
        {"uuid": "T0", "status": "done", "file": "README.md"},
        {"uuid": "T1", "file": A, "allowed_spans": spans, "allowed_symbols": ["src/b.ts#h"]},
        {"uuid": "T2", "allowed_paths": ["src/**"]},
    )
    asked: list[tuple[object, ...]] = []
    with WorktreeGate(folder, typecheck="never", settings=settings_in(tmp_path)) as gate:

        class Asked(HostSession):
            def request(self, method: str, params: object) -> object:
                asked.append((method, params))
                return {"text": ""}

        assert Asked(gate).files() == [A, "src/b.ts"]
        assert Asked(gate, "T2").files() == [A, "src/b.ts"]
        Asked(gate).context()
        Asked(gate, "T2").context()
        with pytest.raises(UsageProblem, match="no task 'T9'"):
            Asked(gate, "T9").files()
    assert asked == [
        ("patchgate/context", {"symbols": [f"{A}:1-3", "src/b.ts#h"], "files": [], "budget": 4000}),
        ("patchgate/context", {"symbols": [], "files": [A, "src/b.ts"], "budget": 4000}),
    ]


def test_a_question_about_a_file_that_is_not_there_is_wrong_usage(patchctl: Patchctl) -> None:
    answer = patchctl("diagnostics", "src/none.ts")
    assert answer.code == 2 and "there is no file src/none.ts" in answer.err


def test_every_command_has_an_example_in_its_help() -> None:
    commands = next(
        action.choices for action in host_parser()._actions if action.choices and "append" in action.choices
    )
    assert isinstance(commands, dict)
    for name, parser in commands.items():
        assert "example:" in str(parser.epilog), name
