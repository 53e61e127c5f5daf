"""Which projects an edit reaches, told from the names of the files that it touches."""

from __future__ import annotations

from collections.abc import Mapping

from runner.model.tree import Candidate

# What a compiler opens or looks for: a new one of these can change how an import in any file is resolved.
_CODE = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_JSON = ".json"


def reached(files_of: Mapping[str, frozenset[str]], candidate: Candidate) -> tuple[str, ...]:
    """The projects to judge, sorted. ``files_of`` are the files of each healthy project at the candidate's base.

    Those that have an edited file; all of them if a file that a compiler could see appears or goes, or if the edit
    touches JSON that no project has as a file: it may be a tsconfig, a base of one or a ``package.json``. A file that
    no compiler opens (documentation, style sheets) reaches none.
    """
    touched = {*candidate.files, *candidate.before}
    if any(_may_change_what_is_found(path, files_of, candidate) for path in touched):
        return tuple(sorted(files_of))
    return tuple(sorted(project for project, files in files_of.items() if not files.isdisjoint(touched)))


def _may_change_what_is_found(path: str, files_of: Mapping[str, frozenset[str]], candidate: Candidate) -> bool:
    if not path.endswith((*_CODE, _JSON)):
        return False
    if (candidate.before.get(path) is None) != (candidate.files.get(path) is None):
        return True
    # A project may also import its package.json as a value: that says nothing about how it is read as a manifest.
    name = path.rsplit("/", 1)[-1]
    settles = name == "package.json" or name.startswith(("tsconfig", "jsconfig"))
    return path.endswith(_JSON) and (settles or not any(path in files for files in files_of.values()))
