"""The file touches the global scope, or ceases to."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source

ADDED = (
    "interface String { patchgateProbe(): number }",
    "interface Array<T> { length: string }",
    "interface Promise<T> { patchgateProbe: T }",
    "interface Error { message: number }",
    "var patchgateGlobal: string",
)


def propose(source: Source, random: Random) -> Files | None:
    blocks = source.nodes('(ambient_declaration "global" (statement_block)) @found')
    if blocks and random.random() < 0.5:
        return source.replaced_node(random.choice(blocks), "")
    chosen = random.choice(ADDED)
    if not source.is_module:
        return source.appended(f"{chosen}\n")
    if source.path.endswith((".js", ".jsx", ".mjs", ".cjs")):
        return None
    return source.appended(f"declare global {{ {chosen} }}\n")
