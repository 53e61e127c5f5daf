"""Operations on a change set: apply, invert, rebase, minimise, track, scope."""
