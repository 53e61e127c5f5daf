"""``patchctl`` in a repository: parse, hand in, print, exit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.cli.patchctl_arguments import host_parser
from runner.cli.patchctl_reads import answer, is_read, say
from runner.client import printing
from runner.client.cli import read_text
from runner.client.payloads import EDITS, UsageProblem, needs_text, payload_of
from runner.client.questions import QUESTIONS
from runner.client.rpc import INVALID_PARAMS, RpcClient, RpcError
from runner.client.session import Session
from runner.ledger.mission_control import MissionControl
from runner.model.verdict import Refused
from runner.ports import BridgeError, PatchgateError
from runner.repository_folder import repository_above

if TYPE_CHECKING:
    from runner.worktree_gate import WorktreeGate  # what it loads takes longer than `--help` does


def main(arguments: Sequence[str]) -> int:
    """The exit code of docs/interfaces.md."""
    args = host_parser().parse_args(arguments)
    try:
        if needs_text(args):
            args.text = read_text(args)
        folder = repository_above(Path(args.repo) if args.repo else Path.cwd())
        if is_read(args) and not MissionControl.to_read(folder).is_interrupted:
            return answer(folder, args)
        with _open(folder, args) as gate:
            return answer(folder, args) if is_read(args) else _run(gate, args)
    except UsageProblem as problem:
        return _fail(str(problem), "", printing.EXIT_USAGE)
    except RpcError as problem:
        usage = problem.code == INVALID_PARAMS
        return _fail(problem.message, "", printing.EXIT_USAGE if usage else printing.EXIT_INFRASTRUCTURE)
    except PatchgateError as error:
        return _fail(error.message, error.hint, error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted; nothing is half-done", "", 130)
    except OSError as error:
        return _fail(
            f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), "", printing.EXIT_INFRASTRUCTURE
        )


def _open(folder: Path, args: argparse.Namespace) -> WorktreeGate:
    """What a crash left half-way is settled by it."""
    from runner.worktree_gate import WorktreeGate

    extra = {"branch": args.branch} if getattr(args, "branch", None) else {}
    return WorktreeGate(
        folder,
        typecheck=getattr(args, "typecheck", "auto"),
        engine=getattr(args, "engine", None),
        git_branch=getattr(args, "git_branch", None),
        command=f"patchctl {args.command}",
        extra=extra,
    )


def _run(gate: WorktreeGate, args: argparse.Namespace) -> int:
    command = args.command
    if command in EDITS:
        format, payload = payload_of(args)
        return _submit(gate, args, format, payload)
    if command == "guard":
        from runner.cli.patchctl_guard import guard_edit

        return _submit(gate, args, "workspace-edit", guard_edit(gate.tree(), args))
    if command in QUESTIONS:
        value, text = QUESTIONS[command](HostSession(gate, repository_above(Path(args.repo or "."))), args)
        say(value if args.json else None, text)
    elif command == "recommend":
        given = {key: getattr(args, key) for key in ("title", "detail", "impact", "file", "line", "rule", "suggestion")}
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
        raise UsageProblem(f"{len(tasks)} tasks are not done: name one with --task-id (see `patchctl list-tasks`)")
    return str(tasks[0]["uuid"])


class HostSession(Session):
    """What the questions ask, answered from the working tree and by a language server of our own."""

    def __init__(self, gate: WorktreeGate, repo: Path) -> None:
        super().__init__({}, repo, _LocalRpc(gate))

    def files(self) -> list[str]:
        raise UsageProblem("name the files: in a repository there is no task to take them from")

    def context(self, symbols: list[str] | None = None, budget: int = 4000, files: list[str] | None = None) -> str:
        if not (symbols or files):
            raise UsageProblem("give --symbol or --file: in a repository there is no task to take them from")
        return super().context(symbols, budget, files)


class _LocalRpc(RpcClient):
    """Requests that stay in this process."""

    def __init__(self, gate: WorktreeGate) -> None:
        super().__init__("")
        self._gate = gate

    def request(self, method: str, params: Any) -> Any:
        if method == "patchgate/outline":
            return {"symbols": self._outline(params["file"])}
        try:
            if method == "patchgate/context":
                text = self._gate.languages.context(params["symbols"], params["files"], params["budget"])
                return {"text": text}
            return self._gate.languages.request(method, params)
        except BridgeError as error:
            raise RpcError(0, f"{error.message} {error.hint}".strip()) from error

    def _outline(self, path: str) -> list[dict[str, Any]]:
        from runner.outlines import outline_json

        state = self._gate.tree().read(path)
        if state is None:
            raise UsageProblem(f"there is no file {path}")
        try:
            return outline_json(state.content, path)
        except Refused as refused:
            raise UsageProblem(str(refused)) from refused


def _fail(message: str, hint: str, code: int) -> int:
    sys.stderr.write(f"patchctl: {message}\n" + (f"  → {hint}\n" if hint else ""))
    return code
