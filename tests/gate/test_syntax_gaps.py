"""What the grammar does not know is no syntax error, and finding that out does not take for ever."""

from __future__ import annotations

import pytest

from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed

SIGNATURES = """\
export interface Flat {
  <A>(self: A): Map<A>
  // What the second one is for.

  /**
   * More of it.
   */
  <A, B>(self: A, that: B): Map<B>
  (self: string): string
}
"""


def changed(before: str, after: str) -> Changed:
    return Changed("src/a.ts", "src/a.ts", before, after, is_new=False, is_code=True)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_call_signatures_need_no_semicolons(end: str) -> None:
    assert not new_errors(changed("", SIGNATURES.replace("\n", end)))


def test_an_error_among_such_signatures_is_seen() -> None:
    broken = SIGNATURES.replace("that: B): Map<B>", "that: B: Map<B>")
    assert new_errors(changed(SIGNATURES, broken))


@pytest.mark.parametrize("end", ["\n", "\r\n", " \t\n"])
@pytest.mark.parametrize("line", ["// note", "/* note */", "", "  a: Map<A>", "  <"])
def test_long_gaps_between_signatures_are_passed_over(line: str, end: str) -> None:
    # What doubles with every line would not end within the limit of a test.
    text = SIGNATURES.replace("\n  <A, B>", "\n" + (line + end) * 2_000 + "  <A, B>") + "const broken = ;\n"
    assert new_errors(changed("", text))
