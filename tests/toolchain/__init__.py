"""The toolchain store, and which TypeScript a repository uses."""
