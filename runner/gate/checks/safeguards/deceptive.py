"""Characters that deceive a reader: controls that reorder or hide text, and letters that look like Latin ones.

Only what an edit adds is judged. Comments may contain any letter, but hidden characters are refused there too.
(``path.invalid`` keeps them out of file names.)
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from runner.gate.checks.safeguards.letters import (
    HIDDEN,
    LOOK_ALIKE,
    deceives_as_name,
    deceives_in_string,
    hidden_in,
    is_plain,
    is_right_to_left,
    words_of,
)
from runner.gate.inspection import Changed, Inspection
from runner.model.text import Position, Range
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.tokens import tokens
from runner.text.positions import LineIndex

_STRINGS = frozenset(("string", "string_fragment", "jsx_text"))


def check_deceptive(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.files:
        if file.is_code and (file.is_new or file.path != file.old_path):
            found += _name(file.path)
        if file.before == file.after or is_plain(file.after):
            continue
        found += _gained_hidden(file)
        if file.is_code and any(LOOK_ALIKE.search(line) for line in _added(file)):
            found += _gained_look_alikes(file)
    return found


def _name(path: str) -> list[Violation]:
    """A module is named by its path wherever it is imported."""
    for part in path.split("/"):
        if LOOK_ALIKE.search(part) and deceives_as_name(part.partition(".")[0], others=frozenset()):
            message = f"{path}: the name {part!r} passes for a Latin one"
            return [violation("text.look-alike", message, file=path)]
    return []


def _added(file: Changed) -> Iterator[str]:
    _, after = file.lines
    for _, _, start, end in file.blocks:
        yield from after[start:end]


def _gained_hidden(file: Changed) -> list[Violation]:
    """One violation for each character that occurs more often in the file than before."""
    if not any(HIDDEN.search(line) for line in _added(file)):
        return []
    before, after = file.lines
    turned = is_right_to_left(file.after)
    had = Counter(mark for line in before for _, mark in hidden_in(line, right_to_left=turned))
    has = Counter(mark for line in after for _, mark in hidden_in(line, right_to_left=turned))
    found: list[Violation] = []
    for mark in has - had:
        number = next(
            line
            for _, _, start, end in file.blocks
            for line in range(start, end)
            if any(each == mark for _, each in hidden_in(after[line], right_to_left=turned))
        )
        found.append(
            _hidden(file.path, mark, f"{file.path}:{number + 1}", Range(Position(number, 0), Position(number, 0)))
        )
    return found


def _hidden(path: str, mark: str, where: str, range: Range | None = None) -> Violation:
    named = f"U+{ord(mark):04X} ({unicodedata.name(mark, 'unnamed')})"
    return violation("text.hidden-character", f"{where} gains the hidden character {named}", file=path, range=range)


def _gained_look_alikes(file: Changed) -> list[Violation]:
    old_names, old_words = _read(file.before, file.old_path) if file.before else ({}, {})
    names, words = _read(file.after, file.path)
    others = frozenset(names)
    found = {each: at for each, at in names.items() if each not in old_names and _deceives(each, others)}
    found |= {each: at for each, at in words.items() if each not in old_words and deceives_in_string(each)}
    return [_look_alike(file, each, at) for each, at in found.items()]


def _deceives(name: str, others: frozenset[str]) -> bool:
    return HIDDEN.search(name) is not None or deceives_as_name(name, others=others - {name})


def _read(text: str, path: str) -> tuple[dict[str, int], dict[str, int]]:
    """Names, and words in strings, each with its first place. Only words with non-ASCII characters are returned."""
    names: dict[str, int] = {}
    words: dict[str, int] = {}
    for token in tokens(text, path):
        if "identifier" in token.kind:
            names.setdefault(token.text, token.start)
        elif token.kind in _STRINGS and not token.text.isascii():
            for word in words_of(token.text):
                if not word.isascii():
                    words.setdefault(word, token.start)
    return names, words


def _look_alike(file: Changed, word: str, at: int) -> Violation:
    letter = next((each for each in word if LOOK_ALIKE.match(each)), word[0])
    place = LineIndex(file.after).position(at)
    message = (
        f"{file.path}:{place.line + 1}: in {word!r} the letter U+{ord(letter):04X} ({unicodedata.name(letter, 'unnamed')}) "
        "looks like a Latin one"
    )
    return violation("text.look-alike", message, file=file.path, range=Range(place, place))
