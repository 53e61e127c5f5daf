"""Commands beyond types (lint, tests, a build): each runs in a container on a copy of the tree, and what passed on the
base must pass on the edited tree.
"""
