"""An enum has a member more, less, or one of another value; where there is none, a new one is used."""

from __future__ import annotations

from random import Random

from tests.bench.checker.mutations.source import Files, Source


def propose(source: Source, random: Random) -> Files | None:
    members = source.nodes("(enum_body [(property_identifier) (enum_assignment)] @found)")
    if members:
        chosen = random.choice(members)
        text = source.syntax.source(chosen)
        name = text.partition("=")[0].strip()
        return source.replaced_node(
            chosen, random.choice((f"{name} = 'patchgate'", f"{name}Patchgate", f"{text}, More"))
        )
    if source.is_declaration or not source.is_module or not source.path.endswith((".ts", ".tsx", ".mts", ".cts")):
        return None
    used = random.choice(("A", "B", "C"))
    return source.appended(
        f"export enum PatchgateEnum {{ A, B = 'b' }}\nexport const patchgateMember: PatchgateEnum = PatchgateEnum.{used};\n"
    )
