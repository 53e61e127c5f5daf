"""The classic adapter and the compiler's own command line, side by side, in one node process."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.oracle.reference import NODE

HERE = Path(__file__).parent
CHECKER = HERE.parents[2] / "images" / "checker"
OPTIONS: dict[str, object] = {
    "strict": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2020",
    "lib": ["es5"],
    "types": [],
    "skipLibCheck": True,
}

Files = Mapping[str, str | None]


def tsconfig(options: Mapping[str, object] | None = None, **others: object) -> str:
    return json.dumps({"compilerOptions": {**OPTIONS, **(options or {})}, "include": ["src", "types"], **others})


def store() -> Path:
    """The toolchain store that set-up filled."""
    named = os.environ.get("PATCHGATE_TOOLCHAIN")
    if named:
        return Path(named)
    state = os.environ.get("PATCHGATE_STATE")
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state or f"{home}/patchgate") / "toolchain"


def versions() -> list[str]:
    """The newest patch of each TypeScript 5 and 6 in the store; set-up brings 5.9 and 6.0."""
    found = [path.name.removeprefix("typescript-") for path in store().glob("typescript-*")]
    newest: dict[str, str] = {}
    for version in sorted(found, key=lambda version: [int(part) for part in re.findall(r"\d+", version)]):
        if version[0] in "56":
            newest[version.rpartition(".")[0]] = version
    return list(newest.values()) or ["5.9.3", "6.0.3"]


@dataclass(frozen=True, slots=True)
class State:
    """One state of a project: what the adapter says, and what the command line prints."""

    warm: list[str]
    cold: list[str]
    how: str
    order: list[str]
    raw: Mapping[str, Any]


class Driver:
    def __init__(self) -> None:
        command = [str(NODE), str(HERE / "driver.js"), str(store()), str(CHECKER)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(
        self,
        typescript: str,
        files: Files,
        steps: Sequence[Files],
        *,
        config: str = "tsconfig.json",
        keep: bool = False,
        build: bool = False,
        cold: bool = False,
        root: Path = Path("/repo-in-memory"),
    ) -> list[State]:
        """The base's state, and the state of each step; ``keep``: each step starts where the one before ended."""
        listed = [{"files": step, "keep": keep, "cold": cold} for step in steps]
        request = {
            "root": str(root),
            "typescript": typescript,
            "config": config,
            "files": files,
            "build": build,
            "steps": listed,
        }
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return [State(each["warm"], each["cold"], each["how"], each["order"], each) for each in answer["states"]]

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=20)
