"""``make bench-checker``: what a check costs beside the cold compiler, and whether it says the same."""
