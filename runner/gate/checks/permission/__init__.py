"""Whether an edit is allowed at all: paths, scope, contract, guards, manifest."""
