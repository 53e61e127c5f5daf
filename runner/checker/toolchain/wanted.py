"""(placeholder until merged)"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from runner.model.tree import TreeReader


@dataclass(frozen=True, slots=True)
class Wanted:
    version: str
    source: str


def wanted_version(tree: TreeReader, modules: Path | None, config: str, chosen: str | None = None) -> Wanted:
    if chosen:
        return Wanted(chosen, "chosen")
    if modules:
        for up in (modules / config).parents:
            package = up / "node_modules/typescript/package.json"
            if package.is_file():
                return Wanted(json.loads(package.read_text())["version"], "installed")
    return Wanted("7.0.2", "default")
