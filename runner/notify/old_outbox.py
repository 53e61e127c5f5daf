"""The outbox of version 0.1: a folder with one file per message, and a cursor that counts the events already queued."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from runner.ledger.regular_files import read_regular

_COUNT = re.compile(rb"\s*\d{1,18}\s*")


@dataclass(frozen=True, slots=True)
class OldOutbox:
    """``count`` of the ledger's patch events had become messages. ``messages`` are (path, key, body), oldest first."""

    count: int
    messages: tuple[tuple[str, str, dict[str, object]], ...]


def read_old_outbox(folder: Path) -> OldOutbox | None:
    """None where there is none, or where its cursor is none. A file that is no message is left out."""
    try:
        cursor = b"" if folder.is_symlink() else read_regular(folder / ".cursor")
    except OSError:
        return None
    if not _COUNT.fullmatch(cursor):
        return None
    found: list[tuple[str, str, dict[str, object]]] = []
    for path in sorted(folder.glob("[0-9]*.json")):
        try:
            message = json.loads(read_regular(path).decode("utf-8"))
            found.append((str(message["path"]), str(message["key"]), dict(message["body"])))
        except (ValueError, TypeError, KeyError, OSError, RecursionError):
            continue
    return OldOutbox(int(cursor), tuple(found))


def remove_old_outbox(folder: Path) -> None:
    """Messages set aside for a person (``not-taken``) stay."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in (*folder.glob("[0-9]*.json"), folder / ".cursor", folder / ".lock"):
        path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)
