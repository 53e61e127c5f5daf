"""What each kind of edit costs, warm, beside one cold run of the projects that it reaches, in the same repetition.

The hub is the module of the project that most others import, the leaf one that nobody imports. Every repetition makes
another text, so that nothing can be remembered by content.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from runner.syntax.outline import flat, outline
from tests.bench.checker.mutations.source import Source
from tests.bench.checker.subject import NONE, Subject
from tests.bench.repos.survey import Project

COMMENT, BODY = "comment-only", "body only"
LEAF_EXPORT, HUB_EXPORT = "new export in a leaf", "new export in a hub"
OWN_ERROR, RENAME = "error in its own file", "rename that breaks importers"
EIGHT = "eight candidates on one base, in all"
# At most so much of a cold run: TypeScript 7, and 5 and 6.
GOALS = {
    COMMENT: (0.005, 0.005),
    BODY: (0.03, 0.05),
    LEAF_EXPORT: (0.25, 0.3),
    HUB_EXPORT: (0.5, 0.6),
    OWN_ERROR: (0.02, 0.05),
    RENAME: (0.08, 0.15),
    EIGHT: (2.5, 3.0),
}
_SOURCE = re.compile(r"(?<!\.d)\.[mc]?tsx?\Z")
Files = Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Timing:
    """``warm_s`` and ``cold_s`` are medians, ``ratio`` is the median of the ratios. ``verdicts`` are all that came."""

    edit: str
    path: str
    warm_s: float
    cold_s: float
    ratio: float
    goal: float
    how: tuple[str, ...]
    verdicts: tuple[str, ...]

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal and NONE not in self.verdicts


class _Row(NamedTuple):
    path: str
    warm_s: float
    cold_s: float
    how: str
    verdict: str


class Places:
    """A hub, a leaf and a function body of one project."""

    def __init__(self, project: Project, read: Callable[[str], bytes | None]) -> None:
        paths = tuple(sorted(path for path in project.files if _SOURCE.search(path)))
        known = tuple(sorted(project.files))
        self._texts = {path: text for path in paths if (text := _text(read(path))) is not None}
        sources = {path: Source(path, text, known, self._texts.get) for path, text in self._texts.items()}
        importers: Counter[str] = Counter()
        for path, source in sources.items():
            importers.update({target for _, target in source.imports() if target != path})
        modules = [path for path, source in sources.items() if source.exported and source.is_module]
        if not modules:
            raise LookupError(f"{project.config} has no module that exports anything")
        self.hub = max(modules, key=lambda path: (importers[path], path))
        self.leaf = min(modules, key=lambda path: (importers[path], path))
        self.importers = importers[self.hub]
        self.modules = modules

    def text(self, path: str) -> str:
        return self._texts[path]

    def body(self, path: str) -> int | None:
        """Where a function body of the file begins, if it has one."""
        text = self._texts[path]
        found = (each for each in flat(outline(text, path)) if each.body and each.kind in ("function", "method"))
        return next((each.body[0] + 1 for each in found if each.body and text[each.body[0]] == "{"), None)

    def with_bodies(self) -> list[str]:
        ordered = sorted(self.modules, key=lambda path: (path != self.hub, path))
        return [path for path in ordered if self.body(path) is not None]


def edits(places: Places, number: int) -> Iterator[tuple[str, str, Files]]:
    """(edit, path, files) of one repetition."""
    hub, leaf = places.hub, places.leaf
    yield COMMENT, hub, {hub: f"// Only a comment, {number}.\n{places.text(hub)}".encode()}
    if bodies := places.with_bodies():
        yield BODY, bodies[0], {bodies[0]: in_body(places, bodies[0], number)}
    yield LEAF_EXPORT, leaf, {leaf: more(places.text(leaf), f"export const patchgate{number}: number = 1;")}
    yield HUB_EXPORT, hub, {hub: more(places.text(hub), f"export const patchgate{number}: number = 1;")}
    yield OWN_ERROR, hub, {hub: more(places.text(hub), f"export const patchgate{number}: number = 'text';")}
    text = places.text(hub)
    for each in outline(text, hub):
        if each.exported and text.startswith(each.name, each.name_start):
            renamed = f"{text[: each.name_start]}{each.name}Patchgate{number}{text[each.name_start + len(each.name) :]}"
            yield RENAME, hub, {hub: renamed.encode()}
            return


def in_body(places: Places, path: str, number: int) -> bytes:
    text, at = places.text(path), places.body(path)
    assert at is not None
    return f"{text[:at]} const patchgate{number} = {number}; void patchgate{number};{text[at:]}".encode()


def measure(subject: Subject, project: Project, *, repetitions: int) -> list[Timing]:
    places = Places(project, subject.survey.read)
    goal = 0 if project.version.startswith("7.") else 1
    subject.warm({places.hub: more(places.text(places.hub), "export const patchgateWarmUp: number = 1;")})
    kept: dict[str, list[_Row]] = {}
    for number in range(1, repetitions + 1):
        cold = subject.cold({places.hub: more(places.text(places.hub), f"export const cold{number}: number = 1;")})
        for edit, path, files in edits(places, number):
            warm = subject.warm(files)
            kept.setdefault(edit, []).append(_Row(path, warm.seconds, cold.seconds, warm.how, warm.verdict))
        if bodies := places.with_bodies()[:8]:
            eight = [subject.warm({path: in_body(places, path, number)}) for path in bodies]
            spent = sum(each.seconds for each in eight) * 8 / len(bodies)
            verdict = NONE if any(each.verdict == NONE for each in eight) else eight[0].verdict
            kept.setdefault(EIGHT, []).append(_Row(bodies[0], spent, cold.seconds, eight[0].how, verdict))
    return [_timing(edit, rows, GOALS[edit][goal]) for edit, rows in kept.items()]


def _timing(edit: str, rows: Sequence[_Row], goal: float) -> Timing:
    warm = statistics.median(row.warm_s for row in rows)
    cold = statistics.median(row.cold_s for row in rows)
    ratio = statistics.median(row.warm_s / row.cold_s for row in rows)
    how = tuple(dict.fromkeys(row.how for row in rows))
    verdicts = tuple(dict.fromkeys(row.verdict for row in rows))
    return Timing(edit, rows[0].path, round(warm, 4), round(cold, 3), round(ratio, 5), goal, how, verdicts)


def more(text: str, line: str) -> bytes:
    between = "" if text.endswith("\n") else "\n"
    return f"{text}{between}{line}\n".encode()


def _text(content: bytes | None) -> str | None:
    try:
        return None if content is None or content.startswith(b"\xef\xbb\xbf") else content.decode()
    except UnicodeDecodeError:
        return None
