"""The small pure values: globs, ids, contracts, and text of strangers made harmless."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.contract import TEST_PATHS, Contract, parse_contract
from runner.model.globs import matches, matches_any
from runner.model.ids import branch_name, new_order_id, new_patch_id, new_trace_id, slug
from runner.model.plain import duration, safe
from runner.model.tree import Candidate, ChangeSet, DeleteFile, RenameFile


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("src/a.ts", "src/a.ts", True),
        ("src/a.ts", "src/aXts", False),
        ("src/a.ts", "x/src/a.ts", False),
        ("src/*.ts", "src/a.ts", True),
        ("src/*.ts", "src/deep/a.ts", False),
        ("src/**", "src/deep/a.ts", True),
        ("src/**", "src", False),
        ("src/**", "src-evil/a.ts", False),
        ("**/*.ts", "a.ts", True),
        ("**/*.ts", "x/y/a.ts", True),
        ("**/tests/**", "tests/a.ts", True),
        ("**/tests/**", "x/tests/y/a.ts", True),
        ("**/tests/**", "mytests/a.ts", False),
        ("src/?.ts", "src/a.ts", True),
        ("src/?.ts", "src/ab.ts", False),
        ("src/?.ts", "src//.ts", False),
        ("src/[a].ts", "src/[a].ts", True),
        ("src/[a].ts", "src/a.ts", False),
        ("SRC/a.ts", "src/a.ts", False),
        ("src/*", "src/a\nb.ts", True),
        ("src/**", "src/a\nb/c", True),
        ("a+b(c).ts", "a+b(c).ts", True),
        ("src/a.ts", "src/a.ts\n", False),
    ],
)
def test_globs_say_what_they_say(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected
    assert matches_any(["none", pattern], path) is expected
    assert matches_any([], path) is False


@given(st.text())
def test_a_path_without_wildcards_matches_itself_alone(path: str) -> None:
    if not set(path) & set("*?"):
        assert matches(path, path)
        assert not matches(path, f"{path}x")


@given(st.text())
def test_a_slug_is_safe_in_a_ref_and_a_container_name(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(text))
    assert re.fullmatch(r"fix/trace-[a-z0-9-]+", branch_name(text, text))


def test_ids_differ_and_have_their_form() -> None:
    assert len({new_patch_id() for _ in range(50)}) == 50
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", new_patch_id())
    assert re.fullmatch(r"[0-9a-f]{8}", new_trace_id())
    assert re.fullmatch(r"ord-[0-9a-f]{8}", new_order_id())
    assert branch_name("1F2e", "Lint & Syntax") == "fix/trace-1f2e-lint-syntax"


@given(st.text(), st.booleans())
def test_text_made_safe_has_nothing_that_steers_a_terminal_or_the_reading_direction(text: str, keep: bool) -> None:
    shown = safe(text, keep_lines=keep)
    left = [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")]
    assert set(left) <= (set("\n\t") if keep else set())
    shown.encode("utf-8")


def test_text_that_is_harmless_stays_and_a_long_one_is_cut_with_a_mark() -> None:
    assert safe("plain ü 🙂 text") == "plain ü 🙂 text"
    assert safe("a\nb\tc\x1b[0m\u202e", keep_lines=True) == "a\nb\tc\\u001b[0m\\u202e"
    assert safe("a\nb") == "a\\u000ab"
    assert safe("x" * 12, limit=10) == f"{'x' * 10}… [2 characters cut]"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0 ms"), (850.4, "850 ms"), (1000, "1.0 s"), (12_345, "12.3 s"), (99_900, "99.9 s"), (245_000, "4 min 05 s")],
)
def test_durations_read_well(milliseconds: float, text: str) -> None:
    assert duration(milliseconds) == text


def test_a_contract_reads_back_as_its_terms() -> None:
    given = ("comments-only", "imports-only", "inside-spans", "new-files-only", "paths:src/**")
    assert parse_contract(given).terms() == given
    assert parse_contract(["tests-only"]).paths == TEST_PATHS
    assert parse_contract([]) == Contract()
    # The task's scope always holds, whether an order says so or not.
    assert parse_contract(["comments-only"]).inside_spans


@pytest.mark.parametrize("term", ["", "comment-only", "PATHS:x", "inside-spans "])
def test_an_unknown_term_is_refused_with_the_known_ones(term: str) -> None:
    with pytest.raises(ValueError, match="known: comments-only"):
        parse_contract([term])


def test_a_change_set_names_every_path_once() -> None:
    assert ChangeSet((RenameFile("a", "b"), DeleteFile("c"))).paths() == ("a", "b", "c")


def test_a_candidate_cannot_be_changed_through_what_it_was_made_of() -> None:
    files = {"a": None}
    candidate = Candidate("b", ChangeSet(()), files, files)
    files["x"] = None
    assert dict(candidate.files) == {"a": None}
    with pytest.raises(TypeError):
        cast(Any, candidate.files)["y"] = None
