"""Frozen values that the other packages exchange. Imports nothing of ours and does no I/O."""
