"""Turns what the gate found into the verdict: its parts, its score, its JSON."""
