"""What edits of the role may do at all."""

from __future__ import annotations

import re

from runner.edits.tokens import tokens
from runner.gate.inspection import CODE, CodeFile, Inspection
from runner.model.globs import matches_any
from runner.model.tree import CreateFile
from runner.model.verdict import Violation
from runner.model.violations import violation

# What a formatter owns beside white space: quotes, semicolons, trailing commas and redundant parentheses.
_FORMATTERS = frozenset({";", ",", "(", ")", '"', "'", "`"})


def check_contract(inspection: Inspection) -> list[Violation]:
    contract = inspection.contract
    found: list[Violation] = []
    if contract.paths:
        found += [
            violation("contract.path-not-allowed", f"the role works under {', '.join(contract.paths)} only", file=path)
            for path in inspection.candidate.change_set.paths()
            if not matches_any(contract.paths, path)
        ]
    if contract.new_files_only:
        found += [
            violation("contract.not-a-new-file", f"{path} exists already", file=path)
            for change in inspection.candidate.change_set.changes
            if not isinstance(change, CreateFile)
            for path in (getattr(change, "path", None) or getattr(change, "old", ""),)
        ]
    if contract.comments_only or contract.formatting_only or contract.imports_only:
        found += _only_code(inspection)
        for file in inspection.code_files:
            found += _tokens(file, inspection)
    return found


def _only_code(inspection: Inspection) -> list[Violation]:
    """A contract on tokens can be proved for source files only, and never for files that come or go."""
    name = "contract.not-comments-only" if inspection.contract.comments_only else "contract.not-formatting-only"
    gone = [path for path, state in inspection.candidate.files.items() if state is None or not path.endswith(CODE)]
    new = [file.path for file in inspection.code_files if file.is_new or file.old_path != file.path]
    return [
        violation(name, f"{path} is not an edit of an existing source file", file=path)
        for path in dict.fromkeys(gone + new)
    ]


def _tokens(file: CodeFile, inspection: Inspection) -> list[Violation]:
    contract = inspection.contract
    if contract.comments_only and tokens(file.before, file.path) != tokens(file.after, file.path):
        return [
            violation("contract.not-comments-only", f"code outside comments changed in {file.path}", file=file.path)
        ]
    if contract.formatting_only and _formatted(file.before, file.path) != _formatted(file.after, file.path):
        return [
            violation("contract.not-formatting-only", f"more than formatting changed in {file.path}", file=file.path)
        ]
    if contract.imports_only and _without_imports(file.before) != _without_imports(file.after):
        return [violation("contract.not-imports-only", f"more than imports changed in {file.path}", file=file.path)]
    return []


def _formatted(text: str, path: str) -> list[str]:
    return [_unquoted(token.text) for token in tokens(text, path) if token.text and token.text not in _FORMATTERS]


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


_IMPORT = re.compile(
    r"^import\b(?!\s*\()[^;'\"]*?(['\"])[^'\"\n]*\1(\s*with\s*\{[^}]*\})?\s*;?[ \t]*\r?\n?", re.MULTILINE
)


def _without_imports(text: str) -> str:
    return re.sub(r"\s+", " ", _IMPORT.sub("", text)).strip()
