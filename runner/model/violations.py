"""The catalogue of violation codes. Codes and names are an interface: add, never change or reuse one.

``docs/violations.md`` is generated from this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from runner.model.text import Range
from runner.model.verdict import Violation


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: the stable ``code`` and ``name``, what it means, and what a submitter should do (the default hint)."""

    code: str
    name: str
    meaning: str
    hint: str


_ROWS = (
    # 1xx: the submission itself
    Kind(
        "PG101",
        "submission.malformed",
        "The submission is not the JSON that its format asks for.",
        "Compare the payload with the format's shape in docs/submissions.md and send it again.",
    ),
    Kind(
        "PG102",
        "submission.unknown-format",
        "The edit names a format that does not exist.",
        "Use one of workspace-edit, line-ops, anchor-ops, symbol-ops, search-replace, apply-patch, unified-diff, whole-file.",
    ),
    Kind(
        "PG103",
        "submission.too-many",
        "The pass has used up the submissions that its limits allow.",
        "Nothing more can land in this pass. End it with `patchctl done`.",
    ),
    Kind(
        "PG104",
        "submission.foreign-id",
        "The submission names a task, trace or order that is not this pass's.",
        "Leave task_id, trace_id and order_id out, or copy them from /run/patchgate/task.json.",
    ),
    Kind(
        "PG105",
        "submission.no-change",
        "The edit leaves every file exactly as it is.",
        "Nothing to do: the code already reads like that. Go on with the next edit.",
    ),
    # 2xx: scope
    Kind(
        "PG201",
        "scope.unknown-task",
        "The submission names a task that the order does not have.",
        "List the tasks with `patchctl list-tasks` and name one of them.",
    ),
    Kind(
        "PG202",
        "scope.outside-allowed-paths",
        "The edit touches a file that the task does not name.",
        "Edit only the files of the task; recommend the rest with `patchctl recommend`.",
    ),
    Kind(
        "PG203",
        "scope.outside-allowed-spans",
        "The edit touches text outside the task's spans and symbols.",
        "Keep every edit inside the spans and symbols that `patchctl context` shows.",
    ),
    # 3xx: the text of the edit
    Kind(
        "PG301",
        "edit.overlap",
        "Two edits of one submission overlap.",
        "Merge them into one edit. Touching is allowed, sharing characters is not.",
    ),
    Kind(
        "PG302",
        "edit.inside-character",
        "A position lies inside a surrogate pair or between CR and LF.",
        "Move it to the start or the end of the character; count UTF-16 code units.",
    ),
    Kind(
        "PG303",
        "edit.out-of-range",
        "A line or position lies outside the file, or a range ends before it starts.",
        "Read the file again: line numbers are those of the base snapshot.",
    ),
    Kind(
        "PG304",
        "edit.not-found",
        "The text, anchor, marker or symbol does not occur in the base file.",
        "Copy the text exactly from the file as it is now, white space included.",
    ),
    Kind(
        "PG305",
        "edit.ambiguous",
        "The text, anchor or symbol occurs more than once.",
        'Add surrounding lines until it is unique, or give "occurrence".',
    ),
    Kind(
        "PG306",
        "edit.stale",
        "A hash or the old text does not match the base file.",
        "The file is not what you saw. Read it again and make the edit anew.",
    ),
    Kind(
        "PG307",
        "edit.no-such-file",
        "The edit names a file that the base does not have.",
        "Check the path: it is repository-relative. To make a new file, use a create operation or whole-file.",
    ),
    Kind(
        "PG308",
        "edit.file-exists",
        "A file is to be created where one is already.",
        "Edit the existing file, or choose another name.",
    ),
    Kind(
        "PG309",
        "edit.not-text",
        "The file is binary or not valid in its encoding; or the new text has a lone surrogate.",
        "Only text files can be edited.",
    ),
    Kind(
        "PG310",
        "edit.needs-confirmation",
        "The edit carries an annotation that asks for a person's consent.",
        "Send it as a recommendation, or without the annotation.",
    ),
    Kind(
        "PG311",
        "edit.unsupported",
        "The operation is well-formed but cannot be done here.",
        "Use another operation or format; the message says which part.",
    ),
    # 4xx: paths
    Kind(
        "PG401",
        "path.invalid",
        "The path is absolute, has `..`, an escape, a NUL, a backslash or another host.",
        "Use a repository-relative path with forward slashes, such as src/a.ts.",
    ),
    Kind(
        "PG402",
        "path.protected",
        "The path belongs to git, to Patchgate or to installed packages.",
        "Nothing may edit .git, .mission_control or node_modules.",
    ),
    Kind(
        "PG403",
        "path.not-a-regular-file",
        "The path is a folder, a symlink or a submodule, or leads through one.",
        "Name the regular file itself.",
    ),
    Kind(
        "PG404",
        "path.runs-code",
        "The file makes other tools run code (package scripts, editor tasks, hooks).",
        "Recommend the change to a person with `patchctl recommend`.",
    ),
    Kind(
        "PG405",
        "path.case-collision",
        "The new path differs from an existing one by letter case alone.",
        "Use the existing spelling, or a name that differs by more than case.",
    ),
    # 5xx: the role's contract, and clobbering
    Kind(
        "PG501",
        "contract.not-comments-only",
        "The role may change comments only, and the code's tokens changed.",
        "Leave every token outside comments as it is.",
    ),
    Kind(
        "PG502",
        "contract.path-not-allowed",
        "The role may not touch this path.",
        "Work only under the paths of your role's contract.",
    ),
    Kind(
        "PG503",
        "contract.not-formatting-only",
        "The role may change formatting only, and the tokens changed.",
        "Change white space, quotes, semicolons and trailing commas only.",
    ),
    Kind(
        "PG504",
        "contract.not-imports-only",
        "The role may change imports only, and other code changed.",
        "Change import statements only.",
    ),
    Kind(
        "PG505",
        "contract.not-a-new-file",
        "The role may only add files, and the edit changes or removes one.",
        "Put the code in a new file.",
    ),
    Kind(
        "PG510",
        "clobber.syntax-error",
        "The file has a syntax error that it did not have.",
        "Send code that parses; check braces and quotes at the edges of the edit.",
    ),
    Kind(
        "PG511",
        "clobber.declaration-lost",
        "A declaration that was there is gone or emptied, and the edit was not about it.",
        "Keep every declaration that the task does not name. Edit only the lines that must change.",
    ),
    Kind(
        "PG512",
        "clobber.stub",
        "A body was replaced by a stub or by a remark such as '... rest as before'.",
        "Write the whole body out, or leave it untouched.",
    ),
    Kind(
        "PG513",
        "clobber.too-much-changed",
        "A larger share of the file changed than the policy allows.",
        "Split the change, or touch only the lines that must change.",
    ),
    Kind(
        "PG514",
        "clobber.weakened-check",
        "The edit switches a check off instead of passing it.",
        "Fix the cause. Suppressions need a person's consent: use `patchctl recommend`.",
    ),
    Kind(
        "PG515",
        "clobber.duplicate-declaration",
        "The edit adds a declaration that the same scope already has.",
        "Replace the existing declaration instead of adding a second one.",
    ),
    # 6xx: tsc
    Kind(
        "PG601",
        "typecheck.new-error",
        "tsc reports an error that the base did not have.",
        "Read the diagnostic, correct the edit, and submit it again.",
    ),
    Kind(
        "PG602",
        "typecheck.limit",
        "tsc ran out of its time or memory on the edited tree.",
        "The edit makes types too expensive to check; simplify them.",
    ),
    Kind(
        "PG603",
        "typecheck.nothing-to-check",
        "A TypeScript project of the edited tree has no root files.",
        "Keep at least one source file in every tsconfig project.",
    ),
    # 7xx: the base
    Kind(
        "PG701",
        "conflict.base-moved",
        "The file changed since the submission's base, at the same place.",
        "Read the file again and make the edit on the current snapshot.",
    ),
    Kind(
        "PG702",
        "conflict.unknown-base",
        "The submission's base is not a snapshot of this trace.",
        "Leave base out to mean the current snapshot.",
    ),
    # 9xx: the machine
    Kind(
        "PG901",
        "infrastructure.failed",
        "The check could not be made; nothing was changed.",
        "This is not the edit's fault. A person should run `patchgate doctor`.",
    ),
)

CATALOGUE: dict[str, Kind] = {row.name: row for row in _ROWS}


def violation(
    name: str, message: str, *, file: str | None = None, range: Range | None = None, hint: str | None = None
) -> Violation:
    """A violation of the kind called ``name``. ``hint`` replaces the kind's own where the place allows a better one."""
    kind = CATALOGUE[name]
    return Violation(kind.code, kind.name, message, hint or kind.hint, file, range)
