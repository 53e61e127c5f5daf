"""Does tsc reach the types at all?

tsc reports errors of the configuration and of syntax first, and where there is one it stops before it looks at types. On
a base with such an error every later edit would look free of type errors. So where a base has an error that could be of
that sort, a type error is planted and tsc has to find it.
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
    """Whether one of these errors may be what tsc stops at: syntax (TS1xxx), or an error of the project itself."""
    return any(_early(error) for error in errors)


def new_early(base: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Early errors that a project did not have before, though another one may have had them: with an import of a broken
    file, a project would take over that file's old syntax error, and tsc would no longer look at the project's types."""
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
    """A few of a project's files with a type error appended, in a block of its own so that nothing else changes."""
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
    """Whether tsc told of one planted error: its code, on the planted line."""
    lines = {path: state.content.count(b"\n") - 1 for path, state in planted.items()}
    return any(error.code == CODE and error.line == lines.get(error.file) for error in errors)
