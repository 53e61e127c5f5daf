"""The orchestrator: an order becomes passes, one after the other; each pass is one container at one desk."""
