"""The kinds of violations about the submission, its scope, its text and its paths (PG1xx to PG4xx)."""

from __future__ import annotations

from runner.model.kind import Kind

ROWS = (
    # 1xx: the submission itself
    Kind(
        "PG101",
        "submission.malformed",
        "The submission is not the JSON that its format asks for.",
        "Compare the payload with the format's shape in docs/submissions.md and send it again.",
        '`{"format": "line-ops", "payload": [{"op": "replace_block", "file": "src/a.ts"}]}`: no start_line, no end_line.',
    ),
    Kind(
        "PG102",
        "submission.unknown-format",
        "The edit names a format that does not exist.",
        "Use one of workspace-edit, line-ops, anchor-ops, symbol-ops, search-replace, apply-patch, unified-diff, whole-file.",
        '`{"format": "patch", "payload": …}`',
    ),
    Kind(
        "PG103",
        "submission.too-many",
        "The pass has used up the submissions that its limits allow.",
        "Nothing more can land in this pass. End it with `patchctl done`.",
        "The 51st submission of a pass whose limit is 50.",
    ),
    Kind(
        "PG104",
        "submission.foreign-id",
        "The submission names a task, trace or order that is not this pass's.",
        "Leave task_id, trace_id and order_id out, or copy them from /run/patchgate/task.json.",
        'A pass for task T1 sends `"task_id": "T2"`.',
    ),
    Kind(
        "PG105",
        "submission.no-change",
        "The edit leaves every file exactly as it is.",
        "Nothing to do: the code already reads like that. Go on with the next edit.",
        "A search/replace whose replacement equals the search text.",
    ),
    # 2xx: scope
    Kind(
        "PG201",
        "scope.unknown-task",
        "The submission names a task that the order does not have.",
        "List the tasks with `patchctl list-tasks`, and name one of them.",
        '`"task_id": "A1F2"` where the order has only A1F2-XYZ.',
    ),
    Kind(
        "PG202",
        "scope.outside-allowed-paths",
        "The edit touches a file that the task does not name.",
        "Edit only the files of the task; recommend the rest with `patchctl recommend`.",
        "A task for `src/a.ts` edits `src/b.ts`.",
    ),
    Kind(
        "PG203",
        "scope.outside-allowed-spans",
        "The edit touches text outside the task's spans and symbols, or changes what that text means.",
        "Keep every edit inside the spans and symbols that `patchctl context` shows.",
        "A task for lines 80-140 replaces line 12, or ends line 140 with `/*` or `if (0)`.",
    ),
    # 3xx: the text of the edit
    Kind(
        "PG301",
        "edit.overlap",
        "Two edits of one submission overlap.",
        "Merge them into one edit. Touching is allowed, sharing characters is not.",
        "Two line operations that both replace line 7.",
    ),
    Kind(
        "PG302",
        "edit.inside-character",
        "A position lies inside a surrogate pair or between CR and LF.",
        "Move it to the start or the end of the character; count UTF-16 code units.",
        "A range that ends between the two code units of an emoji.",
    ),
    Kind(
        "PG303",
        "edit.out-of-range",
        "A line or position lies outside the file, or a range ends before it starts.",
        "Read the file again: line numbers are those of the base snapshot.",
        "`replace_block` of lines 90-95 in a file of 40 lines.",
    ),
    Kind(
        "PG304",
        "edit.not-found",
        "The text, anchor, marker or symbol does not occur in the base file.",
        "Copy the text exactly from the file as it is now, white space included.",
        "A search text that was written from memory and differs by one word.",
    ),
    Kind(
        "PG305",
        "edit.ambiguous",
        "The text, anchor or symbol occurs more than once.",
        'Add surrounding lines until it is unique, or give "occurrence".',
        "The search text `}` in a file with forty of them.",
    ),
    Kind(
        "PG306",
        "edit.stale",
        "A hash or the old text does not match the base file.",
        "The file is not what you saw. Read it again, and make a new edit.",
        "`expect_hash` of lines that another pass has changed since.",
    ),
    Kind(
        "PG307",
        "edit.no-such-file",
        "The edit names a file that the base does not have.",
        "Check the path: it is repository-relative. To make a new file, use a create operation or whole-file.",
        "An edit of `src/utls.ts` where the file is `src/utils.ts`.",
    ),
    Kind(
        "PG308",
        "edit.file-exists",
        "The edit creates a file that already exists.",
        "Edit the existing file, or choose another name.",
        "`*** Add File: src/a.ts` where `src/a.ts` exists.",
    ),
    Kind(
        "PG309",
        "edit.not-text",
        "The file is binary or not valid in its encoding; or the new text has a lone surrogate.",
        "Only text files can be edited.",
        "An edit of `logo.png`.",
    ),
    Kind(
        "PG310",
        "edit.needs-confirmation",
        "The edit carries an annotation that asks for a person's consent.",
        "In an order it has become a recommendation to a person. Elsewhere, send it without the annotation if it is intended.",
        'A WorkspaceEdit with `"needsConfirmation": true`.',
    ),
    Kind(
        "PG311",
        "edit.unsupported",
        "The operation is well-formed but cannot be done here.",
        "Use another operation or format; the message says which part.",
        "A snippet edit, or code nested so deeply that it cannot be read.",
    ),
    # 4xx: paths
    Kind(
        "PG312",
        "edit.too-hard-to-parse",
        "The parser gave up: the file is broken in a way that takes too long to parse.",
        "Send a file that parses. Very long runs of comments or blank lines inside broken code are the usual reason.",
        "An interface of call signatures that do not parse, with 50,000 lines of comments between them.",
    ),
    Kind(
        "PG313",
        "edit.too-large",
        "The file, or all files of the submission together, have more source than the gate reads.",
        "Send fewer files at a time. If a single file is too large, ask a person: the policy sets `max_file_kb` and "
        "`max_source_kb`.",
        "An edit of one line in a generated `src/data.ts` of 7 MB.",
    ),
    Kind(
        "PG401",
        "path.invalid",
        "The path lies outside the repository, or has `..`, an escape, a NUL, a backslash or another host.",
        "Use a repository-relative path with forward slashes, such as src/a.ts, or an absolute one below /repo.",
        "`../outside.ts`, `/etc/passwd`, `file://host/a.ts`",
    ),
    Kind(
        "PG402",
        "path.protected",
        "The path belongs to git, to Patchgate or to installed packages.",
        "Nothing may edit .git, .mission_control or node_modules.",
        "`.git/hooks/pre-commit`, `.GIT/config`, `node_modules/x/index.js`",
    ),
    Kind(
        "PG403",
        "path.not-a-regular-file",
        "The path is a folder, a symlink or a submodule, or leads through one.",
        "Name the regular file itself.",
        "`src/link.ts`, a symlink.",
    ),
    Kind(
        "PG404",
        "path.runs-code",
        "The file makes other tools run code (package scripts, build files, CI, hooks, dot files), steers agents, "
        "or changes its executable bit. The message says why it acts.",
        "Recommend the change to a person with `patchctl recommend`; only a contract can grant it (`manifest-keys:…`).",
        "`.github/workflows/ci.yml`, or `scripts` in `package.json`.",
    ),
    Kind(
        "PG405",
        "path.case-collision",
        "The new path differs from an existing one by letter case alone.",
        "Use the existing spelling, or a name that differs by more than case.",
        "A new `src/Shop.ts` beside `src/shop.ts`.",
    ),
)
