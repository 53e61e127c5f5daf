"""What somebody may have meant who wrote a word that is not known: at most three suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

MAX_SUGGESTIONS = 3
MARGIN = 0.15
MAX_WORD = 200
MAX_KNOWN = 20_000
"""Longer words and longer lists cost more time than a suggestion is worth."""
_SEPARATORS = re.compile(r"[-_. ]")


def closest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> tuple[str, ...]:
    """The known words most like ``word``, best first. Case and the separators ``-``, ``_``, ``.`` count for nothing."""
    if not word or len(word) > MAX_WORD:
        return ()
    plain: dict[str, list[str]] = {}
    for number, each in enumerate(known):
        if number == MAX_KNOWN:
            break
        plain.setdefault(_plain(each), []).append(each)
    found = get_close_matches(_plain(word), plain, MAX_SUGGESTIONS, cutoff)
    if len(found) > 1:  # what is much less like it than the best is no suggestion
        matcher = SequenceMatcher(b=_plain(word))
        likeness = [_likeness(matcher, name) for name in found]
        found = [name for name, like in zip(found, likeness, strict=True) if like > likeness[0] - MARGIN]
    return tuple(dict.fromkeys(each for name in found for each in plain[name]))[:MAX_SUGGESTIONS]


def closest_paths(path: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Existing paths that ``path`` may have been meant for: those of its file name first, then those of a like name."""
    if not path or len(path) > MAX_WORD * 5:
        return ()
    by_name: dict[str, list[str]] = {}
    for each in paths:
        by_name.setdefault(_name(each), []).append(each)
    name = _name(path)
    names = [name] if name in by_name else list(closest(name, by_name, cutoff=0.7))
    found = [each for near in names for each in _nearest_first(path, by_name[near])]
    return tuple(dict.fromkeys(found))[:MAX_SUGGESTIONS]


def did_you_mean(found: Iterable[str]) -> str:
    """``Did you mean a, b or c?``; empty where nothing was found."""
    words = list(found)
    if not words:
        return ""
    listed = ", ".join(words[:-1])
    return f"Did you mean {listed} or {words[-1]}?" if listed else f"Did you mean {words[0]}?"


def hint_for(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """``Did you mean …?`` for an unknown word, followed by ``otherwise``."""
    return f"{did_you_mean(closest(word, known))} {otherwise}".strip()


def _nearest_first(path: str, found: list[str]) -> list[str]:
    """Those that share most of the path first; more than a few hundred are not compared."""
    if len(found) == 1:
        return found
    like = get_close_matches(path, found[:500], MAX_SUGGESTIONS, 0.0)
    return like or found


def _likeness(matcher: SequenceMatcher[str], name: str) -> float:
    matcher.set_seq1(name)
    return matcher.ratio()


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _plain(word: str) -> str:
    return _SEPARATORS.sub("", word).lower()
