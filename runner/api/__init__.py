"""The HTTP API: submissions in, verdicts out, and the contents of the ledger. See docs/http.md."""
