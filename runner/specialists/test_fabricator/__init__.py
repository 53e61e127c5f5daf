from runner.specialists.test_fabricator.program import ROLE, run

__all__ = ["ROLE", "run"]
