"""What the edits of a role may do."""

from __future__ import annotations

from runner.gate.inspection import Changed, Inspection
from runner.model.contract import Contract
from runner.model.globs import matches_any
from runner.model.tree import CreateFile, FileChange, RenameFile
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.directives import directive_texts, directives
from runner.syntax.equivalence import is_reformatted
from runner.syntax.imports import only_imports_differ
from runner.syntax.tokens import tokens
from runner.syntax.trees import is_source


def check_contract(inspection: Inspection) -> list[Violation]:
    contract = inspection.contract
    changes = inspection.candidate.change_set.changes
    found: list[Violation] = []
    # manifest-keys allows the manifest in addition to the paths; its own check does the rest.
    if contract.paths and not contract.manifest_keys:
        found += [
            violation("contract.path-not-allowed", f"the role works under {', '.join(contract.paths)} only", file=path)
            for path in inspection.candidate.change_set.paths()
            if not matches_any(contract.paths, path)
        ]
    if contract.new_files_only:
        found += [
            violation("contract.not-a-new-file", f"{_path(change)} exists already", file=_path(change))
            for change in changes
            if not isinstance(change, CreateFile)
        ]
    if name := _first(contract):
        found += _only_code(inspection, name)
        for file in inspection.code_files:
            if not file.is_new and file.path == file.old_path:
                found += _tokens(file, contract)
    return found


def _path(change: FileChange) -> str:
    return change.old if isinstance(change, RenameFile) else change.path


def _first(contract: Contract) -> str | None:
    """The violation to report when tokens cannot prove the edit harmless."""
    if contract.comments_only:
        return "contract.not-comments-only"
    if contract.formatting_only:
        return "contract.not-formatting-only"
    return "contract.not-imports-only" if contract.imports_only else None


def _only_code(inspection: Inspection, name: str) -> list[Violation]:
    """A token contract can be proved for existing source files only, not for files that are added or removed."""
    gone = [path for path, state in inspection.candidate.files.items() if state is None or not is_source(path)]
    new = [file.path for file in inspection.code_files if file.is_new or file.old_path != file.path]
    return [
        violation(name, f"{path} is not an edit of an existing source file", file=path)
        for path in dict.fromkeys(gone + new)
    ]


def _tokens(file: Changed, contract: Contract) -> list[Violation]:
    """Every term of the contract must hold. Each term also keeps directives, which a role that edits only words may not
    touch.
    """
    found: list[Violation] = []
    path = file.path
    if contract.comments_only:
        if (line := _first_change(file)) is not None:
            message = f"code outside comments changed in {path}, first at line {line}"
            found.append(violation("contract.not-comments-only", message, file=path))
        elif directives(file.before, path) != directives(file.after, path):
            found.append(_directive(file))
    if contract.formatting_only:
        if not is_reformatted(file.before, file.after, path):
            message = f"more than formatting changed in {path}"
            found.append(violation("contract.not-formatting-only", message, file=path))
        elif directive_texts(file.before, path) != directive_texts(file.after, path):
            found.append(_directive(file))
    if contract.imports_only:
        if not only_imports_differ(file.before, file.after, path):
            found.append(violation("contract.not-imports-only", f"more than imports changed in {path}", file=path))
        elif directive_texts(file.before, path) != directive_texts(file.after, path):
            found.append(_directive(file))
    return found


def _first_change(file: Changed) -> int | None:
    """The 1-based line of the new text where the tokens first differ; None if they are all the same."""
    before, after = tokens(file.before, file.path), tokens(file.after, file.path)
    if before == after:
        return None
    same = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    end = after[same].start if same < len(after) else len(file.after)
    return file.after.count("\n", 0, end) + 1


def _directive(file: Changed) -> Violation:
    before, after = directive_texts(file.before, file.path), directive_texts(file.after, file.path)
    lost = next((text for text in before if before.count(text) > after.count(text)), None)
    new = next((text for text in after if after.count(text) > before.count(text)), None)
    what = f"lost {lost!r}" if lost else f"gained {new!r}" if new else "moved a comment that a tool obeys"
    return violation("contract.directive-changed", f"{file.path} {what}", file=file.path)
