"""A parameter more, needed or not, at the front or at the end."""

from __future__ import annotations

import re
from random import Random

from tree_sitter import Node

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = [each for each in source.nodes("(formal_parameters) @found") if not _is_setter(source, each)]
    if not found:
        return None
    chosen = random.choice(found)
    inner = source.syntax.source(chosen)[1:-1]
    if "this" in inner or "..." in inner:
        return None
    first, more = random.choice(((True, "patchgateExtra: never"), (False, "patchgateExtra?: number")))
    parts = [more, inner.strip()] if first else [inner.strip().removesuffix(","), more]
    return source.replaced_node(chosen, f"({', '.join(part for part in parts if part)})")


def _is_setter(source: Source, node: Node) -> bool:
    return node.parent is not None and re.match(r"(static )?[gs]et ", source.syntax.source(node.parent)) is not None
