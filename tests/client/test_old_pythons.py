"""The client runs in images of other people: with Python 3.9, and with nothing installed."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[2] / "runner/client"
MODULES = sorted(ROOM.glob("*.py"))
NEWER_THAN_39 = {"slots", "kw_only", "strict"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_the_syntax_is_that_of_python_39(module: Path) -> None:
    tree = ast.parse(module.read_text(), feature_version=(3, 9))
    keywords = {word.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords}
    assert not keywords & NEWER_THAN_39
    annotated = any(isinstance(node, ast.AnnAssign | ast.arg) for node in ast.walk(tree))
    assert not annotated or "from __future__ import annotations" in module.read_text()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_only_the_standard_library_and_this_room_are_imported(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            for name in named:
                assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("runner.client"), name


def test_the_shim_may_be_executed() -> None:
    assert os.access(ROOM / "patchctl", os.X_OK)
    assert (ROOM / "patchctl").read_text().startswith("#!/bin/sh\n")
