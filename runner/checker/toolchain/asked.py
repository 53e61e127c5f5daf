"""What a manifest asks for, and whether something installed or pinned is that. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from runner.checker.toolchain.locks import Lock, Locked
from runner.checker.toolchain.manifests import Manifest
from runner.checker.toolchain.specifiers import Meant
from runner.checker.toolchain.versions import Version, allows, parse_range, parse_version


@dataclass(frozen=True, slots=True)
class Asked:
    """A package that may bring ``tsc``. ``manifest`` is the one that names it, and ``meant`` what its text means; both
    are None if nothing names it.
    """

    name: str
    manifest: Manifest | None = None
    meant: Meant | None = None

    @property
    def text(self) -> str:
        return self.manifest.asks[self.name] if self.manifest else ""

    def allows(self, found: Locked, folder: str) -> bool:
        """Whether what is installed or pinned in ``folder`` is what the manifest means. Above the manifest's own folder,
        it is that only if it has a version that the manifest allows: else nobody has installed the manifest's.
        """
        if self.manifest is None or self.meant is None or self.name not in self.manifest.firm:
            return True
        if _within(folder, posixpath.dirname(self.manifest.path)):
            return True
        intervals, version = parse_range(self.meant.version), parse_version(found.version)
        return intervals is None or (version is not None and allows(intervals, Version(version.triple)))


def pinned_for(asked: Asked, lock: Lock, at: str, folders: Sequence[str]) -> Locked | None:
    """What the lock file in ``at`` pins for a file in the first of ``folders`` (nearest first)."""
    for folder in (each for each in folders if _within(each, at)):
        place = posixpath.relpath(folder or ".", at or ".")
        pinned = lock.places.get(("" if place == "." else place, asked.name))
        if pinned and asked.allows(pinned, folder):
            return pinned
    if asked.manifest and (pinned := lock.asked.get((asked.name, asked.text))):
        return pinned
    sole = lock.sole(asked.name)
    return sole if sole and asked.allows(sole, at) else None


def _within(folder: str, at: str) -> bool:
    return not at or folder == at or folder.startswith(f"{at}/")
