"""The checker of one tree, put together: its server, compilers from the toolchain store, and the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.app.settings import Settings
from runner.checker.audit import Audit
from runner.checker.health import Health
from runner.checker.opening import Opener
from runner.checker.server.process import CheckerServer
from runner.checker.server.tree_server import TreeServer
from runner.checker.toolchain import ToolchainStore, wanted_version
from runner.checker.uncovered import Beside
from runner.checker.virtual import VirtualProjects
from runner.checker.warm import WarmChecker
from runner.edits.changes.placing import carry_of
from runner.model.container import Mount
from runner.model.order import TypeScriptChoice
from runner.model.tree import TreeReader
from runner.ports import Engine
from runner.snapshots.git.tree import GitTree

TOOLCHAIN = "/opt/toolchain"
# The rest is for the projects' source and for the compilers that run cold beside the warm ones.
WARM_SHARE = 0.6


@dataclass(frozen=True)
class Checking:
    """What a person chose: which projects and versions, whether a file in no project is refused, and where to look.

    ``thorough`` finds every new error; otherwise a check may stop at the first ones.
    """

    settings: Settings
    choice: TypeScriptChoice = TypeScriptChoice()
    strict: bool = False
    say: Callable[[str], None] = lambda line: None
    thorough: bool = False


@dataclass(frozen=True)
class StoreVersions:
    """Implements ``Versions`` with the toolchain store. ``modules`` is the folder whose ``node_modules`` the tree has."""

    store: ToolchainStore
    modules: Path
    chosen: str | None

    def version_of(self, tree: TreeReader, config: str) -> tuple[str, str]:
        toolchain, note = self.store.provide(wanted_version(tree, self.modules, config, self.chosen))
        return toolchain.version, note


def make_checker(
    checking: Checking,
    *,
    connect: Callable[[], Engine],
    show: Callable[[], tuple[Sequence[Mount], str]],
    tree_of: Callable[[str], GitTree],
    modules: Path,
    installed: Callable[[], bool],
    labels: Mapping[str, str],
) -> WarmChecker:
    """``show`` gives the mounts of a tree and the snapshot that they show now. ``installed`` says whether it has any
    dependencies. The caller closes ``.server``.
    """
    from runner.app.toolchain import toolchain_store  # it loads the engines, which many commands do without

    settings = checking.settings
    store = toolchain_store(settings)
    versions = StoreVersions(store, modules, checking.choice.version)
    audit = Audit(settings.checker, settings.audit)

    def start() -> tuple[CheckerServer, str]:
        mounts, snapshot = show()
        mounts = (*mounts, Mount(str(store.root), TOOLCHAIN))
        return CheckerServer.start(connect(), mounts, labels, settings.checker_mb), snapshot

    server = TreeServer(start, tree_of, differing_paths, lambda: settings.checker_mb * WARM_SHARE)
    health = Health(installed)
    opener = Opener(versions, health, checking.choice, lambda: not audit.off, checking.say)
    beside = Beside(VirtualProjects(server, health), versions, checking.strict)
    return WarmChecker(server, opener, tree_of, differing_paths, carry_of, audit, beside, checking.thorough)


def differing_paths(old: TreeReader, new: TreeReader) -> Iterable[str]:
    """The paths of files that differ between two trees of one repository."""
    if isinstance(old, GitTree) and isinstance(new, GitTree):
        deltas = old.git_tree.diff_to_tree(new.git_tree).deltas
        return sorted({path for delta in deltas for path in (delta.old_file.path, delta.new_file.path)})
    paths = {*old.paths(), *new.paths()}
    return sorted(path for path in paths if old.read(path) != new.read(path))
