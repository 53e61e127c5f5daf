"""``anchor-ops``, ``whole-file`` and ``apply-patch``."""

from __future__ import annotations

import pytest

from runner.edits import lower
from runner.model.tree import EditFile
from tests.edits.trees import Tree, edited, outcome, refusal

CODE = "class A {\n  f() {\n    return 1;\n  }\n\n  g() {\n    return 1;\n  }\n}\n"


def anchors(*patches: dict[str, object]) -> dict[str, object]:
    return {"target_file": "a.ts", "patches": list(patches)}


def after(anchor: str, content: str, **more: object) -> dict[str, object]:
    return {"op": "insert_after", "anchor": anchor, "content": content, **more}


def between(start: str, end: str, content: str) -> dict[str, object]:
    return {"op": "replace_block", "start_marker": start, "end_marker": end, "content": content}


MARKED = "a;\n/* START: x */\nold;\nolder;\n/* END: x */\nb;\n"


@pytest.mark.parametrize(
    ("before", "payload", "result"),
    [
        ("a;\n/* here */\nb;\n", anchors(after("/* here */", "x;\ny;\n")), "a;\n/* here */\nx;\ny;\nb;\n"),
        ("a;\n/* here */ b;", anchors(after("/* here */", "x;")), "a;\n/* here */ b;\nx;"),
        ("a;\r\nb;\r\n", anchors(after("a;", "x;\ny;")), "a;\r\nx;\r\ny;\r\nb;\r\n"),
        ("a;\nb;\n", anchors({"op": "insert_before", "anchor": "b;", "content": "x;"}), "a;\nx;\nb;\n"),
        ("f {\n  // here\n}\n", anchors(after("// here", "x {\n  y\n}", reindent=True)),
         "f {\n  // here\n  x {\n    y\n  }\n}\n"),
        ("a\na\n", anchors(after("a", "x", occurrence=2)), "a\na\nx\n"),
        ("a\na\n", anchors(after("a", "x", all=True)), "a\nx\na\nx\n"),
        (MARKED, anchors(between("/* START: x */", "/* END: x */", "new;\n")),
         "a;\n/* START: x */\nnew;\n/* END: x */\nb;\n"),
        (MARKED, anchors(between("/* START: x */", "/* END: x */", "")), "a;\n/* START: x */\n/* END: x */\nb;\n"),
        ("f(/*<*/ a /*>*/);\n", anchors(between("/*<*/", "/*>*/", " b ")), "f(/*<*/ b /*>*/);\n"),
        (MARKED, anchors(after("a;", "1;"), between("/* START: x */", "/* END: x */", "new;")),
         "a;\n1;\n/* START: x */\nnew;\n/* END: x */\nb;\n"),
    ],
)  # fmt: skip
def test_text_is_placed_by_anchors(before: str, payload: object, result: str) -> None:
    assert edited(before, "anchor-ops", payload) == result


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (anchors(after("nowhere", "x")), "edit.not-found"),
        (anchors(after(";", "x")), "edit.ambiguous"),
        (anchors(between("/* END: x */", "/* START: x */", "x")), "edit.not-found"),
        (anchors(between("a;", ";", "x")), "edit.ambiguous"),
        (anchors(after("", "x")), "submission.malformed"),
        (anchors(after("\n", "x")), "submission.malformed"),
        (anchors(), "submission.malformed"),
        (anchors(after("a;", "x"), between("a;", "b;", "y"), between("/* START: x */", "b;", "z")), "edit.overlap"),
        ({"patches": [after("a;", "x")]}, "submission.malformed"),
    ],
)
def test_bad_anchors_are_refused(payload: object, name: str) -> None:
    assert refusal({"a.ts": MARKED}, "anchor-ops", payload).name == name


def whole(content: str | None, path: str = "a.ts") -> list[dict[str, object]]:
    return [{"file": path, "content": content}]


@pytest.mark.parametrize(
    ("files", "payload", "result"),
    [
        ({"a.ts": "a\n"}, whole("b\n"), {"a.ts": "b\n"}),
        ({"a.ts": "a\n"}, whole(None), {"a.ts": None}),
        ({}, whole("new\n"), {"a.ts": "new\n"}),
        ({}, whole("\ufeffnew\n"), {"a.ts": "\ufeffnew\n"}),
        ({"a.ts": "a\r\nb\r\n"}, whole("a\nc\n"), {"a.ts": "a\r\nc\r\n"}),
        ({"a.ts": "\ufeffa\n"}, whole("b\n"), {"a.ts": "\ufeffb\n"}),
        ({"a.ts": "\ufeffa\n"}, whole("\ufeffb\n"), {"a.ts": "\ufeffb\n"}),
        ({"a.ts": "a\n"}, whole("a"), {"a.ts": "a"}),
        ({"a.ts": "a\n"}, whole(""), {"a.ts": ""}),
    ],
)
def test_whole_files_are_taken(files: dict[str, str], payload: object, result: dict[str, str | None]) -> None:
    assert outcome(files, "whole-file", payload) == result


def test_a_whole_file_becomes_the_smallest_edits() -> None:
    before = "".join(f"const a{number} = {number};\n" for number in range(200))
    (change,) = lower("whole-file", whole(before.replace("a77 = 77", "a77 = 78")), Tree({"a.ts": before})).changes
    assert isinstance(change, EditFile)
    (edit,) = change.replacements
    assert (before[edit.start : edit.end], edit.new) == ("77", "78")


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (whole(None, "no.ts"), "edit.no-such-file"),
        ([{"file": "a.ts"}], "submission.malformed"),
        ([{"file": "a.ts", "content": "x", "hash": "0" * 64}], "edit.stale"),
        (whole("a\n"), "submission.no-change"),
        (whole("a\0"), "edit.not-text"),
    ],
)
def test_bad_whole_files_are_refused(payload: object, name: str) -> None:
    assert refusal({"a.ts": "a\n"}, "whole-file", payload).name == name


def patch(*lines: str) -> str:
    return "\n".join(("*** Begin Patch", *lines, "*** End Patch"))


@pytest.mark.parametrize(
    ("files", "payload", "result"),
    [
        ({"a.ts": "a\nb\nc\n"}, patch("*** Update File: a.ts", "@@", " a", "-b", "+B", " c"), {"a.ts": "a\nB\nc\n"}),
        ({"a.ts": "a\nb\nc\n"}, patch("*** Update File: a.ts", " a", "-b", "+B"), {"a.ts": "a\nB\nc\n"}),
        ({"a.ts": "a\r\nb\r\n"}, patch("*** Update File: a.ts", "@@", " a", "-b", "+B"), {"a.ts": "a\r\nB\r\n"}),
        ({"a.ts": CODE}, patch("*** Update File: a.ts", "@@ class A {", "@@   g() {", "-    return 1;", "+    return 2;"),
         {"a.ts": "return 2".join(CODE.rsplit("return 1", 1))}),
        ({"a.ts": CODE}, patch("*** Update File: a.ts", "@@   f() {", "-    return 1;", "+    return 2;"),
         {"a.ts": CODE.replace("return 1", "return 2", 1)}),
        ({"a.ts": "x\na\n\nx\n"}, patch("*** Update File: a.ts", "@@", "-x", "+y", "*** End of File"),
         {"a.ts": "x\na\n\ny\n"}),
        ({"a.ts": "a\n\nb\n"}, patch("*** Update File: a.ts", "@@", " a", "", "-b", "+c", ""), {"a.ts": "a\n\nc\n"}),
        ({}, patch("*** Add File: n.ts", "+a", "+", "+b"), {"n.ts": "a\n\nb\n"}),
        ({"a.ts": "a\n"}, patch("*** Delete File: a.ts"), {"a.ts": None}),
        ({"a.ts": "a\nb\n"}, patch("*** Update File: a.ts", "*** Move to: b/c.ts", "@@", "-a", "+A"),
         {"a.ts": None, "b/c.ts": "A\nb\n"}),
        ({"a.ts": "a\n"}, patch("*** Update File: a.ts", "*** Move to: c.ts"), {"a.ts": None, "c.ts": "a\n"}),
        ({"a.ts": "a\nb"}, patch("*** Update File: a.ts", "@@", " b", "+c"), {"a.ts": "a\nb\nc"}),
        ({"a.ts": "1\n2\n3\n4\n"}, patch("*** Update File: a.ts", "@@", "-1", "+I", "@@", "-4", "+IV"),
         {"a.ts": "I\n2\n3\nIV\n"}),
        ({"a.ts": "a\n  b\n"}, patch("*** Update File: a.ts", "@@", " a", "-b", "+c"), {"a.ts": "a\nc\n"}),
    ],
)  # fmt: skip
def test_v4a_patches_apply(files: dict[str, str], payload: str, result: dict[str, str | None]) -> None:
    assert outcome(files, "apply-patch", payload) == result


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ("*** Update File: a.ts\n@@\n-a\n+b", "submission.malformed"),
        (patch(), "submission.malformed"),
        (patch("garbage"), "submission.malformed"),
        (patch("*** Update File: a.ts"), "submission.malformed"),
        (patch("*** Update File: a.ts", "@@", " class A {"), "submission.malformed"),
        (patch("*** Update File: a.ts", "@@", "class A {", "-x"), "submission.malformed"),
        (patch("*** Add File: n.ts", "no mark"), "submission.malformed"),
        (patch("*** Add File: a.ts", "+x"), "edit.file-exists"),
        (patch("*** Delete File: no.ts"), "edit.no-such-file"),
        (patch("*** Update File: a.ts", "@@", "-    return 1;", "+    return 2;"), "edit.ambiguous"),
        (patch("*** Update File: a.ts", "@@", "-    return 3;", "+    return 2;"), "edit.not-found"),
        (patch("*** Update File: a.ts", "@@ nowhere() {", "-    return 1;", "+    return 2;"), "edit.not-found"),
        (patch("*** Update File: a.ts", "@@", "+x"), "edit.not-found"),
        (
            patch("*** Update File: a.ts", "@@", "-class A {", "+class B {", "*** Delete File: no.ts"),
            "edit.no-such-file",
        ),
    ],
)
def test_bad_v4a_patches_are_refused(payload: str, name: str) -> None:
    assert refusal({"a.ts": CODE}, "apply-patch", payload).name == name
