"""Tests of ``runner.edits``: text in, text out."""
