"""The TypeScript projects of a repository as its own compiler sees them."""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.compilers import Cold, ColdCompiler, resolved_version
from tests.bench.corpus import seed_of

_CONFIG = re.compile(r"(^|/)(tsconfig(\.[\w.-]+)?|jsconfig)\.json\Z")
_REFERENCE = re.compile(r'"path"\s*:\s*"([^"]+)"')
# The command line stops here and shows no types.
_STOPS = re.compile(r"TS(5\d{3}|6053|6304|6306|6310|6379|18002|18003|18000|1005|1327|17004)\Z")
_MOST = 40


@dataclass
class Project:
    """One tsconfig. ``files`` are its own files of the tree; ``why`` says why its own compiler shows no types of it."""

    config: str
    version: str
    references: tuple[str, ...]
    files: frozenset[str]
    why: str = ""
    base: Cold | None = field(default=None, repr=False)

    @property
    def builds(self) -> bool:
        """Whether it stands on other projects, so that only ``tsc -b`` judges it."""
        return bool(self.references)


class Survey:
    """The projects of one repository, and their cold checks. A base is checked once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tracked = _tracked(root)
        self._compilers: dict[str, ColdCompiler] = {}
        configs = _configs(root, self.tracked)
        self.found = len(configs)
        if len(configs) > _MOST:
            configs = sorted(configs, key=lambda path: seed_of("survey", path))[:_MOST]
        found = (self._project(config) for config in sorted(configs))
        self.projects = {project.config: project for project in found if project is not None}

    def read(self, path: str) -> bytes | None:
        target = self.root / path
        return target.read_bytes() if path in self.tracked and target.is_file() and not target.is_symlink() else None

    def base(self, project: Project) -> Cold:
        if project.base is None:
            project.base = self.cold(project, {})
            stopped = [e for e in project.base.errors if _is_stop(e.file, e.code, project.config)]
            if stopped:
                project.why = f"{stopped[0].code}: {stopped[0].message}"
            elif project.base.exit_code and not project.base.errors:
                project.why = "tsc failed without an error"
        return project.base

    def healthy(self, project: Project) -> bool:
        if not project.files:
            return False
        self.base(project)
        return not project.why

    def cold(self, project: Project, files: Mapping[str, bytes | None]) -> Cold:
        return self._compiler(project.version).check(project.config, files, build=project.builds)

    def reached(self, files: Mapping[str, bytes | None]) -> list[Project]:
        """The projects that have an edited file, or would have it, and those that stand on them."""
        created = [path for path in files if path not in self.tracked]
        direct = {project.config for project in self.projects.values() if project.files & files.keys()}
        if created:
            beside = [p for p in self.projects.values() if p.config not in direct and self._is_near(p, created)]
            for project in beside:
                if self._compiler(project.version).files(project.config, files) & set(created):
                    direct.add(project.config)
        while True:
            more = {p.config for p in self.projects.values() if set(p.references) & direct} - direct
            if not more:
                return [self.projects[config] for config in sorted(direct)]
            direct |= more

    def _is_near(self, project: Project, created: list[str]) -> bool:
        folders = {posixpath.dirname(path) for path in created}
        return any(posixpath.dirname(file) in folders for file in project.files)

    def _project(self, config: str) -> Project | None:
        version = resolved_version(self.root, config)
        if version is None:
            return None
        text = (self.root / config).read_text("utf-8", "replace")
        targets = (_target(config, name, self.tracked) for name in _REFERENCE.findall(_references(text)))
        files = self._compiler(version).files(config)
        references = tuple(target for target in targets if target is not None)
        if not files and references:
            return None  # a solution: its parts are found by themselves
        return Project(config, version, references, files & self.tracked)

    def _compiler(self, version: str) -> ColdCompiler:
        return self._compilers.setdefault(version, ColdCompiler(self.root, version))


def _tracked(root: Path) -> frozenset[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    return frozenset(path for path in done.stdout.split("\0") if path)


def _configs(root: Path, tracked: frozenset[str]) -> list[str]:
    """``tsconfig.json`` wherever it is; others only where a manifest or a reference names them."""
    named = ""
    for path in sorted(tracked):
        name = posixpath.basename(path)
        if name == "package.json":
            named += json.dumps(_scripts((root / path).read_text("utf-8", "replace")))
        elif _CONFIG.search(path):
            named += _references((root / path).read_text("utf-8", "replace"))
    found = []
    for path in tracked:
        name = posixpath.basename(path)
        if not _CONFIG.search(path) or "node_modules" in path.split("/"):
            continue
        checks = name != "jsconfig.json" or '"checkJs": true' in (root / path).read_text("utf-8", "replace")
        if checks and (name in ("tsconfig.json", "jsconfig.json") or name in named):
            found.append(path)
    return found


def _scripts(text: str) -> object:
    try:
        manifest = json.loads(text)
    except ValueError:
        return ""
    return manifest.get("scripts", "") if isinstance(manifest, dict) else ""


def _references(text: str) -> str:
    match = re.search(r'"references"\s*:\s*\[(.*?)\]', text, re.DOTALL)
    return match[1] if match else ""


def _target(config: str, name: str, tracked: frozenset[str]) -> str | None:
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(config), name))
    return next((each for each in (joined, posixpath.join(joined, "tsconfig.json")) if each in tracked), None)


def _is_stop(file: str, code: str, config: str) -> bool:
    return (file in ("", config) or file.endswith(".json")) and _STOPS.match(code) is not None
