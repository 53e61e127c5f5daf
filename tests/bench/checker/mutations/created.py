"""A new file beside this one: right, wrong, or in front of a module that others import."""

from __future__ import annotations

import posixpath
from random import Random

from tests.bench.checker.mutations.source import Files, Source

TEXTS = (
    "export const patchgateProbe: number = 1;\n",
    "export const patchgateProbe: number = 'text';\n",
    "interface Array<T> { length: string }\n",
    "declare const patchgateAmbient: number;\n",
    "declare module '*.patchgate' { const text: string; export default text; }\n",
    "import { patchgateNothing } from './patchgateMissing';\nexport const patchgateProbe = patchgateNothing;\n",
)


def propose(source: Source, random: Random) -> Files | None:
    folder = posixpath.dirname(source.path)
    if random.random() < 0.4:
        shadowed = [path for path in source.others if path.endswith(("/index.ts", "/index.tsx"))]
        if shadowed:
            taken = posixpath.dirname(random.choice(shadowed)) + ".ts"
            return None if taken in source.others else {taken: "export {};\n"}
    path = posixpath.join(folder, "patchgateProbe.ts")
    if path in source.others:
        return None
    return {path: random.choice(TEXTS)}
