"""Snapshots as git commits, through libgit2."""
