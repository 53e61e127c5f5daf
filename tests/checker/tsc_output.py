"""The command line as the reference: parses the output of ``tsc --pretty false --listFiles``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.model.diagnostics import Diagnostic

_PLACED = re.compile(r"^(?P<file> ?\S.*?)\((?P<line>\d+),(?P<character>\d+)\): error (?P<code>TS\d+): (?P<message>.*)$")
_GLOBAL = re.compile(r"^error (?P<code>TS\d+): (?P<message>.*)$")
# "Could not write file": the tree is read-only on purpose, and tsc writes nothing but build info, which nobody needs.
_IGNORED = frozenset({"TS5033"})
# The project has no files, so checking it checks nothing.
NOTHING = frozenset({"TS18002", "TS18003"})


@dataclass(frozen=True, slots=True)
class TscOutput:
    """``errors`` in tsc's order; ``files`` are those of the tree that the program included, repository-relative."""

    errors: tuple[Diagnostic, ...]
    files: tuple[str, ...]


def parse_output(text: str, project: str, root: str) -> TscOutput:
    """``root`` is the folder of the tree in ``text`` (``/repo``). tsc's 1-based positions become 0-based."""
    errors: list[Diagnostic] = []
    files: list[str] = []
    for line in text.split("\n"):
        if found := _PLACED.match(line):
            file = found["file"].removeprefix(f"{root}/")
            place = int(found["line"]) - 1, int(found["character"]) - 1
            errors.append(Diagnostic(project, file, *place, found["code"], found["message"]))
        elif found := _GLOBAL.match(line):
            errors.append(Diagnostic(project, "", 0, 0, found["code"], found["message"]))
        elif line.startswith("/"):
            if line.startswith(f"{root}/") and "/node_modules/" not in line:
                files.append(line.removeprefix(f"{root}/"))
        elif line.startswith(" ") and errors:
            last = errors[-1]
            message = f"{last.message}\n{line.rstrip()}"
            errors[-1] = Diagnostic(last.project, last.file, last.line, last.character, last.code, message)
    return TscOutput(tuple(error for error in errors if error.code not in _IGNORED), tuple(files))
