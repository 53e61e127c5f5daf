"""What is needed to check a tree and ask about it: a workbench with its ``node_modules``, tsc, the language server."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.model.tree import TreeReader
from runner.ports import Engine, Languages
from runner.snapshots.workbench import DiskWorkbench

TSC_IMAGE = "patchgate/tsc"
LSP = ("/opt/typescript/tsc", "--lsp", "--stdio")
LSP_LIMITS = Limits(wall_s=86_400.0, memory_mb=4096, cpus=2.0, pids=256)
SOURCES = (".ts", ".tsx", ".mts", ".cts")


def installed_modules(tree: TreeReader, modules: Path) -> Iterator[tuple[str, str]]:
    """Every ``node_modules`` beside a package.json of the tree, unless the tree itself has something there: the folder in
    the tree, and the one on this machine.
    """
    for path in tree.paths():
        if posixpath.basename(path) != "package.json":
            continue
        folder = posixpath.join(posixpath.dirname(path), "node_modules")
        host = modules / folder
        if tree.kind(folder) is None and host.is_dir() and not host.is_symlink():
            yield folder, str(host)


def mount_modules(tree: TreeReader, modules: Path, workbench: DiskWorkbench) -> tuple[Mount, ...]:
    """The installed modules as mounts in /repo, which is the workbench."""
    found: list[Mount] = []
    for folder, host in installed_modules(tree, modules):
        workbench.make_folder(folder)
        found.append(Mount(host, f"/repo/{folder}"))
    return tuple(found)


def start_languages(
    engine: Engine,
    mounts: Sequence[Mount],
    open_files: Sequence[str],
    read: Callable[[str], bytes | None],
    labels: Mapping[str, str],
) -> Languages:
    """The TypeScript server in its own container. ``mounts`` begin with the workbench at /repo. Raises ``BridgeError``."""
    from lsp_bridge.typescript import TypeScriptServer  # it loads lsprotocol, which most commands do without

    spec = ContainerSpec(
        TSC_IMAGE, LSP, tuple(mounts), limits=LSP_LIMITS, labels={**labels, "patchgate.pass": "bridge"}
    )
    return TypeScriptServer(engine.open(spec), open_files, read)


def representatives(tree: TreeReader, roots: Mapping[str, Sequence[str]]) -> list[str]:
    """One file of every project, so that the server loads all projects before references are trusted.

    ``roots`` are the files of each project as tsc listed them.
    """
    chosen: list[str] = []
    for files in roots.values():
        own = [path for path in files if path.endswith(SOURCES) and tree.kind(path) == "file" and path not in chosen]
        chosen += own[-1:]
    return chosen
