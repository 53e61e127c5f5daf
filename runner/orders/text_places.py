"""Parses the text of an order into plain data and records the line of each value. Bounded, whatever the text contains."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import yaml

from runner.errors import UsageError

MAX_DEPTH, MAX_VALUES = 40, 200_000
Lines = dict[tuple[str | int, ...], int]


def parse_with_lines(raw: bytes, path: Path) -> tuple[object, Lines]:
    """The data, and the 1-based line of each key and item by its location. JSON if it looks like JSON, else YAML."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start})", "Save it as UTF-8.") from error
    lines: Lines = {}
    if text.lstrip().startswith(("{", "[")):
        data = _json(text, path)
        with suppress(yaml.YAMLError, RecursionError):
            # JSON is YAML except for tabs, which YAML refuses as indentation.
            _collect(yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader), path, lines)
    else:
        data = _yaml(text, path, lines)
    _check_plain(data, path)
    return data, lines


def _json(text: str, path: Path) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}", "Correct the syntax there."
        ) from error
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{path}: not JSON: {error}", "Write it flatter, with smaller numbers.") from error


def _yaml(text: str, path: Path, lines: Lines) -> object:
    """Nodes are counted before values are made from them: aliases of aliases turn a few lines into gigabytes."""
    try:
        _collect(yaml.compose(text, Loader=yaml.SafeLoader), path, lines)
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error)
        raise UsageError(f"{place}: not YAML: {problem}", "Correct the syntax there.") from error


def _collect(root: yaml.Node | None, path: Path, lines: Lines) -> None:
    left: list[tuple[yaml.Node, tuple[str | int, ...]]] = [] if root is None else [(root, ())]
    while left:
        node, place = left.pop()
        if len(place) > MAX_DEPTH or len(lines) > MAX_VALUES:
            what = f"values nested deeper than {MAX_DEPTH}" if len(place) > MAX_DEPTH else f"over {MAX_VALUES} values"
            raise UsageError(f"the order {path} holds {what}", "Write it flatter and shorter, with fewer aliases.")
        lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for number, (key, value) in enumerate(node.value):
                # A key that is a list or a mapping is refused later. Here it only has to be counted.
                name = str(key.value) if isinstance(key, yaml.ScalarNode) else f"?{number}"
                line = key.start_mark.line + 1
                if (*place, name) in lines and name != "<<":
                    raise UsageError(f"{path}:{line}: {name!r} stands there twice", "Keep one of the two.")
                lines[(*place, name)] = line
                left.append((value, (*place, name)))
        elif isinstance(node, yaml.SequenceNode):
            left += [(item, (*place, number)) for number, item in enumerate(node.value)]


def _check_plain(data: object, path: Path) -> None:
    """YAML has values that JSON has not: dates, sets, bytes, numeric keys. Raises ``UsageError``."""
    left = [(data, 0)]
    while left:
        value, depth = left.pop()
        if depth > MAX_DEPTH:
            raise UsageError(f"the order {path} holds values nested deeper than {MAX_DEPTH}", "Write it flatter.")
        if isinstance(value, dict):
            left += [(each, depth + 1) for each in value.values()]
            strange = [key for key in value if not isinstance(key, str)][:1]
        elif isinstance(value, list):
            left += [(each, depth + 1) for each in value]
            strange = []
        else:
            strange = [] if _plain(value) else [value]
        for each in strange:
            kind = type(each).__name__
            shown = "" if isinstance(each, int) else f" {str(each)[:80]!r}"
            raise UsageError(f"the order {path} holds a {kind}{shown} where JSON has none", "Put it into quotes.")


def _plain(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) < 2**63
    return value is None or isinstance(value, str | float)
