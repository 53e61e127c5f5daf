"""(placeholder until merged)"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runner.checker.toolchain.wanted import Wanted
from runner.errors import CheckerError


@dataclass(frozen=True, slots=True)
class Toolchain:
    version: str
    folder: Path
    native: bool
    integrity: str


class ToolchainStore:
    def __init__(self, root: Path) -> None:
        self.root = root

    def provide(self, wanted: Wanted) -> tuple[Toolchain, str]:
        major = wanted.version.lstrip("^~").split(".")[0]
        for folder in sorted(self.root.glob("typescript-*"), reverse=True):
            version = folder.name.removeprefix("typescript-")
            if version == wanted.version or version.split(".")[0] == major:
                return Toolchain(version, folder, major == "7", ""), ""
        raise CheckerError(f"no TypeScript {wanted.version}")
