"""``unified-diff``: the context decides, whatever the numbers say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from runner.edits import lower, unified_diff
from runner.model.tree import EditFile, FileState
from tests.edits.strategies import plain_texts, texts
from tests.edits.trees import Tree, candidate, outcome, refusal

CODE = "".join(f"line {number};\n" for number in range(1, 21))


def diff(*lines: str, old: str = "a/a.ts", new: str = "b/a.ts") -> str:
    return "\n".join((f"--- {old}", f"+++ {new}", *lines)) + "\n"


BODY = (" line 9;", "-line 10;", "+LINE 10;", " line 11;")


@pytest.mark.parametrize(
    "header", ["@@ -9,3 +9,3 @@", "@@ -9,3 +9,3 @@ f()", "@@ -1,3 +1,3 @@", "@@ -900,1 +2,77 @@", "@@", "@@ ... @@"]
)
def test_line_numbers_may_be_right_wrong_or_missing(header: str) -> None:
    assert outcome({"a.ts": CODE}, "unified-diff", diff(header, *BODY)) == {"a.ts": CODE.replace("line 10", "LINE 10")}


@pytest.mark.parametrize(
    ("files", "payload", "after"),
    [
        ({"a.ts": CODE}, diff("@@ -9,3 +9,3 @@", *BODY, old="a.ts", new="a.ts"), {"a.ts": CODE.replace("line 10", "LINE 10")}),
        ({"a.ts": "a\nb"}, diff("@@ -1,2 +1,2 @@", " a", "-b", "\\ No newline at end of file", "+c"), {"a.ts": "a\nc\n"}),
        ({"a.ts": "a\nb\n"}, diff("@@ -1,2 +1,2 @@", " a", "-b", "+b", "\\ No newline at end of file"), {"a.ts": "a\nb"}),
        # an author who did not know that the last line has no line break does not add one
        ({"a.ts": "a\nb"}, diff("@@ -1,2 +1,2 @@", " a", "-b", "+c"), {"a.ts": "a\nc"}),
        ({"a.ts": "a\nb"}, diff("@@ -1,2 +1,3 @@", " a", " b", "+c"), {"a.ts": "a\nb\nc"}),
        ({"a.ts": "a\r\nb\r\n"}, diff("@@ -1,2 +1,3 @@", " a", "-b", "+c", "+d"), {"a.ts": "a\r\nc\r\nd\r\n"}),
        ({"a.ts": "a\r\nb\r\n"}, diff("@@ -1,2 +1,2 @@", " a\r", "-b\r", "+c\r"), {"a.ts": "a\r\nc\r\n"}),
        ({"a.ts": "a\r\nb\n"}, diff("@@ -1,2 +1,2 @@", " a\r", "-b", "+c\r"), {"a.ts": "a\r\nc\r\n"}),
        ({"a.ts": "a\nb\n"}, diff("@@ -1,2 +1,2 @@", " a", "-b", "+c").replace("\n", "\r\n"), {"a.ts": "a\nc\n"}),
        ({"a.ts": "\ufeffa\nb\n"}, diff("@@ -1,2 +1,2 @@", "-\ufeffa", "+\ufeffA", " b"), {"a.ts": "\ufeffA\nb\n"}),
        ({"a.ts": "a\n\nb\n"}, diff("@@ -1,3 +1,3 @@", " a", "", "-b", "+c"), {"a.ts": "a\n\nc\n"}),
        ({"a.ts": "-- x\ny\n"}, diff("@@ -1,2 +1,2 @@", "--- x", "+++ y", " y"), {"a.ts": "++ y\ny\n"}),
        ({}, diff("@@ -0,0 +1,2 @@", "+a", "+b", old="/dev/null"), {"a.ts": "a\nb\n"}),
        ({"a.ts": "a\nb"}, diff("@@ -1,2 +0,0 @@", "-a", "-b", new="/dev/null"), {"a.ts": None}),
        ({"a.ts": "x\nx\nx\n"}, diff("@@ -2 +2 @@", "-x", "+y"), {"a.ts": "x\ny\nx\n"}),
        ({"a.ts": "a\nb\n"}, diff("@@ -1,0 +2 @@", "+x"), {"a.ts": "a\nx\nb\n"}),
        ({"a.ts": "x\na\nx\n"}, diff("@@", "-a", "+b", "@@", "-x", "+y"), {"a.ts": "x\nb\ny\n"}),
        (
            {"a.ts": "a\n"},
            "diff --git a/a.ts b/c d.ts\nsimilarity index 90%\nrename from a.ts\nrename to c d.ts\n"
            "--- a/a.ts\t\n+++ b/c d.ts\t\n@@ -1 +1 @@\n-a\n+A\n",
            {"a.ts": None, "c d.ts": "A\n"},
        ),
        (
            {"a.ts": "a\n"},
            "diff --git a/a.ts b/c.ts\nsimilarity index 100%\nrename from a.ts\nrename to c.ts\n",
            {"a.ts": None, "c.ts": "a\n"},
        ),
        ({}, "diff --git a/e.ts b/e.ts\nnew file mode 100644\nindex 0000000..e69de29\n", {"e.ts": ""}),
        ({"e.ts": ""}, "diff --git a/e.ts b/e.ts\ndeleted file mode 100644\nindex e69de29..0000000\n", {"e.ts": None}),
        ({"é.ts": "a\n"}, diff("@@ -1 +1 @@", "-a", "+b", old='"a/\\303\\251.ts"', new='"b/\\303\\251.ts"'), {"é.ts": "b\n"}),
        (
            {"a.ts": "a\n"},
            "From: me\nSubject: x\n\n---\n a.ts | 2 +-\n\n" + diff("@@ -1 +1 @@", "-a", "+b") + "-- \n2.39\n",
            {"a.ts": "b\n"},
        ),
    ],
)  # fmt: skip
def test_diffs_apply(files: dict[str, str], payload: str, after: dict[str, str | None]) -> None:
    assert outcome(files, "unified-diff", payload) == after


def test_context_keeps_the_files_own_white_space() -> None:
    tree = Tree({"a.ts": "class A {\n    f() {\n        return 1;\n    }\n}\n"})
    payload = diff("@@ -1,4 +1,4 @@", " class A {", "   f() {", "-    return 1;", "+        return 2;", "   }")
    (change,) = lower("unified-diff", payload, tree).changes
    assert isinstance(change, EditFile)
    assert change.fuzzy == "white space"
    after = candidate(tree, "unified-diff", payload).files["a.ts"]
    assert after == FileState(tree.files["a.ts"].content.replace(b"1", b"2"))


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ("", "submission.malformed"),
        ("hello", "submission.malformed"),
        (diff("@@ -1 +1 @@", "-a", "+b", old='"a/\ud800.ts"', new='"b/\ud800\\303.ts"'), "submission.malformed"),
        (diff("@@ -1 +1 @@", " line 1;"), "submission.malformed"),
        (diff("@@", "-line 1;", "*what"), "submission.malformed"),
        ("@@ -1 +1 @@\n-a\n+b\n", "submission.malformed"),
        (diff("@@ -9,2 +9,2 @@", " line 9;", "-line X;", "+y"), "edit.not-found"),
        (diff("@@ -5 +5 @@", "-no such line", "+y"), "edit.not-found"),
        (diff("@@", "+y"), "edit.not-found"),
        (diff("@@ -1 +1 @@", "-a", "+b", old="a/no.ts", new="b/no.ts"), "edit.no-such-file"),
        (diff("@@ -0,0 +1 @@", "+a", old="/dev/null"), "edit.file-exists"),
        (diff("@@ -1 +0,0 @@", "-line 1;", new="/dev/null"), "edit.stale"),
        (diff("@@ -1 +1 @@", "-line 1;", "+x", old="a/../x", new="b/../x"), "path.invalid"),
        ("diff --git a/a.ts b/a.ts\nold mode 100644\nnew mode 120000\n", "edit.unsupported"),
        (
            "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n",
            "edit.unsupported",
        ),
        (
            "diff --git a/a.ts b/b.ts\nold mode 100644\nnew mode 100755\nrename from a.ts\nrename to b.ts\n",
            "edit.unsupported",
        ),
        ("diff --git a/x.png b/x.png\nBinary files a/x.png and b/x.png differ\n", "edit.unsupported"),
        (diff("@@ -1 +1 @@", "-line 1;", "+x", "@@ -1 +1 @@", "-line 1;", "+y"), "edit.overlap"),
    ],
)
def test_bad_diffs_are_refused(payload: str, name: str) -> None:
    assert refusal({"a.ts": CODE}, "unified-diff", payload).name == name


def test_ambiguous_context_is_refused_with_its_lines() -> None:
    violation = refusal({"a.ts": "x\na\nx\n"}, "unified-diff", diff("@@", "-x", "+y"))
    assert violation.name == "edit.ambiguous"
    assert "lines 1, 3" in violation.hint


@given(texts, texts, texts)
def test_our_own_diffs_are_read_back(first: str, second: str, third: str) -> None:
    old, new = first + second + third, third + second + first
    before, after = {"a.ts": FileState(old.encode())}, {"a.ts": FileState(new.encode())}
    if before == after or "\r" in old + new:
        return
    assert dict(candidate(Tree({"a.ts": old}), "unified-diff", unified_diff(before, after)).files) == after


def test_gits_own_diffs_are_read(tmp_path: Path) -> None:
    pairs: list[tuple[str, str]] = []

    @given(plain_texts, plain_texts, plain_texts)
    def collect(first: str, second: str, third: str) -> None:
        pairs.append((first + second + third, first + third + second + "!"))

    collect()
    for side, at in (("old", 0), ("new", 1)):
        (tmp_path / side).mkdir()
        for number, pair in enumerate(pairs):
            (tmp_path / side / f"{number}.ts").write_bytes(pair[at].encode())
    command = ["git", "diff", "--no-index", "--no-color", "--no-prefix", "--no-renames", "old", "new"]
    text = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout.decode()
    text = text.replace("--- old/", "--- a/").replace("+++ new/", "+++ b/").replace("diff --git old/", "diff --git a/")
    text = text.replace(" new/", " b/")
    files = {f"{number}.ts": old for number, (old, _) in enumerate(pairs)}
    after = outcome(files, "unified-diff", text)
    assert after == {f"{number}.ts": new for number, (_, new) in enumerate(pairs)}


LONG = ("@@ -9,5 +9,5 @@", " line 9;", "-line 10;", "+LINE 10;", " line 11;", " line 12;", " line 13;")


@pytest.mark.parametrize("kept", [4, 5])
def test_a_diff_that_ends_within_a_hunk_is_cut_off(kept: int) -> None:
    refused = refusal({"a.ts": CODE}, "unified-diff", diff(*LONG[:kept]))
    assert refused.name == "submission.malformed"
    assert "cut off" in refused.message


def test_a_last_line_of_context_that_was_trimmed_is_not_missed() -> None:
    whole = outcome({"a.ts": CODE}, "unified-diff", diff(*LONG))
    assert outcome({"a.ts": CODE}, "unified-diff", diff(*LONG[:-1])) == whole


def test_a_diff_of_git_that_lacks_a_part_is_seen_by_its_index_line(tmp_path: Path) -> None:
    changed = CODE.replace("line 2;", "LINE 2;").replace("line 18;", "LINE 18;")
    for name, text in (("old.ts", CODE), ("new.ts", changed)):
        (tmp_path / name).write_text(text)
    made = subprocess.run(
        ["git", "diff", "--no-index", "old.ts", "new.ts"], cwd=tmp_path, capture_output=True, text=True, check=False
    ).stdout.replace("new.ts", "old.ts")
    assert outcome({"old.ts": CODE}, "unified-diff", made) == {"old.ts": changed}
    first = made[: made.index("@@ -15")]
    violation = refusal({"old.ts": CODE}, "unified-diff", first)
    assert violation.name == "edit.stale"
    assert "index line" in violation.message
    # Made on another file, or without the line, the ids say nothing.
    moved = "// more\n" + CODE
    assert "LINE 2;" in str(outcome({"old.ts": moved}, "unified-diff", first))
    bare = "".join(line for line in first.splitlines(keepends=True) if not line.startswith("index "))
    assert "LINE 2;" in str(outcome({"old.ts": CODE}, "unified-diff", bare))
