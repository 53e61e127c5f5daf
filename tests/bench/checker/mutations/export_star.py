"""``export * from`` goes, or comes from a neighbour."""

from __future__ import annotations

import posixpath
import re
from random import Random

from tree_sitter import Node

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    found = [node for node in source.nodes("(export_statement) @found") if _is_star(source, node)]
    if found and random.random() < 0.6:
        return source.replaced_node(random.choice(found), "")
    folder = posixpath.dirname(source.path)
    beside = [path for path in source.others if posixpath.dirname(path) == folder and path != source.path]
    beside = [path for path in beside if path.endswith((".ts", ".tsx")) and not path.endswith(".d.ts")]
    if not beside or not source.is_module:
        return None
    name = posixpath.splitext(posixpath.basename(random.choice(beside)))[0]
    ending = ".js" if re.search(r"from ['\"]\.[^'\"]*\.js['\"]", source.text) else ""
    return source.appended(f"export * from './{name}{ending}';\n")


def _is_star(source: Source, node: Node) -> bool:
    return re.match(r"export (type )?\* from", source.syntax.source(node)) is not None
