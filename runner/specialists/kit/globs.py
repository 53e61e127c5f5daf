"""Globs as in orders."""

from __future__ import annotations

import re


def matches(path: str, glob: str) -> bool:
    """Whether a path matches a glob: ``*`` and ``?`` stay within a folder, ``**`` crosses folders."""
    parts = (re.escape(part) for part in re.split(r"(\*\*/|\*\*|\*|\?)", glob))
    special = {r"\*\*/": "(?:.*/)?", r"\*\*": ".*", r"\*": "[^/]*", r"\?": "[^/]"}
    return re.fullmatch("".join(special.get(part, part) for part in parts), path) is not None
