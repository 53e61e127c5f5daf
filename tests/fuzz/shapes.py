"""What payloads look like, for the fuzzer to grow: its bytes choose, and now and then leave out a key or add a stranger.

A tuple is a choice, a list any number of its one item, an object its keys; everything else is itself.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.edits.test_fuzz import CODE, PIECES

FILES = ("a.ts", "b.ts", "c.ts", "d/e.ts", "bin", "l.ts", "n.ts", "d", "file:///repo/a.ts")
NUMBERS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 1000)
SYMBOLS = ("a.ts#A", "a.ts#A.f", "a.ts#A.g", "a.ts#b", "a.ts#c", "b.ts#A", "b.ts#A.f", "b.ts#b", "c.ts#x", "a.ts#A.no")
TEXTS = (
    *PIECES,
    *CODE.splitlines(keepends=True),
    *CODE.splitlines(),
    "f() { return 1; }\n  g = 2;",
    "export class A {\n    f() {}\n}\n",
    "export const b = 2;",
    "function h() {\n\treturn 1;\n}",
    "@dec() class A {}",
    "/** e */\nexport class A {}",
)
FLAGS = (True, False, None)
PLACE = {"line": NUMBERS, "character": NUMBERS}
HASHES = tuple(
    sha256(text.encode()).hexdigest() for text in (CODE, "", "x", *CODE.splitlines(), *CODE.splitlines(keepends=True))
)
ANNOTATION = ("yes", "no", "none")
TEXT_EDIT = {
    "range": {"start": PLACE, "end": PLACE},
    "newText": TEXTS,
    "oldText": (None, *TEXTS),
    "precededBy": (None, *TEXTS),
    "annotationId": (None, None, *ANNOTATION),
}
OPERATION = (
    {"textDocument": {"uri": FILES, "version": (None, 1, 2), "hash": (None, *HASHES)}, "edits": [TEXT_EDIT]},
    {"kind": "create", "uri": FILES, "options": {"overwrite": FLAGS, "ignoreIfExists": FLAGS}},
    {"kind": "rename", "oldUri": FILES, "newUri": FILES, "options": {"overwrite": FLAGS, "ignoreIfExists": FLAGS}},
    {"kind": "delete", "uri": FILES, "options": {"recursive": FLAGS, "ignoreIfNotExists": FLAGS}},
)
FEW = (None, None, None, 1, 2)
LINES = {"file": FILES, "new_block": TEXTS, "open_space": FLAGS, "reindent": FLAGS}
ANCHORED = {"content": TEXTS, "occurrence": FEW, "reindent": FLAGS}
SYMBOL = {"symbol": SYMBOLS, "occurrence": FEW}
SHAPES: dict[str, Any] = {
    "workspace-edit": (
        {
            "documentChanges": [OPERATION],
            "changeAnnotations": {"yes": {"needsConfirmation": FLAGS, "label": TEXTS}, "no": {"label": "x"}},
        },
        {"changes": {"a.ts": [TEXT_EDIT], "b.ts": [TEXT_EDIT], "file:///repo/d/e.ts": [TEXT_EDIT]}},
    ),
    "line-ops": [
        (
            {
                "op": "replace_block",
                **LINES,
                "start_line": NUMBERS,
                "end_line": NUMBERS,
                "expect_hash": (None, *HASHES),
            },
            {"op": ("insert_before", "insert_after"), **LINES, "line": NUMBERS},
            {"op": ("append", "prepend"), **LINES},
        )
    ],
    "anchor-ops": {
        "target_file": FILES,
        "patches": [
            (
                {"op": ("insert_after", "insert_before"), "anchor": TEXTS, **ANCHORED, "all": FLAGS},
                {"op": "replace_block", "start_marker": TEXTS, "end_marker": TEXTS, **ANCHORED},
            )
        ],
    },
    "symbol-ops": [
        (
            {"op": ("replace", "insert_before", "insert_after"), **SYMBOL, "content": TEXTS, "reindent": FLAGS},
            {"op": "delete", **SYMBOL},
            {"op": "rename", **SYMBOL, "to": TEXTS},
        )
    ],
    "search-replace": [{"file": FILES, "search": TEXTS, "replace": TEXTS, "occurrence": FEW, "all": FLAGS}],
    "whole-file": [{"file": FILES, "content": (None, CODE, *TEXTS)}],
}
