"""Callbacks to an outside orchestrator, and their outbox."""
