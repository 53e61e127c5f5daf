"""A repository and its history as one thing: what landed, undo, restore, replay."""
