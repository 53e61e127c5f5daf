"""Whether an edit may be made at all: paths, scope, contract, guards, manifest."""
