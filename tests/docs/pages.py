"""The pages of docs/ as values: sections by their heading, tables as rows of cells, fenced blocks by their language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "docs"
PAGES = (CHECKOUT / "README.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("adr/*.md")))
_HEADING = re.compile(r"(#+) (.+)")


@dataclass(frozen=True)
class Section:
    """What stands below one heading, up to the next heading of any level."""

    title: str
    lines: tuple[str, ...]

    @property
    def tables(self) -> list[list[list[str]]]:
        """Each table as its rows without the head, each row as its cells."""
        found: list[list[list[str]]] = []
        inside = False
        for line in self.lines:
            if not line.startswith("|"):
                inside = False
            elif not inside:
                inside = True
                found.append([])
            else:
                found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        return [table[1:] for table in found]  # without the line of dashes

    def fences(self, language: str) -> list[str]:
        blocks: list[list[str]] = []
        opened = False
        for line in self.lines:
            if line.startswith("```"):
                opened = not opened and line == f"```{language}"
                if opened:
                    blocks.append([])
            elif opened:
                blocks[-1].append(line)
        return ["\n".join(block) for block in blocks]


def sections(page: Path) -> dict[str, Section]:
    """By title; a heading inside of a fenced block is none."""
    found: dict[str, list[str]] = {}
    title, fenced = "", False
    for line in page.read_text("utf-8").split("\n"):
        fenced ^= line.startswith("```")
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading:
            title = heading[2]
        found.setdefault(title, []).extend([] if heading else [line])
    return {title: Section(title, tuple(lines)) for title, lines in found.items()}


def code(cell: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


def anchor(title: str) -> str:
    """The fragment that a heading is linked by."""
    return re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-")
