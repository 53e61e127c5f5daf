"""The compilers that set-up brought: npm put them there by the integrity in our own lock file."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.checker.toolchain.records import is_native
from runner.checker.toolchain.unpack import make_folder
from runner.checker.toolchain.versions import parse_version
from runner.errors import CheckerError

CLASSIC = "typescript"
_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package as it was installed into ``folder``."""

    name: str
    version: str
    integrity: str
    folder: Path


def package_name(version: str) -> str:
    """The npm package that holds the compiler of ``version``. Raises ``CheckerError`` for an unknown machine."""
    if not is_native(version):
        return CLASSIC
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise CheckerError(f"There is no TypeScript {version} for {machine}; only for x86_64 and aarch64.")
    return f"@typescript/typescript-linux-{_ARCHITECTURES[machine]}"


def pinned_packages(folder: Path) -> tuple[Package, ...]:
    """The compilers that the lock file in ``folder`` pins and npm has installed there, oldest first."""
    try:
        packages = json.loads((folder / "package-lock.json").read_bytes())["packages"]
    except FileNotFoundError:
        return ()
    found = [_package(folder, place, entry) for place, entry in packages.items() if isinstance(entry, dict)]
    return tuple(sorted((one for one in found if one is not None), key=_age))


def copy_package(source: Path, folder: Path) -> None:
    """Copy the files of an installed package, with modes 0644 and 0755."""
    for path in sorted(source.rglob("*")):
        target = folder / path.relative_to(source)
        if path.is_symlink():
            raise CheckerError(f"{path} is a link", "Type: make setup")
        if path.is_dir():
            make_folder(target)
        else:
            shutil.copyfile(path, target)
            target.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _package(folder: Path, place: str, entry: Mapping[str, object]) -> Package | None:
    name, version = str(entry.get("name") or place.partition("node_modules/")[2]), str(entry.get("version", ""))
    parsed = parse_version(version)
    if parsed is None or not parsed.supported or name != package_name(version):
        return None
    installed = folder / place
    if not (installed / "package.json").is_file():
        return None
    if json.loads((installed / "package.json").read_bytes()).get("version") != version:
        return None
    return Package(name, version, str(entry.get("integrity", "")), installed)


def _age(package: Package) -> tuple[int, int, int]:
    parsed = parse_version(package.version)
    assert parsed is not None
    return parsed.triple
