"""Finds what an edit loses (declarations, bodies, imports) and what it writes twice."""
