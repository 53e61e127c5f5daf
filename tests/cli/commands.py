"""The commands as a person types them: processes with their own session, state and work folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = (sys.executable, "-c", "from runner.cli.patchgate import main; main()")
CHECKOUT = Path(__file__).parents[2]
CONFIG = json.dumps(
    {"compilerOptions": {"strict": True, "lib": ["es2020"], "types": [], "skipLibCheck": True}, "include": ["src"]}
)
FILES: dict[str, str | bytes] = {
    "tsconfig.json": CONFIG,
    "src/a.ts": "export const one: number = 1;\nexport const two: number = 2;\n",
    "src/b.ts": "import { one } from './a';\nexport const three: number = one + 2;\n",
}


@dataclass(frozen=True)
class Told:
    exit: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it has to be."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Shell:
    """A person's shell in ``folder``, with state and work of its own. ``folder`` is short: sockets lie below it."""

    folder: Path

    @property
    def work(self) -> Path:
        return self.folder / "w"

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {"PATCHGATE_STATE": str(self.folder / "s"), "PATCHGATE_WORK": str(self.work), "PYTHONPATH": str(CHECKOUT)}
        return {**os.environ, **own, **more}

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """In a session of its own, so that a signal to its group is what Ctrl-C is."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment(more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **more: str) -> Told:
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return Told(process.returncode, out, err)


def order(**more: object) -> dict[str, object]:
    """An order of one custom pass on ``src/a.ts``; ``more`` goes over it."""
    return {
        "version": 1,
        "order_id": "ord-test",
        "title": "A small order",
        "repo": "repository",
        "tasks": [{"uuid": "T1", "instruction": "change two", "allowed_paths": ["src/a.ts"]}],
        "pipeline": [
            {
                "specialist": "custom",
                "name": "mine",
                "command": ["python3", "/agent/main.py"],
                "mount": "agent",
                "limits": {"wall_s": 90, "memory_mb": 96, "pids": 33, "cpus": 0.5, "attempts": 1},
            }
        ],
        **more,
    }
