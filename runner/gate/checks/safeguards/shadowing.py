"""A file that is mistaken for another one, or that tsc no longer checks.

``import './money'`` and ``import './money.js'`` mean ``money.ts`` to tsc. If ``money.js`` is beside it, a runtime or a
bundler loads that file, and the types are those of code that never runs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from runner.gate.checks.safeguards.javascript import checks_javascript
from runner.gate.inspection import Inspection
from runner.model.tree import RenameFile
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.trees import is_source

# For each kind of file, the endings by which an import can name it.
_ANSWERS = {
    ".d.ts": ("", ".js", ".ts"),
    ".d.mts": (".mjs", ".mts"),
    ".d.cts": (".cjs", ".cts"),
    ".ts": ("", ".js", ".ts"),
    ".tsx": ("", ".js", ".jsx", ".tsx"),
    ".mts": (".mjs", ".mts"),
    ".cts": (".cjs", ".cts"),
    ".js": ("", ".js"),
    ".jsx": ("", ".jsx", ".js"),
    ".mjs": ("", ".mjs"),
    ".cjs": ("", ".cjs"),
    ".json": ("",),
    ".node": ("",),
}
_TYPED = (".ts", ".tsx", ".mts", ".cts")
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
_DECLARED = (".d.ts", ".d.mts", ".d.cts")


def check_shadowing(inspection: Inspection) -> list[Violation]:
    files = inspection.candidate.files
    new = [path for path, state in files.items() if state is not None and inspection.tree.kind(path) is None]
    found = [
        violation("clobber.shadowed-module", f"{path} takes the place of {other} where that is imported", file=path)
        for path in new
        if (other := _rival(inspection, path))
    ]
    converted = (*_converted(inspection, new), *_disguised(inspection, new))
    return found + [
        violation("typecheck.leaves-the-check", f"as {new_path}, the module {old} is no longer checked", file=new_path)
        for old, new_path in converted
    ]


def _rival(inspection: Inspection, path: str) -> str | None:
    """The module of the base, still present, that an import could have meant before this file was added."""
    stem, end = _split(path)
    if not end:
        return None
    for name in _namesakes(path):
        for other_end, answers in _ANSWERS.items():
            other = name + other_end
            if other == path or not (end in _TYPED or other_end in _TYPED):
                continue
            # A file takes precedence over a folder of the same name.
            here = _ANSWERS[end] if name == stem else ("",) if "" in _ANSWERS[end] else ()
            if not set(here) & set(answers) or not _stays(inspection, other):
                continue
            if end != ".json" or _is_imported_bare(inspection, stem):
                return other
    return None


def _namesakes(path: str) -> tuple[str, ...]:
    stem, _ = _split(path)
    return (stem, f"{stem}/index")


def _split(path: str) -> tuple[str, str]:
    end = next((end for end in _ANSWERS if path.endswith(end) and posixpath.basename(path) != end), "")
    return path.removesuffix(end), end


def _stays(inspection: Inspection, path: str) -> bool:
    return inspection.tree.kind(path) == "file" and inspection.candidate.files.get(path, path) is not None


def _is_imported_bare(inspection: Inspection, stem: str) -> bool:
    """Whether some source imports the module without an ending. Otherwise data beside code of the same name is common
    and harmless.
    """
    name = posixpath.basename(stem)
    name = posixpath.basename(posixpath.dirname(stem)) if name == "index" else name
    bare = re.compile(rf"""["'`](?:[^"'`\n]*/)?{re.escape(name)}["'`]""")
    return any(bare.search(text) for text in _sources(inspection))


def _sources(inspection: Inspection) -> Iterator[str]:
    files = inspection.candidate.files
    for path in {*inspection.tree.paths(), *files}:
        if is_source(path):
            yield inspection.text(files[path] if path in files else inspection.tree.read(path))


def _disguised(inspection: Inspection, new: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Modules of TypeScript that are kept under a name that is none of a source: ``a.ts.bak``, ``a.txt``."""
    renamed = _renamed(inspection)
    for path in new:
        if is_source(path):
            continue
        text = inspection.text(inspection.candidate.files[path])
        alike = [old for old, gone in inspection.deleted.items() if text and gone == text]
        old = next((each for each in (renamed.get(path, ""), *alike) if _split(each)[1] in _TYPED), None)
        if old is not None:
            yield old, path


def _renamed(inspection: Inspection) -> dict[str, str]:
    """The old path of each new one."""
    changes = inspection.candidate.change_set.changes
    return {change.new: change.old for change in changes if isinstance(change, RenameFile)}


def _converted(inspection: Inspection, new: Iterable[str]) -> Iterator[tuple[str, str]]:
    """TypeScript modules that were removed, each with the file that replaces it and is checked less strictly."""
    renamed = _renamed(inspection)
    for path in new:
        stem, end = _split(path)
        if end not in (*_DECLARED, *_SCRIPTS):
            continue
        text = inspection.text(inspection.candidate.files[path])
        alike = [old for old, gone in inspection.deleted.items() if gone == text]
        beside = [renamed[path]] if path in renamed else [*(stem + each for each in _TYPED), *alike]
        for old in beside:
            gone = inspection.tree.kind(old) == "file" and inspection.candidate.files.get(old, old) is None
            if not gone or _split(old)[1] not in _TYPED:
                continue
            if end in _DECLARED or not checks_javascript(inspection, path):
                yield old, path
                break
