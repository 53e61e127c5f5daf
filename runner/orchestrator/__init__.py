"""The orchestrator: an order becomes passes, one after the other. Each pass is one container with its own API."""
