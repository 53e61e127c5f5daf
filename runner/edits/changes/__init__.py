"""What is done with a change set: apply, invert, rebase, minimise, track, scope."""
