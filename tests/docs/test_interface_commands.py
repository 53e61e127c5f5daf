"""docs/interfaces.md lists the commands, flags, exit codes and variables that there are, and no others."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from runner.cli import errors
from runner.cli.patchctl_arguments import host_parser
from runner.cli.patchgate import app
from runner.client import printing
from runner.client.arguments import build_parser
from runner.client.payloads import EDITS
from tests.docs.pages import CHECKOUT, DOCS, code, sections

PAGE = sections(DOCS / "interfaces.md")


def typer_flags(command: Any, name: str = "patchgate") -> Iterator[tuple[str, set[str], set[str]]]:
    """Each command with its flags and its arguments."""
    if children := getattr(command, "commands", None):
        for child, found in children.items():
            yield from typer_flags(found, f"{name} {child}")
        return
    options = {opt for each in command.params if each.param_type_name == "option" for opt in each.opts}
    arguments = {each.name.upper() for each in command.params if each.param_type_name == "argument"}
    yield name, options, arguments


def argparse_flags(parser: argparse.ArgumentParser, name: str = "patchctl") -> Iterator[tuple[str, set[str], set[str]]]:
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    for group in groups:
        for child, found in group.choices.items():
            yield from argparse_flags(found, f"{name} {child}")
    if not groups:
        named = [each for each in parser._actions if each.dest != "help"]
        flags = {option for each in named for option in each.option_strings}
        yield name, flags, {str(each.metavar) for each in named if not each.option_strings}


def listed(title: str, *, tables: slice = slice(None)) -> dict[str, tuple[set[str], set[str]]]:
    """The commands of a section's tables: the flags and the arguments of each."""
    found = {}
    for command, _, flags in (row for table in PAGE[title].tables[tables] for row in table if len(row) == 3):
        words = code(command)[0].split()
        arguments = {word for word in words if word.isupper()}
        found[" ".join(word for word in words if word not in arguments)] = (set(code(flags)), arguments)
    return found


def test_patchgate_has_the_commands_and_flags_that_the_page_lists() -> None:
    there = {name: (flags, arguments) for name, flags, arguments in typer_flags(typer.main.get_command(app))}
    assert listed("patchgate") == there


def shared() -> dict[str, set[str]]:
    return {row[0]: set(code(row[1])) for row in PAGE["patchctl"].tables[3]}


def test_patchctl_in_a_container_has_the_commands_and_flags_that_the_page_lists() -> None:
    everywhere, edits = shared()["every command"], shared()["every edit"]
    expected = {}
    for name, (flags, arguments) in listed("patchctl", tables=slice(0, 2)).items():
        more = edits if name.removeprefix("patchctl ") in EDITS else set()
        expected[name] = (flags | more | everywhere, arguments)
    assert {name: (flags, arguments) for name, flags, arguments in argparse_flags(build_parser())} == expected


def test_patchctl_in_a_repository_has_the_commands_and_flags_that_the_page_lists() -> None:
    rows = shared()
    expected = {}
    for name, (flags, arguments) in listed("patchctl").items():
        short = name.removeprefix("patchctl ")
        more = rows["every command"] | rows["in a repository, every command"]
        if short not in ("guard list", "guard verify"):
            more |= rows["in a repository, every command but `guard list` and `guard verify`"]
        if short in (*EDITS, "guard add"):
            more |= rows["every edit"] | rows["in a repository, every edit"]
        if short in ("context", "diagnostics"):
            more |= rows["in a repository, `context` and `diagnostics`"]
        expected[name] = (flags | more, arguments)
    assert {name: (flags, arguments) for name, flags, arguments in argparse_flags(host_parser())} == expected


def test_the_exit_codes_are_those_of_both_commands() -> None:
    page = {int(row[0]) for row in PAGE["Exit codes"].tables[0]}
    assert page == {
        errors.DONE,
        errors.REJECTED,
        errors.USAGE,
        errors.CONFLICT,
        errors.INFRASTRUCTURE,
        errors.INTERRUPTED,
    }
    ours = {value for name, value in vars(printing).items() if name.startswith("EXIT_")}
    assert ours == page - {errors.INTERRUPTED}


@pytest.mark.parametrize(
    ("status", "code"), [("applied", 0), ("simulated", 0), ("rejected", 1), ("conflict", 3), ("error", 4)]
)
def test_both_commands_end_alike_for_a_verdict(status: str, code: int) -> None:
    from runner.cli.gate_commands import exit_code

    assert (exit_code([{"status": status}]), printing.exit_code({"status": status})) == (code, code)


def test_the_environment_variables_are_those_that_the_code_reads() -> None:
    name = re.compile(r"\b(?:PATCHGATE|ORCHESTRATOR)_[A-Z]+(?:_[A-Z]+)*\b")
    sources = [path for room in ("runner", "lsp_bridge") for path in (CHECKOUT / room).rglob("*.py")]
    read = {found for path in sources for found in name.findall(path.read_text("utf-8"))}
    page = {found for row in PAGE["Environment"].tables[0] for found in code(row[0])}
    assert page == read
