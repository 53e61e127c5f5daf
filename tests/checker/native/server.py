"""A conversation with the checker server, started with node on this machine, and what its answers come to."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[3]
SERVER = CHECKOUT / "images/checker/server.js"
COMPILER = CHECKOUT / "images/toolchain/node_modules/@typescript/typescript-linux-x64"
VERSION = "7.0.2"

Files = Mapping[str, str | None]
Errors = dict[str, list[dict[str, Any]]]


class Server:
    def __init__(self, root: Path, toolchain: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(
            ["node", str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.ask("initialize", root=str(root), toolchain=str(toolchain))

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"id": 1, "method": method, "params": params}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ServerError(answer["error"]["kind"], answer["error"]["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, config: str = "tsconfig.json", version: str = VERSION) -> dict[str, Any]:
        opened: dict[str, Any] = self.ask("open", projects=[{"config": config, "typescript": version}])["projects"][0]
        return opened

    def cold(self, files: Files, config: str = "tsconfig.json", version: str = VERSION) -> dict[str, Any]:
        return self.ask("cold", config=config, typescript=version, files=encoded(files))

    def judge(
        self, base: dict[str, Any], files: Files, config: str = "tsconfig.json", *, keep: bool = False
    ) -> tuple[list[str], dict[str, Any]]:
        """How each batch came about, and the errors that the judgement comes to."""
        ways, found = self._judge({config: base}, files, keep=keep)
        return ways, found[config]

    def judge_all(self, bases: Mapping[str, dict[str, Any]], files: Files) -> dict[str, dict[str, Any]]:
        return self._judge(bases, files, keep=False)[1]

    def _judge(
        self, bases: Mapping[str, dict[str, Any]], files: Files, *, keep: bool
    ) -> tuple[list[str], dict[str, dict[str, Any]]]:
        answer = self.ask("judge", configs=list(bases), files=encoded(files))
        ways: list[str] = []
        errors = {config: by_file(base["errors"]) for config, base in bases.items()}
        listed = {config: base["files"] for config, base in bases.items()}
        while True:
            for batch in answer["projects"]:
                config = batch["config"]
                ways.append(batch["how"])
                errors[config] = batch["checked"] if batch["how"] == "whole" else errors[config] | batch["checked"]
                listed[config] = listed[config] if batch["files"] is None else batch["files"]
            if answer["done"]:
                break
            answer = self.ask("more")
        self.ask("end", keep=keep)
        return ways, {
            config: {"files": listed[config], "errors": [error for found in errors[config].values() for error in found]}
            for config in bases
        }

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)


class ServerError(Exception):
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def encoded(files: Files) -> dict[str, str | None]:
    return {path: None if text is None else base64.b64encode(text.encode()).decode() for path, text in files.items()}


def by_file(errors: Iterable[dict[str, Any]]) -> Errors:
    found: Errors = {}
    for error in errors:
        found.setdefault(error["file"], []).append(error)
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """The errors as text, one a line, sorted."""
    return sorted({"{file}:{line}:{character} {code} {message}".format(**error) for error in found["errors"]})


def write(root: Path, files: Files) -> None:
    for path, text in files.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")


def command_line(root: Path, *options: str, config: str = "tsconfig.json") -> list[str]:
    """What the compiler's own command line prints, as `lines` says it."""
    ran = subprocess.run(
        [str(COMPILER / "lib/tsc"), "-p", config, "--noEmit", "--pretty", "false", *options],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return sorted({_line(text) for text in ran.stdout.splitlines() if text and not text.startswith(" ")})


def _line(text: str) -> str:
    place, separator, message = text.partition(": error ")
    if not separator:
        place, message = "", text.removeprefix("error ")
    file, _, at = place.rpartition("(")
    line, character = (int(number) - 1 for number in at.rstrip(")").split(",")) if file else (0, 0)
    code, _, rest = message.partition(": ")
    return f"{file}:{line}:{character} {code} {rest}"
