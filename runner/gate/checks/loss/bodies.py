"""What is left in the body of a declaration."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runner.syntax.outline import Declaration
from runner.syntax.plain_comments import plain_comments
from runner.syntax.trees import Syntax

_LITERAL = re.compile(r"null|undefined|true|false|NaN|void|[-!{}\[\]()]|[\d.][\w.]*|['\"`].*", re.DOTALL)
_ATOMS = ("string", "regex")
_CASTS = ("as", "satisfies")
_DECLARES, _ASSIGNS = ("const", "let", "var", "."), ("=", "??=", "||=")
# throw new Error("…")
_THROW = 6


def inner(text: str, declaration: Declaration) -> str | None:
    """The body without its braces, comments and outer white space; None if the declaration has no body."""
    if declaration.body is None:
        return None
    body = text[declaration.body[0] : declaration.body[1]]
    kept, at = [], 0
    # A string that contains comment markers keeps its quotes, so a body with code in it never comes out empty.
    for start, end in plain_comments(body):
        kept.append(body[at:start])
        at = end
    bare = "".join([*kept, body[at:]]).strip()
    return bare.removeprefix("{").removesuffix("}").strip()


def words(text: str, declaration: Declaration, path: str) -> list[str]:
    """The tokens of the body, without its braces and without semicolons."""
    if declaration.body is None:
        return []
    found = _leaves(text, path, *declaration.body)
    block = found[:1] == ["{"] and found[-1:] == ["}"]
    return [word for word in (found[1:-1] if block else found) if word != ";"]


def held(text: str, declaration: Declaration, path: str) -> list[str]:
    """The tokens of the body or, if there is none, of the value. For a shorthand property that is its name."""
    if declaration.body is not None:
        return words(text, declaration, path)
    found = _leaves(text, path, declaration.name_start, declaration.end)
    marks = ("=", ":") if declaration.kind == "property" else ("=",)
    mark = next((at for at, word in enumerate(found) if word in marks), None)
    if mark is None:
        return found if declaration.kind == "property" else []
    return [word for word in found[mark + 1 :] if word != ";"]


def is_assigned(text: str, path: str, name: str, value: Sequence[str]) -> bool:
    """Whether a statement gives ``name`` the value with these tokens. Commas do not count: a wrapped list ends with one."""
    said = [word for word in _leaves(text, path, 0, len(text)) if word != ","]
    wanted = [word for word in value if word != ","]
    named = (at for at, word in enumerate(said[1:-1], start=1) if word == name and said[at - 1] not in _DECLARES)
    return any(said[at + 1] in _ASSIGNS and said[at + 2 : at + 2 + len(wanted)] == wanted for at in named)


def _leaves(text: str, path: str, start: int, end: int) -> list[str]:
    """The tokens between two places. It does not walk the rest of the file, which may be large."""
    syntax = Syntax(text, path)
    first = len(text[:start].encode("utf-8", "surrogatepass"))
    last = first + len(text[start:end].encode("utf-8", "surrogatepass"))
    node = syntax.root.descendant_for_byte_range(first, last)
    pending, found = [] if node is None else [node], []
    while pending:
        node = pending.pop()
        if node.end_byte <= first or node.start_byte >= last or node.type == "comment":
            continue
        if node.children and node.type not in _ATOMS:
            pending += reversed(node.children)
        elif first <= node.start_byte and node.end_byte <= last:
            found.append(syntax.source(node))
    return found


def says_nothing(found: Sequence[str]) -> bool:
    """Whether these tokens of a body or a value are only a literal, or only throw an error."""
    said = list(found[1:] if found[:1] == ["return"] else found)
    cast = next((at for at, word in enumerate(said) if word in _CASTS), len(said))
    if said[:1] == ["throw"]:
        return len(said) <= _THROW
    return all(_LITERAL.fullmatch(word) for word in said[:cast])


def is_emptied(before: str, old: Declaration, after: str, new: Declaration) -> bool:
    return bool(inner(before, old)) and inner(after, new) == ""


def is_literal(text: str, declaration: Declaration) -> bool:
    """Whether the body is an object literal: that is a value, and may well become empty."""
    if declaration.kind not in ("variable", "property", "default") or declaration.body is None:
        return False
    return text[: declaration.body[0]].rstrip().endswith(("=", "(", ":", "default", ">")) and not text[
        : declaration.body[0]
    ].rstrip().endswith("=>")
