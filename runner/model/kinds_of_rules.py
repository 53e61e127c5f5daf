"""The kinds of violations that speak of contracts, clobbering, guards, tsc, the base and the machine (PG5xx to PG9xx)."""

from __future__ import annotations

from runner.model.kind import Kind

ROWS = (
    # 5xx: the role's contract, clobbering and guards
    Kind(
        "PG501",
        "contract.not-comments-only",
        "The role may change comments only, and the code's tokens changed.",
        "Leave every token outside comments as it is.",
        "A role for doc comments turns `total + 1` into `total`.",
    ),
    Kind(
        "PG502",
        "contract.path-not-allowed",
        "The role may not touch this path.",
        "Work only under the paths of your role's contract.",
        "A role for `tests/**` edits `src/a.ts`.",
    ),
    Kind(
        "PG503",
        "contract.not-formatting-only",
        "The role may change formatting only, and the tokens changed.",
        "Change white space, quotes, semicolons and trailing commas only.",
        "A formatter turns `==` into `===`.",
    ),
    Kind(
        "PG504",
        "contract.not-imports-only",
        "The role may change imports only, and other code changed.",
        "Change import statements only.",
        "A role for imports also renames a variable.",
    ),
    Kind(
        "PG505",
        "contract.not-a-new-file",
        "The role may only add files, and the edit changes or removes one.",
        "Put the code in a new file.",
        "A role that writes new tests edits an existing one.",
    ),
    Kind(
        "PG506",
        "contract.not-manifest-keys",
        "The role may change certain keys of package.json only, and something else changed.",
        "Change only the keys that the message names; leave every other key and value as it is.",
        "A role for `scripts.test` adds `scripts.postinstall`.",
    ),
    Kind(
        "PG507",
        "contract.directive-changed",
        "The role may not touch comments that a tool obeys, and one was added, removed, changed or moved.",
        "Leave comments such as @ts-ignore, eslint-disable, /// <reference, #__PURE__ and guard markers where they are.",
        "A role for doc comments removes `// eslint-disable-next-line no-console`.",
    ),
    Kind(
        "PG510",
        "clobber.syntax-error",
        "The file has a syntax error that it did not have.",
        "Send code that parses; check braces and quotes at the edges of the edit.",
        "A replacement that leaves out the closing brace.",
    ),
    Kind(
        "PG511",
        "clobber.declaration-lost",
        "A declaration that was there is gone or emptied, and the edit was not about it.",
        "Keep every declaration that the task does not name. To remove one on purpose, send symbol-ops with `delete`.",
        "`replace` of `Shop` with a class that lacks the method `total`.",
    ),
    Kind(
        "PG512",
        "clobber.stub",
        "A body was replaced by a stub or by a remark such as '... rest as before'.",
        "Write the whole body out, or leave it untouched.",
        "`// ... rest of the function as before`, or a body that is `{}` now.",
    ),
    Kind(
        "PG513",
        "clobber.too-much-changed",
        "A larger share of the file changed than the policy allows.",
        "Split the change, or touch only the lines that must change.",
        "200 of 300 lines are gone and `max_changed_ratio` is 0.3.",
    ),
    Kind(
        "PG514",
        "clobber.weakened-check",
        "The edit switches a check off instead of passing it.",
        "Fix the cause. Suppressions need a person's consent: use `patchctl recommend`.",
        '`// @ts-ignore`, `as any`, `it.skip(…)`, `"strict": false`',
    ),
    Kind(
        "PG515",
        "clobber.duplicate-declaration",
        "The edit adds a declaration that the same scope already has.",
        "Replace the existing declaration (symbol-ops with `replace`) instead of adding a second one.",
        "A second `function total() {…}` beside the first.",
    ),
    Kind(
        "PG516",
        "clobber.whole-file-rewrite",
        "Nearly every line of the file is gone: this is another file under the old name.",
        "Edit the lines that must change. If the file is really to be replaced, recommend it to a person.",
        "`whole-file` with the summary of a file instead of the file.",
    ),
    Kind(
        "PG517",
        "clobber.reformatting-noise",
        "Beside a small change, many other lines changed in white space or line ends only.",
        "Send the lines that must change as they are indented now; leave the others, and their line ends, alone.",
        "One changed line in a file whose CRLF became LF, or whose indent became four spaces.",
    ),
    Kind(
        "PG518",
        "clobber.mixed-line-ends",
        "The file's line ends were all alike, and the edit mixes them.",
        "Write the new lines with the line ends of the file (CRLF or LF).",
        r'A workspace-edit whose new text is "a;\nb;\n", in a file of CRLF lines.',
    ),
    Kind(
        "PG519",
        "clobber.misindented",
        "A new line does not stand where the lines beside it stand: the text was written for another depth.",
        "Indent new lines as their neighbours are (the message names one), or ask for it: `reindent`: true, patchctl --reindent.",
        "A method of a class whose lines stand at four spaces, sent without any indentation.",
    ),
    Kind(
        "PG520",
        "guard.logic-overwrite",
        "Logic overwrite violation: a guarded block, or one of its markers, was changed, removed or put out of use.",
        "Leave the text from START to END as it is, and in the code where it stands. Only a task whose allowed_guards names "
        "the guard may change it.",
        "An edit between `/* @hash:b8a32a6 START:pricing */` and `/* @hash:b8a32a6 END:pricing */`, or an `if (false)` around "
        "the whole block.",
    ),
    Kind(
        "PG521",
        "guard.wrong-hash",
        "A guard's markers do not fit each other or the text between them.",
        "Write the hash that the message gives into both markers.",
        "The block was changed, as the task allows, and its markers still carry the old hash.",
    ),
    Kind(
        "PG522",
        "clobber.import-lost",
        "The file still uses a name that it no longer imports.",
        "Keep the import statement (the hint shows it), or take away the uses as well.",
        "`whole-file` without the file's first lines, of which `parse(body)` still needs `import { parse }`.",
    ),
    Kind(
        "PG523",
        "clobber.joined-lines",
        "What was a line of its own now stands behind other text: a line break was lost.",
        "End the replacement with a line break where the text that it replaces ends with one.",
        "Inserting `a: 1,` without a line break, so that the file reads `a: 1,    b: 2,`.",
    ),
    Kind(
        "PG524",
        "clobber.misplaced",
        "The edit went in a line, or half a line, beside its place.",
        "Read the lines around the place that the message names, and send the edit for what stands there.",
        "Code that was inserted in the middle of a doc comment, or half a word that is left of a line.",
    ),
    # 6xx: tsc
    Kind(
        "PG601",
        "typecheck.new-error",
        "tsc reports an error that the base did not have.",
        "Read the diagnostic, correct the edit, and submit it again.",
        "TS2322: Type 'string' is not assignable to type 'number'.",
    ),
    Kind(
        "PG602",
        "typecheck.limit",
        "tsc ran out of its time or memory on the edited tree.",
        "The edit makes types too expensive to check; simplify them.",
        "A recursive conditional type without an end.",
    ),
    Kind(
        "PG603",
        "typecheck.nothing-to-check",
        "A TypeScript project of the edited tree has no root files.",
        "Keep at least one source file in every tsconfig project.",
        "The only file of a project is deleted.",
    ),
    Kind(
        "PG604",
        "typecheck.unchecked-file",
        "A new source file belongs to no TypeScript project, so that nothing has checked it.",
        "Put the file where a tsconfig includes it (its include or files say where).",
        "A new scripts/tool.ts beside a tsconfig that includes src only.",
    ),
    # 7xx: the base
    Kind(
        "PG701",
        "conflict.base-moved",
        "The file changed since the submission's base, at the same place.",
        "Read the file again and make the edit on the current snapshot.",
        "Both passes changed line 12 of `src/a.ts`.",
    ),
    Kind(
        "PG702",
        "conflict.unknown-base",
        "The submission's base is not a snapshot of this trace.",
        "Leave base out to mean the current snapshot.",
        '`"base"` is a commit of another branch.',
    ),
    # 9xx: the machine
    Kind(
        "PG901",
        "infrastructure.failed",
        "The check could not be made; nothing was changed.",
        "This is not the edit's fault. A person should run `patchgate doctor`.",
        "The disk is full, or the engine has stopped.",
    ),
)
