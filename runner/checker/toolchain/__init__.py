"""The TypeScript compilers that may judge: which one a repository uses, and the store that holds them."""

from runner.checker.toolchain.records import Toolchain
from runner.checker.toolchain.store import ToolchainStore
from runner.checker.toolchain.wanted import VersionFinder, Wanted, wanted_version

__all__ = ["Toolchain", "ToolchainStore", "VersionFinder", "Wanted", "wanted_version"]
