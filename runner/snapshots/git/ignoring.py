"""``.gitignore`` rules as in gitignore(5), for folders that are not a repository.

libgit2 is of no use here: it reads rules only from its own working tree, and it drops a ``!rule`` that undoes a rule of
a parent folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLASS = re.compile(r"\[([!^]?)(\]?(?:\\.|\[:\w+:\]|[^\]\\])*)\]", re.DOTALL)
_POSIX = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s"}


@dataclass(frozen=True, slots=True)
class Rule:
    """If ``whole``, it matches the path relative to the folder of the rule's file, else only the last name. ``keeps``
    means ``!``.
    """

    pattern: re.Pattern[str]
    whole: bool
    keeps: bool
    folders_only: bool


def parse_rules(text: str) -> tuple[Rule, ...]:
    """The rules of one file, in order."""
    found = (_rule(line.removesuffix("\r")) for line in text.removeprefix("\ufeff").split("\n"))
    return tuple(rule for rule in found if rule is not None)


def verdict(rules: tuple[Rule, ...], path: str, *, is_folder: bool) -> bool | None:
    """True: ignored. False: kept. None: no rule of this file matches ``path``, which is relative to the file's folder."""
    for rule in reversed(rules):
        if rule.folders_only and not is_folder:
            continue
        if rule.pattern.fullmatch(path if rule.whole else path.rpartition("/")[2]):
            return not rule.keeps
    return None


def _rule(line: str) -> Rule | None:
    bare = re.sub(r"(?<!\\) +$", "", line)
    keeps = bare.startswith("!")
    bare = bare.removeprefix("!") if keeps else bare
    if not bare or (bare.startswith("#") and not keeps):
        return None
    folders_only = bare.endswith("/")
    bare = bare.removesuffix("/")
    whole = "/" in bare
    bare = bare.removeprefix("/")
    try:
        return Rule(re.compile(_regex(bare), re.DOTALL), whole, keeps, folders_only) if bare else None
    except re.error:
        return None  # a class such as [z-a] matches nothing


def _regex(glob: str) -> str:
    parts: list[str] = []
    index = 0
    while index < len(glob):
        at_start = index == 0 or glob[index - 1] == "/"
        bracket = _CLASS.match(glob, index)
        if at_start and glob.startswith("**/", index):
            parts.append("(?:[^/]+/)*")
            index += 3
        elif at_start and glob[index:] == "**":
            parts.append(".+")
            index += 2
        elif glob[index] == "*":
            parts.append("[^/]*")
            index += 1
        elif glob[index] == "?":
            parts.append("[^/]")
            index += 1
        elif bracket is not None:
            parts.append(_class(bracket[1], bracket[2]))
            index = bracket.end()
        elif glob[index] == "\\" and index + 1 < len(glob):
            parts.append(re.escape(glob[index + 1]))
            index += 2
        else:
            parts.append(re.escape(glob[index]))
            index += 1
    return "".join(parts)


def _class(negated: str, body: str) -> str:
    named = re.sub(r"\[:(\w+):\]", lambda found: f"\0{found[1]}\0", body)
    escaped = re.sub(r"\\(.)|([\\\[\]^&~|])", lambda found: "\\" + (found[1] or found[2]), named)
    ranges = re.sub(r"\0(\w+)\0", lambda found: _POSIX.get(found[1], ""), escaped)
    return f"(?!/)[{'^' if negated else ''}{ranges}]"
