"""One row of the catalogue of violations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """The stable ``code`` and ``name``, what it means, what a submitter should do (the default hint), and a case of it.

    ``meaning``, ``hint`` and ``example`` are Markdown text of one line.
    """

    code: str
    name: str
    meaning: str
    hint: str
    example: str
