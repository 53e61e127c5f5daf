"""Refuses FIFOs and devices: a reader of one waits for ever, or gets bytes without end.

libgit2 opens what it finds. So special files are looked for first: in the git folder (``git_folder``), in what its
configuration names, and among the ``.gitignore`` files if libgit2 is going to read a working tree. Only regular files
are opened here. (Sockets are allowed: opening one fails at once, and git's own file system monitor has one in the git
folder.)
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from runner.errors import UsageError

_MAX_TEXT = 1024 * 1024
_CONTINUED = re.compile(r"\\\r?\n")
_HEADERS = re.compile(r'^(\s*\[[^\]"]*(?:"(?:\\.|[^"\\])*"[^\]]*)?\])+')
_PIECE = re.compile(r"\\(.)|.")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}


def refuse_in_configs(git_folders: Iterable[Path], worktree: Path) -> None:
    """Checks what the configurations in ``git_folders`` name. Raises ``UsageError``, naming the file."""
    _check_configs({folder / name for folder in git_folders for name in ("config", "config.worktree")}, worktree)


def refuse_ignore_files(folder: Path) -> None:
    """For a working tree that libgit2 is going to read. Raises ``UsageError``, naming the file."""
    for entry in entries_below(folder, skipped=(".git", ".mission_control")):
        if entry.name == ".gitignore":
            _check_entry(entry)


def refuse_below(folder: Path) -> None:
    """For our own folder in somebody's repository, at any depth. Raises ``UsageError``, naming the file."""
    for entry in entries_below(folder):
        _check_entry(entry)


def entries_below(folder: Path, skipped: tuple[str, ...] = ()) -> Iterator[os.DirEntry[str]]:
    """Everything except folders, at any depth. Follows no link. What we cannot list, libgit2 cannot read either."""
    pending = [str(folder)]
    while pending:
        with contextlib.suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    yield entry
                elif entry.name not in skipped:
                    pending.append(entry.path)


def _check_entry(entry: os.DirEntry[str]) -> None:
    # The kind comes with the name: a regular file costs no call of its own.
    if not entry.is_file(follow_symlinks=False):
        refuse_special(Path(entry.path))


def refuse_special(path: Path, named_in: Path | None = None) -> None:
    """Raises ``UsageError`` if ``path``, or what it links to, is a FIFO or a device."""
    try:
        mode = path.stat().st_mode
        real = str(path.resolve())
    except (OSError, ValueError, RuntimeError):  # there is nothing, or no file can have that name
        return
    # Some kernel files look regular but block.
    kind = "file of the kernel's" if real.startswith(("/proc/", "/sys/")) else None
    kind = "FIFO" if stat.S_ISFIFO(mode) else kind
    kind = "device" if (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)) and real != os.devnull else kind
    if kind is not None:
        where = f", named in {named_in}," if named_in else ""
        raise UsageError(f"{path}{where} is a {kind}", "Remove it; reading it could take for ever.")


def borrowed_by(objects: Path) -> Iterator[Path]:
    """The folders that the object folder ``objects`` borrows from, as its ``info/alternates`` names them."""
    refuse_special(objects / "info/alternates")
    for line in _text(objects / "info/alternates").split("\n"):
        if line.strip() and not line.startswith("#"):
            yield objects / line.strip()


def _check_configs(files: Iterable[Path], worktree: Path) -> None:
    """Any value in a configuration that could be a path is treated as one: checking it costs nothing. Included files
    are read too, each once.
    """
    pending = list(files)
    seen: set[Path] = set()
    while pending:
        config = pending.pop()
        refuse_special(config)
        if config.resolve() in seen:
            continue
        seen.add(config.resolve())
        for key, value in _settings(_text(config)):
            with contextlib.suppress(RuntimeError, ValueError, OSError):  # no such home; a NUL; a name too long
                named = Path(value).expanduser()
                for path in {config.parent / named, worktree / named}:
                    refuse_special(path, config)
                    if key == "path" and path.is_file():
                        pending.append(path)


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """The keys, in lower case, with their values, as in git-config(1). Sections are not told apart."""
    for line in _CONTINUED.sub("", text).split("\n"):
        key, equals, raw = _HEADERS.sub("", line).partition("=")
        value = _value(raw)
        if equals and value.strip():
            yield key.strip().lower(), value
            yield key.strip().lower(), value.strip()


def _value(raw: str) -> str:
    """The value without quotes and comment. Surrounding white space stays: whether it counts depends on the quotes."""
    found: list[str] = []
    quoted = False
    for piece in _PIECE.finditer(raw):
        if piece[1]:
            found.append(_ESCAPES.get(piece[1], piece[1]))
        elif piece[0] == '"':
            quoted = not quoted
        elif piece[0] in "#;" and not quoted:
            break
        else:
            found.append(piece[0])
    return "".join(found)


def _text(path: Path) -> str:
    """The text of a regular file that ``refuse_special`` has accepted; empty if there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        raw = stream.read(_MAX_TEXT + 1)
    if len(raw) > _MAX_TEXT:
        raise UsageError(f"{path} has more than {_MAX_TEXT // 1024} KiB", "That is no configuration: make it smaller.")
    return raw.decode("utf-8-sig", "surrogateescape")
