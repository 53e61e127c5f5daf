"""What a violation says can always be printed and sent."""

from __future__ import annotations

from runner.model.violations import CATALOGUE, violation


def test_a_lone_surrogate_of_the_payload_is_shown_as_its_escape() -> None:
    each = violation("submission.malformed", "key '\ud800'", file="a\udfff.ts", hint="not \ud800 😀")
    assert (each.message, each.file, each.hint) == ("key '\\ud800'", "a\\udfff.ts", "not \\ud800 😀")


def test_other_text_is_as_it_was_given() -> None:
    each = violation("edit.overlap", "é 😀 \u2028")
    assert each.message == "é 😀 \u2028"
    assert each.file is None
    assert each.hint == CATALOGUE["edit.overlap"].hint
