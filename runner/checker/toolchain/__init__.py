"""Which TypeScript compiler judges a project, and the store that keeps them."""
