"""What is known of a snapshot: the files and errors of its projects, and how a judgement changes them. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from runner.checker.server.wire import Checked, Opened
from runner.model.diagnostics import Diagnostic, Unjudged

CONFIG_FILES = ("tsconfig", "jsconfig")


@dataclass(frozen=True, slots=True)
class ProjectState:
    """``errors`` are in the compiler's order. ``skips_declarations``: it has ``skipLibCheck``."""

    config: str
    typescript: str
    files: frozenset[str]
    errors: tuple[Diagnostic, ...]
    skips_declarations: bool = False

    def updated(self, checked: Iterable[Checked], gone: Iterable[str]) -> ProjectState:
        """The state after a judgement. ``gone`` are the files that the candidate removed."""
        errors = {path: tuple(found) for path, found in _by_file(self.errors, self.config).items()}
        files = self.files
        for batch in checked:
            errors.update(batch.errors)
            files = batch.files if batch.files is not None else files
        for path in gone:
            errors.pop(path, None)
            files -= {path}
        dropped = self.files - files
        kept = (error for path, found in errors.items() if path not in dropped for error in found)
        return replace(self, files=files, errors=tuple(kept))


@dataclass(frozen=True, slots=True)
class TreeState:
    """The projects of one snapshot, by config. ``notes`` say what a person should know about their compilers."""

    snapshot: str
    projects: Mapping[str, ProjectState]
    unjudged: tuple[Unjudged, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(error for project in self.projects.values() for error in project.errors)

    @property
    def covered(self) -> frozenset[str]:
        """Every file that some project includes."""
        return frozenset().union(*(project.files for project in self.projects.values()))

    def with_projects(self, projects: Iterable[ProjectState]) -> TreeState:
        return replace(self, projects={**self.projects, **{each.config: each for each in projects}})


def project_state(opened: Opened, typescript: str) -> ProjectState:
    return ProjectState(
        opened.config, typescript, opened.files, opened.errors, opened.options.get("skipLibCheck", False)
    )


def is_config(path: str) -> bool:
    """Whether a file is a compiler's configuration by its name."""
    name = path.rpartition("/")[2]
    return name.endswith(".json") and name.startswith(CONFIG_FILES)


def _by_file(errors: Iterable[Diagnostic], config: str) -> dict[str, list[Diagnostic]]:
    """Errors of the configuration have no file of the program, so they are kept together."""
    found: dict[str, list[Diagnostic]] = {}
    for error in errors:
        key = "" if not error.file or error.file == config or error.stage == "config" else error.file
        found.setdefault(key, []).append(error)
    return found
