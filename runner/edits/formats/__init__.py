"""The submission formats: one module each, listed in ``runner.edits.lowering``."""
