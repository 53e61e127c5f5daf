"""The edits that every repository is tried with, chosen by rule. Each is a submission and the files it makes.

Whether an edit breaks something is never assumed: the project's own compiler says so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.corpus import seed_of

HARMLESS = "harmless"
COMMENT = "comment"
BREAKING = "breaking"
ELSEWHERE = "elsewhere"
NEW_FILE = "new file"
NEW_BROKEN_FILE = "new broken file"
KINDS = (HARMLESS, COMMENT, BREAKING, ELSEWHERE, NEW_FILE, NEW_BROKEN_FILE)
_SCRIPT = (".js", ".jsx", ".mjs", ".cjs")
_SOURCE = re.compile(r"(?<!\.d)\.(?:[mc]?tsx?|[mc]?jsx?)\Z")
_DECLARATION = re.compile(r"\.d\.(?:\w+\.)?[mc]?ts\Z")
_MODULE = re.compile(r"^export (?!=|default\b|as\b|type \{)", re.MULTILINE)
_FUNCTION = re.compile(r"^export (?:async )?function (?P<name>\w+)\((?P<first>\w*)", re.MULTILINE)
_MOST_BYTES = 200_000

Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Edit:
    """``files`` are whole new contents (None removes the file), ``submission`` the same edit as the gate takes it."""

    kind: str
    path: str
    files: Mapping[str, bytes | None]
    submission: Mapping[str, Any]


def sample(project: str, files: Iterable[str], read: Read) -> list[str]:
    """The modules of a project that an edit fits into, in an order that looks random and is the same in every run."""
    fitting = [path for path in files if _SOURCE.search(path) and not _DECLARATION.search(path)]
    ordered = sorted(fitting, key=lambda path: (_is_test(path), seed_of("repos", project, path)))
    return [path for path in ordered if (text := _text(read, path)) and _MODULE.search(text)]


def edits(modules: list[str], files: Iterable[str], read: Read) -> Iterator[Edit]:
    """One edit of each kind. ``modules`` are what ``sample`` says of the project, ``files`` all that it has.

    For ``elsewhere`` several are offered, as not every caller of a function minds.
    """
    if not modules:
        return
    first, second = modules[0], modules[1 % len(modules)]
    yield _appended(HARMLESS, first, read, _declaration(first, "1"))
    yield _appended(COMMENT, first, read, "// Only a comment.\n")
    yield _appended(BREAKING, second, read, _declaration(second, "'text'"))
    yield from _elsewhere(files, read)
    folder = posixpath.dirname(first)
    end = ".ts" if first.endswith((".ts", ".tsx")) else posixpath.splitext(first)[1]
    name = posixpath.join(folder, f"patchgateProbe{end}")
    yield _created(NEW_FILE, name, _declaration(name, "1"))
    yield _created(NEW_BROKEN_FILE, name, _declaration(name, "'text'"))


def _declaration(path: str, value: str) -> str:
    if path.endswith(_SCRIPT):
        return f"/** @type {{number}} */\nexport const patchgateProbe = {value};\n"
    return f"export const patchgateProbe: number = {value};\n"


def _appended(kind: str, path: str, read: Read, addition: str) -> Edit:
    text = _text(read, path) or ""
    ending = "\r\n" if "\r\n" in text else "\n"
    before = "" if text.endswith("\n") else ending
    added = before + addition.replace("\n", ending)
    return _inserted(kind, path, text, len(text), added)


def _created(kind: str, path: str, content: str) -> Edit:
    submission = {"edit": {"format": "whole-file", "payload": [{"file": path, "content": content}]}}
    return Edit(kind, path, {path: content.encode()}, _submission(submission))


def _elsewhere(files: Iterable[str], read: Read) -> Iterator[Edit]:
    """A function that another file calls gets one more parameter at its front."""
    texts = {path: text for path in sorted(files) if _SOURCE.search(path) and (text := _text(read, path))}
    found = []
    for path, text in texts.items():
        for match in _FUNCTION.finditer(text):
            name = match["name"]
            if len(re.findall(rf"\bfunction {name}\(", text)) == 1 and not _DECLARATION.search(path):
                found.append((path, match))
    found.sort(key=lambda each: seed_of("elsewhere", each[0], each[1]["name"]))
    offered = 0
    for path, match in found:
        stem = re.escape(re.sub(r"\.\w+$", "", posixpath.basename(path)))
        name = match["name"]
        imported = re.compile(rf"import [^;]*\b{name}\b[^;]*from ['\"][^'\"]*\b{stem}(?:\.\w+)?['\"]")
        called = re.compile(rf"(?<![.\w]){name}\(")
        if not any(imported.search(text) and called.search(text) for other, text in texts.items() if other != path):
            continue
        extra = "patchgateExtra" if path.endswith(_SCRIPT) else "patchgateExtra: never"
        addition = f"{extra}, " if match["first"] else extra
        at = match.end() - len(match["first"])
        yield _inserted(ELSEWHERE, path, texts[path], at, addition)
        offered += 1
        if offered == 3:
            return


def _inserted(kind: str, path: str, text: str, at: int, addition: str) -> Edit:
    before = text[:at]
    line = before.count("\n")
    character = len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2
    place = {"line": line, "character": character}
    edit = {"range": {"start": place, "end": place}, "newText": addition}
    payload = {"documentChanges": [{"textDocument": {"uri": path, "version": None}, "edits": [edit]}]}
    submission = {"edit": {"format": "workspace-edit", "payload": payload}}
    return Edit(kind, path, {path: (before + addition + text[at:]).encode()}, _submission(submission))


def _submission(edit: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "specialist": "bench", "dry_run": True, "reason": "bench", **edit}


def _is_test(path: str) -> bool:
    return re.search(r"(^|/)(tests?|__tests__|specs?)/|[.-](test|spec)\.", path) is not None


def _text(read: Read, path: str) -> str | None:
    content = read(path)
    if content is None or len(content) > _MOST_BYTES or content.startswith(b"\xef\xbb\xbf"):
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None
