"""What somebody may have meant: few suggestions, the best first, none where nothing is like it."""

from __future__ import annotations

import time

import pytest

from runner.model.suggestions import MAX_SUGGESTIONS, closest, closest_paths, did_you_mean, hint_for

KEYS = ("allowed_spans", "allowed_symbols", "allowed_paths", "instruction", "file")
PATHS = ("src/cart.ts", "src/cart/index.ts", "lib/index.ts", "test/cart.test.ts", "src/Button.tsx", "README.md")


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("allowedPaths", "allowed_paths"),
        ("allowed-path", "allowed_paths"),
        ("ALLOWED_SYMBOLS", "allowed_symbols"),
        ("instructoin", "instruction"),
        ("fiel", "file"),
    ],
)
def test_a_misspelt_word_has_the_meant_one_as_its_first_suggestion(word: str, first: str) -> None:
    found = closest(word, KEYS)
    assert found[0] == first
    assert len(found) <= MAX_SUGGESTIONS


@pytest.mark.parametrize("word", ["", "zzz", "x" * 10_000, "\ud800\0"])
def test_a_word_like_no_other_has_no_suggestion(word: str) -> None:
    assert closest(word, KEYS) == ()
    assert hint_for(word, KEYS, "Look it up.") == "Look it up."


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("src/index.ts", ("src/cart/index.ts", "lib/index.ts")),
        ("cart.ts", ("src/cart.ts",)),
        ("src/crat.ts", ("src/cart.ts",)),
        ("src/button.tsx", ("src/Button.tsx",)),
        ("./src/cart.ts", ("src/cart.ts",)),
        ("nothing.rs", ()),
        ("", ()),
    ],
)
def test_a_path_is_close_to_those_of_its_name_and_then_to_those_of_a_like_name(
    path: str, found: tuple[str, ...]
) -> None:
    assert closest_paths(path, PATHS)[: len(found)] == found
    assert found or closest_paths(path, PATHS) == ()


def test_there_are_three_suggestions_at_most() -> None:
    assert len(closest_paths("index.ts", (f"d{n}/index.ts" for n in range(50)))) == 3


def test_suggestions_read_as_a_sentence() -> None:
    assert did_you_mean(()) == ""
    assert did_you_mean(["a"]) == "Did you mean a?"
    assert did_you_mean(["a", "b", "c"]) == "Did you mean a, b or c?"


def test_a_large_repository_is_searched_in_seconds() -> None:
    paths = [f"packages/p{n % 97}/src/module{n}File.ts" for n in range(100_000)]
    start = time.process_time()
    closest_paths("packages/p3/src/modul77File.ts", paths)
    assert time.process_time() - start < 5
