"""The toolchain store: the TypeScript compilers that may judge, each in a folder ``typescript-<version>``.

Its root is mounted read-only into the checker's container. Only npm and set-up fill it, never a repository. A version
appears in it whole, by one rename, and a lock lets one process write at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.checker.toolchain import providing
from runner.checker.toolchain.npm import Npm, NpmSilent, PackageSource
from runner.checker.toolchain.pinned import Package, copy_package, package_name, pinned_packages
from runner.checker.toolchain.records import (
    PREFIX,
    BrokenToolchain,
    Toolchain,
    is_native,
    program_of,
    read_toolchain,
    verify,
    write_record,
)
from runner.checker.toolchain.registry import LATEST, Registry
from runner.checker.toolchain.unpack import make_folder
from runner.checker.toolchain.versions import Version, parse_range, parse_version
from runner.checker.toolchain.wanted import Wanted
from runner.errors import CheckerError, UsageError

# A repository may ask for every version that there is. People fetch more with "patchgate toolchain add".
_MOST_FETCHES = 12
_WORK = ".adding-"


class ToolchainStore:
    """``pinned`` is the folder whose lock file and ``node_modules`` set-up filled: versions found there need no npm."""

    def __init__(self, root: Path, *, pinned: Path | None = None, npm: PackageSource | None = None) -> None:
        self.root = root
        self._pinned_folder = pinned
        self._registry = Registry(root, npm or Npm())
        self._verified: set[str] = set()
        self._fetches = 0

    def list(self) -> tuple[Toolchain, ...]:
        """What may judge, oldest first. Every byte is verified, once for each object of this class."""
        return self._look()[0]

    def broken(self) -> dict[str, str]:
        """The versions whose folder must not be used, and why. Verifies as ``list`` does."""
        return self._look()[1]

    def find(self, version: str) -> Toolchain | None:
        """The compiler of that version; None if it is missing or its record, its number of files or their sizes are
        wrong. Reads no file's content.
        """
        if parse_version(version) is None:
            return None
        try:
            return read_toolchain(self.root / f"{PREFIX}{version}")
        except BrokenToolchain:
            return None

    def pinned(self) -> tuple[Package, ...]:
        """What set-up brought."""
        return pinned_packages(self._pinned_folder) if self._pinned_folder else ()

    def add(self, wanted: str) -> Toolchain:
        """Store an exact version, or the newest that satisfies a range (npm is asked anew). What is there and whole
        stays; what is broken is replaced.

        Raises ``UsageError`` for what is neither, and ``CheckerError`` if there is no such version, if npm does not
        answer, if the bytes are wrong or if the disk is full. Then the store is as it was.
        """
        parsed = parse_version(wanted)
        if parsed is None and wanted != LATEST and parse_range(wanted) is None:
            raise UsageError(f"{wanted!r} is no version of TypeScript", "patchgate toolchain add 5.9.3")
        if parsed is not None and not parsed.supported:
            raise UsageError(f"TypeScript {wanted} cannot judge: only releases from 5.0 to 7.x can")
        with self._writing(f"add {wanted}"):
            version = str(parsed) if parsed else self._newest(wanted)
            return self._whole(version) or self._store(version)

    def prune(self, keep: Iterable[str]) -> tuple[str, ...]:
        """Remove every version but these, broken ones too; returns the removed. Not while a container uses them."""
        kept = set(keep)
        if not self.root.is_dir():
            return ()
        with self._writing("prune"):
            gone = sorted(version for version in self._versions() if version not in kept)
            for version in gone:
                with self._work() as work:
                    (self.root / f"{PREFIX}{version}").rename(work / "gone")
        return tuple(gone)

    def provide(self, wanted: Wanted) -> tuple[Toolchain, str]:
        """The compiler for ``wanted``, fetched if need be, else the nearest of the same major. The text is a note for
        people, empty if it is exactly what was wanted. npm is not asked again for what it answered before, nor within
        a minute after it did not answer. Raises ``CheckerError`` if nothing of that major is there.
        """
        return providing.provide(self, wanted)

    def resolve(self, wanted: str) -> str:
        """The version that ``wanted``, a range or ``latest``, means: from an earlier answer, else from npm.

        Raises as ``add``.
        """
        known = self._registry.answered(wanted)
        if known and self.find(known):
            return known
        self._registry.check_may_ask(wanted)
        with self._writing(f"add {wanted}"):
            return self._newest(wanted)

    def fetch(self, version: str) -> Toolchain:
        """As ``find``, else as ``add`` if npm may be asked. Raises as ``add``."""
        found = self.find(version)
        if found is not None:
            return found
        if version not in {package.version for package in self.pinned()}:
            self._registry.check_may_ask(version)
            if self._fetches >= _MOST_FETCHES:
                raise NpmSilent(f"{_MOST_FETCHES} others were fetched just now, which is enough for one run")
            self._fetches += 1
        return self.add(version)

    # -------------------------------------------------------------------------------------------------- inside

    def _look(self) -> tuple[tuple[Toolchain, ...], dict[str, str]]:
        good: list[Toolchain] = []
        bad: dict[str, str] = {}
        for version in sorted(self._versions(), key=_age):
            try:
                found = read_toolchain(self.root / f"{PREFIX}{version}")
                if version not in self._verified:
                    verify(found)
                    self._verified.add(version)
            except BrokenToolchain as error:
                bad[version] = str(error)
            else:
                good.append(found)
        return tuple(good), bad

    def _versions(self) -> tuple[str, ...]:
        names = [path.name.removeprefix(PREFIX) for path in self.root.glob(f"{PREFIX}*") if path.is_dir()]
        return tuple(name for name in names if parse_version(name) is not None)

    def _whole(self, version: str) -> Toolchain | None:
        found = self.find(version)
        try:
            if found is not None:
                verify(found)
        except BrokenToolchain:
            return None
        return found

    def _newest(self, wanted: str) -> str:
        with self._work() as work:
            return self._registry.newest(wanted, work)

    def _store(self, version: str) -> Toolchain:
        target = self.root / f"{PREFIX}{version}"
        with self._work() as work:
            folder = work / target.name
            make_folder(folder)
            package = next((one for one in self.pinned() if one.version == version), None)
            if package is not None:
                copy_package(package.folder, folder)
                integrity = package.integrity
            else:
                integrity = self._registry.download(version, work, folder)
            if not (folder / program_of(is_native(version))).is_file():
                raise CheckerError(f"the npm package of TypeScript {version} holds no compiler")
            write_record(folder, name=package_name(version), version=version, integrity=integrity)
            if target.exists():
                target.rename(work / "old")
            folder.rename(target)
        return read_toolchain(target)

    @contextmanager
    def _writing(self, command: str) -> Iterator[None]:
        """The lock of the store, and errors that say what to type."""
        again = f"patchgate toolchain {command}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if self.root.stat().st_mode & 0o055 != 0o055:
                self.root.chmod(0o755)  # containers read it as another user
            with (self.root / ".lock").open("ab") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                self._remove_leftovers()
                yield
        except OSError as error:
            why = f"the toolchain store {self.root} cannot be written: {error.strerror or error}"
            raise CheckerError(why, f"Mend that, or free some space; then: {again}") from error
        except CheckerError as error:
            error.hint = error.hint or again
            raise

    @contextmanager
    def _work(self) -> Iterator[Path]:
        """A folder beside the versions, so that a rename suffices. It is gone afterwards, with what is still in it."""
        folder = Path(tempfile.mkdtemp(prefix=_WORK, dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _remove_leftovers(self) -> None:
        # Whoever made them is dead: the lock is ours.
        for folder in self.root.glob(f"{_WORK}*"):
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)


def _age(version: str) -> tuple[int, int, int]:
    return (parse_version(version) or Version((0, 0, 0))).triple
