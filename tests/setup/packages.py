"""A package index in a folder, and virtual environments whose pip is chosen."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PIPS = CHECKOUT / "build" / "pips"
INSTALL = CHECKOUT / "images" / "setup" / "packages.sh"


def pip_wheels() -> list[Path]:
    """The wheels that tests/setup/install.sh brought."""
    return sorted(PIPS.glob("pip-*.whl"))


class Index:
    """A folder that pip reads as a package index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: dict[tuple[str, str], str] = {}

    @property
    def url(self) -> str:
        return (self._folder / "simple").as_uri()

    def release(self, name: str, version: str, requires: Iterable[str] = (), extras: Iterable[str] = ()) -> None:
        """Publish a wheel without code; ``requires`` are the lines of Requires-Dist."""
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Provides-Extra: {extra}" for extra in extras] + [f"Requires-Dist: {line}" for line in requires]
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"VERSION = {version!r}\n",
            f"{info}/METADATA": "\n".join(lines) + "\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = f"{info}/RECORD"
        files[record] = "".join(f"{path},,\n" for path in [*files, record])
        folder = self._folder / "simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        wheel = folder / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        self._hashes[name, version] = hashlib.sha256(wheel.read_bytes()).hexdigest()
        links = "".join(f'<a href="{each.name}">{each.name}</a>' for each in sorted(folder.glob("*.whl")))
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>", "utf-8")

    def lock(self, path: Path, pins: Mapping[str, str]) -> Path:
        """A lock file as ``make lock`` writes them: every package with its version and hash."""
        lines = [f"{name}=={version} --hash=sha256:{self._hashes[name, version]}" for name, version in pins.items()]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path


class Environment:
    """A virtual environment that has the pip of ``wheel`` and nothing else; it knows one index."""

    def __init__(self, folder: Path, wheel: Path, index: Index) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=120)
        self.python = folder / "bin" / "python"
        packages = next((folder / "lib").glob("python*/site-packages"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
        self._environment = {**kept, "PIP_INDEX_URL": index.url, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def install(self, lock: Path) -> subprocess.CompletedProcess[str]:
        """As ``make setup`` does."""
        return self.run("sh", str(INSTALL), str(self.python), str(lock))

    def resolve(self, lock: Path) -> subprocess.CompletedProcess[str]:
        """As ``make setup`` did once: pip looks for what the lock file's packages ask for."""
        return self.run(str(self.python), "-m", "pip", "install", "--require-hashes", "-r", str(lock))

    def installed(self) -> dict[str, str]:
        listed = self.run(str(self.python), "-m", "pip", "list", "--format", "freeze").stdout.split()
        return {name: version for name, _, version in (line.partition("==") for line in listed) if name != "pip"}
