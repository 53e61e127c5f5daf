"""``workspace-edit``: LSP's own form, with its file operations."""

from __future__ import annotations

import hashlib

import pytest

from runner.edits import lower
from runner.model.tree import ChangeSet, CreateFile, DeleteFile, EditFile, RenameFile
from tests.edits.trees import Tree, edited, outcome, refusal

Json = dict[str, object]


def place(line: int, character: int) -> Json:
    return {"line": line, "character": character}


def edit(start: tuple[int, int], end: tuple[int, int], new: str, **more: object) -> Json:
    return {"range": {"start": place(*start), "end": place(*end)}, "newText": new, **more}


def document(uri: str, *edits: Json, **more: object) -> Json:
    return {"textDocument": {"uri": uri, "version": None}, "edits": list(edits), **more}


def changes(*operations: Json, **more: object) -> Json:
    return {"documentChanges": list(operations), **more}


def create(uri: str, **options: object) -> Json:
    return {"kind": "create", "uri": uri, "options": options}


def rename(old: str, new: str, **options: object) -> Json:
    return {"kind": "rename", "oldUri": old, "newUri": new, "options": options}


def delete(uri: str, **options: object) -> Json:
    return {"kind": "delete", "uri": uri, "options": options}


FILES = {"a.ts": "a\nb\n", "src/b.ts": "b\n", "src/deep/c.ts": "c\n"}


@pytest.mark.parametrize(
    ("payload", "after"),
    [
        (changes(document("a.ts", edit((0, 0), (0, 1), "A"))), {"a.ts": "A\nb\n"}),
        (changes(document("file:///repo/a.ts", edit((0, 0), (0, 1), "A"))), {"a.ts": "A\nb\n"}),
        ({"changes": {"file:///repo/a.ts": [edit((0, 0), (0, 1), "A")]}}, {"a.ts": "A\nb\n"}),
        (
            {**changes(document("a.ts", edit((0, 0), (0, 1), "A"))), "changes": {"a.ts": [edit((0, 0), (0, 1), "no")]}},
            {"a.ts": "A\nb\n"},
        ),
        # several edits of one file, over several operations, speak of the base
        (
            changes(document("a.ts", edit((1, 0), (1, 1), "B")), document("a.ts", edit((0, 0), (0, 1), "A\nA"))),
            {"a.ts": "A\nA\nB\n"},
        ),
        (changes(create("n.ts"), document("n.ts", edit((0, 0), (0, 0), "new\n"))), {"n.ts": "new\n"}),
        (changes(create("a.ts", ignoreIfExists=True), document("a.ts", edit((0, 0), (0, 1), "A"))), {"a.ts": "A\nb\n"}),
        (changes(create("a.ts", overwrite=True), document("a.ts", edit((0, 0), (0, 0), "n"))), {"a.ts": "n"}),
        (changes(create("a.ts", overwrite=True, ignoreIfExists=True)), {"a.ts": ""}),
        (changes(rename("a.ts", "z.ts")), {"a.ts": None, "z.ts": "a\nb\n"}),
        (
            changes(rename("a.ts", "z.ts"), document("z.ts", edit((0, 0), (0, 1), "A"))),
            {"a.ts": None, "z.ts": "A\nb\n"},
        ),
        (
            changes(document("a.ts", edit((0, 0), (0, 1), "A")), rename("a.ts", "y.ts"), rename("y.ts", "z.ts")),
            {"a.ts": None, "z.ts": "A\nb\n"},
        ),
        (changes(rename("a.ts", "src/b.ts", overwrite=True)), {"a.ts": None, "src/b.ts": "a\nb\n"}),
        (changes(rename("a.ts", "z.ts"), create("a.ts")), {"z.ts": "a\nb\n", "a.ts": ""}),
        (
            changes(rename("a.ts", "t.ts"), rename("src/b.ts", "a.ts"), rename("t.ts", "src/b.ts")),
            {"a.ts": "b\n", "src/b.ts": "a\nb\n"},
        ),
        (
            changes(rename("src", "lib")),
            {"src/b.ts": None, "src/deep/c.ts": None, "lib/b.ts": "b\n", "lib/deep/c.ts": "c\n"},
        ),
        (changes(delete("a.ts")), {"a.ts": None}),
        (changes(delete("src", recursive=True)), {"src/b.ts": None, "src/deep/c.ts": None}),
        (changes(delete("gone.ts", ignoreIfNotExists=True), delete("a.ts")), {"a.ts": None}),
        (changes(create("n.ts"), rename("n.ts", "m.ts"), document("m.ts", edit((0, 0), (0, 0), "m"))), {"m.ts": "m"}),
        (changes(create("n.ts"), delete("n.ts"), delete("a.ts")), {"a.ts": None}),
        (changes(delete("a.ts"), create("a.ts"), document("a.ts", edit((0, 0), (0, 0), "n\n"))), {"a.ts": "n\n"}),
    ],
)
def test_operations_run_in_order(payload: Json, after: dict[str, str | None]) -> None:
    assert outcome(FILES, "workspace-edit", payload) == after


def test_operations_lower_to_one_change_a_file() -> None:
    payload = changes(
        document("a.ts", edit((0, 0), (0, 1), "A")), rename("a.ts", "z.ts"), create("n.ts"), delete("src/b.ts")
    )
    change_set: ChangeSet = lower("workspace-edit", payload, Tree(FILES))
    assert {type(change) for change in change_set.changes} == {RenameFile, CreateFile, DeleteFile}
    assert len(change_set.changes) == 3


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ({}, "submission.malformed"),
        ([], "submission.malformed"),
        (changes({"kind": "move"}), "submission.malformed"),
        (changes(document("a.ts", {"newText": "x"})), "submission.malformed"),
        (changes(document("a.ts", edit((0, -1), (0, 1), "x"))), "submission.malformed"),
        (changes(document("a.ts", edit((0, 0), (2**31, 1), "x"))), "submission.malformed"),
        (changes(document("a.ts", edit((0, 0), (0, 1), "x"), edit((0, 0), (0, 1), "y"))), "edit.overlap"),
        (
            changes(document("a.ts", edit((0, 0), (0, 1), "x")), document("a.ts", edit((0, 0), (1, 1), "y"))),
            "edit.overlap",
        ),
        (changes(document("a.ts", edit((0, 1), (0, 0), "x"))), "edit.out-of-range"),
        (changes(document("no.ts", edit((0, 0), (0, 0), "x"))), "edit.no-such-file"),
        (changes(document("src", edit((0, 0), (0, 0), "x"))), "path.not-a-regular-file"),
        (changes(document("../a.ts", edit((0, 0), (0, 0), "x"))), "path.invalid"),
        (changes(create("a.ts")), "edit.file-exists"),
        (changes(create("src")), "edit.file-exists"),
        (changes(create("a.ts/b.ts")), "path.not-a-regular-file"),
        (changes(create("n"), create("n/m")), "path.not-a-regular-file"),
        (changes(rename("a.ts", "src/b.ts")), "edit.file-exists"),
        (changes(rename("a.ts", "src/b.ts", ignoreIfExists=True)), "submission.no-change"),
        (changes(rename("no.ts", "z.ts")), "edit.no-such-file"),
        (changes(delete("no.ts")), "edit.no-such-file"),
        (changes(delete("src")), "edit.unsupported"),
        (changes(delete("a.ts"), document("a.ts", edit((0, 0), (0, 0), "x"))), "edit.no-such-file"),
        (changes(document("a.ts", edit((0, 0), (0, 1), "a"))), "submission.no-change"),
        (changes(), "submission.no-change"),
        (changes(document("a.ts", {"range": {}, "snippet": {"kind": "snippet", "value": "$0"}})), "edit.unsupported"),
        (changes(document("a.ts", edit((0, 0), (0, 0), "\udc00"))), "edit.not-text"),
    ],
)
def test_bad_edits_are_refused(payload: object, name: str) -> None:
    assert refusal(FILES, "workspace-edit", payload).name == name


def test_symlinks_and_binaries_are_refused() -> None:
    tree = Tree({"a.ts": b"\0"}, links=("l.ts",))
    for path, name in (("a.ts", "edit.not-text"), ("l.ts", "path.not-a-regular-file")):
        with pytest.raises(Exception, match=name.replace(".", r"\.")):
            lower("workspace-edit", changes(document(path, edit((0, 0), (0, 0), "x"))), tree)


def test_the_text_is_taken_literally() -> None:
    payload = changes(document("a.ts", edit((0, 1), (0, 1), "\nx")))
    assert edited("a\r\nb\r\n", "workspace-edit", payload) == "a\nx\r\nb\r\n"
    assert edited("\ufeffab", "workspace-edit", changes(document("a.ts", edit((0, 0), (0, 1), "X")))) == "\ufeffXb"


def test_hash_and_old_text_pin_what_was_seen() -> None:
    right, wrong = hashlib.sha256(b"a\nb\n").hexdigest(), "0" * 64
    one = edit((0, 0), (0, 1), "A")
    inside: Json = {"textDocument": {"uri": "a.ts", "hash": right}, "edits": [one]}
    for held in (document("a.ts", one, hash=right), inside):
        assert outcome(FILES, "workspace-edit", changes(held)) == {"a.ts": "A\nb\n"}
    assert refusal(FILES, "workspace-edit", changes(document("a.ts", one, hash=wrong))).name == "edit.stale"
    seen = changes(document("a.ts", edit((0, 0), (1, 1), "A", oldText="a\nb")))
    assert outcome(FILES, "workspace-edit", seen) == {"a.ts": "A\n"}
    assert edited("a\r\nb\r\n", "workspace-edit", seen) == "A\r\n"
    other = changes(document("a.ts", edit((0, 0), (0, 1), "A", oldText="b")))
    violation = refusal(FILES, "workspace-edit", other)
    assert violation.name == "edit.stale"
    assert "It holds 'a'" in violation.hint
    assert violation.range is not None


def test_what_stands_before_it_pins_an_insertion() -> None:
    def inserted(line: int, before: str) -> Json:
        return changes(document("a.ts", edit((line, 0), (line, 0), "x\n", precededBy=before)))

    assert outcome(FILES, "workspace-edit", inserted(1, "a\n")) == {"a.ts": "a\nx\nb\n"}
    assert edited("a\r\nb\r\n", "workspace-edit", inserted(2, "a\nb\n")) == "a\r\nb\r\nx\n"
    assert outcome(FILES, "workspace-edit", inserted(0, "")) == {"a.ts": "x\na\nb\n"}
    violation = refusal(FILES, "workspace-edit", inserted(2, "a\n"))
    assert violation.name == "edit.stale"
    assert "It holds 'b\\n'" in violation.hint


def test_two_versions_of_one_file_cannot_both_be() -> None:
    def at(version: int) -> Json:
        return {"textDocument": {"uri": "a.ts", "version": version}, "edits": [edit((0, 0), (0, 0), "x")]}

    assert outcome(FILES, "workspace-edit", changes(at(1))) == {"a.ts": "xa\nb\n"}
    assert refusal(FILES, "workspace-edit", changes(at(1), at(2))).name == "edit.stale"


def test_annotations_that_ask_for_consent_are_refused() -> None:
    annotated = edit((0, 0), (0, 0), "x", annotationId="q")
    for needs, name in ((True, "edit.needs-confirmation"), (False, None)):
        payload = changes(
            document("a.ts", annotated), changeAnnotations={"q": {"label": "Q", "needsConfirmation": needs}}
        )
        if name:
            assert refusal(FILES, "workspace-edit", payload).name == name
        else:
            assert outcome(FILES, "workspace-edit", payload) == {"a.ts": "xa\nb\n"}
    assert refusal(FILES, "workspace-edit", changes(document("a.ts", annotated))).name == "submission.malformed"


def test_modes_and_base_stay() -> None:
    tree = Tree(FILES)
    change_set = lower("workspace-edit", changes(document("a.ts", edit((0, 0), (0, 1), "A"))), tree)
    (change,) = change_set.changes
    assert isinstance(change, EditFile)
    assert change_set.paths() == ("a.ts",)
