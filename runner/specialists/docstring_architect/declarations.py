"""Which declarations of a file need a doc comment, from the language server's symbols and the source itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runner.specialists.kit.text import Positions

# LSP's SymbolKind numbers.
_KINDS = {3: "namespace", 5: "class", 6: "method", 7: "property", 9: "constructor", 10: "enum", 11: "interface",
          12: "function", 13: "const", 14: "const"}  # fmt: skip
_EXPORT_LIST = re.compile(r"^export\s*(?:type\s*)?\{([^}]*)\}(\s*from\b)?", re.MULTILINE)
_DEFAULT = re.compile(r"^export\s+default\s+(\w+)\s*;?\s*$", re.MULTILINE)
_VARIABLE = re.compile(r"\s*(export\s+)?(declare\s+)?(const|let|var)\s+\Z")
_HIDDEN = re.compile(r"\b(private|protected)\b|^\s*#|#\w+")
_DIRECTIVE = re.compile(r"\s*(//\s*(eslint-|@ts-|prettier-ignore|biome-ignore|@__|#__|c8 |v8 |istanbul )|/\*\s*[@#]__)")


@dataclass(frozen=True, slots=True)
class Declaration:
    """``line`` is the 0-based line above which a comment goes; ``at`` is the LSP position of its name, for hover."""

    kind: str
    name: str
    first_line: str
    line: int
    indent: str
    at: Mapping[str, int]
    owner: str | None = None
    static: bool = False
    members: tuple[str, ...] = ()
    constructor_at: Mapping[str, int] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Identifies the declaration after other edits. Overloads differ in their first line."""
        return self.address, self.first_line

    @property
    def address(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True)
class Found:
    """``wanted`` can be documented; ``awkward`` are names that share their line with other code."""

    wanted: tuple[Declaration, ...]
    awkward: tuple[str, ...]


def undocumented(text: str, symbols: Sequence[Mapping[str, Any]]) -> Found:
    """Exported declarations, and public members of exported classes, that have no doc comment."""
    source = _Source(text)
    wanted: list[Declaration] = []
    awkward: list[str] = []
    for symbol in _signatures_only(source, symbols):
        _visit(source, symbol, None, wanted, awkward)
    return Found(tuple(sorted(wanted, key=lambda one: one.line)), tuple(awkward))


class _Source:
    """The text, and the questions about it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places = Positions(text)
        self.lines = re.split(r"\r\n|\r|\n", text)
        lists = list(_EXPORT_LIST.finditer(text))
        self._lists = [match.span() for match in lists]
        listed = ",".join(match.group(1) for match in lists if not match.group(2))
        names = {part.strip().removeprefix("type ").split(" as ")[0].strip() for part in listed.split(",")}
        self.exported = (names | {match.group(1) for match in _DEFAULT.finditer(text)}) - {""}

    def in_export_list(self, position: Mapping[str, int]) -> bool:
        """Whether a symbol is only a name in ``export { … }``; it is documented where it is declared."""
        offset = self.places.offset(position)
        return any(start <= offset < end for start, end in self._lists)

    def part(self, span: Mapping[str, Any]) -> str:
        return self.text[self.places.offset(span["start"]) : self.places.offset(span["end"])]

    def before(self, position: Mapping[str, int]) -> str:
        """The text before the position on its line."""
        offset = self.places.offset(position)
        return self.text[self.places.line_start(self.places.line(offset)) : offset]

    def has_doc(self, line: int) -> bool:
        """Whether a ``/** … */`` is above this line, with only comments and empty lines between."""
        at = line - 1
        while at >= 0:
            above = self.lines[at].strip()
            if above.endswith("*/"):
                start = self._comment_start(at)
                if start is None or self.text.startswith("/**", start):
                    return start is not None
                at = self.places.line(start) - 1
            elif not above or above.startswith("//"):
                at -= 1
            else:
                return False
        return False

    def _comment_start(self, line: int) -> int | None:
        """Where the comment starts that ends this line; None if it comes after code.

        A comment may mention ``/api/*``, so not every ``/*`` begins one. But no comment contains a ``*/`` before its
        end.
        """
        end = self.text.rfind("*/", 0, self.places.line_start(line + 1))
        at = self.text.rfind("*/", 0, end) + 2 if "*/" in self.text[:end] else 0
        while (at := self.text.find("/*", at, end)) >= 0:
            if not self.text[self.places.line_start(self.places.line(at)) : at].strip():
                return at
            at += 2
        return None

    def place_above(self, line: int) -> int:
        """The line itself, or the first of the tool directives directly above it."""
        while line > 0 and _DIRECTIVE.match(self.lines[line - 1]):
            line -= 1
        return line


def _visit(
    source: _Source, symbol: Mapping[str, Any], owner: str | None, wanted: list[Declaration], awkward: list[str]
) -> None:
    kind = _KINDS.get(symbol["kind"])
    if kind is None or source.in_export_list(symbol["range"]["start"]):
        return
    start, name = symbol["range"]["start"], str(symbol["name"])
    before = source.before(start)
    head = source.part({"start": start, "end": symbol["selectionRange"]["start"]})
    if owner is None and not _is_exported(source, name, before + head):
        return
    if kind == "class" and re.search(r"\btype\s+$", head):
        kind = "type"
    if _VARIABLE.match(before) and kind in ("const", "function", "class"):
        before = ""
    children = list(symbol.get("children") or ())
    if not re.fullmatch(r"\s*", before):
        awkward.append(name)
    elif not source.has_doc(start["line"]):
        line = source.place_above(start["line"])
        wanted.append(_declaration(source, symbol, (kind, owner, head), line))
    if kind == "class":
        for member in _signatures_only(source, children):
            if _is_public_member(source, member):
                _visit(source, member, name, wanted, awkward)
    elif kind == "namespace":
        for inner in _signatures_only(source, children):
            _visit(source, inner, None, wanted, awkward)


def _declaration(
    source: _Source, symbol: Mapping[str, Any], what: tuple[str, str | None, str], line: int
) -> Declaration:
    """``what`` is the kind, the class around it, and the text from its start to its name."""
    kind, owner, head = what
    own_line = source.lines[symbol["range"]["start"]["line"]]
    children = list(symbol.get("children") or ())
    inside = [child for child in children if kind != "class" or _is_public_member(source, child)]
    listed = [6] if kind == "class" else [6, 7, 8, 22]
    members = dict.fromkeys(str(child["name"]) for child in inside if child["kind"] in listed)
    made = next((child["selectionRange"]["start"] for child in children if child["kind"] == 9), None)
    return Declaration(
        kind=kind,
        name=str(symbol["name"]),
        first_line=own_line.strip(),
        line=line,
        indent=own_line[: len(own_line) - len(own_line.lstrip())],
        at=symbol["selectionRange"]["start"],
        owner=owner,
        static=bool(re.search(r"\bstatic\b", head)),
        members=tuple(members) if kind in ("class", "interface", "enum") else (),
        constructor_at=made if kind == "class" else None,
    )


def _is_exported(source: _Source, name: str, head: str) -> bool:
    return bool(re.search(r"\bexport\b", head)) or name in source.exported


def _is_public_member(source: _Source, member: Mapping[str, Any]) -> bool:
    head = source.part({"start": member["range"]["start"], "end": member["selectionRange"]["end"]})
    in_constructor = "(" in source.before(member["range"]["start"])
    return member["kind"] in (6, 7, 9) and not _HIDDEN.search(head) and not in_constructor


def _signatures_only(source: _Source, symbols: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leaves out the implementation below overloads, setters beside getters, and parameter properties."""
    kept: list[Mapping[str, Any]] = []
    constructors = [one["range"] for one in symbols if one["kind"] == 9]
    for symbol in symbols:
        start = symbol["range"]["start"]
        same = [one for one in kept if one["name"] == symbol["name"] and one["kind"] == symbol["kind"]]
        inside = any(_within(symbol["range"], one) for one in constructors if one is not symbol["range"])
        implements = same and symbol["kind"] in (6, 9, 12) and source.part(symbol["range"]).rstrip().endswith("}")
        accessor = same and symbol["kind"] == 7
        if not (inside or implements or accessor) and start["line"] >= 0:
            kept.append(symbol)
    return kept


def _within(inner: Mapping[str, Any], outer: Mapping[str, Any]) -> bool:
    first = (inner["start"]["line"], inner["start"]["character"])
    last = (inner["end"]["line"], inner["end"]["character"])
    return (outer["start"]["line"], outer["start"]["character"]) <= first and last <= (
        outer["end"]["line"],
        outer["end"]["character"],
    )
