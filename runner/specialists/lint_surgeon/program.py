"""Lint & Syntax Surgeon: imports and fix-all through the language server, then the project's own ESLint and Prettier.

It makes one submission per file. If the gate refuses it, the steps are submitted one after the other, so that one bad
step does not lose the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runner.model.contract import Contract
from runner.model.order import Limits
from runner.specialists.kit.base import Role, Session
from runner.specialists.kit.changes import APPLIED, Spent, allowed_lines, most_files, submit_edits, why_not
from runner.specialists.kit.language import is_source, source_action
from runner.specialists.kit.text import Edit, Positions, apply, line_end, overlap, text_edits, with_line_end
from runner.specialists.lint_surgeon.project_tools import Tooled, ToolsFailed, configured, run_tools

ROLE = Role(
    name="lint-surgeon",
    title="Lint & Syntax Surgeon",
    summary="Organises imports and applies the language server's fixes, then the project's own ESLint and Prettier.",
    # Formatting is its job, together with the fixes.
    contract=Contract(allow=("clobber.reformatting-noise",)),
    limits=Limits(wall_s=600.0, memory_mb=1536, submissions=200),
)
_ACTIONS = (("imports", "source.organizeImports"), ("fixes", "source.fixAll"))
_DID = {
    "imports": "organise imports",
    "fixes": "apply the language server's fixes",
    "eslint": "fix what ESLint can fix",
    "prettier": "format with Prettier",
}
_PROBLEMS_A_FILE = 5
_INDENTED = re.compile(r"^( +|\t)[^\s*]", re.MULTILINE)
_LAST_COMMA = re.compile(r",[\r\n]+\}")
_LAST_NAME = re.compile(r"(?<=[\w$])\n\}")
_WRAPPED = re.compile(r"^ {4}(?=\S)", re.MULTILINE)


def run(session: Session) -> None:
    files = sorted(path for path in session.files() if is_source(path))
    left = most_files(session, len(files))
    tools = configured(session.repo)
    session.log(f"{ROLE.name}: {len(files)} files; the project has {', '.join(tools) or 'neither ESLint nor Prettier'}")
    surgeon = _Surgeon(session, tools)
    served = {path: surgeon.by_server(path) for path in files}
    tooled = surgeon.by_tools({path: text for path, (text, _) in served.items()})
    try:
        for path in files:
            if left <= 0:
                break
            left -= surgeon.mend(path, *served[path], tooled.get(path, Tooled(())))
    except Spent as spent:
        session.log(f"{ROLE.name}: stopping: {spent}")
    session.done(f"{surgeon.landed} of {len(files)} files changed; {surgeon.refused} steps refused")


class _Surgeon:
    """One pass. Counts what landed and which steps were refused."""

    def __init__(self, session: Session, tools: tuple[str, ...]) -> None:
        self._session = session
        self._tools = tools
        self.landed = 0
        self.refused = 0

    def by_server(self, path: str) -> tuple[str, tuple[str, ...]]:
        """The text after the language server's actions, and which of them changed something."""
        text = self._session.read(path)
        chosen: list[Edit] = []
        did = []
        for name, kind in _ACTIONS:
            edits = _in_style(text, source_action(self._session, path, text, kind))
            # Both refer to the same text. If they overlap, the first one wins and the other waits for the next pass.
            if edits and not any(overlap(edit, chosen) for edit in edits):
                chosen += edits
                did.append(name)
        after = _tidied(text, apply(text, chosen))
        return after, tuple(did) if after != text else ()

    def by_tools(self, texts: dict[str, str]) -> dict[str, Tooled]:
        try:
            tooled, broken = run_tools(self._session.repo, self._tools, texts)
        except ToolsFailed as failed:
            tooled, broken = {}, (str(failed),)
        for why in broken:
            self._session.log(f"{ROLE.name}: {why}")
            self._session.recommend("A configured formatter or linter does not run", why, 2, rule="tool-does-not-run")
        return tooled

    def mend(self, path: str, served: str, did: tuple[str, ...], tooled: Tooled) -> bool:
        """Submit everything as one, or step by step if that is refused; whether there was anything to do."""
        text, after, steps = self._session.read(path), served, list(did)
        for tool, result in tooled.steps:
            steps += [tool] if result != after else []
            after = result
        self._report(path, tooled)
        edits = self._in_scope(path, text, text_edits(text, after))
        if not edits:
            self._session.log(f"{ROLE.name}: {path}: nothing to do")
            return False
        verdict = submit_edits(self._session, path, text, edits, _reason(path, steps))
        self._session.log(f"{ROLE.name}: {path}: {', '.join(steps)} → {_told(verdict)}")
        if verdict["status"] in APPLIED:
            self.landed += 1
        elif len(steps) > 1:
            self._step_by_step(path, steps)
        else:
            self._give_up(path, steps[0], why_not(verdict))
        return True

    def _step_by_step(self, path: str, steps: list[str]) -> None:
        landed = False
        for step in steps:
            text = self._session.read(path)
            after = self._redo(path, step, text)
            edits = self._in_scope(path, text, text_edits(text, after))
            if not edits:
                continue
            verdict = submit_edits(self._session, path, text, edits, _reason(path, [step]))
            self._session.log(f"{ROLE.name}: {path}: only {step} → {_told(verdict)}")
            if verdict["status"] in APPLIED:
                landed = True
            else:
                self._give_up(path, step, why_not(verdict))
        self.landed += landed

    def _in_scope(self, path: str, text: str, edits: list[Edit]) -> list[Edit]:
        inside, places = allowed_lines(self._session, path), Positions(text)
        return [
            edit
            for edit in edits
            if inside(places.line(edit.start) + 1, places.line(max(edit.start, edit.end - 1)) + 1)
        ]

    def _redo(self, path: str, step: str, text: str) -> str:
        """One step computed again on the current file, since the steps before it may not have landed."""
        if step in self._tools:
            try:
                tooled, _ = run_tools(self._session.repo, (step,), {path: text})
            except ToolsFailed:
                return text
            return tooled[path].steps[-1][1] if tooled[path].steps else text
        edits = source_action(self._session, path, text, dict(_ACTIONS)[step])
        return _tidied(text, apply(text, _in_style(text, edits)))

    def _give_up(self, path: str, step: str, why: str) -> None:
        self.refused += 1
        title = f"{_DID[step][0].upper()}{_DID[step][1:]} in {path}"
        self._session.recommend(title, f"The gate refused this step: {why}", 1, file=path, rule=f"refused-{step}")

    def _report(self, path: str, tooled: Tooled) -> None:
        """What a tool could not fix goes to a person, the most serious first."""
        for error in tooled.errors:
            self._session.log(f"{ROLE.name}: {path}: {error}")
        for problem in sorted(tooled.problems, key=lambda one: (-one.severity, one.line))[:_PROBLEMS_A_FILE]:
            self._session.recommend(
                f"ESLint: {problem.rule or 'problem'}",
                problem.message,
                problem.severity,
                file=path,
                line=problem.line,
                rule=problem.rule,
            )


def _in_style(text: str, edits: list[Edit]) -> list[Edit]:
    """With the file's own indentation, trailing commas and line ends, which the server does not keep.

    The server indents wrapped lines by four spaces and drops the comma after the last name.
    """
    found = _INDENTED.search(text)
    unit, end = found.group(1) if found else "    ", line_end(text)

    def styled(edit: Edit) -> Edit:
        new = with_line_end(edit.new, "\n")
        if _LAST_COMMA.search(text, edit.start, edit.end):
            new = _LAST_NAME.sub(",\n}", new)
        return Edit(edit.start, edit.end, with_line_end(_WRAPPED.sub(unit, new), end))

    return [edit for edit in map(styled, edits) if text[edit.start : edit.end] != edit.new]


def _tidied(before: str, after: str) -> str:
    """Without the empty lines that are left at the top when all imports above them are gone."""
    return after if before[:1] in "\r\n" else after.lstrip("\r\n")


def _reason(path: str, steps: list[str]) -> str:
    said = [_DID[step] for step in steps]
    listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    return f"{listed[0].upper()}{listed[1:]} in {path}"


def _told(verdict: Mapping[str, Any]) -> str:
    return str(verdict["status"]) if verdict["status"] in APPLIED else f"{verdict['status']}: {why_not(verdict)}"
