"""Asks the language server for the parts of a context. Returns values (``findings``); ``render`` writes them as text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_bridge import declarations
from lsp_bridge.findings import FileFindings, Findings, OutlineEntry, Problem, SymbolFindings, Use, Used
from lsp_bridge.questions import Ask, Read, at, document, hover, outline
from lsp_bridge.symbols import Symbol, find, overlapping, parse_span, walk
from lsp_bridge.text import column_of, decode, split_lines
from lsp_bridge.uris import path_of
from runner.model.suggestions import closest, did_you_mean

MAX_NAMES = 80
MAX_USES = 200
MAX_TYPE_LINES = 24
MAX_SIGNATURES = 60
_WITH_SIGNATURE = frozenset(("function", "method", "constructor", "variable", "constant", "property", "field", "class"))
_LOCAL = frozenset(("variable", "constant", "property"))
_WITH_MEMBERS = frozenset(("class", "interface", "enum", "namespace", "module"))
_TYPE = re.compile(r"^(\(alias\) )?(interface|type|enum|const enum)\b")
_SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


class Gatherer:
    """The questions of one context. Remembers files and outlines, so that each is requested once."""

    def __init__(self, ask: Ask, read: Read) -> None:
        self._ask = ask
        self._read = read
        self._lines: dict[str, list[str]] = {}
        self._symbols: dict[str, tuple[Symbol, ...]] = {}

    def gather(self, addresses: Sequence[str], files: Sequence[str]) -> Findings:
        """``addresses`` are symbols (``src/a.ts#Shop.total``) or lines (``src/a.ts:80-140``, 1-based)."""
        symbols: list[Symbol] = []
        paths: list[str] = []
        missing: list[str] = []
        for address in addresses:
            span = parse_span(address)
            path = span[0] if span else address.partition("#")[0]
            if self._read(path) is None:
                missing.append(f"There is no file `{path}`.")
                continue
            paths.append(path)
            outline = self.symbols(path)
            found = overlapping(outline, span[1], span[2]) if span else find(outline, address) if "#" in address else ()
            if not found and "#" in address:
                missing.append(self._not_found(address, outline))
            symbols += found
        for path in files:
            if self._read(path) is None:
                missing.append(f"There is no file `{path}`.")
            else:
                paths.append(path)
        return Findings(
            symbols=tuple(map(self._about_symbol, dict.fromkeys(symbols))),
            files=tuple(map(self._about_file, dict.fromkeys(paths))),
            missing=tuple(dict.fromkeys(missing)),
        )

    def lines(self, path: str) -> list[str]:
        if path not in self._lines:
            self._lines[path] = split_lines(decode(self._read(path) or b""))
        return self._lines[path]

    def symbols(self, path: str) -> tuple[Symbol, ...]:
        if path not in self._symbols:
            self._symbols[path] = outline(self._ask, path)
        return self._symbols[path]

    def _not_found(self, address: str, outline: Sequence[Symbol]) -> str:
        path, _, name = address.partition("#")
        last = name.rpartition(".")[2]
        everything = list(walk(outline))
        near = [symbol.address for symbol in everything if symbol.name == last]
        # The names alone: with their long common beginning, all addresses of a file are alike.
        near += [
            f"{path}#{each}" for each in closest(name, (symbol.address.partition("#")[2] for symbol in everything))
        ]
        if near:
            return (
                f"There is no symbol `{address}`. {did_you_mean(f'`{each}`' for each in list(dict.fromkeys(near))[:3])}"
            )
        known = [symbol.address for symbol in outline][:20]
        return f"There is no symbol `{address}`. " + (f"Known: {', '.join(f'`{a}`' for a in known)}." if known else "")

    def _about_symbol(self, symbol: Symbol) -> SymbolFindings:
        lines = self.lines(symbol.path)
        first, last = declarations.whole(symbol, lines)
        signature, doc = self._hover(symbol.path, symbol.name_line, symbol.name_character)
        return SymbolFindings(
            address=symbol.address,
            kind=_kind(symbol, signature),
            file=symbol.path,
            start=first + 1,
            source=tuple(lines[first : last + 1]),
            signature=signature,
            doc="" if declarations.doc_lines(symbol, lines) else doc,
            uses=self._uses_of(symbol, first, last),
            used_by=self._used_by(symbol),
        )

    def _uses_of(self, symbol: Symbol, first: int, last: int) -> tuple[Used, ...]:
        lines = self.lines(symbol.path)
        found: dict[tuple[str, int], Used] = {}
        candidates = list(declarations.names(lines, first, last))[:MAX_NAMES]
        for name, line, index in candidates:
            character = column_of(lines[line], index)
            for target in self._definitions(symbol.path, line, character):
                path, at_line = target
                inside = path == symbol.path and first <= at_line <= last
                if inside or target in found or _is_library(path):
                    continue
                signature, doc = self._hover(symbol.path, line, character)
                if signature:
                    source = self._type_source(path, at_line) if _TYPE.match(signature) else ""
                    signature = signature.removeprefix("(alias) ")
                    found[target] = Used(name, f"{path}:{at_line + 1}", signature, _first_paragraph(doc), source)
                break
        return tuple(sorted(found.values(), key=lambda used: "node_modules/" in used.place))

    def _definitions(self, path: str, line: int, character: int) -> list[tuple[str, int]]:
        answer = self._ask("textDocument/definition", at(path, line, character))
        places = answer if isinstance(answer, list) else [answer] if answer else []
        found = []
        for place in places:
            target = path_of(place["uri"]) or place["uri"]
            found.append((target, int(place["range"]["start"]["line"])))
        return found

    def _type_source(self, path: str, line: int) -> str:
        if "node_modules/" in path or self._read(path) is None:
            return ""
        symbol = next((symbol for symbol in walk(self.symbols(path)) if symbol.name_line == line), None)
        if symbol is None or symbol.end_line - symbol.line >= MAX_TYPE_LINES:
            return ""
        return "\n".join(self.lines(path)[symbol.line : symbol.end_line + 1])

    def _used_by(self, symbol: Symbol) -> tuple[Use, ...]:
        params = {**at(symbol.path, symbol.name_line, symbol.name_character), "context": {"includeDeclaration": False}}
        places: list[tuple[bool, bool, str, int]] = []
        for reference in self._ask("textDocument/references", params) or []:
            path, line = path_of(reference["uri"]), int(reference["range"]["start"]["line"])
            if path is None or _is_library(path) or (path == symbol.path and symbol.line <= line <= symbol.end_line):
                continue
            lines = self.lines(path)
            if line < len(lines):
                places.append((declarations.is_import(lines[line]), path != symbol.path, path, line))
        return tuple(
            Use(path, line + 1, self.lines(path)[line].strip(), self._around(path, line))
            for _, _, path, line in sorted(set(places))[:MAX_USES]
        )

    def _around(self, path: str, line: int) -> str:
        inside = [s for s in walk(self.symbols(path)) if s.line <= line <= s.end_line and s.kind not in _LOCAL]
        name = inside[-1].address.partition("#")[2] if inside else ""
        return "" if " callback" in name else name

    def _hover(self, path: str, line: int, character: int) -> tuple[str, str]:
        """The signature and the doc comment (Markdown) at a place; empty strings if there are none."""
        return hover(self._ask, path, line, character)

    def _about_file(self, path: str) -> FileFindings:
        return FileFindings(
            file=path,
            lines=_count(self.lines(path)),
            outline=tuple(self._outline(self.symbols(path), 0, [MAX_SIGNATURES] * 3)),
            problems=self._problems(path),
        )

    def _outline(self, symbols: Sequence[Symbol], depth: int, left: list[int]) -> list[OutlineEntry]:
        """``left`` is how many signatures may still be requested at each depth. Declarations inside functions need
        none.
        """
        entries = []
        for symbol in symbols:
            signature = ""
            if left[depth] and symbol.kind in _WITH_SIGNATURE:
                left[depth] -= 1
                signature, _ = self._hover(symbol.path, symbol.name_line, symbol.name_character)
            place = (symbol.line + 1, symbol.end_line + 1)
            signature = "" if signature.startswith("class ") else signature
            entries.append(OutlineEntry(depth, _kind(symbol, signature), symbol.address, *place, signature))
            if depth < 2 and symbol.kind in _WITH_MEMBERS:
                entries += self._outline(symbol.children, depth + 1, left)
        return entries

    def _problems(self, path: str) -> tuple[Problem, ...]:
        answer = self._ask("textDocument/diagnostic", document(path)) or {}
        problems = [
            Problem(
                file=path,
                line=int(item["range"]["start"]["line"]) + 1,
                column=int(item["range"]["start"]["character"]) + 1,
                severity=_SEVERITIES.get(item.get("severity", 1), "error"),
                code=f"TS{item.get('code', '')}",
                message=str(item.get("message", "")),
            )
            for item in answer.get("items", [])
        ]
        return tuple(
            sorted(problems, key=lambda problem: (list(_SEVERITIES.values()).index(problem.severity), problem.line))
        )


def _kind(symbol: Symbol, signature: str) -> str:
    """The server lists type aliases as classes; its hover text is right."""
    return "type" if symbol.kind == "class" and signature.startswith("type ") else symbol.kind


def _count(lines: Sequence[str]) -> int:
    """Lines as editors and ``wc -l`` count them: a line end at the end of the file begins no new line."""
    return len(lines) - 1 if len(lines) > 1 and not lines[-1] else len(lines)


def _first_paragraph(doc: str) -> str:
    return doc.split("\n\n", maxsplit=1)[0]


def _is_library(path: str) -> bool:
    """A ``lib.*.d.ts`` of the compiler: every model knows these."""
    return bool(re.search(r"(^file:.*|/)lib\.[\w.]*d\.ts$", path))
