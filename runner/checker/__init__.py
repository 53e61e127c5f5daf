"""The checker: which tsc errors does a candidate bring that its base did not have?"""

from runner.checker.compare import compare
from runner.checker.memory import MemoryChecker
from runner.checker.projects import find_projects
from runner.checker.tsc import TscChecker

__all__ = ["MemoryChecker", "TscChecker", "compare", "find_projects"]
