"""Order files, task lists and pass plans."""
