"""Which characters are hidden, and which letters look like Latin ones. Pure data and rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Embeddings, overrides and isolates: they display text in another order than it is parsed.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_MARKS = "\u200e\u200f\u061c"
_JOINERS = "\u200c\u200d"
_BREAKS = "\u200b\u2060\u00ad"
_NOTHING = "\u2061\u2062\u2063\u2064\u206a-\u206f\ufeff\u180e\u115f\u1160\u3164\uffa0\u034f\U000e0001"
_SELECTORS = "\ufe00-\ufe0f"
_IDEOGRAPHIC = "\U000e0100-\U000e01ef"
_TAGS = "\U000e0020-\U000e007f"
_FORMATS = "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\u2800"
# They end a line of code, and a comment with it, where many tools show none; a terminal obeys the controls.
_LINE_ENDS = "\u2028\u2029"
_CONTROLS = "\x00-\x08\x0b\x0e-\x1f\x7f-\x9f"
HIDDEN = re.compile(
    f"[{BIDI}{_MARKS}{_JOINERS}{_BREAKS}{_NOTHING}{_SELECTORS}{_IDEOGRAPHIC}{_TAGS}{_FORMATS}{_LINE_ENDS}{_CONTROLS}]"
)
# Flags such as Scotland's are spelt with tags.
_FLAG = re.compile(f"\U0001f3f4[{_TAGS}]{{1,6}}\U000e007f")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

# Letters that most fonts draw like a Latin one. Greek letters used in formulas (alpha, rho, Delta) are not in the list.
_CYRILLIC = "аеорсхуіјѕһԁԛԝѵӏүАВЕКМНОРСТХІЈЅԚԜҮӀ"
_GREEK = "οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_OTHER = "օսոհᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᏔᏃǀǃɡɑ"
_WIDE = "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d6a5"
LOOK_ALIKE = re.compile(f"[{_CYRILLIC}{_GREEK}{_OTHER}{_WIDE}]")
# Two letters are an abbreviation (of a month, a unit) and deceive nobody.
_SHORT = 2
_WORD = re.compile(r"[^\W\d_]+")


def is_plain(text: str) -> bool:
    """Whether ``text`` is ASCII and has no control that a terminal would obey."""
    return text.isascii() and HIDDEN.search(text) is None


def is_right_to_left(text: str) -> bool:
    """Whether ``text`` contains Arabic, Hebrew or a related script, which needs direction marks."""
    return _RIGHT_TO_LEFT.search(text) is not None


def hidden_in(line: str, *, right_to_left: bool) -> Iterator[tuple[int, str]]:
    """Offset and character of everything invisible that has no honest use at its place. ``right_to_left`` is about the
    whole text that the line is part of.
    """
    flags = [found.span() for found in _FLAG.finditer(line)]
    for found in HIDDEN.finditer(line):
        at = found.start()
        if not any(start <= at < end for start, end in flags) and not (
            (right_to_left and line[at] in _MARKS) or _is_honest(line, at)
        ):
            yield at, line[at]


def _is_honest(line: str, at: int) -> bool:
    """Uses that scripts and emoji need: joiners and breaks beside letters that are not ASCII, soft hyphens within
    words, one variation selector after a symbol.
    """
    mark, before, after = line[at], line[at - 1 : at], line[at + 1 : at + 2]
    if mark == "\u00ad":
        return before.isalpha() and after.isalpha()
    if mark in _JOINERS + _BREAKS:
        return _is_foreign(before) or _is_foreign(after)
    if "\ufe00" <= mark <= "\ufe0f":
        return _is_foreign(before) or (before in set("0123456789#*") and after == "\u20e3")
    if "\U000e0100" <= mark <= "\U000e01ef":
        return before != "" and unicodedata.name(before, "").startswith("CJK")
    return False


def _is_foreign(letter: str) -> bool:
    """A visible letter or symbol that is not ASCII. One variation selector of its own may come before a joiner."""
    return letter == "\ufe0f" or (letter != "" and not letter.isascii() and HIDDEN.match(letter) is None)


def deceives_as_name(name: str, *, others: frozenset[str]) -> bool:
    """Whether ``name`` passes for a Latin one. ``others`` are the file's names: if the name's script is used openly
    there, a name in that script alone is honest, even if each of its letters looks Latin.
    """
    return any(_is_mixed(word) or (_is_all_alike(word) and not _is_open(word, others)) for word in _words(name))


def deceives_in_string(word: str) -> bool:
    """Whether a word of a string is Latin except for lookalike letters. A Russian word with one Latin letter is a
    typing error, and visibly Russian.
    """
    strange = [letter for letter in word if not letter.isascii()]
    return len(word) > _SHORT and _is_mixed(word) and all(LOOK_ALIKE.match(letter) for letter in strange)


def words_of(text: str) -> Iterator[str]:
    """The runs of letters in ``text``."""
    return (found[0] for found in _WORD.finditer(text))


def _words(name: str) -> list[str]:
    """The words of a name: ``getItem_by`` has three."""
    found: list[str] = []
    for word in words_of(name):
        humps = [at for at in range(1, len(word)) if word[at].isupper() and word[at - 1].islower()]
        found += [word[start:end] for start, end in zip([0, *humps], [*humps, len(word)], strict=True)]
    return found


def _is_mixed(word: str) -> bool:
    return LOOK_ALIKE.search(word) is not None and any(letter.isascii() for letter in word)


def _is_all_alike(word: str) -> bool:
    return all(LOOK_ALIKE.match(letter) for letter in word)


def _is_open(word: str, others: frozenset[str]) -> bool:
    script = unicodedata.name(word[0], "").partition(" ")[0]
    return script not in ("FULLWIDTH", "MATHEMATICAL") and any(
        LOOK_ALIKE.match(letter) is None and unicodedata.name(letter, "").startswith(script)
        for other in others
        if not other.isascii()
        for letter in other
    )
