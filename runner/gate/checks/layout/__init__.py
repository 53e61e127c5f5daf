"""Marks of an edit that landed in the wrong place: indentation, lost line breaks, noise."""
