"""``docs/violations.md`` from the catalogue: ``python -m runner.gate.violations_doc > docs/violations.md``."""

from __future__ import annotations

import sys
from itertools import groupby

from runner.model.kind import Kind
from runner.model.violations import CATALOGUE

_CHAPTERS = {
    "1": "The submission itself",
    "2": "Scope",
    "3": "The text of the edit",
    "4": "Paths",
    "5": "The role's contract, clobbering and guards",
    "6": "tsc",
    "7": "The base",
    "9": "The machine",
}
_HEAD = """\
# Violations

Every verdict that is not `applied` or `simulated` names its reasons: a stable code, a name, the place, and a hint that says
what to do instead. One with the severity `advice` refuses nothing; an applied patch may carry it. Codes and names are an
interface: they are added to, never changed or used again.

This page is generated from the code (`python -m runner.gate.violations_doc > docs/violations.md`); a test compares the two.
"""


def violations_page() -> str:
    """The whole page as Markdown."""
    rows = sorted(CATALOGUE.values(), key=lambda kind: kind.code)
    chapters = (
        f"\n## {_CHAPTERS[number]} (PG{number}xx)\n{''.join(_section(kind) for kind in kinds)}"
        for number, kinds in groupby(rows, key=lambda kind: kind.code[2])
    )
    return _HEAD + "".join(chapters)


def _section(kind: Kind) -> str:
    return f"\n### {kind.code} `{kind.name}`\n\n{kind.meaning}\n\n- **Example:** {kind.example}\n- **What to do:** {kind.hint}\n"


if __name__ == "__main__":
    sys.stdout.write(violations_page())
