"""What stands at the top of the checkout is decided, not grown."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = {".ci", "docs", "examples", "images", "lsp_bridge", "runner", "tests"}
FILES = {"CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml", "requirements.lock", ".gitignore"}
# GitHub and pre-commit look for these in the root alone (ADR 22).
FOUND_BY_OTHERS = {"action.yml", ".pre-commit-hooks.yaml"}


def test_the_top_level_has_these_names_and_no_others() -> None:
    listed = subprocess.run(["git", "-C", str(CHECKOUT), "ls-files"], capture_output=True, text=True, check=True).stdout
    assert {path.partition("/")[0] for path in listed.splitlines()} == FOLDERS | FILES | FOUND_BY_OTHERS
