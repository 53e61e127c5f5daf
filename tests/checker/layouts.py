"""Random edits of comments and layout, honest and not, and random errors for them to move."""

from __future__ import annotations

import random
import re
from itertools import chain

from runner.syntax.trivia import Scan, trivia

_INSERTED = (
    " /* why */ ",
    " // why\n",
    "\n",
    "\n\n",
    " ",
    "\n/**\n * What it is.\n * @param x the x\n */\n",
    "\n// @ts-ignore\n",
    "/* @ts-expect-error */",
    "\n/** @see Other */\n",
    "/*\n*/",
)
_COMMENT = re.compile(r"//[^\r\n]*|/\*[\s\S]*?\*/")
_WORD = re.compile(r"[A-Za-z_$][\w$]{2,}")


def spoilt(text: str, path: str, chance: random.Random) -> str:
    """The text with a few misspelt words and directives, so that it has errors of types."""
    scan = trivia(text, path)
    if scan is None or len(scan.tokens) < 20:
        return text
    tokens, gaps = list(scan.tokens), list(scan.gaps)
    # (Not in the name of a tag, which has to be closed by the same name.)
    dots = (at for at in range(3, len(tokens)) if tokens[at - 1] == "." and tokens[at - 3] not in ("<", "/"))
    members = [at for at in dots if _WORD.fullmatch(tokens[at])]
    for at in chance.sample(members, min(4, len(members))):
        tokens[at] += "Zz"
    for _ in range(4):
        at = chance.randrange(len(tokens))
        if "\n" in gaps[at]:
            gaps[at] = gaps[at].rstrip(" ") + "// @ts-expect-error\n"
    return _joined(tokens, gaps)


def relaid(scan: Scan, chance: random.Random) -> str:
    """One gap is changed, whether that is harmless or not."""
    gaps = list(scan.gaps)
    breaks = [at for at, gap in enumerate(gaps) if "\n" in gap]
    at = chance.choice(breaks) if breaks and chance.random() < 0.7 else chance.randrange(len(gaps))
    gap = gaps[at]
    match chance.randrange(5):
        case 0:
            gaps[at] = _COMMENT.sub("", gap)
        case 1:
            gaps[at] = _COMMENT.sub("/* another */", gap)
        case 2:
            gaps[at] = " " if gap else ""
        case _:
            place = chance.choice((0, len(gap)))
            gaps[at] = gap[:place] + chance.choice(_INSERTED) + gap[place:]
    return _joined(scan.tokens, gaps)


def _joined(tokens: list[str] | tuple[str, ...], gaps: list[str]) -> str:
    return "".join(chain.from_iterable(zip(gaps, (*tokens, ""), strict=True)))
