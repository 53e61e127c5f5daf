"""A module is augmented from another file, or an augmentation goes."""

from __future__ import annotations

import re
from random import Random

from tests.bench.checker.mutations.source import Files, Source

_PLAIN = re.compile(r"^export interface (\w+) \{", re.MULTILINE)


def propose(source: Source, random: Random) -> Files | None:
    blocks = source.nodes("(ambient_declaration (module name: (string))) @found")
    if blocks and random.random() < 0.5:
        return source.replaced_node(random.choice(blocks), "")
    found = sorted(set(source.imports()))
    if not found or not source.is_module or not source.path.endswith((".ts", ".tsx", ".mts", ".cts")):
        return None
    specifier, path = random.choice(found)
    names = _PLAIN.findall(source.read(path) or "")
    name = random.choice(names) if names else "PatchgateAdded"
    field = random.choice(("patchgateField: number", "patchgateField?: number"))
    return source.appended(f"declare module '{specifier}' {{ interface {name} {{ {field} }} }}\n")
