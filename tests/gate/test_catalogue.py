"""The catalogue of violations, its page, and that the gate says nothing that is not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.gate.violations_doc import violations_page
from runner.model.contract import GRANTABLE
from runner.model.kind import Kind
from runner.model.violations import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_in_docs_is_the_one_that_the_code_makes() -> None:
    page = (ROOT / "docs" / "violations.md").read_text(encoding="utf-8")
    assert page == violations_page(), "run: python -m runner.gate.violations_doc > docs/violations.md"


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.code)
def test_every_kind_says_what_it_is_shows_a_case_and_says_what_to_do(kind: Kind) -> None:
    assert re.fullmatch(r"PG[1-9]\d\d", kind.code)
    assert re.fullmatch(r"[a-z]+\.[a-z-]+", kind.name)
    for text in (kind.meaning, kind.example, kind.hint):
        assert len(text) > 10
        assert "\n" not in text
    assert kind.meaning.endswith(".")
    assert kind.hint.endswith(".")
    assert kind.code in violations_page()


def test_codes_and_names_are_unique() -> None:
    codes = [kind.code for kind in CATALOGUE.values()]
    assert len(set(codes)) == len(codes)
    assert all(name == kind.name for name, kind in CATALOGUE.items())


def test_what_a_contract_can_grant_exists() -> None:
    assert set(GRANTABLE) <= set(CATALOGUE)


def test_every_kind_of_the_gate_is_said_by_some_code_and_by_some_test() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "runner").rglob("*.py") if "kinds_of" not in path.name
    )
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    unsaid = [name for name in CATALOGUE if f'"{name}"' not in source and name not in source]
    assert unsaid == []
    assert [name for name in CATALOGUE if name not in tests] == []
