"""The orchestrator: an order becomes passes, one after the other; each pass is one container with an API of its own."""
