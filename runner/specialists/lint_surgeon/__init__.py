from runner.specialists.lint_surgeon.program import ROLE, run

__all__ = ["ROLE", "run"]
