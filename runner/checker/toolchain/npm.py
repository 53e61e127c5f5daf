"""npm, asked for two things: which versions satisfy a range, and the tarball of one version.

It runs in an empty folder of ours, so that no ``.npmrc`` of a repository counts, and runs no package's scripts.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runner.errors import CheckerError

_FLAGS = (
    "--json",
    "--ignore-scripts",
    "--loglevel=error",
    "--no-update-notifier",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=500",
    "--fetch-timeout=60000",
)
_ASK_LIMIT_S = 90.0
_FETCH_LIMIT_S = 600.0
_UNKNOWN = ("E404", "ETARGET", "ENOVERSIONS")


class NpmSilent(CheckerError):
    """npm is not there or reaches no registry: nobody can say what there is."""


class NoSuchRelease(CheckerError):
    """npm answered, and there is no such version."""


@dataclass(frozen=True, slots=True)
class Release:
    """One version in the registry. ``integrity`` is what its tarball has to hash to (``sha512-…``)."""

    version: str
    integrity: str


class PackageSource(Protocol):
    """Where packages come from: ``Npm``, or a stand-in."""

    def releases(self, name: str, wanted: str, work: Path) -> tuple[Release, ...]:
        """Everything that satisfies ``wanted``. Raises ``NoSuchRelease`` if nothing does, ``NpmSilent``."""

    def tarball(self, name: str, version: str, work: Path) -> Path:
        """Fetch one version into ``work``, unverified. Raises the same."""


def find_npm() -> str | None:
    """npm of the environment that Patchgate is installed in, else the one on PATH."""
    beside = Path(sys.executable).parent / "npm"
    return str(beside) if os.access(beside, os.X_OK) else shutil.which("npm")


class Npm:
    """``program`` is npm's path; None looks for it when it is first needed."""

    def __init__(self, program: str | None = None) -> None:
        self._program = program

    def releases(self, name: str, wanted: str, work: Path) -> tuple[Release, ...]:
        answer = self._ask(("view", f"{name}@{wanted}", "version", "dist.integrity"), work, _ASK_LIMIT_S)
        rows = answer if isinstance(answer, list) else [answer]
        found = tuple(
            Release(str(row["version"]), str(row.get("dist.integrity", "")))
            for row in rows
            if isinstance(row, dict) and isinstance(row.get("version"), str)
        )
        if not found:
            raise NoSuchRelease(f"npm knows no {name}@{wanted}")
        return found

    def tarball(self, name: str, version: str, work: Path) -> Path:
        self._ask(("pack", f"{name}@{version}", "--pack-destination", str(work)), work, _FETCH_LIMIT_S)
        packed = sorted(work.glob("*.tgz"))
        if len(packed) != 1:
            raise NpmSilent(f"npm said that it fetched {name}@{version}, but there is no tarball")
        return packed[0]

    def _ask(self, words: Sequence[str], work: Path, limit_s: float) -> object:
        program = self._program or find_npm()
        if program is None:
            raise NpmSilent("npm is not there", "Install Node.js with npm, or type: make setup")
        code, out, err = _run((program, *words, *_FLAGS, f"--prefix={work}"), work, limit_s)
        try:
            answer = json.loads(out) if out.strip() else {}
        except (ValueError, RecursionError) as error:
            raise NpmSilent(f"npm's answer cannot be read: {out[:200]}") from error
        if code != 0:
            said = answer.get("error") if isinstance(answer, dict) else None
            told = said if isinstance(said, dict) else {}
            why = str(told.get("summary") or _last_line(err) or f"npm ended with {code}")[:300]
            raise (NoSuchRelease if told.get("code") in _UNKNOWN else NpmSilent)(f"npm: {why}")
        return answer


def _run(command: Sequence[str], folder: Path, limit_s: float) -> tuple[int, str, str]:
    """Exit code, stdout and stderr. The whole process group is gone when this returns or raises."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise NpmSilent(f"{command[0]} could not be started: {error.strerror}") from error
    try:
        out, err = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired as error:
        raise NpmSilent(f"npm took longer than {limit_s:g} s and was ended") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.strip().splitlines()) if line.strip()), "")
