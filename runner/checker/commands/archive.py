"""The archive that comes out of a command's container. It is a stranger's, so it is read and packed again."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence

from runner.model.globs import matches_any

MOST_FILES = 2_000


def packed_again(raw: bytes, globs: Sequence[str], most_bytes: int) -> tuple[bytes, str]:
    """A tar of the regular files that ``globs`` match, and what is wrong with it in words (empty: nothing).

    Names are plain relative paths without ``.git``; owners, times and modes are ours.
    """
    if not globs:
        return b"", ""
    if len(raw) >= most_bytes:
        return b"", f"the files to keep are more than {most_bytes // 1024} KiB together, so none were kept (output_kb)"
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                content = tar.extractfile(member) if member.isreg() else None
                if content is not None and _is_plain(name) and matches_any(globs, name):
                    files[name] = content.read()
                if len(files) > MOST_FILES:
                    return b"", f"the files to keep are more than {MOST_FILES}, so none were kept"
    except (tarfile.TarError, ValueError, EOFError, OSError):
        return b"", "the files to keep could not be read, so none were kept"
    if not files:
        return b"", "no file matches the artefacts of the command"
    return _packed(files), ""


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    return not any(part in ("", ".", "..") or part.lower() == ".git" for part in parts) and name.isprintable()


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o644, len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()
