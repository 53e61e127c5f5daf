"""Where the code of an order comes from: a git repository, a git URL, or a plain folder."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2

from runner.errors import SnapshotError, UsageError
from runner.model.ids import slug
from runner.model.tree import FileState
from runner.snapshots.git.ignoring import Rule, parse_rules, verdict
from runner.snapshots.git.opening import isolate, open_repository, refuse_dirty
from runner.snapshots.git.store import EMAIL, empty, update_tree
from runner.snapshots.git.tree import GitTree
from runner.snapshots.workbench import DiskWorkbench

_URL = re.compile(r"^(https?|ssh|git|file)://|^[\w.-]+@[\w.-]+:")
SKIPPED = frozenset({".git", ".mission_control", "node_modules"})


@dataclass(frozen=True, slots=True)
class Source:
    """``folder`` is the repository to work on; ``modules`` is the folder whose ``node_modules`` its programs see.

    ``how`` is ``repository``, ``imported`` or ``cloned``.
    """

    folder: Path
    modules: Path
    how: str


def open_source(repo: str, relative_to: Path, imports: Path, *, base: str) -> Source:
    """Find, import or clone what ``repo`` names. ``imports`` is the folder for our own repositories.

    Refuses a repository with uncommitted changes if ``base`` is HEAD. Raises ``UsageError``.
    """
    if _URL.match(repo):
        return clone(repo, imports)
    folder = (relative_to / Path(repo).expanduser()).resolve()
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder}", "Check the order's repo (relative to the order's file), or --repo."
        )
    if not (folder / ".git").exists() and not (folder / ".git").is_symlink():
        return Source(import_folder(folder, imports), folder, "imported")
    repository = open_repository(folder)
    if base == "HEAD":
        refuse_dirty(repository)
    return Source(folder, folder, "repository")


def import_folder(folder: Path, imports: Path) -> Path:
    """Copy a plain folder, byte for byte, into its own repository as a commit on ``main``; return the repository.

    Leaves out ``node_modules`` and everything that a ``.gitignore`` in the folder ignores (secrets are often there).
    The same folder always goes to the same repository; an unchanged folder makes no new commit. Symlinks are not
    followed, and special files are left out.
    """
    isolate()
    target = _target(folder, imports)
    try:
        target.mkdir(parents=True, exist_ok=True)
        fresh = not (target / ".git").exists()
        repository = pygit2.init_repository(str(target), initial_head="main") if fresh else open_repository(target)
        tree = _write_folder(repository, folder)
        head = None if repository.head_is_unborn else repository.head.peel(pygit2.Commit)
        if head is not None and head.tree_id == tree:
            return target
        who = pygit2.Signature("patchgate", EMAIL, int(time.time()), 0)
        parents = [] if head is None else [head.id]
        commit = repository.create_commit("refs/heads/main", who, who, f"Import {folder}\n", tree, parents)
        _show(repository, target, head, repository[commit].peel(pygit2.Commit))
    except (pygit2.GitError, OSError) as error:
        # libgit2 passes on the system's message but no error number.
        full = os.strerror(errno.ENOSPC) in str(error)
        hint = "Free some space: df -h" if full else "Can every file in it be read, and its place be written?"
        raise SnapshotError(f"{folder} could not be imported to {target}: {error}", hint) from error
    return target


def imported_as(folder: Path, imports: Path) -> Path | None:
    """The repository that ``folder`` was imported to, if there is one."""
    target = _target(folder, imports)
    return target if (target / ".git").is_dir() else None


def imported_from(repository: Path, imports: Path) -> Path | None:
    """The plain folder that ``repository`` was imported from, if it still exists; None for any other repository."""
    if repository.parent != imports:
        return None
    commit = open_repository(repository).references["refs/heads/main"].peel(pygit2.Commit)
    folder = Path(commit.message.removeprefix("Import ").rstrip("\n"))
    # The repository's name contains a hash of the folder's name, because a commit message alone could send us anywhere.
    return folder if folder.is_dir() and _target(folder, imports) == repository else None


def _target(folder: Path, imports: Path) -> Path:
    return imports / f"{slug(folder.name)}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"


def clone(url: str, imports: Path) -> Source:
    """Clone ``url`` with libgit2 (no hooks, no ``core.sshCommand``), or fetch into an earlier clone.

    The clone's branch follows the remote branch unless somebody has committed to it.
    """
    isolate()
    target = imports / f"{slug(url.rsplit('/', 1)[-1])}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    try:
        if (target / ".git").is_dir():
            repository = open_repository(target)
            repository.remotes["origin"].fetch()
            _fast_forward(repository, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            pygit2.clone_repository(url, str(target))
    except (pygit2.GitError, ValueError, KeyError) as error:
        raise UsageError(f"{url} could not be cloned: {error}", f"Clone it yourself: git clone {url}") from error
    return Source(target, target, "cloned")


def _fast_forward(repository: pygit2.Repository, target: Path) -> None:
    upstream = repository.references.get(f"refs/remotes/origin/{repository.head.shorthand}")
    if upstream is None or not repository.descendant_of(upstream.target, repository.head.target):
        return
    old, new = repository.head.peel(pygit2.Commit), upstream.peel(pygit2.Commit)
    repository.head.set_target(new.id, "patchgate: fetched")
    _show(repository, target, old, new)


def _write_folder(repository: pygit2.Repository, folder: Path) -> pygit2.Oid:
    """The whole folder as a git tree of raw bytes; ``git add`` would convert line ends."""
    files: dict[str, FileState | None] = {}
    links: dict[str, bytes] = {}
    for path in _walk(folder):
        relative = path.relative_to(folder).as_posix()
        if path.is_symlink():
            links[relative] = os.fsencode(path.readlink())
        else:
            files[relative] = _read(path)
    tree = update_tree(repository, None, files) or empty(repository)
    for relative, target in links.items():
        tree = _with_link(repository, repository[tree].peel(pygit2.Tree), relative.split("/"), target)
    return tree


def _read(path: Path) -> FileState:
    """If the file has been replaced by a link or a pipe, it is neither followed nor waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file any more", str(path))
        return FileState(file.read(), bool(found.st_mode & 0o100))


def _with_link(repository: pygit2.Repository, base: pygit2.Tree | None, parts: list[str], target: bytes) -> pygit2.Oid:
    builder = repository.TreeBuilder(base) if base is not None else repository.TreeBuilder()
    if len(parts) == 1:
        builder.insert(parts[0], repository.create_blob(target), pygit2.enums.FileMode.LINK)
    else:
        below = builder.get(parts[0])
        folder = below if isinstance(below, pygit2.Tree) else None
        builder.insert(parts[0], _with_link(repository, folder, parts[1:], target), pygit2.enums.FileMode.TREE)
    return builder.write()


def _walk(folder: Path, above: tuple[tuple[Path, tuple[Rule, ...]], ...] = ()) -> Iterator[Path]:
    """Files and symlinks that no rule ignores. Like git, it does not look into ignored folders."""
    own = folder / ".gitignore"
    rules = above
    if own.is_file() and not own.is_symlink():
        rules = (*above, (folder, parse_rules(own.read_bytes().decode("utf-8", "surrogateescape"))))
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in SKIPPED or _left_out(rules, path, is_folder):
            continue
        if is_folder:
            yield from _walk(path, rules)
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield path


def _left_out(rules: tuple[tuple[Path, tuple[Rule, ...]], ...], path: Path, is_folder: bool) -> bool:
    """The deepest rule file that matches decides."""
    for folder, own in reversed(rules):
        said = verdict(own, path.relative_to(folder).as_posix(), is_folder=is_folder)
        if said is not None:
            return said
    return False


def _show(repository: pygit2.Repository, target: Path, old: pygit2.Commit | None, new: pygit2.Commit) -> None:
    """Bring the imported repository's working tree and index to ``new``, so that git shows it as clean."""
    tree = GitTree(repository, new)
    workbench = DiskWorkbench(target, tree if old is None else GitTree(repository, old))
    try:
        if old is None:
            workbench.fill()
        else:
            workbench.move_to(tree)
    finally:
        workbench.release()
    repository.index.read_tree(new.tree)
    repository.index.write()
