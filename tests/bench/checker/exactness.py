"""Mutations, each judged warm and cold. What is done is in a file of JSON lines, so that a run can be stopped and goes on.

Mutation ``number`` of a repository is the same in every run: its kind, its file and its text come from the number alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

from tests.bench.checker.mutations import KINDS
from tests.bench.checker.mutations.source import Source
from tests.bench.checker.subject import NONE, REFUSED, REJECT, Cold, Warm
from tests.bench.corpus import seed_of

_TRIES = 400
_SYNTAX = re.compile(r"TS1\d{3}\Z")
_MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Mutation:
    """``path`` is the file that it was made from."""

    number: int
    kind: str
    path: str
    files: Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Result:
    """``differs`` is empty if both say the same; ``same`` says so. ``stopped``: the warm check stopped early."""

    repository: str
    commit: str
    number: int
    kind: str
    path: str
    warm: str
    cold: str
    how: str
    stopped: bool
    warm_s: float
    cold_s: float
    differs: str

    @property
    def same(self) -> bool:
        return not self.differs


class Judges(Protocol):
    """A ``Subject``, or what stands for one in a test."""

    def warm(self, files: Mapping[str, bytes | None]) -> Warm: ...

    def cold(self, files: Mapping[str, bytes | None]) -> Cold: ...


def mutation(number: int, files: Sequence[str], read: Callable[[str], bytes | None]) -> Mutation | None:
    """The mutation of that number. None if no file of the project has a place for its kind."""
    kind = list(KINDS)[number % len(KINDS)]
    random = Random(seed_of("exactness", number, kind))
    known = tuple(sorted(files))

    def text_of(path: str) -> str | None:
        content = read(path)
        if content is None or len(content) > _MOST_BYTES or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe")):
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return None

    for path in random.sample(known, min(_TRIES, len(known))):
        text = text_of(path)
        if text is None or path.endswith(".json"):
            continue
        made = KINDS[kind](Source(path, text, known, text_of), random)
        if made and any(text_of(each) != new for each, new in made.items()):
            contents = {each: None if new is None else new.encode() for each, new in made.items()}
            return Mutation(number, kind, path, contents)
    return None


def run(
    repository: str,
    commit: str,
    judges: Judges,
    mutations: Iterator[Mutation],
    journal: Path,
) -> Iterator[Result]:
    """Every mutation's result: those of the journal as they are there, the others judged now and written to it."""
    _end_line(journal)
    known = {result.number: result for result in journaled(journal) if result.repository == repository}
    for each in mutations:
        found = known.get(each.number)
        if found is not None and (found.commit, found.kind, found.path) == (commit, each.kind, each.path):
            yield found
            continue
        warm, cold = judges.warm(each.files), judges.cold(each.files)
        seconds = round(warm.seconds, 4), round(cold.seconds, 3)
        said = warm.verdict, cold.verdict, warm.how, warm.partial
        result = Result(repository, commit, each.number, each.kind, each.path, *said, *seconds, difference(warm, cold))
        with journal.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(result)) + "\n")
        yield result


def _end_line(journal: Path) -> None:
    """A stop can cut the last line short; what comes next must not be joined to it."""
    if journal.exists() and not journal.read_bytes().endswith(b"\n"):
        with journal.open("a", encoding="utf-8") as lines:
            lines.write("\n")


def journaled(journal: Path) -> Iterator[Result]:
    """What is in the journal. A last line that a stop cut short is left out."""
    if not journal.exists():
        return
    for line in journal.read_text("utf-8").splitlines():
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        yield Result(**entry)


def difference(warm: Warm, cold: Cold) -> str:
    """In words; empty if they agree.

    A check that stopped early need not have all errors, but none that the cold one lacks. A command line shows
    declaration errors only where it has no others, so those of the warm check are left out then. A refusal because
    something would go unchecked is no statement about types: it is counted apart. After syntax errors a command line stops,
    and the other errors cannot be compared.
    """
    if warm.verdict == NONE:
        return f"no verdict: {warm.why}"
    if warm.how == REFUSED:
        return ""
    hidden = warm.declaration if cold.told else frozenset()
    mine = warm.new - hidden
    if warm.verdict == REJECT and not mine and hidden:
        return ""
    if warm.verdict != cold.verdict:
        shown = sorted(warm.new or cold.new)[:3]
        return f"{'false accept' if cold.verdict == REJECT else 'false reject'}: {shown} {warm.why}".strip()
    if cold.new and all(_SYNTAX.match(code) for *_, code in cold.new):
        return ""
    if extra := mine - cold.new:
        return f"not in cold: {sorted(extra)[:3]}"
    if not warm.partial and (missing := cold.new - mine):
        return f"only in cold: {sorted(missing)[:3]}"
    return ""


def by_kind(results: Sequence[Result]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        mine = [each for each in results if each.kind == kind]
        if mine:
            found[kind] = {
                "tried": len(mine),
                "same": sum(each.same for each in mine),
                "rejected_cold": sum(each.cold == REJECT for each in mine),
                "false_accepts": sum(each.differs.startswith("false accept") for each in mine),
                "false_rejects": sum(each.differs.startswith("false reject") for each in mine),
                "other_sets": sum(each.differs.startswith(("not in", "only in")) for each in mine),
                "no_verdict": sum(each.warm == NONE for each in mine),
                "refused": sum(each.how == REFUSED for each in mine),
                "stopped": sum(each.stopped for each in mine),
                "warm_s": round(sum(each.warm_s for each in mine), 2),
                "cold_s": round(sum(each.cold_s for each in mine), 2),
                "examples": [f"{e.repository} {e.number} {e.path}: {e.differs}"[:400] for e in mine if not e.same][:5],
            }
    return found
