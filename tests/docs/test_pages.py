"""What a reader of the pages clicks on is there, and the commands that they show can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from runner.cli.patchctl_arguments import host_parser
from runner.cli.patchgate import app
from runner.client.payloads import UsageProblem
from tests.docs.pages import CHECKOUT, PAGES, Section, anchor, sections

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def shown_commands(page: Section) -> list[str]:
    """Each line of a console that runs one of ours, with the lines that it goes on over."""
    lines = [line for block in page.fences("console") for line in block.split("\n")]
    return [line for line in lines if re.match(r"\$ (\S*/)?patch(gate|ctl) ", line)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    found = sections(page)
    prose = "\n".join(line for section in found.values() for line in section.lines)
    for target in _LINK.findall(prose):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}"
        if fragment:
            assert fragment in map(anchor, sections(file)), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_can_be_typed(page: Path) -> None:
    for line in (line for section in sections(page).values() for line in shown_commands(section)):
        program, *words = shlex.split(line.removeprefix("$ "), comments=True)
        try:
            parse(Path(program).name, words)
        except (UsageProblem, typer.TyperException) as problem:
            pytest.fail(f"{line}: {problem}")


def parse(program: str, words: list[str]) -> None:
    """Raises for what the command would not take."""
    if program == "patchctl":
        host_parser().parse_args(words)
        return
    command: Any = typer.main.get_command(app)
    while children := getattr(command, "commands", None):
        command, words = children[words[0]], words[1:]
    command.make_context(program, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_the_checkout_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`((?:runner|lsp_bridge|tests|images|examples|docs)/[\w./-]+)`", page.read_text("utf-8"))
    assert [path for path in named if not (CHECKOUT / path).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    missing = [page.name for page in PAGES if page.parent.name == "docs" and f"docs/{page.name}" not in readme]
    assert missing == []
