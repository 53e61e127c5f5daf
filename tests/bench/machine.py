"""Where a benchmark ran, and with which versions."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

from tests.bench.corpus import node_tool

PACKAGES = ("patchgate", "pygit2", "tree-sitter", "tree-sitter-typescript", "lsprotocol", "SQLAlchemy")


def machine() -> dict[str, object]:
    load = os.getloadavg()
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "load_at_start": [round(each, 2) for each in load],
    }


def versions() -> dict[str, str]:
    node = subprocess.run([node_tool("node"), "--version"], capture_output=True, text=True, timeout=30, check=True)
    found = {"python": platform.python_version(), "node": node.stdout.strip()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
