"""The project's own ESLint and Prettier, run inside the container with the project's own configs.

One node process handles all files, because starting both tools takes far longer than using them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.specialists.kit import processes

TOOLS = ("eslint", "prettier")
_SCRIPT = Path(__file__).with_name("format_files.mjs")
_ESLINT_CONFIGS = tuple(f"eslint.config.{end}" for end in ("js", "mjs", "cjs", "ts", "mts", "cts"))
_OLD_ESLINT_CONFIGS = tuple(f".eslintrc{end}" for end in ("", ".json", ".js", ".cjs", ".yml", ".yaml"))
_PRETTIER_CONFIGS = (
    *(f".prettierrc{end}" for end in ("", ".json", ".yml", ".yaml", ".json5", ".js", ".mjs", ".cjs", ".ts", ".toml")),
    *(f"prettier.config.{end}" for end in ("js", "mjs", "cjs", "ts")),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that ESLint reports and does not fix itself. ``line`` is 1-based; ``severity`` is 1 or 2."""

    line: int
    rule: str | None
    message: str
    severity: int


@dataclass(frozen=True, slots=True)
class Tooled:
    """The result of the tools for one text. ``steps`` are (tool, text after it), in order. ``errors`` are from tools
    that gave up.
    """

    steps: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...] = ()
    errors: tuple[str, ...] = ()


class ToolsFailed(Exception):
    """Node or the tools could not be run at all."""


def configured(repo: Path) -> tuple[str, ...]:
    """The tools that the project both configures and has installed."""
    manifest = _manifest(repo)
    has = {
        "eslint": "eslintConfig" in manifest
        or any((repo / name).is_file() for name in (*_ESLINT_CONFIGS, *_OLD_ESLINT_CONFIGS)),
        "prettier": "prettier" in manifest or any((repo / name).is_file() for name in _PRETTIER_CONFIGS),
    }
    return tuple(tool for tool in TOOLS if has[tool] and (repo / "node_modules" / tool / "package.json").is_file())


def run_tools(
    repo: Path, tools: Sequence[str], texts: Mapping[str, str], *, timeout_s: float = 240.0
) -> tuple[dict[str, Tooled], tuple[str, ...]]:
    """The results for ``texts`` (by path), and the tools that did not load. Raises ``ToolsFailed``."""
    if not tools or not texts:
        return {}, ()
    with tempfile.TemporaryDirectory(prefix="tools-") as folder:
        job, answer = Path(folder, "job.json"), Path(folder, "answer.json")
        files = [{"path": path, "text": text} for path, text in sorted(texts.items())]
        job.write_text(json.dumps({"tools": list(tools), "files": files}), encoding="utf-8")
        command = ["node", str(_SCRIPT), str(repo), str(job), str(answer)]
        try:
            ended = processes.run(command, cwd=repo, timeout_s=timeout_s)
        except OSError as error:
            raise ToolsFailed(f"node does not start: {error}") from error
        if ended.exit_code != 0 or not answer.is_file():
            how = "ran out of time" if ended.exit_code is None else f"ended with {ended.exit_code}"
            raise ToolsFailed(f"{', '.join(tools)} {how}: {processes.last_line(ended.stderr)}")
        said = json.loads(answer.read_text(encoding="utf-8"))
    return {one["path"]: _tooled(one) for one in said["files"]}, tuple(said["errors"])


def _tooled(one: Mapping[str, Any]) -> Tooled:
    return Tooled(
        steps=tuple((tool, one[tool]) for tool in TOOLS if one.get(tool) is not None),
        problems=tuple(
            Problem(int(problem["line"]), problem["rule"], problem["message"], int(problem["severity"]))
            for problem in one["problems"]
        ),
        errors=tuple(one["errors"]),
    )


def _manifest(repo: Path) -> Mapping[str, Any]:
    try:
        found = json.loads((repo / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
