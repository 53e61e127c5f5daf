"""TypeScript read with tree-sitter: trees, tokens, declarations, outlines; JSON with comments."""
