"""The flags that choose projects and a TypeScript version, as ``submit``, ``run``, ``serve`` and ``doctor`` take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from runner.model.order import TypeScriptChoice

ProjectOption = Annotated[
    list[str] | None,
    typer.Option("--project", metavar="GLOB", help="Judge these tsconfig files only: a path, a folder or a glob."),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude-project", metavar="GLOB", help="Leave these tsconfig files out of the judgement."),
]
VersionOption = Annotated[
    str | None,
    typer.Option("--typescript", metavar="VERSION", help="Judge by this TypeScript, not by the repository's own."),
]


def choice_of(project: list[str] | None, exclude: list[str] | None, version: str | None) -> TypeScriptChoice:
    """Raises ``UsageError``."""
    from runner.model.typescript import checked_choice

    return checked_choice(project or (), exclude or (), version)
