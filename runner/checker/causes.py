"""What an edit did to the names that an error is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runner.model.diagnostics import Diagnostic
from runner.model.tree import Candidate, FileState, RenameFile
from runner.model.verdict import Refused
from runner.syntax.exports import exports, links
from runner.syntax.modules import resolve
from runner.syntax.outline import Declaration, flat, outline
from runner.syntax.trees import is_source
from runner.text.encoding import decode

_QUOTED = re.compile(r"'([A-Za-z_$][\w$]*)'")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_MODULE = re.compile(r"^Cannot find module '([^']+)'")
_LONGEST = 400_000


@dataclass(frozen=True)
class Edited:
    """One edited file that the base had: ``path`` is what it was called, ``new_path`` what it is called now (None: it
    is gone). The rest maps names to the addresses of what was removed, added or changed; ``withdrawn`` are names that
    are no longer exported.
    """

    path: str
    new_path: str | None
    removed: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()

    def says(self, name: str) -> str:
        """What the edit did to that name, or ""."""
        if name in self.removed:
            address = self.removed[name]
            alike = [each for each in self.added.values() if _parent(each) == _parent(address)]
            new = f", and added `{alike[0]}`" if len(alike) == 1 else ""
            return f"the edit removed `{address}` from {self.path}{new}"
        if name in self.withdrawn:
            return f"{self.new_path} no longer exports `{name}`"
        return f"the edit changed `{self.changed[name]}` in {self.new_path}" if name in self.changed else ""


def edited_files(candidate: Candidate) -> tuple[Edited, ...]:
    """Only source files. What cannot be read has no names."""
    renamed = {each.old: each.new for each in candidate.change_set.changes if isinstance(each, RenameFile)}
    found = []
    for path, before in candidate.before.items():
        if before is not None and is_source(path):
            target = renamed.get(path, path)
            after = candidate.files.get(target)
            found.append(_edited(path, _text(before), target if after is not None else None, _text(after)))
    return tuple(found)


def cause_of(error: Diagnostic, line: str, files: Sequence[Edited]) -> str:
    """What the edit did that the error is about, in a few words, or "". ``line`` is the text of the error's line."""
    gone = {each.path: each.new_path for each in files if each.new_path != each.path}
    if (module := _MODULE.match(error.message)) and (path := resolve(module[1], error.file, gone)):
        target = gone[path]
        return f"the edit removed {path}" if target is None else f"the edit renamed {path} to {target}"
    own = any(error.file == each.new_path for each in files)
    said = _QUOTED.findall(f"{error.message}\n{error.detail}")
    for name in said:
        for each in files:
            # That a name of its own file has changed explains nothing.
            if (name not in each.changed or not own) and (words := each.says(name)):
                return words
    if own:
        return ""
    for name in _WORD.findall(line):
        for each in files:
            if name in each.withdrawn or name in (each.removed.get(name), each.changed.get(name)):
                return each.says(name)
    return ""


def _edited(path: str, before: str, target: str | None, after: str) -> Edited:
    old, new = _declared(before, path), _declared(after, target or path)
    return Edited(
        path,
        target,
        removed=_by_name(each for each in old if each not in new),
        added=_by_name(each for each in new if each not in old),
        changed=_by_name(each for each in old if each in new and old[each] != new[each]),
        withdrawn=frozenset(_exported(before, path) - _exported(after, target or path)),
    )


def _declared(text: str, path: str) -> dict[str, list[str]]:
    """The words of each declaration by its address. The texts of what it contains are part of it."""
    found: dict[str, list[str]] = {}
    for each in _outline(text, path):
        found.setdefault(each.address, []).append(" ".join(text[each.start : each.end].split()))
    return found


def _outline(text: str, path: str) -> tuple[Declaration, ...]:
    try:
        return tuple(flat(outline(text, path)))
    except Refused:  # too large or too deep to be read
        return ()


def _exported(text: str, path: str) -> frozenset[str]:
    try:
        own, others = exports(text, path), links(text, path)
    except Refused:
        return frozenset()
    return own.values | own.types | others.values | others.types


def _by_name(addresses: Iterable[str]) -> dict[str, str]:
    """The shortest address of each name."""
    found: dict[str, str] = {}
    for address in sorted(addresses, key=lambda each: each.count(".")):
        found.setdefault(address.rpartition(".")[2], address)
    return found


def _parent(address: str) -> str:
    return address.rpartition(".")[0]


def _text(state: FileState | None) -> str:
    if state is None or len(state.content) > _LONGEST:
        return ""
    try:
        return decode(state.content).text
    except Refused:
        return ""
