"""The toolchain store of this machine. ``python -m runner.app.toolchain`` fills it with what set-up brought."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runner.app.settings import Settings, read_settings
from runner.checker.toolchain import Toolchain, ToolchainStore
from runner.errors import PatchgateError
from runner.sandbox.doctor import Finding
from runner.sandbox.places import TOOLCHAIN

_ROW = "typescript"


@dataclass(frozen=True, slots=True)
class Stored:
    """One compiler for people: ``set_up`` says that set-up brings it."""

    version: str
    native: bool
    set_up: bool
    integrity: str
    folder: Path


@dataclass(frozen=True, slots=True)
class StoreView:
    """``broken`` are folders that are not used, each with the reason."""

    root: Path
    toolchains: tuple[Stored, ...]
    broken: tuple[tuple[str, str], ...]


def toolchain_store(settings: Settings) -> ToolchainStore:
    """The store of ``settings``. What set-up brought is taken from the checkout, without npm."""
    return ToolchainStore(settings.toolchain, pinned=TOOLCHAIN)


def view_store(settings: Settings) -> StoreView:
    """Everything in the store, every byte verified."""
    store = toolchain_store(settings)
    pinned = {package.version for package in store.pinned()}
    found = tuple(_stored(one, pinned) for one in store.list())
    return StoreView(store.root, found, tuple(store.broken().items()))


def add_toolchain(settings: Settings, wanted: str) -> Stored:
    """As ``ToolchainStore.add``."""
    store = toolchain_store(settings)
    return _stored(store.add(wanted), {package.version for package in store.pinned()})


def prune_toolchains(settings: Settings, keep: Iterable[str]) -> tuple[str, ...]:
    """Remove what neither set-up brings nor ``keep`` names. Raises ``CheckerError``."""
    store = toolchain_store(settings)
    return store.prune([*keep, *(package.version for package in store.pinned())])


def fill_store(settings: Settings) -> tuple[str, ...]:
    """Store what set-up brought and is not there yet; returns the versions. Raises ``CheckerError``."""
    store = toolchain_store(settings)
    missing = [package.version for package in store.pinned() if store.find(package.version) is None]
    return tuple(store.add(version).version for version in missing)


def examine_toolchain(settings: Settings) -> list[Finding]:
    """The doctor's rows: which TypeScript is there, and what to type for what is missing or broken."""
    try:
        store = toolchain_store(settings)
        there, broken = [one.version for one in store.list()], store.broken()
        missing = [package.version for package in store.pinned() if package.version not in (*there, *broken)]
    except (OSError, PatchgateError) as error:
        return [Finding(_ROW, False, f"the toolchain store {settings.toolchain} cannot be read: {error}", "make setup")]
    findings = [
        Finding(_ROW, False, f"TypeScript {version} cannot be used: {why}", f"patchgate toolchain add {version}")
        for version, why in broken.items()
    ]
    findings += [
        Finding(_ROW, False, f"TypeScript {version} is not in {store.root}", f"patchgate toolchain add {version}")
        for version in missing
    ]
    if not there and not findings:
        findings = [Finding(_ROW, False, f"no compiler is in {store.root}", "patchgate toolchain add 5.9.3")]
    there_row = [Finding(_ROW, True, f"{', '.join(there)} in {store.root}")] if there else []
    return [*there_row, *findings]


def _stored(found: Toolchain, pinned: Iterable[str]) -> Stored:
    return Stored(found.version, found.native, found.version in set(pinned), found.integrity, found.folder)


def main() -> int:
    """Fill the store; what set-up calls."""
    try:
        stored = fill_store(read_settings())
    except PatchgateError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return error.exit_code
    sys.stdout.write(f"stored: {', '.join(stored) or 'nothing new'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
