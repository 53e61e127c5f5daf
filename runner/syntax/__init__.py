"""Reads TypeScript with tree-sitter: trees, tokens, declarations, outlines. Also JSON with comments."""
