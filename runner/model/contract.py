"""Contracts: what edits of a role may do at all. A contract is data; the gate's checks enforce it.

In an order a contract is a list of terms: ``comments-only``, ``formatting-only``, ``imports-only``, ``inside-spans``,
``tests-only``, ``paths:GLOB`` (every touched path must match one such glob), ``new-files-only``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TEST_PATHS = ("tests/**", "test/**", "**/tests/**", "**/__tests__/**")
TERMS = ("comments-only", "formatting-only", "imports-only", "inside-spans", "tests-only", "new-files-only")


@dataclass(frozen=True, slots=True)
class Contract:
    """``paths`` empty means any path. ``inside_spans`` holds the edits inside the task's spans, symbols and paths."""

    inside_spans: bool = True
    comments_only: bool = False
    formatting_only: bool = False
    imports_only: bool = False
    new_files_only: bool = False
    paths: tuple[str, ...] = ()

    def terms(self) -> tuple[str, ...]:
        named = {
            "comments-only": self.comments_only,
            "formatting-only": self.formatting_only,
            "imports-only": self.imports_only,
            "inside-spans": self.inside_spans,
            "new-files-only": self.new_files_only,
        }
        return (*(term for term, held in named.items() if held), *(f"paths:{glob}" for glob in self.paths))


def parse_contract(terms: Iterable[str]) -> Contract:
    """Raises ``ValueError`` with the list of known terms for an unknown one. The task's scope always holds."""
    given = tuple(terms)
    for term in given:
        if term not in TERMS and not term.startswith("paths:"):
            raise ValueError(f"unknown contract term {term!r}; known: {', '.join(TERMS)}, paths:GLOB")
    paths = tuple(term.removeprefix("paths:") for term in given if term.startswith("paths:"))
    return Contract(
        comments_only="comments-only" in given,
        formatting_only="formatting-only" in given,
        imports_only="imports-only" in given,
        new_files_only="new-files-only" in given,
        paths=paths + (TEST_PATHS if "tests-only" in given else ()),
    )
