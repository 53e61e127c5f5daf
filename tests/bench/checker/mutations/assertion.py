"""What a call proves to the control flow changes: assertion functions, type guards, ``never``."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    proofs = source.nodes("[(asserts_annotation) (type_predicate_annotation)] @found")
    if proofs and random.random() < 0.7:
        return source.replaced_node(random.choice(proofs), random.choice((": void", ": boolean", ": asserts this")))
    endings = [node for node in source.nodes("(type_annotation) @found") if source.syntax.source(node) == ": never"]
    if endings:
        return source.replaced_node(random.choice(endings), ": void")
    if not source.is_module or not source.path.endswith((".ts", ".tsx", ".mts", ".cts")) or source.is_declaration:
        return None
    promise = random.choice(("asserts value is string", "asserts value", "value is string"))
    return source.appended(
        f"export function patchgateAssert(value: unknown): {promise} {{ if (!value) throw new Error(); return true as never; }}\n"
        "export function patchgateUse(value: unknown): string { patchgateAssert(value); return value; }\n"
    )
