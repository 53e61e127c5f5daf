"""Finds comments in text that has no parser, in linear time.

A regular expression that looks for the end of each ``/*`` would read the rest of the text again and again if there is
none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"/\*|(?<![:\w])//[^\n\r]*")


def plain_comments(text: str) -> Iterator[tuple[int, int]]:
    """Where comments begin and end (code points, end exclusive). Strings are not told from code. ``://`` does not begin
    a comment, and a ``/*`` that is never closed is not one.
    """
    at, closed = 0, True
    while found := _OPENING.search(text, at):
        at = found.end()
        if found[0] == "/*":
            end = text.find("*/", at) if closed else -1
            closed = end >= 0
            if not closed:
                continue
            at = end + 2
        yield found.start(), at
