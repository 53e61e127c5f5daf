"""What npm answered before, so that a second run asks nothing.

An answer is used as long as the store holds the version that it names. "There is none" is believed for a day.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

_FILE = "answers.json"
_MOST = 500
_LARGEST = 256 * 1024
_NONE_S = 86_400.0


class Answers:
    """The answers kept in the store's folder. A file that cannot be read counts as empty."""

    def __init__(self, root: Path) -> None:
        self._path = root / _FILE

    def version(self, wanted: str) -> str | None:
        """The version that npm chose for ``wanted``."""
        row = self._rows().get(wanted)
        return row[0] if row and row[0] else None

    def is_unknown(self, wanted: str) -> bool:
        """Whether npm said within the last day that nothing satisfies ``wanted``."""
        row = self._rows().get(wanted)
        return row is not None and not row[0] and 0 <= time.time() - row[1] < _NONE_S

    def keep(self, wanted: str, version: str) -> None:
        """An empty ``version`` means that there is none. The store's lock is held."""
        rows = {**self._rows(), wanted: (version, time.time())}
        newest = sorted(rows.items(), key=lambda item: item[1][1])[-_MOST:]
        beside = self._path.with_name(f".{_FILE}-{os.getpid()}")
        beside.write_text(json.dumps(dict(newest), indent=1) + "\n", "utf-8")
        beside.replace(self._path)

    def _rows(self) -> dict[str, tuple[str, float]]:
        try:
            with self._path.open("rb") as file:
                found = json.loads(file.read(_LARGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        rows = found.items() if isinstance(found, dict) else ()
        return {
            key: (row[0], float(row[1]))
            for key, row in rows
            if isinstance(row, list) and len(row) == 2 and isinstance(row[0], str) and isinstance(row[1], int | float)
        }
