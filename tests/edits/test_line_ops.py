"""``line-ops``: whole lines, by the numbers of the base."""

from __future__ import annotations

import hashlib

import pytest

from tests.edits.trees import edited, refusal

Op = dict[str, object]


def op(name: str, block: str, **more: object) -> Op:
    return {"op": name, "file": "a.ts", "new_block": block, **more}


@pytest.mark.parametrize(
    ("before", "operations", "after"),
    [
        ("a\nb\nc\n", [op("replace_block", "B", start_line=2, end_line=2)], "a\nB\nc\n"),
        ("a\nb\nc\n", [op("replace_block", "B\n", start_line=2, end_line=3)], "a\nB\n"),
        ("a\nb\nc", [op("replace_block", "C\nD\n", start_line=3, end_line=3)], "a\nb\nC\nD"),
        ("a\nb\nc\n", [op("replace_block", "", start_line=2, end_line=2)], "a\nc\n"),
        ("a\nb\n", [op("replace_block", "\n", start_line=1, end_line=1)], "\nb\n"),
        ("a\nb\n", [op("insert_before", "x", line=1)], "x\na\nb\n"),
        ("a\nb\n", [op("insert_before", "x", line=3)], "a\nb\nx\n"),
        ("a\nb", [op("insert_after", "x\n", line=2)], "a\nb\nx"),
        ("a\nb", [op("insert_after", "x", line=0)], "x\na\nb"),
        ("a\nb\n", [op("append", "x\ny")], "a\nb\nx\ny\n"),
        ("a", [op("append", "x")], "a\nx"),
        ("", [op("append", "x")], "x\n"),
        ("a\n", [op("prepend", "x\n")], "x\na\n"),
        ("a\r\nb\r\n", [op("insert_after", "x\ny\n", line=1)], "a\r\nx\r\ny\r\nb\r\n"),
        ("a\r\nb\r\n", [op("replace_block", "x\ny", start_line=1, end_line=1)], "x\r\ny\r\nb\r\n"),
        ("a\r\nb\n", [op("replace_block", "x", start_line=1, end_line=1)], "x\r\nb\n"),
        ("a\u2028b\nc\n", [op("replace_block", "x", start_line=2, end_line=2)], "a\u2028b\nx\n"),
        ("\ufeffa\nb\n", [op("replace_block", "x", start_line=1, end_line=1)], "\ufeffx\nb\n"),
        (
            "a\nb\nc\n",
            [op("replace_block", "1\n2", start_line=1, end_line=1), op("insert_after", "x", line=2)],
            "1\n2\nb\nx\nc\n",
        ),
        ("a\nb\n", [op("insert_after", "1", line=1), op("insert_after", "2", line=1)], "a\n1\n2\nb\n"),
        (
            "f {\n  a\n}\n",
            [op("insert_after", "x {\n  y\n}", line=2, reindent=True)],
            "f {\n  a\n  x {\n    y\n  }\n}\n",
        ),
        ("a\nb\n", [op("insert-after", "x", line=1)], "a\nx\nb\n"),
    ],
)
def test_lines_are_edited(before: str, operations: list[Op], after: str) -> None:
    assert edited(before, "line-ops", operations) == after


def test_one_operation_needs_no_list() -> None:
    assert edited("a\n", "line-ops", op("append", "b")) == "a\nb\n"


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        (op("replace_block", "X", start_line=2, end_line=3, open_space=True), "a\n\nX\n\n\nd\n"),
        (op("insert_after", "X", line=1, open_space=True), "a\n\nX\n\n\nb\nc\nd\n"),
        (op("append", "X", open_space=True), "a\nb\nc\nd\n\nX\n\n\n"),
    ],
)
def test_open_space_leaves_room_and_loses_no_other_line(operation: Op, after: str) -> None:
    assert edited("a\nb\nc\nd\n", "line-ops", [operation]) == after


@pytest.mark.parametrize("seen", ["b\nc\n", "b\nc", "b\r\nc\r\n", "b\r\nc"])
def test_a_hash_pins_what_was_seen(seen: str) -> None:
    right = hashlib.sha256(seen.encode()).hexdigest()
    operation = op("replace_block", "X", start_line=2, end_line=3, expect_hash=right)
    assert edited("a\r\nb\r\nc\r\n", "line-ops", [operation]) == "a\r\nX\r\n"
    assert refusal({"a.ts": "a\nb\nC\n"}, "line-ops", [operation]).name == "edit.stale"


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (op("replace_block", "X", start_line=3, end_line=3), "edit.out-of-range"),
        (op("replace_block", "X", start_line=0, end_line=1), "submission.malformed"),
        (op("replace_block", "X", start_line=2, end_line=1), "submission.malformed"),
        (op("insert_before", "X", line=4), "edit.out-of-range"),
        (op("insert_after", "X", line=3), "edit.out-of-range"),
        (op("insert_after", "X"), "submission.malformed"),
        (op("insert_after", "X", line="1"), "submission.malformed"),
        (op("insert_after", "X", line=True), "submission.malformed"),
        (op("append", "X", line=1), "submission.malformed"),
        (op("explode", "X"), "submission.malformed"),
        (op("append", ""), "submission.malformed"),
        ({"op": "append", "file": "b.ts", "new_block": "x"}, "edit.no-such-file"),
        ({"op": "append", "file": "../a.ts", "new_block": "x"}, "path.invalid"),
        ({"op": "append", "file": "a.ts"}, "submission.malformed"),
        (op("append", "\ud800"), "edit.not-text"),
    ],
)
def test_bad_operations_are_refused(operation: Op, name: str) -> None:
    assert refusal({"a.ts": "a\nb\n"}, "line-ops", [operation]).name == name


def test_overlapping_operations_are_refused_whole() -> None:
    operations = [
        op("append", "fine"),
        op("replace_block", "X", start_line=1, end_line=2),
        op("replace_block", "Y", start_line=2, end_line=2),
    ]
    assert refusal({"a.ts": "a\nb\n"}, "line-ops", operations).name == "edit.overlap"


def test_a_malformed_payload_names_its_place() -> None:
    violation = refusal({"a.ts": "a\n"}, "line-ops", [op("append", "x"), {"op": "append", "file": 3, "new_block": ""}])
    assert "payload[1].file must be a string, not an integer" in violation.message
    violation = refusal({"a.ts": "a\n"}, "line-ops", [op("append", "x", expect_hsh="1")])
    assert "unknown key 'expect_hsh'" in violation.message
    assert "expect_hash" in violation.hint
