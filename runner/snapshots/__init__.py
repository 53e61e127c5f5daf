"""Snapshots: git through libgit2, which runs no hook, filter or monitor of the repository."""
