"""The composition root: builds the rooms, joins them, and offers what the commands use."""
