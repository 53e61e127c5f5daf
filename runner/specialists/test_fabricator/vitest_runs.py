"""The project's own Vitest, run inside the container on a shadow of the repository.

The repository is read-only there. So the shadow is a folder under /tmp whose entries are symlinks into the repository;
only the folder for new tests is real. Nothing that runs here can write to the code.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from runner.specialists.kit import processes

_OBSERVER = Path(__file__).with_name("observe_modules.mjs")
_CONFIG = "vitest.patchgate.mjs"
_VITEST = "node_modules/vitest/vitest.mjs"


class VitestFailed(Exception):
    """Vitest could not be run at all."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """``root`` contains the repository's files under their own paths."""

    root: Path


@contextmanager
def shadow(repo: Path, folder: str) -> Iterator[Shadow]:
    """A shadow of ``repo`` in which ``folder`` is writable. Removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="shadow-") as name:
        root = Path(name)
        _link(repo, root, PurePosixPath(folder).parts)
        (root / folder).mkdir(parents=True, exist_ok=True)
        yield Shadow(root)


def observe(
    made: Shadow, folder: str, modules: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]], *, timeout_s: float
) -> dict[str, dict[str, Any]]:
    """The exports of modules (path → samples by export), as ``observe_modules.mjs`` reports them. Modules that it did
    not reach are left out. Raises ``VitestFailed`` if it reached none.
    """
    with tempfile.TemporaryDirectory(prefix="observe-") as name:
        job, answer = Path(name, "job.json"), Path(name, "answer.jsonl")
        wanted = [
            {"path": path, "file": str(made.root / path), "samples": samples} for path, samples in modules.items()
        ]
        job.write_text(json.dumps({"modules": wanted}), encoding="utf-8")
        look = made.root / folder / "observe.patchgate.test.mjs"
        look.write_bytes(_OBSERVER.read_bytes())
        settings = {"OBSERVE_JOB": str(job), "OBSERVE_ANSWER": str(answer)}
        try:
            ended = _vitest(made, [f"{folder}/{look.name}"], (), settings, timeout_s)
        finally:
            look.unlink()
        if not answer.is_file():
            raise VitestFailed(f"vitest looked at no module: {processes.last_line(ended.stderr)}")
        told = [json.loads(line) for line in answer.read_text(encoding="utf-8").splitlines()]
    return {one["path"]: one for one in told}


def failures(made: Shadow, files: Mapping[str, str], *, timeout_s: float) -> dict[str, str]:
    """Run new test files (path → text); return which fail, and how. Raises ``VitestFailed``."""
    for path, text in files.items():
        target = made.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    report = made.root / "report.patchgate.json"
    ended = _vitest(made, list(files), ("--reporter=json", f"--outputFile={report}"), {}, timeout_s)
    if not report.is_file():
        raise VitestFailed(f"vitest gave no report: {processes.last_line(ended.stderr)}")
    told = json.loads(report.read_text(encoding="utf-8"))
    passed: set[str] = set()
    failed: dict[str, str] = {}
    for one in told["testResults"]:
        path = Path(one["name"]).relative_to(made.root).as_posix()
        if one["status"] == "passed" and one["assertionResults"]:
            passed.add(path)
        else:
            messages = [line for test in one["assertionResults"] for line in test.get("failureMessages") or ()]
            failed[path] = (messages[0] if messages else one.get("message") or "it ran no test").splitlines()[0]
    return {path: failed.get(path, "it did not run") for path in files if path not in passed}


def _vitest(
    made: Shadow, files: Sequence[str], flags: Sequence[str], settings: Mapping[str, str], timeout_s: float
) -> processes.Ended:
    config = made.root / _CONFIG
    config.write_text(_config(made.root, files), encoding="utf-8")
    command = ["node", str(made.root / _VITEST), "run", "--root", str(made.root), "--config", str(config)]
    # Use the native loader: the other one writes a bundled config into node_modules, which is read-only.
    command += ["--configLoader", "native", *flags]
    try:
        return processes.run(command, cwd=made.root, timeout_s=timeout_s, environment={"TZ": "UTC", **settings})
    except OSError as error:
        raise VitestFailed(f"node does not start: {error}") from error


def _config(root: Path, files: Sequence[str]) -> str:
    settings = {
        "cacheDir": str(root / "cache.patchgate"),
        "resolve": {"tsconfigPaths": True},
        "test": {
            "include": list(files),
            "environment": "node",
            "pool": "threads",
            "maxWorkers": 1,
            "testTimeout": 10_000,
        },
    }
    return f"export default {json.dumps(settings)};\n"


def _link(source: Path, target: Path, real: Sequence[str]) -> None:
    """Symlink every entry of ``source``, but make the first of ``real`` a folder and go on inside it."""
    for entry in sorted(source.iterdir()):
        if entry.name in (".git", _CONFIG):
            continue
        if real and entry.name == real[0] and entry.is_dir():
            (target / entry.name).mkdir()
            _link(entry, target / entry.name, real[1:])
        else:
            (target / entry.name).symlink_to(entry)
