"""Whatever a payload holds, lowering it gives a change set or ``Refused``, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.edits import apply_changes, lower, unified_diff
from runner.edits.formats.builder import Renamer
from runner.edits.lowering import FORMATS
from runner.model.verdict import Refused
from runner.text.lsp import to_workspace_edit
from tests.edits.trees import Tree

CODE = "/** d */\nexport class A {\n  f() { return 1; }\n  g = 2;\n}\n\nexport const b = '😀', c = 3;\n"
TREE = Tree(
    {"a.ts": CODE, "b.ts": CODE.replace("\n", "\r\n"), "c.ts": "", "d/e.ts": "x", "bin": b"\0"}, links=("l.ts",)
)

KEYS = """
op file symbol content to line start_line end_line new_block open_space expect_hash reindent search replace occurrence all
target_file patches anchor start_marker end_marker hash documentChanges changes textDocument uri version edits range start
end character newText oldText precededBy kind oldUri newUri options overwrite ignoreIfExists recursive annotationId
"""
WORDS = """
a.ts b.ts c.ts d/e.ts d bin l.ts no.ts ../x file:///repo/a.ts a.ts#A a.ts#A.f a.ts#b a.ts#A.f@2 a.ts#no replace delete
rename replace_block insert_before insert_after append prepend create return f() A 1 😀 export { @ @a( //
"""
PIECES = [
    *WORDS.split(),
    "",
    "\n",
    "\r\n",
    "  f() { return 1; }\n",
    "f() {\n",
    "export default ",
    "/** n */\n",
    "\ud800",
    "\0",
]
LINES = """\
*** Begin Patch
*** End Patch
*** Update File: a.ts
*** Add File: n.ts
*** Delete File: b.ts
*** Move to: m.ts
*** End of File
@@
@@ export class A {
@@ -1,2 +1,2 @@
@@ -2 +2,0 @@
@@ -7,0 +8 @@
--- a/a.ts
+++ b/a.ts
--- /dev/null
+++ /dev/null
diff --git a/a.ts b/a.ts
new file mode 100644
deleted file mode 100644
rename from a.ts
rename to z.ts
\\ No newline at end of file
--- "a/\\303\\251"
<<<<<<< SEARCH
=======
>>>>>>> REPLACE
a.ts
b.ts
```
+
-
+x
-  g = 2;
 }
-}
   f() { return 1; }
  f() { return 1; }
"""

scalars = st.none() | st.booleans() | st.integers(-2, 12) | st.sampled_from(PIECES) | st.floats(allow_nan=False)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=6),
    max_leaves=20,
)
text_payloads = st.lists(st.sampled_from([*LINES.split("\n"), "-- "]), max_size=14).map("\n".join)

numbers = st.integers(0, 9)
places = st.fixed_dictionaries({"line": numbers, "character": st.integers(0, 30)})
names = st.sampled_from(("a.ts", "b.ts", "c.ts", "d/e.ts", "file:///repo/n.ts"))
blocks = st.sampled_from(PIECES)
ranges = st.fixed_dictionaries({"start": places, "end": places})
LINE_OPERATIONS = ("replace_block", "insert_before", "insert_after", "append", "prepend")
likely = {
    "line-ops": st.fixed_dictionaries(
        {"op": st.sampled_from(LINE_OPERATIONS), "file": names, "new_block": blocks},
        optional={"line": numbers, "start_line": numbers, "end_line": numbers, "open_space": st.booleans()},
    ),
    "symbol-ops": st.fixed_dictionaries(
        {
            "op": st.sampled_from(("replace", "insert_before", "insert_after", "delete")),
            "symbol": st.sampled_from(("a.ts#A", "a.ts#A.f", "b.ts#A.g", "b.ts#b", "a.ts#c")),
        },
        optional={"content": st.lists(blocks, max_size=4).map("".join), "reindent": st.booleans()},
    ),
    "search-replace": st.fixed_dictionaries(
        {"file": names, "search": blocks, "replace": blocks}, optional={"all": st.booleans()}
    ),
    "whole-file": st.fixed_dictionaries({"file": names, "content": st.none() | st.text("ab\r\n\ufeff😀", max_size=20)}),
    "workspace-edit": st.fixed_dictionaries(
        {
            "textDocument": st.fixed_dictionaries({"uri": names}),
            "edits": st.lists(st.fixed_dictionaries({"range": ranges, "newText": blocks}), max_size=3),
        }
    )
    | st.fixed_dictionaries({"kind": st.just("create"), "uri": names})
    | st.fixed_dictionaries({"kind": st.just("rename"), "oldUri": names, "newUri": names})
    | st.fixed_dictionaries({"kind": st.just("delete"), "uri": names | st.just("d")}),
}


def check(format: str, payload: object, rename: Renamer | None = None) -> None:
    """Accepted payloads must also come through everything that follows, and mean the same as a WorkspaceEdit."""
    try:
        change_set = lower(format, payload, TREE, rename=rename)
        candidate = apply_changes(change_set, TREE)
    except Refused as refused:
        assert refused.violations
        for each in refused.violations:
            f"{each.message}{each.hint}{each.file}".encode()  # can be printed and sent: no lone surrogate of the payload's
        return
    assert unified_diff(candidate.before, candidate.files)
    again = lower("workspace-edit", to_workspace_edit(change_set, candidate.before), TREE)
    assert apply_changes(again, TREE).files == candidate.files


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=60)
@given(payload=values | text_payloads)
def test_any_json_is_lowered_or_refused(format: str, payload: object) -> None:
    check(format, payload)


@pytest.mark.parametrize("format", likely)
@settings(max_examples=150)
@given(data=st.data())
def test_likely_payloads_are_lowered_or_refused(format: str, data: st.DataObject) -> None:
    operations = data.draw(st.lists(likely[format], min_size=1, max_size=4))
    check(format, {"documentChanges": operations} if format == "workspace-edit" else operations)


@pytest.mark.parametrize("format", ["apply-patch", "unified-diff", "search-replace"])
@settings(max_examples=300)
@given(text=text_payloads)
def test_any_lines_are_lowered_or_refused(format: str, text: str) -> None:
    check(format, f"*** Begin Patch\n{text}\n*** End Patch" if format == "apply-patch" else text)
