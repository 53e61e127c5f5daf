"""Real edits: the files of zod and effect from one release to the next, each judged on the older release.

The package's own source is a project of its own. What it imports and does not bring along is an old error of the base.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runner.ports import Engine
from tests.bench.checker.subject import NONE, REJECT, Subject
from tests.bench.corpus import CACHE, load, releases, seed_of
from tests.bench.typecheck import TSCONFIG

PACKAGES = ("zod", "effect")


@dataclass(frozen=True, slots=True)
class Step:
    """One file of one release. ``cold_s`` is one cold run of the older release."""

    package: str
    old: str
    new: str
    path: str
    how: str
    verdict: str
    warm_s: float
    cold_s: float


def pairs(*, quick: bool) -> list[tuple[str, str, str]]:
    """(package, old, new); ``quick``: the newest pair of each package."""
    found = [each for each in releases() if each[0] in PACKAGES]
    return list({package: (package, old, new) for package, old, new in found}.values()) if quick else found


def changed(package: str, old: str, new: str) -> dict[str, bytes | None]:
    left, right = load(package, old), load(package, new)
    differing = [path for path in sorted(left.keys() | right.keys()) if left.get(path) != right.get(path)]
    return {path: right[path].encode() if path in right else None for path in differing}


def walk(package: str, old: str, new: str, engine: Engine, *, typescript: str, most: int | None) -> Iterator[Step]:
    """``most``: a sample of so many files, the same in every run."""
    files = changed(package, old, new)
    chosen = sorted(files, key=lambda path: seed_of("releases", package, old, path))[:most]
    with project_of(load(package, old), typescript) as root, Subject(root, engine) as subject:
        colds = [subject.cold({"src/patchgateProbe.ts": b"export {};\n"}).seconds for _ in range(3)]
        cold = round(statistics.median(colds), 3)
        subject.warm({"src/patchgateProbe.ts": b"export {};\n"})  # opens the project
        for path in chosen:
            warm = subject.warm({path: files[path]})
            yield Step(package, old, new, path, warm.how, warm.verdict, round(warm.seconds, 4), cold)


@contextmanager
def project_of(sources: dict[str, str], typescript: str) -> Iterator[Path]:
    """A repository of these files, which says that it uses that TypeScript."""
    (CACHE / "work").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE / "work") as folder:
        root = Path(folder)
        root.chmod(0o755)
        manifest = {"name": "release", "private": True, "devDependencies": {"typescript": typescript}}
        files = {**sources, "tsconfig.json": TSCONFIG.decode(), "package.json": json.dumps(manifest)}
        files[".gitignore"] = "node_modules\n"
        files["node_modules/typescript/package.json"] = json.dumps({"name": "typescript", "version": typescript})
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="")
        for command in (("init", "-q", "-b", "main"), ("add", "-A"), (*_WHO, "commit", "-qm", "release")):
            subprocess.run(("git", *command), cwd=root, check=True, capture_output=True)
        yield root


_WHO = ("-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false")


def summary(steps: list[Step]) -> dict[str, object]:
    """By package: the share of each path, and the mean cost against cold."""
    found: dict[str, object] = {}
    for package in dict.fromkeys(step.package for step in steps):
        mine = [step for step in steps if step.package == package]
        paths = Counter(step.how for step in mine)
        found[package] = {
            "edits": len(mine),
            "rejected": sum(step.verdict == REJECT for step in mine),
            "no_verdict": sum(step.verdict == NONE for step in mine),
            "paths": {path: round(count / len(mine), 3) for path, count in paths.most_common()},
            "mean_warm_s": round(statistics.mean(step.warm_s for step in mine), 4),
            "cold_s": round(statistics.mean(step.cold_s for step in mine), 3),
            "mean_ratio": round(statistics.mean(step.warm_s / step.cold_s for step in mine), 4),
        }
    return found
