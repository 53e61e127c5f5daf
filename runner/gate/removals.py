"""Finds the declarations that a submission says it removes (``removes``), in the text that it was made on."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from runner.gate.checks.permission.paths import check_lexical
from runner.model.tree import TreeReader
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.syntax.outline import find_symbols, flat, outline
from runner.text.encoding import decode
from runner.text.paths import ROOTS, normalise, split_address

_ALIKE = 5


def named_removals(addresses: tuple[str, ...], tree: TreeReader, roots: Sequence[str] = ROOTS) -> tuple[str, ...]:
    """The addresses, with their paths as the tree spells them. Raises ``Refused`` for an address that is not there."""
    return tuple(dict.fromkeys(_found(address, tree, roots) for address in addresses))


def _found(address: str, tree: TreeReader, roots: Sequence[str]) -> str:
    path, _, name = split_address(address, roots)
    if not path or not name:
        message = f"removes: {address!r} must read path#Name, such as src/a.ts#Shop.total."
        raise Refused(violation("submission.malformed", message))
    if "*" in path or name.rpartition(".")[2] == "*":
        message = f"removes: {address!r} is a pattern; each declaration is named by its own address."
        raise Refused(violation("submission.malformed", message))
    path = normalise(path, roots)
    if protected := check_lexical(tree, path):
        raise Refused(*protected)
    state = tree.read(path)
    if state is None:
        message = f"removes: there is no file {path}."
        raise Refused(violation("edit.no-such-file", message, file=path, hint=_elsewhere(path, name, tree)))
    text = decode(state.content, path).text
    try:
        find_symbols(text, path, name)
    except Refused as refused:
        raise _with_alike(refused, text, path, name) from refused
    return f"{path}#{name}"


def _with_alike(refused: Refused, text: str, path: str, name: str) -> Refused:
    """The same refusal; if the file has a similar name, the hint suggests it."""
    known = list(dict.fromkeys(each.key for each in flat(outline(text, path))))
    wanted = name.partition("@")[0]
    alike = get_close_matches(wanted, known, _ALIKE) or [
        key for key in known if key.rpartition(".")[2].casefold() == wanted.rpartition(".")[2].casefold()
    ]
    if not alike:
        return refused
    hint = f"Did you mean {' or '.join(f'{path}#{key}' for key in alike[:_ALIKE])}?"
    message = f"removes: {path} has no declaration {name}."
    return Refused(violation("edit.not-found", message, file=path, hint=hint))


def _elsewhere(path: str, name: str, tree: TreeReader) -> str:
    alike = get_close_matches(path, list(tree.paths()), _ALIKE, cutoff=0.8)
    meant = " or ".join(f"{each}#{name}" for each in alike if _declares(tree, each, name))
    return f"Did you mean {meant}?" if meant else "Paths are relative to the top of the repository."


def _declares(tree: TreeReader, path: str, name: str) -> bool:
    state = tree.read(path)
    try:
        return state is not None and bool(find_symbols(decode(state.content, path).text, path, name))
    except Refused:
        return False
