"""What is left in a declaration's body."""

from __future__ import annotations

from runner.edits.outline import Declaration
from runner.edits.plain_comments import plain_comments
from runner.edits.tokens import tokens


def inner(text: str, declaration: Declaration) -> str | None:
    """The body without its braces, comments and outer white space; None where the declaration has no body."""
    if declaration.body is None:
        return None
    body = text[declaration.body[0] : declaration.body[1]]
    kept, at = [], 0
    # A string that holds a comment's marks keeps its quotes, so no body with code in it comes out empty.
    for start, end in plain_comments(body):
        kept.append(body[at:start])
        at = end
    bare = "".join([*kept, body[at:]]).strip()
    return bare.removeprefix("{").removesuffix("}").strip()


def words(text: str, declaration: Declaration, path: str) -> list[str]:
    """The tokens of the body but for its braces and for semicolons."""
    if declaration.body is None:
        return []
    start, end = declaration.body
    found = [token.text for token in tokens(text, path) if start <= token.start and token.end <= end]
    block = found[:1] == ["{"] and found[-1:] == ["}"]
    return [word for word in (found[1:-1] if block else found) if word != ";"]


def is_emptied(before: str, old: Declaration, after: str, new: Declaration) -> bool:
    return bool(inner(before, old)) and inner(after, new) == ""


def is_literal(text: str, declaration: Declaration) -> bool:
    """Whether the body is an object literal: a value, which may well become empty."""
    if declaration.kind not in ("variable", "property", "default") or declaration.body is None:
        return False
    return text[: declaration.body[0]].rstrip().endswith(("=", "(", ":", "default", ">")) and not text[
        : declaration.body[0]
    ].rstrip().endswith("=>")
