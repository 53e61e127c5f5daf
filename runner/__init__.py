"""Patchgate: run specialists on a TypeScript repository without letting one of them write to it.

``Gate`` and ``Runner`` are what the commands use. They are loaded on first use, because this package is also mounted
into containers where only the standard library is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.app.branch_gate import Gate
    from runner.app.runner import Runner

__all__ = ["Gate", "Runner"]

_HOMES = {"Gate": "runner.app.branch_gate", "Runner": "runner.app.runner"}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
