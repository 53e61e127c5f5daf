"""The declarations of a file and their addresses: what ``src/a.ts#Shop.total`` means.

An address is the chain of names from the top level of the file, joined by dots. Several declarations may share one
(overloads, a getter and its setter, merged interfaces). ``overload`` counts them from 1, and ``Shop.total@2`` is the
second. The text of a declaration is its whole statement, including ``export``, decorators and the final semicolon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from runner.model.suggestions import MAX_SUGGESTIONS, closest, did_you_mean
from runner.model.verdict import Refused
from runner.model.violations import violation
from runner.syntax.declarations import Found, declared
from runner.syntax.kept import kept
from runner.syntax.trees import Syntax
from runner.text.positions import LineIndex

_NUMBERED = re.compile(r"(.+)@([1-9]\d{0,5})\Z")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration. All places are offsets in code points of the text, ends exclusive.

    ``start``..``end`` is the whole statement with ``export`` and decorators; for a variable it covers all declarators
    of the statement. ``doc_start`` is where the comments that belong to it begin (``/** … */`` or a directive, with no
    blank line between), or else ``start``. ``separator`` is the end of the comma after a member of an enum or object
    literal, or else ``end``. ``body`` is the block, class body or object literal with its braces, or None. ``overload``
    is 0 if the address is unique, or else counts from 1.
    """

    address: str
    name: str
    kind: str
    start: int
    end: int
    doc_start: int
    name_start: int
    body: tuple[int, int] | None
    exported: bool
    separator: int
    comma: bool = False
    overload: int = 0
    children: tuple[Declaration, ...] = ()

    @property
    def key(self) -> str:
        """The address, with its number if it needs one: unique in the file."""
        return f"{self.address}@{self.overload}" if self.overload else self.address


@kept(8)
def outline(text: str, path: str) -> tuple[Declaration, ...]:
    """The top-level declarations in order, with their children. Raises ``Refused`` if ``path`` is not a source file."""
    syntax = Syntax(text, path)
    top = tuple(_build(syntax, found, "") for found in declared(syntax, syntax.root))
    shared = {address for address, count in Counter(each.address for each in flat(top)).items() if count > 1}
    return _numbered(top, shared, Counter())


def _build(syntax: Syntax, found: Found, prefix: str) -> Declaration:
    address = f"{prefix}.{found.name}" if prefix else found.name
    return Declaration(
        address=address,
        name=found.name,
        kind=found.kind,
        start=syntax.at(found.start),
        end=syntax.at(found.end),
        doc_start=syntax.at(found.doc_start),
        name_start=syntax.at(found.name_start),
        body=None if found.body is None else (syntax.start(found.body), syntax.end(found.body)),
        exported=found.exported,
        separator=syntax.at(found.separator),
        comma=found.comma,
        children=tuple(_build(syntax, child, address) for child in found.children(syntax)),
    )


def _numbered(siblings: tuple[Declaration, ...], shared: set[str], seen: Counter[str]) -> tuple[Declaration, ...]:
    if not shared:
        return siblings
    numbered = []
    for each in siblings:
        number = 0
        if each.address in shared:
            seen[each.address] += 1
            number = seen[each.address]
        numbered.append(replace(each, overload=number, children=_numbered(each.children, shared, seen)))
    return tuple(numbered)


def flat(declarations: Iterable[Declaration]) -> Iterator[Declaration]:
    """Every declaration with everything below it, in text order."""
    pending = list(declarations)[::-1]
    while pending:
        each = pending.pop()
        yield each
        if each.children:
            pending += each.children[::-1]


def find_symbols(text: str, path: str, address: str) -> tuple[Declaration, ...]:
    """All declarations that ``address`` names (only one with ``@n``). Raises ``Refused`` (``edit.not-found``)."""
    everything = tuple(flat(outline(text, path)))
    numbered = _NUMBERED.match(address)
    plain = numbered[1] if numbered else address
    found = tuple(each for each in everything if each.address == plain)
    if numbered:
        found = tuple(each for each in found if max(each.overload, 1) == int(numbered[2]))
    if not found:
        raise _not_found(everything, path, address)
    return found


def find_symbol(text: str, path: str, address: str) -> Declaration:
    """The one declaration that ``address`` names, such as ``Shop.total`` or ``Shop.total@2``.

    Raises ``Refused``: ``edit.not-found`` with similar names, ``edit.ambiguous`` with the candidates and their lines.
    """
    found = find_symbols(text, path, address)
    if len(found) == 1:
        return found[0]
    index = LineIndex(text)
    listed = ", ".join(f"{each.key} ({each.kind}, line {index.line_of(each.start) + 1})" for each in found[:10])
    message = f"{path} has {len(found)} declarations called {address}."
    raise Refused(violation("edit.ambiguous", message, file=path, hint=f"Name one of: {listed}."))


def _not_found(everything: tuple[Declaration, ...], path: str, address: str) -> Refused:
    """The hint names the declarations of that name elsewhere in the file, then those of a like address."""
    plain = address.partition("@")[0]
    last = plain.rpartition(".")[2].lower()
    alike = [each.key for each in everything if each.name.lower() == last]
    alike += [each.key for each in everything if each.address == plain]
    alike += closest(plain, (each.key for each in everything))
    alike += [each.key for each in everything if len(last) > 2 and last in each.name.lower()]
    found = tuple(dict.fromkeys(alike))[:MAX_SUGGESTIONS]
    known = ", ".join(list(dict.fromkeys(each.key for each in everything if "." not in each.address))[:10])
    hint = did_you_mean(found) or (f"{path} declares {known}." if known else f"{path} declares nothing.")
    return Refused(violation("edit.not-found", f"{path} has no declaration {address}.", file=path, hint=hint))
