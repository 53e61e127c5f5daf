"""What ``patchctl`` answers in a repository without gate and ledger, and so at once: the tasks, the guarded blocks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runner.client import printing
from runner.ledger.mission_control import MissionControl

CLOSED = ("done", "blocked", "patched", "verified")


def is_read(args: argparse.Namespace) -> bool:
    return args.command in ("list-tasks", "next") or (args.command == "guard" and args.action != "add")


def answer(folder: Path, args: argparse.Namespace) -> int:
    """For a command that ``is_read``; ``folder`` is the repository's top. Raises ``PatchgateError``, ``UsageProblem``."""
    if args.command == "guard":
        return _guards(folder, args)
    tasks = MissionControl.to_read(folder).read_tasks()
    if args.command == "list-tasks":
        say({"tasks": tasks} if args.json else None, printing.human_tasks(tasks))
        return printing.EXIT_OK
    first = next_task(tasks)
    say({"task": first} if args.json else None, printing.human_task(first) if first else "no task is open")
    return printing.EXIT_OK


def next_task(tasks: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The first task of tasks.json that is open."""
    return next((task for task in tasks if task.get("status", "pending") not in CLOSED), None)


def _guards(folder: Path, args: argparse.Namespace) -> int:
    from runner.app.nearest import real_roots
    from runner.cli.patchctl_guard import guards_of
    from runner.snapshots.worktree.working_tree import WorkingTree

    tree = WorkingTree(folder, MissionControl.to_read(folder).root)
    try:
        blocks, broken = guards_of(tree.tree(), args.paths, real_roots(folder))
    finally:
        tree.close()
    say({"version": 1, "guards": blocks, "broken": broken})
    wrong = [f"{block['file']}: {block['name']} does not have its hash" for block in blocks if not block["holds"]]
    wrong += [f"{each['file']}: {each['message']}" for each in broken]
    if args.action == "verify" and wrong:
        sys.stderr.write("\n".join(wrong) + "\n")
        return printing.EXIT_REJECTED
    return printing.EXIT_OK


def say(value: Any, text: str = "") -> None:
    """JSON on standard output, or where there is none to be, text."""
    written = text if value is None else json.dumps(value, ensure_ascii=True, indent=2)
    sys.stdout.write(written + "\n")
    sys.stdout.flush()
