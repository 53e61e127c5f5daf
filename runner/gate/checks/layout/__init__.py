"""Signs that an edit landed in the wrong place: indentation, lost line breaks, noise."""
