"""``patchctl`` questions that need neither gate nor ledger, and so are answered at once: the tasks, the guarded blocks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runner.app.tasks import read_tasks
from runner.client import printing

CLOSED = ("done", "blocked", "patched", "verified")


def is_read(args: argparse.Namespace) -> bool:
    return args.command in ("list-tasks", "next") or (args.command == "guard" and args.action != "add")


def answer(folder: Path, args: argparse.Namespace) -> int:
    """For a command that ``is_read``. ``folder`` is the top of the repository. Raises ``PatchgateError``."""
    if args.command == "guard":
        return _guards(folder, args)
    tasks = read_tasks(folder)
    if args.command == "list-tasks":
        say({"tasks": tasks} if args.json else None, printing.human_tasks(tasks))
        return printing.EXIT_OK
    first = next_task(tasks)
    say({"task": first} if args.json else None, printing.human_task(first) if first else "no task is open")
    return printing.EXIT_OK


def next_task(tasks: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The first open task of tasks.json."""
    return next((task for task in tasks if task.get("status", "pending") not in CLOSED), None)


def _guards(folder: Path, args: argparse.Namespace) -> int:
    from runner.app.guarded_blocks import guards_on_disk

    blocks, broken = guards_on_disk(folder, args.paths)
    say({"version": 1, "guards": blocks, "broken": broken})
    wrong = [f"{block['file']}: {block['name']} does not have its hash" for block in blocks if not block["holds"]]
    wrong += [f"{each['file']}: {each['message']}" for each in broken]
    if args.action == "verify" and wrong:
        sys.stderr.write("\n".join(wrong) + "\n")
        return printing.EXIT_REJECTED
    return printing.EXIT_OK


def say(value: Any, text: str = "") -> None:
    """JSON on standard output, or text if JSON was not requested."""
    written = text if value is None else json.dumps(value, ensure_ascii=True, indent=2)
    sys.stdout.write(written + "\n")
    sys.stdout.flush()
