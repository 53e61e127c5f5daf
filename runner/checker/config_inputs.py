"""The files that say which projects there are: with another text of one of them, everything is asked anew."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any

from runner.checker.state import is_config
from runner.model.tree import TreeReader
from runner.syntax.jsonc import parse_jsonc

_MAX_BYTES = 1_000_000


class ConfigInputs:
    """A set of paths: every configuration by its name, and what the configurations extend."""

    def __init__(self, extended: frozenset[str]) -> None:
        self._extended = extended

    def __contains__(self, path: str) -> bool:
        return is_config(path) or path in self._extended


def config_inputs(tree: TreeReader, configs: Iterable[str]) -> ConfigInputs:
    found: set[str] = set()
    waiting = list(configs)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting += _extended(tree, path)
    return ConfigInputs(frozenset(found))


def references(tree: TreeReader, path: str) -> tuple[str, ...]:
    """The paths of a configuration's references, as they are written."""
    listed = _read(tree, path).get("references")
    named = [each.get("path") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return tuple(name for name in named if isinstance(name, str))


def _read(tree: TreeReader, path: str) -> dict[str, Any]:
    """A configuration; empty if it cannot be read."""
    state = tree.read(path)
    if state is None or len(state.content) > _MAX_BYTES:
        return {}
    try:
        config = parse_jsonc(state.content.decode("utf-8"), unique_keys=False)
    except (ValueError, RecursionError):
        return {}
    return config if isinstance(config, dict) else {}


def _extended(tree: TreeReader, path: str) -> list[str]:
    folder = posixpath.dirname(path)
    found = []
    names = _read(tree, path).get("extends")
    for name in names if isinstance(names, list) else [names]:
        if not isinstance(name, str):
            continue
        joined = posixpath.normpath(posixpath.join(folder, name))
        found += [each for each in (joined, f"{joined}.json") if tree.kind(each) == "file"]
    return found
