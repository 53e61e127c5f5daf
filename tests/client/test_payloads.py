"""From a command line to the edit that is submitted."""

from __future__ import annotations

from typing import Any

import pytest

from runner.client.arguments import build_parser
from runner.client.payloads import EDITS, UsageProblem, needs_text, payload_of, text_source


def payload(line: list[str], text: str = "new\n") -> tuple[str, Any]:
    args = build_parser().parse_args(line)
    if needs_text(args):
        args.text = text
    return payload_of(args)


SYMBOL = "src/a.ts#Shop.total"
HASH = "AB" * 32


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "replace-block --file a.ts --start 2 --end 3",
            {"op": "replace_block", "file": "a.ts", "start_line": 2, "end_line": 3, "new_block": "new\n"},
        ),
        (
            f"replace-block --file a.ts --start 2 --end 2 --open-space --verify-hash {HASH}",
            {
                "op": "replace_block",
                "file": "a.ts",
                "start_line": 2,
                "end_line": 2,
                "new_block": "new\n",
                "open_space": True,
                "expect_hash": HASH.lower(),
            },
        ),
        (
            "insert-before --file a.ts --line 4",
            {"op": "insert_before", "file": "a.ts", "line": 4, "new_block": "new\n"},
        ),
        ("insert-after --file a.ts --line 4", {"op": "insert_after", "file": "a.ts", "line": 4, "new_block": "new\n"}),
        ("append --file a.ts", {"op": "append", "file": "a.ts", "new_block": "new\n"}),
        ("prepend --file a.ts", {"op": "prepend", "file": "a.ts", "new_block": "new\n"}),
    ],
)
def test_line_commands_become_line_operations(line: str, expected: dict[str, Any]) -> None:
    assert payload(line.split()) == ("line-ops", [expected])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["replace-symbol", "--symbol", SYMBOL], {"op": "replace", "symbol": SYMBOL, "content": "new\n"}),
        (["insert-before-symbol", "--symbol", SYMBOL], {"op": "insert_before", "symbol": SYMBOL, "content": "new\n"}),
        (["insert-after-symbol", "--symbol", SYMBOL], {"op": "insert_after", "symbol": SYMBOL, "content": "new\n"}),
        (["delete-symbol", "--symbol", SYMBOL], {"op": "delete", "symbol": SYMBOL}),
        (["rename-symbol", "--symbol", SYMBOL, "--to", "sum"], {"op": "rename", "symbol": SYMBOL, "to": "sum"}),
    ],
)
def test_symbol_commands_become_symbol_operations(line: list[str], expected: dict[str, Any]) -> None:
    assert payload(line) == ("symbol-ops", [expected])


OPERATION = '{"op": "append", "file": "a.ts", "new_block": "x"}'
REPLACE = '{"file": "a.ts", "search": "a", "replace": "b"}'
BLOCKS = "a.ts\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"


@pytest.mark.parametrize(
    ("command", "text", "format", "count"),
    [
        ("apply-batch", f"[{OPERATION}, {OPERATION}]", "line-ops", 2),
        ("apply-batch", OPERATION, "line-ops", 1),
        ("search-replace", f"[{REPLACE}]", "search-replace", 1),
        ("search-replace", REPLACE, "search-replace", 1),
    ],
)
def test_json_files_become_lists(command: str, text: str, format: str, count: int) -> None:
    kind, value = payload([command, "f.json"], text)
    assert kind == format
    assert isinstance(value, list)
    assert len(value) == count


@pytest.mark.parametrize(
    ("command", "text", "format", "expected"),
    [
        ("apply-batch", '{"target_file": "a.ts", "patches": []}', "anchor-ops", {"target_file": "a.ts", "patches": []}),
        ("apply-edit", '{"documentChanges": []}', "workspace-edit", {"documentChanges": []}),
        ("apply-diff", "--- a/a.ts\n+++ b/a.ts\n", "unified-diff", "--- a/a.ts\n+++ b/a.ts\n"),
        ("apply-patch", "*** Begin Patch\n*** End Patch", "apply-patch", "*** Begin Patch\n*** End Patch"),
        ("search-replace", BLOCKS, "search-replace", BLOCKS),
    ],
)
def test_other_files_are_passed_on_as_they_are(command: str, text: str, format: str, expected: Any) -> None:
    assert payload([command, "f"], text) == (format, expected)


def test_a_whole_file_is_written_under_its_name() -> None:
    assert payload(["write-file", "--file", "t/a.ts"], "x\r\n") == (
        "whole-file",
        [{"file": "t/a.ts", "content": "x\r\n"}],
    )


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (["replace-block", "--file", "a", "--start", "5", "--end", "4"], "x", "--end 4 lies before --start 5"),
        (["apply-edit"], "{", "takes JSON"),
        (["apply-batch"], "7", "a list of line operations"),
    ],
)
def test_a_wrong_edit_is_a_usage_problem(line: list[str], text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        payload(line, text)


@pytest.mark.parametrize(
    "line",
    [
        "replace-block --file a.ts --start 0 --end 3",
        "replace-block --file a.ts --start 1",
        "insert-before --file a.ts --line x",
        "append --file a.ts --block x --block-file y",
        "block",
        "recommend --title t --detail d --impact 4",
        "fly",
        "",
    ],
)
def test_wrong_usage_names_the_help_that_tells_more(line: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        build_parser().parse_args(line.split())
    known = line.split(" ", maxsplit=1)[0] not in ("fly", "")
    assert caught.value.hint == (f"patchctl {line.split(maxsplit=1)[0]} --help" if known else "patchctl --help")


def test_every_edit_has_its_flags_and_an_example() -> None:
    commands = build_parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert set(commands) >= EDITS  # type: ignore[arg-type]
    for name in EDITS:
        text = commands[name].format_help()  # type: ignore[index]
        for flag in (
            "--task-id",
            "--dry-run",
            "--requester",
            "--reason",
            "--branch",
            "--order-id",
            "--git-branch",
            "example:",
        ):
            assert flag in text, (name, flag)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("append --file a --block x", ("x", None)),
        ("append --file a --block-file x", (None, "x")),
        ("append --file a --block-file -", (None, None)),
        ("append --file a", (None, None)),
        ("apply-diff x", (None, "x")),
        ("apply-diff -", (None, None)),
        ("apply-diff", (None, None)),
    ],
)
def test_the_text_comes_from_where_it_was_said(line: str, source: object) -> None:
    assert text_source(build_parser().parse_args(line.split())) == source
