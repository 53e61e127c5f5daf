"""Code that stays in the text and never runs any more."""

from __future__ import annotations

import pytest

from tests.gate.helpers import change

PAY = "export function pay(a: number): number {\n  const b = a * 2;\n  audit(b);\n  return b;\n}\n"
STUB = "clobber.stub"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("  const b = a * 2;", "  return 0;\n  const b = a * 2;", STUB),
        ("  const b = a * 2;", "  throw new Error('off');\n  // as before\n  const b = a * 2;", STUB),
        ("  audit(b);", "  return b;\n  audit(b);", STUB),
        ("  audit(b);", "  if (b > 1) {\n    return 0;\n  }\n  audit(b);", "applied"),
        ("  audit(b);", "  return log(b);\n\n  function log(c: number): number {\n    return c;\n  }", "applied"),
        ("  audit(b);", "  switch (b) {\n    case 1:\n      return 2;\n      break;\n  }", "applied"),
        ("  audit(b);\n  return b;", "  return b;\n  // nothing follows", "applied"),
    ],
)
def test_a_jump_before_code_that_ran_is_seen(old: str, new: str, verdict: str) -> None:
    assert old in PAY
    assert change(PAY, PAY.replace(old, new)) == verdict


def test_what_was_never_reached_may_stay_so() -> None:
    dead = PAY.replace("  audit(b);", "  return b;\n  audit(b);")
    assert change(dead, dead.replace("a * 2", "a * 3")) == "applied"
    assert change(dead, PAY) == "applied"
