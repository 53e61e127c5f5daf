"""The HTTP API: submissions in, verdicts out; what the ledger holds. See docs/http.md."""
