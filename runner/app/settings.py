"""Where Patchgate keeps things. Read once from the environment, at the start of a command."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.errors import UsageError


@dataclass(frozen=True, slots=True)
class KeepPolicy:
    """How long the patched files of a working tree are kept (``.mission_control/files``). Files needed to replay the
    last ``traces`` traces stay, whatever their age and size.
    """

    days: float = 30.0
    mb: float = 256.0
    traces: int = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """``state`` outlives a run (imported repositories). ``work`` holds what a run needs and is emptied afterwards."""

    state: Path
    work: Path
    engine: str = "auto"
    keep: KeepPolicy = KeepPolicy()

    @property
    def imports(self) -> Path:
        return self.state / "imports"

    @property
    def runs(self) -> Path:
        """Runs of commands that are remembered by content."""
        return self.state / "commands"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """PATCHGATE_STATE (else XDG_STATE_HOME/patchgate), PATCHGATE_WORK (else a private folder in /tmp),
    PATCHGATE_ENGINE, PATCHGATE_KEEP_DAYS, PATCHGATE_KEEP_MB, PATCHGATE_KEEP_TRACES. Raises ``UsageError`` if a number
    is not one.

    The path of ``work`` is short, because the path of a unix socket may have at most 107 bytes.
    """
    home = Path(environment.get("HOME") or "/")
    state = environment.get("PATCHGATE_STATE")
    if not state:
        state = str(Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state") / "patchgate")
    work = environment.get("PATCHGATE_WORK") or str(Path(tempfile.gettempdir()) / f"patchgate-{os.getuid()}")
    default = KeepPolicy()
    keep = KeepPolicy(
        days=_number(environment, "PATCHGATE_KEEP_DAYS", default.days),
        mb=_number(environment, "PATCHGATE_KEEP_MB", default.mb),
        traces=int(_number(environment, "PATCHGATE_KEEP_TRACES", default.traces)),
    )
    engine = environment.get("PATCHGATE_ENGINE") or "auto"
    return Settings(Path(state).absolute(), Path(work).absolute(), engine, keep)


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise UsageError(
            f"{name} is {text!r}, which is no number of 0 or more", f"Unset it, or write {name}={default:g}"
        )
    return value


def private_folder(path: Path) -> Path:
    """Make ``path`` with mode 0700, or check that an existing one is ours alone: in /tmp, others can create names too."""
    with contextlib.suppress(FileExistsError):  # what is there instead is checked below
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UsageError(
            f"{path} is not a folder of yours alone",
            f"Remove it, or make it private (chmod 700 {path}), or set PATCHGATE_WORK to another folder.",
        )
    return path
