"""patchctl's questions: what the runner is asked, and how the answer is shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from runner.client.payloads import UsageProblem
from runner.client.printing import human_outline
from runner.client.session import Session
from runner.client.suggestions import did_you_mean

# The answer to a question: as JSON, and as text for people.
Answer = tuple[Any, str]


def context(session: Session, args: argparse.Namespace) -> Answer:
    text = session.context(args.symbol, args.budget, args.file)
    return {"text": text}, text.rstrip("\n")


def outline(session: Session, args: argparse.Namespace) -> Answer:
    symbols = session.outline(args.path)
    return {"symbols": symbols}, human_outline(symbols) or "no declarations"


def definition(session: Session, args: argparse.Namespace) -> Answer:
    places = _places(session, session.request("textDocument/definition", _position(session, args)))
    return {"places": places}, _lines_of(session, places) or "no definition there"


def references(session: Session, args: argparse.Namespace) -> Answer:
    params = {**_position(session, args), "context": {"includeDeclaration": False}}
    places = _places(session, session.request("textDocument/references", params))
    return {"places": places}, _lines_of(session, places) or "no references"


def hover(session: Session, args: argparse.Namespace) -> Answer:
    answer = session.request("textDocument/hover", _position(session, args))
    contents = (answer or {}).get("contents") or {}
    text = contents.get("value", "") if isinstance(contents, dict) else str(contents)
    return {"text": text}, text.rstrip("\n") or "nothing is known there"


def diagnostics(session: Session, args: argparse.Namespace) -> Answer:
    found = []
    for path in [session.relative(path) for path in args.paths or session.files()]:
        answer = session.request("textDocument/diagnostic", {"textDocument": {"uri": session.uri(path)}})
        for item in (answer or {}).get("items") or []:
            start = item["range"]["start"]
            place = {"file": path, "line": start["line"] + 1, "column": start["character"] + 1}
            severity = {1: "error", 2: "warning", 3: "information", 4: "hint"}.get(item.get("severity", 1), "error")
            found.append(
                {**place, "severity": severity, "code": f"TS{item.get('code')}", "message": item.get("message")}
            )
    written = (
        f"{each['file']}:{each['line']}:{each['column']} {each['severity']} {each['code']}: {each['message']}"
        for each in found
    )
    return {"diagnostics": found}, "\n".join(written) or "no diagnostics"


QUESTIONS: dict[str, Callable[[Session, argparse.Namespace], Answer]] = {
    "context": context,
    "outline": outline,
    "definition": definition,
    "references": references,
    "hover": hover,
    "diagnostics": diagnostics,
}


def _position(session: Session, args: argparse.Namespace) -> dict[str, Any]:
    """LSP parameters for ``--symbol``, or for ``--file``, ``--line`` and ``--column``. Raises ``UsageProblem``."""
    if args.symbol:
        symbol = session.relative(args.symbol)
        path, mark, _ = symbol.partition("#")
        if not mark:
            raise UsageProblem(f"{args.symbol!r} is no symbol address: write 'src/a.ts#Shop.total'")
        symbols = session.outline(path)
        found = _find(symbols, symbol)
        if found is None:
            hint = did_you_mean(symbol.partition("#")[2], _names(symbols))
            raise UsageProblem(f"there is no symbol {args.symbol!r}: see `patchctl outline {path}`", hint)
        return {"textDocument": {"uri": session.uri(path)}, "position": found["selectionRange"]["start"]}
    if not (args.file and args.line and args.column):
        raise UsageProblem("give --symbol, or --file with --line and --column")
    position = {"line": args.line - 1, "character": args.column - 1}
    return {"textDocument": {"uri": session.uri(args.file)}, "position": position}


def _find(symbols: list[dict[str, Any]], address: str) -> dict[str, Any] | None:
    for symbol in symbols:
        if symbol["address"] in (address, f"{address}@1"):
            return symbol
        inside = _find(symbol.get("children") or [], address)
        if inside is not None:
            return inside
    return None


def _names(symbols: list[dict[str, Any]]) -> list[str]:
    """The addresses in a file, without the path that they share."""
    found = []
    for symbol in symbols:
        found += [symbol["address"].partition("#")[2], *_names(symbol.get("children") or [])]
    return found


def _places(session: Session, answer: Any) -> list[dict[str, Any]]:
    """1-based lines and columns. A file outside the repository is shown by its URI."""
    given = answer if isinstance(answer, list) else [answer] if answer else []
    places = []
    for place in given:
        start = place["range"]["start"]
        file = session.path_of(place["uri"]) or place["uri"]
        places.append({"file": file, "line": start["line"] + 1, "column": start["character"] + 1})
    return places


def _lines_of(session: Session, places: list[dict[str, Any]]) -> str:
    texts: dict[str, list[str]] = {}
    written = []
    for place in places:
        file = place["file"]
        if file not in texts:
            try:
                texts[file] = session.read(file).replace("\r\n", "\n").replace("\r", "\n").split("\n")
            except (OSError, UnicodeError):
                texts[file] = []
        lines = texts[file]
        text = lines[place["line"] - 1].strip() if place["line"] <= len(lines) else ""
        written.append(f"{file}:{place['line']}:{place['column']}: {text[:200]}")
    return "\n".join(written)
