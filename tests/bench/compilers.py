"""The compilers of npm, for the benches: what a project's own ``tsc`` says, cold, of its tree with some files replaced.

This is the yardstick, so it shares nothing with the checker: other files, another process, another reader of the
output. The compiler comes from npm by version and is kept under the user's cache folder, never from the repository.
The tree is an overlay mounted over the same path in a mount namespace of its own: nothing of the repository changes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.corpus import CACHE, node_tool

_PLACED = re.compile(r"^(?P<file>\S.*?)\((?P<line>\d+),(?P<character>\d+)\): error (?P<code>TS\d+): (?P<message>.*)$")
_BARE = re.compile(r"^error (?P<code>TS\d+): (?P<message>.*)$")
_MOUNT = 'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$1" && cd "$1" && shift 3 && exec "$@"'
TIMEOUT_S = 600


@dataclass(frozen=True, slots=True)
class Error:
    """One line of tsc. ``file`` is repository-relative, empty for none; ``line`` and ``character`` count from 0."""

    file: str
    line: int
    character: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Cold:
    """``files`` are the tree's own, without ``node_modules`` (empty if they were not asked for)."""

    errors: tuple[Error, ...]
    files: frozenset[str]
    seconds: float
    exit_code: int


def new_errors(base: Cold, after: Cold) -> list[Error]:
    """What ``after`` has more of, by file, code and message: lines move."""
    before = Counter((error.file, error.code, error.message) for error in base.errors)
    found = []
    for error in after.errors:
        key = (error.file, error.code, error.message)
        if before[key] > 0:
            before[key] -= 1
        else:
            found.append(error)
    return found


def can_mount() -> bool:
    """Whether overlays can be mounted here (as root, or where user namespaces may)."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        root = Path(folder) / "tree"
        root.mkdir()
        (root / "a").write_text("a", "utf-8")
        return _overlaid(root, {"a": b"b"}, ("cat", "a")).stdout.endswith("b")


def tsc(version: str) -> tuple[str, ...]:
    """The command of that TypeScript, fetched from npm when first needed."""
    folder = CACHE / "compilers" / version
    package = folder / "node_modules" / "typescript"
    if not (package / "package.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}', "utf-8")
        command = [node_tool("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", f"typescript@{version}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise SystemExit(f"npm install typescript@{version} failed: {done.stderr.strip()[-500:]}")
    if version.startswith("7."):
        found = sorted(folder.glob("node_modules/@typescript/typescript-*/lib/tsc"))
        return (str(found[0]),)
    return (node_tool("node"), "--max-old-space-size=8192", str(package / "bin" / "tsc"))


class ColdCompiler:
    """The TypeScript of one version on one working tree, which must be clean."""

    def __init__(self, root: Path, version: str) -> None:
        self.root, self.version = root, version
        self._native = version.startswith("7.")

    def files(self, config: str, changed: Mapping[str, bytes | None] | None = None) -> frozenset[str]:
        """The files of the program, without a check. Empty if the config lists none or cannot be read."""
        done = _overlaid(self.root, changed or {}, (*tsc(self.version), "-p", config, "--listFilesOnly"))
        return self._own(done.stdout)

    def check(self, config: str, changed: Mapping[str, bytes | None] | None = None, *, build: bool = False) -> Cold:
        """``build`` is for a project with references: ``tsc -b``, whose output goes to the overlay and away with it.

        Build info of the tree is not believed: without ``build`` nothing incremental is read.
        """
        given = dict(changed or {})
        if build:
            arguments = ["-b", config, "--force", "--pretty", "false", "--listFiles"]
        else:
            arguments = ["-p", config, "--noEmit", "--pretty", "false", "--listFiles"]
            arguments += ["--incremental", "false", "--composite", "false"]
        if self._native:
            # With several checkers TypeScript 7.0 can lose an error.
            arguments += ["--checkers", "1"]
        began = time.monotonic()
        done = _overlaid(self.root, given, (*tsc(self.version), *arguments))
        seconds = time.monotonic() - began
        if done.returncode not in (0, 1, 2) or "\ngoroutine " in done.stderr:
            raise RuntimeError(f"tsc {self.version} ended with {done.returncode} on {config}: {done.stderr[-500:]}")
        errors = parse(done.stdout, self.root)
        if any(error.code in ("TS5069", "TS6379", "TS5053") for error in errors) and not build:
            return self._plain(config, given)
        return Cold(errors, self._own(done.stdout), seconds, done.returncode)

    def _plain(self, config: str, given: Mapping[str, bytes | None]) -> Cold:
        """Without the two options that this config does not bear. Its build info goes to a new file of the overlay."""
        info = ".patchgate-bench.tsbuildinfo"
        arguments = ["-p", config, "--noEmit", "--pretty", "false", "--listFiles", "--tsBuildInfoFile", info]
        if self._native:
            arguments += ["--checkers", "1"]
        began = time.monotonic()
        done = _overlaid(self.root, given, (*tsc(self.version), *arguments))
        return Cold(parse(done.stdout, self.root), self._own(done.stdout), time.monotonic() - began, done.returncode)

    def _own(self, output: str) -> frozenset[str]:
        start = f"{self.root}/"
        listed = (line.removeprefix(start) for line in output.splitlines() if line.startswith(start))
        return frozenset(path for path in listed if "node_modules" not in path.split("/") and "): error" not in path)


def parse(output: str, root: Path) -> tuple[Error, ...]:
    """The errors of a command line that ran in ``root``."""
    found = []
    for line in output.splitlines():
        if placed := _PLACED.match(line):
            file = os.path.relpath(os.path.normpath(root / placed["file"]), root)
            where = int(placed["line"]) - 1, int(placed["character"]) - 1
            found.append(Error(file, *where, placed["code"], placed["message"]))
        elif bare := _BARE.match(line):
            found.append(Error("", 0, 0, bare["code"], bare["message"]))
    return tuple(found)


def resolved_version(root: Path, config: str) -> str | None:
    """The version of the ``typescript`` that is installed nearest to the config."""
    folder = (root / config).parent
    while True:
        manifest = folder / "node_modules" / "typescript" / "package.json"
        if manifest.is_file():
            return str(json.loads(manifest.read_text("utf-8"))["version"])
        if folder == root:
            return None
        folder = folder.parent


def _scratch() -> Path:
    folder = CACHE / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _overlaid(
    root: Path, changed: Mapping[str, bytes | None], command: tuple[str, ...]
) -> subprocess.CompletedProcess[str]:
    """``command`` in ``root`` with those files replaced (None: removed). Without a network."""
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        upper, work = Path(folder) / "upper", Path(folder) / "work"
        upper.mkdir()
        work.mkdir()
        upper.chmod(0o755)
        gone = []
        for path, content in changed.items():
            target = upper / path
            if content is None:
                gone.append(path)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        inner = ("sh", "-c", 'n=$1; shift; while [ "$n" -gt 0 ]; do rm -f -- "$1"; shift; n=$((n-1)); done; exec "$@"')
        wrapped = (*inner, "sh", str(len(gone)), *gone, *command)
        spaces = ("unshare", "-mn") if os.geteuid() == 0 else ("unshare", "-Urmn")
        full = (*spaces, "sh", "-c", _MOUNT, "sh", str(root), str(upper), str(work), *wrapped)
        return subprocess.run(
            full, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, check=False, cwd=root
        )
