"""A text that would keep the parser busy for minutes is refused instead."""

from __future__ import annotations

import pytest

from runner.model.verdict import Refused
from runner.syntax import trees as syntax
from runner.syntax.trees import Syntax


def test_a_text_that_takes_the_parser_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "LIMIT_S", 0.2)
    text = "interface A {\n  a: B<C>\n" + "// note\n" * 20_000 + "<A>(a: 1): 2\n}\n"
    with pytest.raises(Refused) as refused:
        Syntax(text, "a.ts")
    assert refused.value.violations[0].name == "edit.too-hard-to-parse"


def test_a_character_at_the_edge_of_what_is_read_at_once_stays_whole() -> None:
    text = "a" * 65_534 + "=`€🦄`;\n"
    root = Syntax(text, "a.ts").root
    assert not root.has_error
    assert Syntax(text, "a.ts").source(root) == text
