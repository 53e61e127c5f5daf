"""``patchctl`` in a repository: parse, submit, print, exit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.app.nearest import repository_above
from runner.app.tasks import is_interrupted
from runner.cli.patchctl_arguments import host_parser
from runner.cli.patchctl_reads import answer, is_read, say
from runner.client import printing
from runner.client.cli import fail, read_text
from runner.client.payloads import EDITS, UsageProblem, here, needs_text, payload_of
from runner.client.questions import QUESTIONS
from runner.client.rpc import INVALID_PARAMS, RpcError
from runner.errors import PatchgateError
from runner.model.order import TypeScriptChoice
from runner.model.text import LineSpan
from runner.model.typescript import checked_choice

if TYPE_CHECKING:
    from runner.app.worktree_gate import WorktreeGate  # loading it takes longer than `--help` runs


def main(arguments: Sequence[str]) -> int:
    """The exit code of docs/interfaces.md."""
    as_json = "--json" in arguments
    try:
        args = host_parser().parse_args(arguments)
        if needs_text(args):
            args.text = read_text(args)
        folder = repository_above(Path(args.repo) if args.repo else Path.cwd())
        if is_read(args) and not is_interrupted(folder):
            return answer(folder, args)
        with _open(folder, args) as gate:
            return answer(folder, args) if is_read(args) else _run(gate, args)
    except UsageProblem as problem:
        return fail(str(problem), problem.hint, printing.EXIT_USAGE, as_json)
    except RpcError as problem:
        usage = problem.code == INVALID_PARAMS
        return fail(problem.message, "", printing.EXIT_USAGE if usage else printing.EXIT_INFRASTRUCTURE, as_json)
    except PatchgateError as error:
        return fail(error.message, error.hint, error.exit_code, as_json)
    except KeyboardInterrupt:
        return fail("interrupted; nothing is half-done", "", 130, as_json)
    except OSError as error:
        what = f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        return fail(what, "", printing.EXIT_INFRASTRUCTURE, as_json)


def _open(folder: Path, args: argparse.Namespace) -> WorktreeGate:
    """Also settles what a crash left half-done."""
    from runner.app.worktree_gate import WorktreeGate

    meta = {"branch": args.branch} if getattr(args, "branch", None) else {}
    return WorktreeGate(
        folder,
        typecheck=getattr(args, "typecheck", "auto"),
        engine=getattr(args, "engine", None),
        git_branch=getattr(args, "git_branch", None),
        command=f"patchctl {args.command}",
        meta=meta,
        typescript=_choice(args),
    )


def _choice(args: argparse.Namespace) -> TypeScriptChoice:
    """Raises ``UsageError``."""
    projects, exclude = getattr(args, "project", ()), getattr(args, "exclude_project", ())
    return checked_choice(projects, exclude, getattr(args, "typescript", None))


def _run(gate: WorktreeGate, args: argparse.Namespace) -> int:
    command = args.command
    if command in EDITS:
        format, payload = payload_of(args)
        return _submit(gate, args, format, payload)
    if command == "guard":
        from runner.app.guarded_blocks import guard_edit

        edit = guard_edit(gate.tree(), LineSpan(args.file, args.start, args.end), args.name, gate.roots)
        return _submit(gate, args, "workspace-edit", edit)
    if command in QUESTIONS:
        from runner.cli.patchctl_session import HostSession

        value, text = QUESTIONS[command](HostSession(gate, getattr(args, "task_id", None)), args)
        say(value if args.json else None, text)
    elif command == "recommend":
        given = {key: getattr(args, key) for key in ("title", "detail", "impact", "file", "line", "rule", "suggestion")}
        if given["file"] is not None:
            given["file"] = gate.plain(given["file"])
        say({"id": gate.recommend({key: value for key, value in given.items() if value is not None})})
    else:
        _close_task(gate, args)
    return printing.EXIT_OK


def _submit(gate: WorktreeGate, args: argparse.Namespace, format: str, payload: Any) -> int:
    verdict = gate.submit(
        {
            "version": 1,
            "specialist": getattr(args, "requester", None) or "patchctl",
            "task_id": getattr(args, "task_id", None),
            "order_id": getattr(args, "order_id", None),
            "dry_run": args.dry_run,
            "reason": args.reason,
            "removes": [here(each) for each in args.removes],
            "edit": {"format": format, "payload": payload},
        }
    )
    say(verdict)
    sys.stderr.write(printing.human_verdict(verdict) + "\n")
    return printing.exit_code(verdict)


def _close_task(gate: WorktreeGate, args: argparse.Namespace) -> None:
    status = "done" if args.command == "done" else "blocked"
    open_tasks = [task for task in gate.mission.read_tasks() if task.get("status") not in ("done", "blocked")]
    uuid = args.task_id or _only(open_tasks)
    gate.set_status(uuid, status, args.why)
    say({"status": status, "task_id": uuid, "why": args.why})


def _only(tasks: list[dict[str, Any]]) -> str:
    if len(tasks) != 1:
        raise UsageProblem(f"{len(tasks)} tasks are not done", "Name one with --task-id: patchctl list-tasks")
    return str(tasks[0]["uuid"])
