"""The ledger: the append-only, hash-chained record, and the files of ``.mission_control/`` beside it."""
