"""A pure comment is provable wherever it stands, in code that the grammar cannot read as it is too."""

from __future__ import annotations

import pytest

from runner.syntax.tokens import tokens
from tests.gate.helpers import change

COMMENTS_ONLY = ["comments-only"]
# Call signatures without semicolons, and a class below them: the grammar reads the first type on to the second line.
FACTORY = """\
export interface CreateHandlers<P extends string> {
  // handler x1
  <I extends Input = {}, R = any>(handler1: H<P, I, R>): [H<P, I, R>]
  // handler x2
  <
    I extends Input = {},
    R = any
  >(
    handler1: H<P, I, R>,
    handler2: H<P, I, R>
  ): [H<P, I, R>, H<P, I, R>]
}

export class Factory<P extends string = string> {
  private initApp?: InitApp<P>
  #defaults?: Options<P>

  constructor(init?: { initApp?: InitApp<P> }) {
    this.initApp = init?.initApp
  }

  get name(): string {
    return 'factory'
  }

  createApp = (options?: Options<P>): App<P> => new App<P>(options)
}

export enum Kind {
  One,
  Two = 2,
}
export * from './more'
export type * from './types'
"""
_LINES = [at for at, line in enumerate(FACTORY.splitlines()) if line.strip()]


@pytest.mark.parametrize("line", _LINES)
@pytest.mark.parametrize("comment", ["/**\n * What it is.\n */\n", "/** What it is. */\n", "// What it is.\n"])
def test_a_comment_above_any_line_of_a_factory_is_a_comment_only(line: int, comment: str) -> None:
    lines = FACTORY.splitlines(keepends=True)
    indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
    added = [indent + each for each in comment.splitlines(keepends=True)]
    after = "".join([*lines[:line], *added, *lines[line:]])
    # (Its indentation above a closing bracket is another check's business.)
    assert change(FACTORY, after, contract=COMMENTS_ONLY) in ("applied", "clobber.misindented")


@pytest.mark.parametrize(
    "old", ["<I extends Input = {}, R", "I extends Input = {},\n", "constructor(", "createApp =", "One,"]
)
def test_a_comment_on_the_line_itself_is_a_comment_only(old: str) -> None:
    assert change(FACTORY, FACTORY.replace(old, f"/* here */ {old}"), contract=COMMENTS_ONLY) == "applied"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("R = any>(handler1", "R = never>(handler1"),
        ("  // handler x2\n  <", "  // handler x2 <"),
        ("): [H<P, I, R>]\n", "): [H<P, I, R>];\n"),
        ("export type * from", "export * from"),
        ("  #defaults?", "  // #defaults?"),
        ("  private initApp?: InitApp<P>\n", "  private initApp?: InitApp<P> /*\n"),
    ],
)
def test_code_there_is_no_comment(old: str, new: str) -> None:
    assert old in FACTORY
    assert change(FACTORY, FACTORY.replace(old, new, 1), contract=COMMENTS_ONLY) != "applied"


def test_no_token_is_invented_between_two_signatures() -> None:
    assert ";" not in {token.text for token in tokens(FACTORY, "a.ts")}
