"""Comments of text that no parser reads, in time in proportion to it.

A regular expression that looks for the end of each ``/*`` reads all that follows, again and again, where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"/\*|(?<![:\w])//[^\n\r]*")


def plain_comments(text: str) -> Iterator[tuple[int, int]]:
    """Where comments begin and end (code points, end exclusive). Strings are not told from code; ``://`` begins none, and
    a ``/*`` that is never closed is none."""
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
