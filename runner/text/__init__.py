"""Text without a language: positions, encodings, line ends, TextEdits, diffs."""
