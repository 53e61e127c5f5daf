"""An npm that is not there: packages in memory, and every way in which the real one fails."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from runner.checker.toolchain.npm import NoSuchRelease, NpmSilent, Release
from runner.checker.toolchain.versions import allows, parse_range, parse_version


def tarball(files: Mapping[str, bytes]) -> bytes:
    """As npm packs it: everything below ``package/``."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            member.mode = 0o755 if name.endswith("/tsc") else 0o644
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def integrity(content: bytes) -> str:
    return f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"


def compiler(version: str) -> bytes:
    program = "lib/tsc" if version.startswith("7") else "lib/typescript.js"
    return tarball({program: f"// {version}".encode(), "lib/lib.d.ts": b"interface Array<T> {}", "package.json": b"{}"})


class FakeNpm:
    """``versions`` is all that its registry holds. ``asked`` lists every question."""

    def __init__(self, *versions: str) -> None:
        self.packed = {version: compiler(version) for version in versions}
        self.asked: list[str] = []
        self.silent = False
        self.before_tarball: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def releases(self, name: str, wanted: str, work: Path) -> tuple[Release, ...]:
        with self._lock:
            self.asked.append(f"{name}@{wanted}")
        if self.silent:
            raise NpmSilent("npm: getaddrinfo ENOTFOUND")
        intervals = parse_range("*" if wanted == "latest" else wanted) or ()
        found = [version for version in self.packed if (parsed := parse_version(version)) and allows(intervals, parsed)]
        if not found:
            raise NoSuchRelease(f"npm: no match for {wanted}")
        return tuple(Release(version, integrity(self.packed[version])) for version in found)

    def tarball(self, name: str, version: str, work: Path) -> Path:
        self.asked.append(f"pack {name}@{version}")
        if self.silent:
            raise NpmSilent("npm: getaddrinfo ENOTFOUND")
        self.before_tarball()
        path = work / "package.tgz"
        path.write_bytes(self.packed[version])
        return path
