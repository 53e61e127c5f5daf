"""The checker server in its container, as the host sees it."""
