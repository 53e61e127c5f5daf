"""patchctl inside a container: parse, ask, print, exit."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runner.client import printing
from runner.client.arguments import build_parser
from runner.client.escapes import means_line_breaks, with_line_breaks
from runner.client.payloads import EDITS, UsageProblem, here, needs_text, payload_of, text_source
from runner.client.questions import QUESTIONS
from runner.client.rpc import INVALID_PARAMS, RpcError
from runner.client.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of docs/interfaces.md."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        args = build_parser().parse_args(arguments)
        if needs_text(args):
            args.text = read_text(args)
        return _run(Session.open(), args)
    except UsageProblem as problem:
        return fail(str(problem), problem.hint, printing.EXIT_USAGE, as_json)
    except RpcError as problem:
        usage = problem.code == INVALID_PARAMS
        return fail(problem.message, "", printing.EXIT_USAGE if usage else printing.EXIT_INFRASTRUCTURE, as_json)
    except (OSError, ValueError) as problem:
        return fail(f"no runner to talk to: {problem}", "", printing.EXIT_INFRASTRUCTURE, as_json)


def read_text(args: argparse.Namespace) -> str:
    """The block or file that the command names, or standard input. UTF-8; line ends stay as they are."""
    inline, path = text_source(args)
    if inline is not None:
        return _inline(inline)
    try:
        if path is not None:
            return Path(path).read_bytes().decode("utf-8-sig")
        if sys.stdin.isatty():
            raise UsageProblem("there is no text", "Give it with --block or --block-file, or on standard input.")
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except OSError as problem:
        raise UsageProblem(f"cannot read {path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise UsageProblem(f"the text is not UTF-8: {problem}") from problem


def _inline(block: str) -> str:
    if not means_line_breaks(block):
        return block
    sys.stderr.write(
        "patchctl: --block was written with \\n for its line breaks, and is taken so; standard input is always exact\n"
    )
    return with_line_breaks(block)


def _run(session: Session, args: argparse.Namespace) -> int:
    command = args.command
    if command in EDITS:
        return _edit(session, args)
    if command in QUESTIONS:
        value, text = QUESTIONS[command](session, args)
        _print(value if args.json else None, text)
        return printing.EXIT_OK
    task = session.task.get("task") or {}
    if command == "list-tasks":
        tasks = [task] if task else []
        _print({"tasks": tasks} if args.json else None, printing.human_tasks(tasks))
    elif command == "next":
        _print({"task": task} if args.json else None, printing.human_task(task))
    elif command == "done":
        session.done(args.why)
        _print({"status": "done"}, "")
    elif command == "block":
        session.block(args.why)
        _print({"status": "blocked", "why": args.why}, "")
    elif command == "recommend":
        given = (args.title, args.detail, args.impact, args.file, args.line, args.rule, args.suggestion)
        _print({"id": session.recommend(*given)}, "")
    return printing.EXIT_OK


def _edit(session: Session, args: argparse.Namespace) -> int:
    if args.branch or args.git_branch:
        sys.stderr.write(
            "patchctl: in a container the runner chooses the branch; --branch and --git-branch do nothing\n"
        )
    format, payload = payload_of(args)
    verdict = session.submit(
        format,
        payload,
        reason=args.reason,
        dry_run=args.dry_run,
        task_id=args.task_id,
        order_id=args.order_id,
        requester=args.requester,
        removes=[here(each) for each in args.removes],
    )
    _print(verdict, "")
    sys.stderr.write(printing.human_verdict(verdict) + "\n")
    return printing.exit_code(verdict)


def _print(value: Any, text: str) -> None:
    """One JSON object, or text, on standard output; as UTF-8, whatever the container's locale."""
    written = text if value is None else json.dumps(value, ensure_ascii=True, indent=2)
    sys.stdout.buffer.write(written.encode("utf-8", errors="replace") + b"\n")
    sys.stdout.flush()


def fail(message: str, hint: str, code: int, as_json: bool) -> int:
    """Print what is wrong and what to do next on standard error; with --json, print one object as well."""
    if as_json:
        _print(printing.error_json(printing.KINDS.get(code, "interrupted"), message, hint), "")
    sys.stderr.write(f"patchctl: {message}\n" + (f"  → {hint}\n" if hint else ""))
    return code
