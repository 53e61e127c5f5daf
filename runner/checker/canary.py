"""Checks that tsc reaches the types at all.

tsc reports errors of configuration and syntax first, and if there are any it stops before it checks types. On a base
with such an error, every later edit would look free of type errors. So if a base has an error that could be of that
kind, a type error is planted, and tsc has to find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runner.model.diagnostics import Diagnostic
from runner.model.tree import FileState, TreeReader

PLANTED = 'const patchgateCanary: number = "";'
CODE = "TS2322"
FILES = 5
_SOURCES = (".ts", ".tsx", ".mts", ".cts")


def may_stop(errors: Iterable[Diagnostic]) -> bool:
    """Whether tsc may stop at one of these errors: a syntax error (TS1xxx), or an error of the project itself."""
    return any(_early(error) for error in errors)


def new_early(base: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Early errors that are new in a project, even if another project had them. With an import of a broken file, a
    project takes over that file's old syntax error, and tsc stops checking the project's types.
    """
    known = {(error.project, error.file, error.code, error.message) for error in base}
    return [
        error
        for error in after
        if _early(error) and (error.project, error.file, error.code, error.message) not in known
    ]


def _early(error: Diagnostic) -> bool:
    syntax = error.code.startswith("TS1") and len(error.code) == len("TS1005")
    return syntax or not error.file or error.file.endswith(".json")


def plant(tree: TreeReader, files: Iterable[str]) -> Mapping[str, FileState]:
    """A few files of a project with a type error appended, in its own block so that nothing else changes."""
    planted: dict[str, FileState] = {}
    for path in files:
        state = tree.read(path) if path.endswith(_SOURCES) and not path.endswith(".d.ts") else None
        if state is not None and b"\0" not in state.content:
            text = f"\n;{{ {PLANTED} }}\n".encode()
            planted[path] = FileState(state.content + text, state.executable)
        if len(planted) == FILES:
            break
    return planted


def was_found(planted: Mapping[str, FileState], errors: Iterable[Diagnostic]) -> bool:
    """Whether tsc reported one planted error: its code, on the planted line."""
    lines = {path: state.content.count(b"\n") - 1 for path, state in planted.items()}
    return any(error.code == CODE and error.line == lines.get(error.file) for error in errors)
