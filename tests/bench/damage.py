"""What models do to the text they send: each takes a change and gives the damaged new text, or None where it cannot be."""

from __future__ import annotations

import re

from runner.syntax.outline import Declaration
from tests.bench.consent import task_of
from tests.bench.corpus import Change, seed_of
from tests.bench.hunks import blocks_of, lines_of
from tests.bench.symbols import declarations

_ELISIONS = (
    "// ... rest of the code remains the same",
    "// ... existing code ...",
    "// ... rest as before ...",
    "// (rest of the implementation unchanged)",
    "// ...",
    "/* ... */",
    "// same as before",
    "// ... other cases ...",
    "// remaining code unchanged",
    "// Keep the existing logic here",
    "// [previous code]",
    "// … unchanged …",
    "// existing implementation",
)
_IMPORT = re.compile(r"^import\s(?!\()[^;'\"]*?['\"][^'\"\n]*['\"][^\n]*\n", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_CALLABLE = ("function", "method", "getter", "setter", "class", "variable", "constructor")


def elided(change: Change) -> str | None:
    """A body (one that the change touches, if any is) keeps its first line; a remark stands for the rest."""
    held = _bodies(change.after, change.path, least=5)
    chosen = _pick(change, "elided", [each for each in held if _touched(change, each)] or held)
    if chosen is None or chosen.body is None:
        return None
    text = change.after
    lines = lines_of(text[chosen.body[0] : chosen.body[1]])
    indent = re.match(r"[ \t]*", lines[1])
    remark = (indent[0] if indent else "") + _pick_text(change, _ELISIONS) + _end(text)
    body = "".join([*lines[:2], remark, lines[-1]])
    return text[: chosen.body[0]] + body + text[chosen.body[1] :]


def dropped(change: Change) -> str | None:
    """A function, method or class that the change is not about is left out."""
    chosen = dropped_declaration(change)
    if chosen is None:
        return None
    start = change.after.rfind("\n", 0, chosen.doc_start) + 1
    end = change.after.find("\n", chosen.separator) + 1
    return change.after[:start] + change.after[end or len(change.after) :]


def dropped_declaration(change: Change) -> Declaration | None:
    named = {symbol.partition("#")[2] for symbol in task_of(change).allowed_symbols}
    before = {each.address for each in declarations(change.before, change.path)}
    kept = [
        each
        for each in _bodies(change.after, change.path, least=3)
        if each.address in before and each.address.split(".")[0] not in named and not _touched(change, each)
    ]
    return _pick(change, "dropped", kept)


def duplicated(change: Change) -> str | None:
    chosen = duplicated_declaration(change)
    if chosen is None:
        return None
    text, start = change.after, change.after.rfind("\n", 0, chosen.doc_start) + 1
    end = text.find("\n", chosen.separator) + 1 or len(text)
    copy = text[start:end] if text[start:end].endswith("\n") else text[start:end] + _end(text)
    return text[:end] + _end(text) + copy + text[end:]


def duplicated_declaration(change: Change) -> Declaration | None:
    return _pick(
        change, "duplicated", [each for each in _bodies(change.after, change.path, least=3) if not each.overload]
    )


def half(change: Change) -> str | None:
    lines = lines_of(change.after)
    return "".join(lines[: len(lines) // 2]) if len(lines) > 5 else None


def misindented(change: Change) -> str | None:
    """The new lines are shifted, or flush left, or in tabs."""
    way = seed_of("indent", change.key) % 4
    shifts = (lambda line: "  " + line, lambda line: line.removeprefix("  "), lambda line: line.lstrip(" \t"), _tabs)
    return _fresh_lines(change, lambda line: shifts[way](line) if line.strip() else line)


def reindented(change: Change) -> str | None:
    """The whole file in another indentation: four spaces for two, two for four, or tabs."""
    wider = seed_of("reindent", change.key) % 2
    found = "".join(_scaled(line) if wider else _tabs(line) for line in lines_of(change.after))
    return found if found != change.after else None


def smart_quotes(change: Change) -> str | None:
    def curl(line: str) -> str:
        if line.lstrip().startswith(("*", "//", "/*")):
            return line
        line = re.sub(r'"([^"\n]*)"', "“\\1”", line)
        return re.sub(r"'([^'\n]*)'", "‘\\1’", line)

    return _fresh_lines(change, curl)


def lost_imports(change: Change) -> str | None:
    """One import that the file uses, or every one, is gone."""
    rest = _IMPORT.sub("", change.after)
    words = set(_WORD.findall(rest))
    used = [m for m in _IMPORT.finditer(change.after) if set(_WORD.findall(m[0].split("from")[0])) & words]
    if not used:
        return None
    if seed_of("imports", change.key) % 2:
        return rest
    chosen = used[seed_of("import", change.key) % len(used)]
    return change.after[: chosen.start()] + change.after[chosen.end() :]


def suppressed(change: Change) -> str | None:
    """A directive above the first new line, or a cast to any, instead of a right type."""
    lines, blocks = lines_of(change.after), blocks_of(change.before, change.after)
    at = next((block.b1 for block in blocks if block.b2 > block.b1 and _is_code(lines, block.b1)), None)
    if at is None:
        return None
    indent = re.match(r"[ \t]*", lines[at])
    directive = ("// @ts-ignore", "// @ts-expect-error", "// eslint-disable-next-line")[seed_of("ts", change.key) % 3]
    return "".join([*lines[:at], (indent[0] if indent else "") + directive + _end(change.after), *lines[at:]])


def _is_code(lines: list[str], at: int) -> bool:
    text = lines[at].strip()
    quoted = "".join(lines[:at]).count("`") % 2
    return bool(text) and not quoted and not text.startswith(("*", "/", "}", ")", "]"))


def _fresh_lines(change: Change, edit: object) -> str | None:
    """``after`` with ``edit`` done to each line that the change brings; None where that alters nothing."""
    assert callable(edit)
    lines = lines_of(change.after)
    for block in blocks_of(change.before, change.after):
        lines[block.b1 : block.b2] = [str(edit(line)) for line in lines[block.b1 : block.b2]]
    found = "".join(lines)
    return found if found != change.after else None


def _bodies(text: str, path: str, least: int) -> list[Declaration]:
    """Declarations of code whose body has at least ``least`` lines."""
    return [
        each
        for each in declarations(text, path)
        if each.body is not None
        and each.kind in _CALLABLE
        and text.count("\n", *each.body) + 1 >= least
        and text[each.body[0]] == "{"
        and text.rfind("\n", 0, each.doc_start) + 1 + len(_lead(text, each)) == each.doc_start
    ]


def _lead(text: str, each: Declaration) -> str:
    lead = text[text.rfind("\n", 0, each.doc_start) + 1 : each.doc_start]
    return lead if not lead.strip() else ""


def _touched(change: Change, each: Declaration) -> bool:
    """Whether lines that the change brings lie in ``each``, a declaration of the new text."""
    first = change.after.count("\n", 0, each.doc_start)
    last = change.after.count("\n", 0, each.end)
    return any(block.b1 <= last and first <= block.b2 for block in blocks_of(change.before, change.after))


def _pick(change: Change, what: str, found: list[Declaration]) -> Declaration | None:
    return found[seed_of(what, change.key) % len(found)] if found else None


def _pick_text(change: Change, found: tuple[str, ...]) -> str:
    return found[seed_of("text", change.key) % len(found)]


def _end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _tabs(line: str) -> str:
    bare = line.lstrip(" ")
    return "\t" * ((len(line) - len(bare)) // 2) + bare


def _scaled(line: str) -> str:
    bare = line.lstrip(" ")
    return " " * (2 * (len(line) - len(bare))) + bare
