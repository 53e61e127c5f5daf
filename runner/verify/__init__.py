"""``patchgate verify``: what a change between two trees does, judged without an order. Pure; ``runner.app`` does the I/O."""
