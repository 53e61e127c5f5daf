"""Repositories with branches, made through libgit2."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pygit2

from runner.snapshots.git.opening import isolate
from tests.verify.cases import Files

WHO = pygit2.Signature("a person", "person@example.org", 1_700_000_000, 0)


def make_repository(folder: Path, files: Mapping[str, str]) -> pygit2.Repository:
    """``files`` as the one commit of ``main``, with nothing checked out."""
    isolate()
    repository = pygit2.init_repository(str(folder), initial_head="main")
    commit(repository, "main", files)
    return repository


def commit(repository: pygit2.Repository, branch: str, files: Files, start: str | None = None) -> str:
    """A commit of ``start`` with ``files`` put in, as the tip of ``branch``."""
    parent = None if start is None else repository.revparse_single(start).peel(pygit2.Commit)
    index = pygit2.Index()
    if parent is not None:
        index.read_tree(parent.tree)
    for path, text in files.items():
        if text is None:
            index.remove(path)
        else:
            blob = repository.create_blob(text.encode("utf-8", "surrogateescape"))
            index.add(pygit2.IndexEntry(path, blob, pygit2.enums.FileMode.BLOB))
    tree = index.write_tree(repository)
    parents = [] if parent is None else [parent.id]
    made = repository.create_commit(None, WHO, WHO, "a change", tree, parents)
    repository.references.create(f"refs/heads/{branch}", made, force=True)
    return str(made)
