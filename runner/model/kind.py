"""One row of the catalogue of violations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """The stable ``code`` and ``name``, the meaning, what a submitter should do (the default hint), and an example.

    ``meaning``, ``hint`` and ``example`` are one line of Markdown each.
    """

    code: str
    name: str
    meaning: str
    hint: str
    example: str
