"""Snapshots of a person's working tree, written through a journal."""
