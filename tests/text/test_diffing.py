"""Diffs: git applies them, and the smallest edits make one text of the other."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.tree import FileState
from runner.text.diffing import line_stats, minimal_edits, unified_diff
from runner.text.replacements import in_order, replace_all
from tests.edits.strategies import texts

Files = Mapping[str, FileState | None]


def states(files: Mapping[str, str | bytes | None]) -> dict[str, FileState | None]:
    return {
        path: None if content is None else FileState(content if isinstance(content, bytes) else content.encode())
        for path, content in files.items()
    }


def git_apply(root: Path, before: Files, diff: str) -> dict[str, bytes]:
    """The files that real git makes of ``before`` by ``diff``."""
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for path, state in before.items():
        if state is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(state.content)
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=root, input=diff.encode(), check=True)
    inside = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in inside}


LONG = "".join(f"line {number}\n" for number in range(40))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.ts": "a\nb\nc\n"}, {"a.ts": "a\nB\nc\n"}),
        ({"a.ts": "a\r\nb\r\nc\r\n"}, {"a.ts": "a\r\nB\r\nc\r\n"}),
        ({"a.ts": "a\r\nb\nc\r"}, {"a.ts": "a\nb\r\nc\rd"}),
        ({"a.ts": "a\nb"}, {"a.ts": "a\nb\n"}),
        ({"a.ts": "a\nb\n"}, {"a.ts": "a\nb"}),
        ({"a.ts": "a\nb"}, {"a.ts": "a\nc"}),
        ({"a.ts": "a\nb"}, {"a.ts": "x\na\nb"}),
        ({"a.ts": None}, {"a.ts": "new\n"}),
        ({"a.ts": None}, {"a.ts": "new"}),
        ({"a.ts": "old\n"}, {"a.ts": None}),
        ({"a.ts": "old"}, {"a.ts": None}),
        ({"a.ts": "a\n"}, {"a.ts": ""}),
        ({"a.ts": ""}, {"a.ts": "a\n"}),
        ({"a.ts": None}, {"a.ts": ""}),
        ({"a.ts": ""}, {"a.ts": None}),
        ({"a b.ts": "a\n", "é\"'.ts": "x\n"}, {"a b.ts": "b\n", "é\"'.ts": "y\n"}),
        ({"src/x.ts": b"\xef\xbb\xbfa\nb\n"}, {"src/x.ts": b"\xef\xbb\xbfa\nc\n"}),
        ({"a.ts": "\u2028a\x0cb\x85\n"}, {"a.ts": "\u2028a\x0cc\x85\n"}),
        (
            {"a.ts": LONG},
            {"a.ts": LONG.replace("line 3\n", "X\n").replace("line 30\n", "").replace("line 9\n", "Y\nZ\n")},
        ),
        ({"a.ts": LONG}, {"a.ts": "top\n" + LONG + "end\n"}),
        ({"a.ts": "a\n", "b.ts": "b\n", "c.ts": None}, {"a.ts": None, "b.ts": "B\n", "c.ts": "c\n"}),
    ],
)
def test_git_applies_the_diff(tmp_path: Path, before: dict[str, str | bytes], after: dict[str, str | bytes]) -> None:
    old, new = states(before), states(after)
    applied = git_apply(tmp_path, old, unified_diff(old, new))
    assert applied == {path: state.content for path, state in new.items() if state is not None}


def test_git_applies_diffs_of_generated_texts(tmp_path: Path) -> None:
    """Many pairs in one patch: one process of git instead of hundreds."""
    pairs: list[tuple[str, str]] = []

    @given(st.tuples(texts, texts, texts))
    def collect(triple: tuple[str, str, str]) -> None:
        first, second, third = triple
        pairs.append((first + second + third, first + third[::-1] + third))

    collect()
    old = states({f"{at}.txt": before for at, (before, _) in enumerate(pairs)})
    new = states({f"{at}.txt": after for at, (_, after) in enumerate(pairs)})
    applied = git_apply(tmp_path, old, unified_diff(old, new))
    assert applied == {path: state.content for path, state in new.items() if state is not None}


def test_a_diff_reads_as_gits() -> None:
    before, after = states({"src/a.ts": "a\nb\n"}), states({"src/a.ts": "a\nc"})
    assert unified_diff(before, after) == (
        "diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n"
        "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


def test_modes_and_binaries_are_named() -> None:
    assert "new file mode 100755\n" in unified_diff({}, {"x.sh": FileState(b"x\n", True)})
    assert "old mode 100644\nnew mode 100755\n" in unified_diff({"x": FileState(b"x")}, {"x": FileState(b"x", True)})
    assert "Binary files a/x and b/x differ" in unified_diff({"x": FileState(b"\0")}, {"x": FileState(b"\0\0")})


def test_lines_are_counted() -> None:
    before = states({"a.ts": "a\nb\nc\n", "gone.ts": "x\ny\n", "same.ts": "s\n", "new.ts": None})
    after = states({"a.ts": "a\nB\nc\nd\n", "gone.ts": None, "same.ts": "s\n", "new.ts": "n"})
    assert line_stats(before, after) == (3, 3)


@given(texts, texts, texts)
def test_smallest_edits_make_the_new_text(first: str, second: str, third: str) -> None:
    old, new = first + second + third, first + third + second
    edits = minimal_edits(old, new)
    assert replace_all(old, in_order(edits, old)) == new


def test_smallest_edits_touch_only_what_changed() -> None:
    old = "import a;\n\nfunction f() {\n  return a + 1;\n}\n"
    new = old.replace("a + 1", "a + 2")
    (edit,) = minimal_edits(old, new)
    assert (old[edit.start : edit.end], edit.new) == ("1", "2")


def test_smallest_edits_never_part_a_crlf() -> None:
    old, new = "a;\r\nb;\r\n", "a;\nb;\r\nc"
    assert replace_all(old, in_order(minimal_edits(old, new), old)) == new
