"""The gate: the ordered checks between a submission and a snapshot, and the short loop that runs them."""
