"""The npm registry as the store asks it: once for all versions, and not again for what it answered before."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from runner.checker.toolchain.answers import Answers
from runner.checker.toolchain.npm import NoSuchRelease, NpmSilent, PackageSource, Release
from runner.checker.toolchain.pinned import CLASSIC, package_name
from runner.checker.toolchain.unpack import check_integrity, unpack
from runner.checker.toolchain.versions import OLDEST, TOO_NEW, allows, parse_range, parse_version

LATEST = "latest"
_ALL = ">=5.0.0 <8.0.0"
_SILENCE_S = 60.0
_KNOWN_S = 600.0


class Registry:
    """``root`` is the store's folder: answers are kept there. Methods with ``work`` need an empty folder for npm."""

    def __init__(self, root: Path, npm: PackageSource) -> None:
        self._npm = npm
        self._answers = Answers(root)
        self._silent_until = 0.0
        self._releases: Mapping[str, Release] = {}
        self._known_until = 0.0

    def answered(self, wanted: str) -> str | None:
        """The version that ``wanted`` meant when npm was asked."""
        return self._answers.version(wanted)

    def check_may_ask(self, wanted: str) -> None:
        """Raises ``NoSuchRelease`` if npm said within a day that there is none, ``NpmSilent`` within a minute after it
        did not answer.
        """
        if self._answers.is_unknown(wanted):
            raise NoSuchRelease(f"npm knows no TypeScript {wanted}")
        if time.monotonic() < self._silent_until:
            raise NpmSilent("npm did not answer a moment ago")

    def newest(self, wanted: str, work: Path) -> str:
        """The newest release that a range allows and that can judge, or the nearest one that can. Raises
        ``NoSuchRelease``, ``NpmSilent``.
        """
        intervals = parse_range("*" if wanted == LATEST else wanted) or ()
        if intervals and all(high <= OLDEST for _, high in intervals):
            intervals = parse_range("~5.0.0") or ()
        elif intervals and all(low >= TOO_NEW for low, _ in intervals):
            intervals = parse_range("*") or ()
        known = [found for text in self._known(work) if (found := parse_version(text))]
        fitting = [one for one in known if allows(intervals, one)]
        if not fitting:
            raise self._unknown(wanted)
        chosen = str(max(fitting, key=lambda one: one.triple))
        self._answers.keep(wanted, chosen)
        return chosen

    def download(self, version: str, work: Path, folder: Path) -> str:
        """Unpack a release into ``folder`` and return its integrity. Raises ``CheckerError``."""
        release, name = self._known(work).get(version), package_name(version)
        if release is None:
            raise self._unknown(version)
        with self._asking() as npm:
            if name != CLASSIC:
                release = npm.releases(name, version, work)[0]
            tarball = npm.tarball(name, version, work)
        check_integrity(tarball, release.integrity)
        unpack(tarball, folder)
        return release.integrity

    def _known(self, work: Path) -> Mapping[str, Release]:
        """Every release that can judge, by its version. Asked once in ten minutes, however many ranges there are."""
        if time.monotonic() >= self._known_until:
            with self._asking() as npm:
                listed = npm.releases(CLASSIC, _ALL, work)
            usable = {one.version: one for one in listed if (parsed := parse_version(one.version)) and parsed.supported}
            self._releases, self._known_until = usable, time.monotonic() + _KNOWN_S
        return self._releases

    def _unknown(self, wanted: str) -> NoSuchRelease:
        self._answers.keep(wanted, "")
        hint = "This lists what there is: npm view typescript versions"
        return NoSuchRelease(f"npm knows no TypeScript {wanted}", hint)

    @contextmanager
    def _asking(self) -> Iterator[PackageSource]:
        """npm; if it does not answer, it is not asked again for a while."""
        try:
            yield self._npm
        except NpmSilent:
            self._silent_until = time.monotonic() + _SILENCE_S
            raise
