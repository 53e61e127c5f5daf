"""Frozen values that the rooms exchange. This room imports nothing of ours and does no I/O."""
