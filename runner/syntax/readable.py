"""A text in a form that the grammar can parse: unsupported TypeScript syntax is blanked or separated by a semicolon.

When the parser finds an error, it recovers in a way that depends on every word and comment nearby. What holds for such
a tree holds for nothing else. No offset changes: each replacement has as many characters as the original.
"""

from __future__ import annotations

import re

from runner.syntax.kept import kept
from runner.syntax.marks import marked
from runner.syntax.trees import Syntax

# Syntax that the grammar lacks, with the words that it fails on. Without them the rest is parsed as usual.
_UNKNOWN = re.compile(
    r"(?<=\bexport )type(?= \*)|(?<=\bimport )defer(?= \*)|(?<=\bexport default )abstract(?= class\b)"
    r"|(?<=\w)<[^<>`\n]*(?:<[^<>`\n]*>[^<>`\n]*)?>(?=`)"
    r"|(?<=[<,\s])(?:in out|in|out)(?=\s+[A-Za-z_$][\w$]*\s*(?:[,>=]|extends\b))"
)
# A call signature on its own line, with or without comments, and what code may end with before it.
_COMMENT = r"/\*(?:[^*]|\*(?!/)){0,2000}\*/"
_SIGNATURE = re.compile(
    rf"^[ \t]+(?=(?:{_COMMENT}[ \t]*){{0,3}}<(?:\s|//.*|{_COMMENT})*(?:const |in |out )*[A-Za-z_$])", re.MULTILINE
)
_ENDING = re.compile(r"[\w$>\])}'\"`]")
_LINE_COMMENT = re.compile("//[^\n\r\u2028\u2029]*")


@kept(8)
def readable(text: str, path: str) -> str:
    """The text itself if it parses without errors. Raises ``Refused`` if this is not a source file."""
    if not Syntax(text, path).root.has_error:
        return text
    blanked = _UNKNOWN.sub(lambda word: " " * len(word[0]), text)
    # The comments of the original text are already known. Where the parser misreads them among its errors, those of the
    # blanked text are used, at the price of one more parse.
    mended = _parted(blanked, path, text)
    if mended != text and not Syntax(mended, path).root.has_error:
        return mended
    return _parted(blanked, path, blanked)


def is_comment(text: str) -> bool:
    """Whether tsc reads it as a comment, whatever the grammar does."""
    if text.startswith("//"):
        return _LINE_COMMENT.fullmatch(text) is not None
    return text.startswith("/*") and len(text) >= 4 and text.find("*/", 2) == len(text) - 2


def _parted(text: str, path: str, commented: str) -> str:
    """Call signatures without semicolons, one per line: the grammar would continue the type of the one before.

    (Not in .tsx, where a tag may begin a line.) The text between two signatures is walked once, whatever it is. Its
    comments are those of ``commented``, a text in which they are at the same places.
    """
    if path.endswith("x") or not (found := list(_SIGNATURE.finditer(text))):
        return text
    starts = _comments_by_end(commented, path)
    pieces: list[str] = []
    done = 0
    for match in found:
        ending = _code_before(text, done, match.start(), starts)
        if ending > done and _ENDING.match(text, ending - 1) and not text.endswith("=>", done, ending):
            pieces += (text[done : match.end() - 1], ";")
            done = match.end()
    return "".join([*pieces, text[done:]])


def _comments_by_end(text: str, path: str) -> dict[int, int]:
    """The start of each comment, by its end."""
    syntax = Syntax(text, path)
    nodes = marked(text, path, "comment")
    return {syntax.end(node): syntax.start(node) for node in nodes if is_comment(syntax.source(node))}


def _code_before(text: str, least: int, at: int, comments_by_end: dict[int, int]) -> int:
    """Where the code before ``at`` ends, but not before ``least``: white space and comments are skipped."""
    while at > least:
        if text[at - 1].isspace():
            at -= 1
        elif at in comments_by_end:
            at = comments_by_end[at]
        else:
            return at
    return least
