"""Projects of ours that exist only in the checker server: for files that no project includes, and for declaration files.

A virtual config stands beside the tsconfig that it extends. Its errors are compared, and never counted in a baseline.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from runner.checker.config_inputs import references
from runner.checker.health import Health
from runner.checker.inferred import SUFFIX, InferredProject
from runner.checker.question import Question
from runner.checker.server.process import CheckerServer
from runner.checker.server.tree_server import TreeServer
from runner.checker.server.wire import Checked, Opened
from runner.model.diagnostics import Unjudged
from runner.model.tree import FileState, TreeReader

Cancel = threading.Event | None
ANCHOR = ".patchgate/anchor.d.ts"
_EMPTY = FileState(b"export {};\n")


@dataclass(frozen=True, slots=True)
class VirtualProject:
    """``text`` is what the compiler reads at ``config``; ``extra`` are other files that only this project has."""

    config: str
    typescript: str
    text: str
    extra: Mapping[str, FileState] = field(default_factory=dict)


@dataclass
class VirtualProjects:
    """Not thread-safe. A project stays open while its text and snapshot are the same."""

    server: TreeServer
    health: Health
    _open: dict[str, tuple[CheckerServer, str, str, Opened]] = field(default_factory=dict)

    def judge(self, project: VirtualProject, question: Question) -> tuple[Opened, list[Checked], Unjudged | None]:
        """The project on the base, and every batch of the candidate. Raises ``NoVerdict``."""
        candidate, cancel = question.candidate, question.cancel
        server = self.server.at(candidate.base, cancel)
        opened = self._opened(server, project, candidate.base, cancel)
        if sick := self.health.of(opened, question.tree):
            return opened, [], sick
        batches = list(_batches(server, project.config, candidate.files, cancel))
        server.end(False, cancel)
        return opened, batches, None

    def _opened(self, server: CheckerServer, project: VirtualProject, snapshot: str, cancel: Cancel) -> Opened:
        known = self._open.get(project.config)
        if known and known[:3] == (server, snapshot, project.text) and project.config in server.open_configs:
            return known[3]
        server.rebase({project.config: FileState(project.text.encode()), **project.extra}, cancel)
        opened = server.open(project.config, project.typescript, cancel)
        self._open[project.config] = (server, snapshot, project.text, opened)
        return opened


def for_uncovered(inferred: InferredProject, tree: TreeReader, typescript: str) -> VirtualProject:
    """The project of files that no project includes.

    Its text is the same for the base and the candidate: a new file is named by ``include``, which may find nothing. An
    empty module keeps the project from having no files at all.
    """
    folder, name = posixpath.split(inferred.config)
    config: dict[str, Any] = json.loads(inferred.text)
    existing = [
        each for each in config["files"] if tree.kind(posixpath.normpath(posixpath.join(folder, each))) == "file"
    ]
    edited = [posixpath.relpath(path, folder or ".") for path in inferred.files]
    text = json.dumps({**config, "files": [ANCHOR, *existing], "include": edited, "exclude": []})
    # Another text is another project: a configuration never changes while it is open.
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    own = posixpath.join(folder, f"{name.removesuffix(SUFFIX)}.{digest}{SUFFIX}")
    return VirtualProject(own, typescript, text, {posixpath.join(folder, ANCHOR): _EMPTY})


def for_declarations(config: str, tree: TreeReader, typescript: str) -> VirtualProject:
    """A project's twin that also looks at declaration files, which ``skipLibCheck`` leaves out."""
    folder, name = posixpath.split(config)
    text = json.dumps(
        {
            "extends": f"./{name}",
            "references": [{"path": path} for path in references(tree, config)],
            "compilerOptions": {"skipLibCheck": False, "skipDefaultLibCheck": True, "composite": False, "noEmit": True},
        }
    )
    own = posixpath.join(folder, f"{name.removesuffix('.json')}.patchgate-declarations.json")
    return VirtualProject(own, typescript, text)


def _batches(
    server: CheckerServer, config: str, files: Mapping[str, FileState | None], cancel: Cancel
) -> Iterator[Checked]:
    batch = server.judge([config], files, cancel)
    yield from batch.projects
    while not batch.done:
        batch = server.more(cancel)
        yield from batch.projects
