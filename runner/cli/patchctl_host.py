"""``patchctl`` in a repository: parse, hand in, print, exit."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runner.cli.patchctl_arguments import host_parser
from runner.cli.patchctl_guard import guard_edit, guards_of
from runner.cli.patchctl_session import HostSession, next_task
from runner.client import printing
from runner.client.cli import fail, read_text
from runner.client.payloads import EDITS, UsageProblem, needs_text, payload_of
from runner.client.questions import QUESTIONS
from runner.client.rpc import INVALID_PARAMS, RpcError
from runner.ports import PatchgateError
from runner.worktree_gate import WorktreeGate, repository_above


def main(arguments: Sequence[str]) -> int:
    """The exit code of docs/interfaces.md."""
    as_json = "--json" in arguments
    try:
        args = host_parser().parse_args(arguments)
        if needs_text(args):
            args.text = read_text(args)
        with _open(args) as gate:
            return _run(gate, args)
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


def _open(args: argparse.Namespace) -> WorktreeGate:
    meta = {"branch": args.branch} if getattr(args, "branch", None) else {}
    return WorktreeGate(
        repository_above(Path(args.repo) if args.repo else Path.cwd()),
        typecheck=getattr(args, "typecheck", "auto"),
        engine=getattr(args, "engine", None),
        git_branch=getattr(args, "git_branch", None),
        command=f"patchctl {args.command}",
        meta=meta,
    )


def _run(gate: WorktreeGate, args: argparse.Namespace) -> int:
    command = args.command
    if command in EDITS:
        format, payload = payload_of(args)
        return _submit(gate, args, format, payload)
    if command == "guard":
        return _guard(gate, args)
    if command in QUESTIONS:
        value, text = QUESTIONS[command](HostSession(gate, getattr(args, "task_id", None)), args)
        _print(value if args.json else None, text)
    elif command == "recommend":
        given = {key: getattr(args, key) for key in ("title", "detail", "impact", "file", "line", "rule", "suggestion")}
        _print({"id": gate.recommend({key: value for key, value in given.items() if value is not None})})
    else:
        _tasks(gate, args)
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
            "edit": {"format": format, "payload": payload},
        }
    )
    _print(verdict)
    sys.stderr.write(printing.human_verdict(verdict) + "\n")
    return printing.exit_code(verdict)


def _guard(gate: WorktreeGate, args: argparse.Namespace) -> int:
    tree = gate.tree()
    if args.action == "add":
        return _submit(gate, args, "workspace-edit", guard_edit(tree, args))
    blocks, broken = guards_of(tree, args.paths)
    _print({"version": 1, "guards": blocks, "broken": broken})
    wrong = [f"{block['file']}: {block['name']} does not have its hash" for block in blocks if not block["holds"]]
    wrong += [f"{each['file']}: {each['message']}" for each in broken]
    if args.action == "verify" and wrong:
        sys.stderr.write("\n".join(wrong) + "\n")
        return printing.EXIT_REJECTED
    return printing.EXIT_OK


def _tasks(gate: WorktreeGate, args: argparse.Namespace) -> None:
    tasks = gate.mission.read_tasks()
    if args.command == "list-tasks":
        _print({"tasks": tasks} if args.json else None, printing.human_tasks(tasks))
    elif args.command == "next":
        first = next_task(tasks)
        text = printing.human_task(first) if first else "no task is open"
        _print({"task": first} if args.json else None, text)
    else:
        status = "done" if args.command == "done" else "blocked"
        uuid = args.task_id or _only([task for task in tasks if task.get("status") not in ("done", "blocked")])
        gate.set_status(uuid, status, args.why)
        _print({"status": status, "task_id": uuid, "why": args.why})


def _only(tasks: list[dict[str, Any]]) -> str:
    if len(tasks) != 1:
        raise UsageProblem(f"{len(tasks)} tasks are not done", "Name one with --task-id: patchctl list-tasks")
    return str(tasks[0]["uuid"])


def _print(value: Any, text: str = "") -> None:
    written = text if value is None else json.dumps(value, ensure_ascii=True, indent=2)
    sys.stdout.write(written + "\n")
    sys.stdout.flush()
