"""The checker of one tree as the product builds it. The one place here that knows how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from runner.app.checking import Checking
from runner.app.settings import read_settings
from runner.app.tree_services import TreeServices
from runner.ports import Engine
from runner.snapshots.git.store import GitSnapshots


def open_checker(root: Path, engine: Engine, labels: Mapping[str, str]) -> TreeServices:
    """The checker of ``HEAD``, with the ``node_modules`` that are installed there."""
    snapshots = GitSnapshots(root)
    tree = snapshots.tree(snapshots.resolve("HEAD").id)
    settings = replace(read_settings(), audit=0)
    return TreeServices(lambda: tree, root, lambda: engine, settings.work, labels, checking=Checking(settings))
