"""Which compiler of the store judges for a wanted version, and the note where it is not that very one."""

from __future__ import annotations

from typing import Protocol

from runner.checker.toolchain.npm import NoSuchRelease
from runner.checker.toolchain.records import Toolchain
from runner.checker.toolchain.versions import OLDEST, TOO_NEW, Triple, Version, allows, parse_range, parse_version
from runner.checker.toolchain.wanted import Wanted
from runner.errors import CheckerError

_TOO_OLD = "is older than 5.0, the oldest that can judge"


class Store(Protocol):
    """What is needed of the store: see ``ToolchainStore``."""

    def list(self) -> tuple[Toolchain, ...]: ...
    def resolve(self, wanted: str) -> str: ...
    def fetch(self, version: str) -> Toolchain: ...


def provide(store: Store, wanted: Wanted) -> tuple[Toolchain, str]:
    """As ``ToolchainStore.provide``."""
    asked, note = _judgeable(wanted.version)
    try:
        found, why = _exact(store, asked), ""
    except CheckerError as error:
        none = isinstance(error, NoSuchRelease)
        why = f"TypeScript {asked} {'does not exist' if none else f'could not be fetched ({error.message})'}"
        found = _nearest(store, asked, may_fetch=none) or _missing(asked, why, error)
    parts = [part for part in (wanted.note, note, why) if part]
    return found, f"{'; '.join(parts)}: judged by TypeScript {found.version}" if parts else ""


def _judgeable(wanted: str) -> tuple[str, str]:
    """An exact release that can judge, a range or a tag; and why it is not what was wanted."""
    version = parse_version(wanted)
    if version is None:
        intervals = parse_range(wanted)
        old = bool(intervals) and all(high <= OLDEST for _, high in intervals or ())
        return ("~5.0.0", f"TypeScript {wanted} {_TOO_OLD}") if old else (wanted, "")
    if version.supported:
        return str(version), ""
    if version.triple < OLDEST:
        return "~5.0.0", f"TypeScript {version} {_TOO_OLD}"
    if version.triple >= TOO_NEW:
        return "^7.0.0", f"TypeScript {version} is newer than 7, the newest that can judge"
    return f"~{version.triple[0]}.{version.triple[1]}.0", f"TypeScript {version} is a preview"


def _exact(store: Store, asked: str) -> Toolchain:
    return store.fetch(asked if parse_version(asked) else store.resolve(asked))


def _nearest(store: Store, asked: str, *, may_fetch: bool) -> Toolchain | None:
    """The newest that satisfies a range or a tag; else the nearest of the same major, from npm if need be."""
    there = [(found, parsed) for found in store.list() if (parsed := parse_version(found.version))]
    intervals, version = parse_range(asked), parse_version(asked)
    if version is None:
        fitting = [pair for pair in there if intervals is None or allows(intervals, pair[1])]
        if fitting or intervals is None:
            return max(fitting, key=lambda pair: pair[1].triple)[0] if fitting else None
    target = version.triple if version else max((low for low, _ in intervals or ()), default=OLDEST)
    same = [pair for pair in there if pair[1].triple[0] == target[0]]
    if same:
        return min(same, key=lambda pair: _distance(pair[1], target))[0]
    try:
        return _exact(store, f"^{target[0]}.0.0") if may_fetch else None
    except CheckerError:
        return None


def _distance(version: Version, target: Triple) -> tuple[int, int, int]:
    """Nearest minor first, the newer of two, then its newest patch."""
    minor = version.triple[1] - target[1]
    return abs(minor), -minor, -version.triple[2]


def _missing(asked: str, why: str, error: CheckerError) -> Toolchain:
    hint = f"patchgate toolchain add {asked}"
    raise CheckerError(f"{why}, and nothing of that major version is in the store", hint) from error
