"""Patchgate: run specialists on a TypeScript repository without letting one of them write to it.

``Gate`` and ``Runner`` are what the commands use. They are loaded on first use, because this package is also mounted
into containers where only the standard library is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.app.runner import Gate, Runner

__all__ = ["Gate", "Runner"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("runner.app.runner"), name)
    raise AttributeError(name)
