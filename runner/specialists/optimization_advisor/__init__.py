from runner.specialists.optimization_advisor.program import ROLE, run

__all__ = ["ROLE", "run"]
