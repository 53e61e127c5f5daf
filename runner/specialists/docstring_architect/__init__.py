from runner.specialists.docstring_architect.program import ROLE, run

__all__ = ["ROLE", "run"]
