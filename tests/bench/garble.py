"""What models do to the edit around the text: wrong places, wrong order, cut off, addressed to the wrong file."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.bench import damage
from tests.bench.corpus import Change, seed_of
from tests.bench.express import Row
from tests.bench.hunks import blocks_of, lines_of
from tests.bench.judge import OTHER
from tests.bench.symbols import declarations

_HUNK = re.compile(r"^@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]{4,}")
_TEXTS = ("new_block", "content", "replace", "newText")


def shifted(change: Change, row: Row, honest: object) -> object | None:
    """All line numbers off by one and the same small number."""
    by = (-1, 1, -2, 2, 3, -5, 8)[seed_of("shift", change.key) % 7]
    if row.format == "unified-diff":
        assert isinstance(honest, str)
        return _HUNK.sub(
            lambda m: f"@@ -{max(1, int(m[1]) + by)}{m[2] or ''} +{max(1, int(m[3]) + by)}{m[4] or ''} @@", honest
        )
    if row.format not in ("line-ops", "workspace-edit"):
        return None
    payload = copy.deepcopy(honest)
    for fields in _objects(payload):
        for key in ("start_line", "end_line", "line"):
            if isinstance(fields.get(key), int) and ("op" in fields or "character" in fields):
                fields[key] = max(0 if key == "line" else 1, fields[key] + by)
    return payload


def cut_short(change: Change, row: Row, honest: object) -> object | None:
    """The answer ends in the middle: anywhere, or behind a whole line; or somebody has closed its brackets again."""
    way = seed_of("cut", change.key, row.name) % 2
    if isinstance(honest, str):
        lines = honest.split("\n")
        return "\n".join(lines[: len(lines) // 2 + 1]) if way else honest[: len(honest) // 2]
    if way:
        whole = json.dumps(honest)
        return whole[: len(whole) // 2]
    payload = copy.deepcopy(honest)
    held = [(fields, key) for fields in _objects(payload) for key in _TEXTS if _lines(fields.get(key)) > 1]
    if not held:
        return None
    fields, key = held[-1]
    lines = fields[key].split("\n")
    fields[key] = "\n".join(lines[: len(lines) // 2])
    return payload


def swapped(change: Change, row: Row, honest: object) -> object | None:
    """Old for new, start for end, anchor for content."""
    if isinstance(honest, str) and row.format != "search-replace":
        turned = {"+": "-", "-": "+"}
        lines = honest.split("\n")
        return "\n".join(line if _is_head(line) else turned.get(line[:1], line[:1]) + line[1:] for line in lines)
    if isinstance(honest, str):
        pattern = re.compile(r"<<<<<<< SEARCH\n(.*?)=======\n(.*?)>>>>>>> REPLACE\n", re.DOTALL)
        return pattern.sub(lambda m: f"<<<<<<< SEARCH\n{m[2]}=======\n{m[1]}>>>>>>> REPLACE\n", honest)
    payload = copy.deepcopy(honest)
    pairs: tuple[tuple[str, str], ...] = (
        ("search", "replace"),
        ("start_line", "end_line"),
        ("start_marker", "end_marker"),
        ("anchor", "content"),
    )
    pairs += (("oldText", "newText"),) if "oldText" in _keys(honest) else (("start", "end"),)
    for fields in _objects(payload):
        for left, right in pairs:
            if left in fields and right in fields:
                fields[left], fields[right] = fields[right], fields[left]
    return payload


def _keys(payload: object) -> set[str]:
    return {key for fields in _objects(payload) for key in fields}


def wrong_anchor(change: Change, row: Row, honest: object) -> object | None:
    """A misremembered anchor: paraphrased, too short to be unique, or another place of the file altogether."""
    way = seed_of("anchor", change.key, row.name) % 4
    if row.format == "symbol-ops":
        return _other_symbol(change, honest, way)
    if isinstance(honest, str):
        return _paraphrased(honest, row)
    payload = copy.deepcopy(honest)
    keys = ("anchor", "start_marker", "search")
    held = [(fields, key) for fields in _objects(payload) for key in keys if isinstance(fields.get(key), str)]
    if not held:
        return None
    fields, key = held[seed_of("which", change.key) % len(held)]
    fields[key] = _other_text(change, fields[key], way)
    return payload


def misindented(change: Change, row: Row, honest: object) -> object | None:
    """Both sides of an edit that is found by its text, moved left or right."""
    right = seed_of("side", change.key) % 2

    def move(line: str) -> str:
        return "  " + line if right else line.removeprefix("  ")

    if row.name == "search-replace":
        payload = copy.deepcopy(honest)
        for fields in _objects(payload):
            for key in ("search", "replace"):
                fields[key] = "\n".join(move(line) if line.strip() else line for line in fields[key].split("\n"))
        return payload
    if not isinstance(honest, str):
        return None
    lines = honest.split("\n")
    if row.format == "search-replace":
        marks = ("<<<<<<<", "=======", ">>>>>>>", change.path)
        return "\n".join(line if line.startswith(marks) or not line.strip() else move(line) for line in lines)
    return "\n".join(line if _is_head(line) or not line[1:].strip() else line[0] + move(line[1:]) for line in lines)


def duplicated(change: Change, row: Row, honest: object) -> object | None:
    chosen = damage.duplicated_declaration(change) if row.format == "symbol-ops" else None
    if chosen is None or all(each.key != chosen.key for each in declarations(change.before, change.path)):
        return None
    text = change.after[chosen.doc_start : chosen.end].replace("\r\n", "\n")
    return [*_list(honest), {"op": "insert_after", "symbol": f"{change.path}#{chosen.key}", "content": text}]


def without_returns(payload: object) -> object:
    if isinstance(payload, str):
        return payload.replace("\r", "")
    if isinstance(payload, dict):
        return {key: without_returns(value) for key, value in payload.items()}
    return [without_returns(each) for each in payload] if isinstance(payload, list) else payload


def moved(change: Change, remark: str) -> tuple[str, str | None] | None:
    """The file as it stands now, and what it must be when the submission lands on it (None: it must not)."""
    lines, blocks = lines_of(change.before), blocks_of(change.before, change.after)
    end = "\r\n" if "\r\n" in change.before else "\n"
    if seed_of("stale", change.key) % 3 == 0:
        at = next((block.a1 for block in blocks if block.a2 > block.a1 and lines[block.a1].strip()), None)
        if at is None or any(lines[at].strip() in line for line in lines_of(change.after)):
            return None
        now = [*lines[:at], lines[at].rstrip("\r\n") + f" {remark}{end}", *lines[at + 1 :]]
        return "".join(now), None
    if blocks[0].a1 < 2:
        return None
    return f"{remark}{end}{end}" + change.before, f"{remark}{end}{end}" + change.after


def with_other_file(row: Row, honest: object) -> object | None:
    """The same submission, which also edits a file that the task does not name."""
    old, new = "  return 1;", "  return 2;"
    if row.format == "unified-diff":
        diff = f"--- a/{OTHER}\n+++ b/{OTHER}\n@@ -1,3 +1,3 @@\n export function unrelated(): number {{\n-{old}\n+{new}\n }}\n"
        return f"{honest}{diff}"
    if row.format == "apply-patch":
        assert isinstance(honest, str)
        section = f"*** Update File: {OTHER}\n@@\n-{old}\n+{new}\n*** End Patch"
        return honest.replace("*** End Patch", section)
    if row.format == "search-replace" and isinstance(honest, str):
        return f"{honest}\n{OTHER}\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n"
    if row.format == "workspace-edit":
        place = {"start": {"line": 1, "character": 9}, "end": {"line": 1, "character": 10}}
        edit = {
            "textDocument": {"uri": f"file:///repo/{OTHER}", "version": None},
            "edits": [{"range": place, "newText": "2"}],
        }
        assert isinstance(honest, dict)
        return {"documentChanges": [*honest["documentChanges"], edit]}
    content = f"export function unrelated(): number {{\n{new}\n}}\n"
    extra: dict[str, object] = {
        "line-ops": {"op": "replace_block", "file": OTHER, "start_line": 2, "end_line": 2, "new_block": new},
        "anchor-ops": {"target_file": OTHER, "patches": [{"op": "insert_after", "anchor": old, "content": "// more"}]},
        "symbol-ops": {"op": "replace", "symbol": f"{OTHER}#unrelated", "content": content},
        "search-replace": {"file": OTHER, "search": old, "replace": new},
        "whole-file": {"file": OTHER, "content": content},
    }
    return [*_list(honest), extra[row.format]]


def _other_symbol(change: Change, honest: object, way: int) -> object | None:
    payload = copy.deepcopy(honest)
    fields = _list(payload)[0]
    path, _, name = fields["symbol"].partition("#")
    own = [each for each in declarations(change.before, change.path) if each.key != name and not each.overload]
    if way == 0 or not own:
        fields["symbol"] = f"{path}#{name}Impl"
    else:
        fields["symbol"] = f"{path}#{own[seed_of('other', change.key) % len(own)].address}"
    return payload


def _other_text(change: Change, text: str, way: int) -> str:
    lines = [line.strip("\r\n") for line in lines_of(change.before)]
    if way == 0:
        return _paraphrase(text)
    if way == 1:
        doubles = [line for line in lines if line.strip() and lines.count(line) > 1]
        return doubles[seed_of("double", change.key) % len(doubles)] if doubles else _paraphrase(text)
    if way == 2:
        singles = [line for line in lines if line.strip() and change.before.count(line) == 1 and line not in text]
        return singles[seed_of("single", change.key) % len(singles)] if singles else _paraphrase(text)
    return re.sub(r"\s+$", "", text.split("\n", maxsplit=1)[0])[: max(4, len(text) // 3)].strip() or _paraphrase(text)


def _paraphrase(text: str) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text + " // here"
    chosen = words[len(words) // 2]
    return text[: chosen.start()] + chosen[0] + "Value" + text[chosen.end() :]


def _paraphrased(text: str, row: Row) -> str | None:
    """One line of old text in a text format, misremembered."""
    lines = text.split("\n")
    searching, held = False, []
    for at, line in enumerate(lines):
        if line.startswith("<<<<<<<"):
            searching = True
        elif line.startswith("======="):
            searching = False
        elif searching if row.format == "search-replace" else line[:1] in (" ", "-") and not _is_head(line):
            held += [at] if _WORD.search(line) else []
    if not held:
        return None
    at = held[len(held) // 2]
    lines[at] = lines[at][:1] + _paraphrase(lines[at][1:])
    return "\n".join(lines)


def _is_head(line: str) -> bool:
    return line.startswith(("---", "+++", "@@", "***", "diff ", "index ", "\\"))


def _objects(payload: object) -> Iterator[dict[str, Any]]:
    if isinstance(payload, dict):
        yield payload
        for value in payload.values():
            yield from _objects(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _objects(value)


def _list(payload: object) -> list[Any]:
    return payload if isinstance(payload, list) else [payload]


def _lines(text: object) -> int:
    return text.count("\n") + 1 if isinstance(text, str) else 0
