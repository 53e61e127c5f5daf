"""Names that the file still uses and no longer imports: typical of a file resent without its imports.

tsc reports most of them too, but later. This check also works without a type check, and names the import to restore. It
judges only names that the base imported, and only if nothing else in the file could declare them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from runner.gate.checks.safeguards.syntax import new_errors
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.kept import kept
from runner.syntax.trees import Syntax, captures
from runner.text.positions import LineIndex

SHOWN = 5
_IMPORTS = """
(import_clause (identifier) @name) (namespace_import (identifier) @name) (import_require_clause (identifier) @name)
(import_specifier name: (_) @name !alias) (import_specifier alias: (_) @name) (import_alias . (identifier) @name)
"""
_WORDS = """
[(identifier) (type_identifier) (shorthand_property_identifier) (shorthand_property_identifier_pattern)] @word
"""
# Exports of Node's modules that are also global. Dropping their import may be exactly what is meant.
_GLOBAL_WORDS = """AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CompressionStream
    CountQueuingStrategy DecompressionStream Event EventTarget File MessageChannel MessageEvent MessagePort Performance
    PerformanceEntry PerformanceObserver ReadableStream TextDecoder TextEncoder TransformStream URL URLSearchParams
    WritableStream atob btoa clearImmediate clearInterval clearTimeout console crypto fetch global performance process
    queueMicrotask setImmediate setInterval setTimeout structuredClone"""
_GLOBAL_TOO = frozenset(_GLOBAL_WORDS.split())
# Types that were added to TypeScript's own library over the years.
_LIBRARY_WORDS = """Awaited Capitalize Disposable Exclude Extract InstanceType Lowercase NoInfer NonNullable Omit
    OmitThisParameter Parameters Partial Pick Readonly Record Required ReturnType ThisParameterType Uncapitalize Uppercase
    WeakRef"""
_LIBRARY = frozenset(_LIBRARY_WORDS.split())


def check_lost_imports(inspection: Inspection) -> list[Violation]:
    return [
        each
        for file in inspection.code_files
        if not file.is_new and file.before and not new_errors(file)
        for each in _lost(file)
    ]


def _lost(file: Changed) -> Iterator[Violation]:
    if _statements(file.before, file.old_path) == _statements(file.after, file.path):
        return
    old, new = Syntax(file.before, file.old_path), Syntax(file.after, file.path)
    before, after = _imported(old), _imported(new)
    gone = before.keys() - after.keys()
    used = _used(new, gone) if gone else {}
    for name in sorted(used, key=lambda name: used[name].start_byte)[:SHOWN]:
        statement = " ".join(old.source(before[name]).split())
        place = LineIndex(file.after).range(new.start(used[name]), new.end(used[name]))
        message = f"{file.path} uses {name} and no longer imports it"
        hint = f"Keep the import: {statement[:200]}"
        yield violation("clobber.import-lost", message, file=file.path, range=place, hint=hint)


@kept(8)
def _statements(text: str, path: str) -> tuple[str, ...]:
    """The import statements. Cached, because the result of one edit is the start of the next."""
    syntax = Syntax(text, path)
    return tuple(syntax.source(node) for node in syntax.root.named_children if node.type.startswith("import_"))


def _imported(syntax: Syntax) -> dict[str, Node]:
    """The statement that imports each name, except for names that are also global."""
    found: dict[str, Node] = {}
    for node in captures(syntax, _IMPORTS).get("name", ()):
        statement = _statement(node)
        source = statement.child_by_field_name("source")
        name = syntax.source(node)
        own = source is None or syntax.source(source)[1:2] == "."
        if name not in _LIBRARY and (own or name not in _GLOBAL_TOO):
            found[name] = statement
    return found


def _statement(node: Node) -> Node:
    while node.parent is not None and node.parent.parent is not None:
        node = node.parent
    return node


def _used(syntax: Syntax, names: set[str]) -> dict[str, Node]:
    """The first use of each name that nothing in the file declares at any depth."""
    found: dict[str, Node] = {}
    declared: set[str] = set()
    for word in captures(syntax, _WORDS).get("word", ()):
        if (name := syntax.source(word)) not in names:
            continue
        if _declares(word):
            declared.add(name)
        elif not _is_label(word, name):
            found.setdefault(name, word)
    return {name: word for name, word in found.items() if name not in declared}


def _declares(word: Node) -> bool:
    """Whether the word declares its name in some scope."""
    above = word.parent
    if above is None or word.type == "shorthand_property_identifier_pattern" or above.type in _BINDING:
        return True
    if above.child_by_field_name("name") == word:
        return above.type not in _USING
    field = _BINDING_FIELDS.get(above.type)
    return field is not None and above.child_by_field_name(field) == word


def _is_label(word: Node, name: str) -> bool:
    """Whether the word names something outside any scope: in another file, outside this file, or an HTML element."""
    above = word.parent
    if above is None or above.type == "namespace_export":
        return True
    if above.type == "nested_type_identifier":
        return above.child_by_field_name("name") == word
    if above.type == "export_specifier":
        statement = _statement(word)
        return above.child_by_field_name("alias") == word or statement.child_by_field_name("source") is not None
    return above.type.startswith("jsx_") and above.child_by_field_name("name") == word and name[0].islower()


# In these nodes every word is a binding.
_BINDING = (
    "array_pattern",
    "object_pattern",
    "pair_pattern",
    "rest_pattern",
    "object_assignment_pattern",
    "infer_type",
    "import_specifier",
    "import_clause",
    "namespace_import",
    "import_require_clause",
)
# In these nodes the binding is the one in this field.
_BINDING_FIELDS = {
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
    "assignment_pattern": "left",
    "arrow_function": "parameter",
    "catch_clause": "parameter",
    "for_in_statement": "left",
}
# The field ``name`` is the declared name, except in these: ``<Shop />``, ``Shop<T>``, ``export { Shop }``.
_USING = (
    "jsx_opening_element",
    "jsx_self_closing_element",
    "jsx_closing_element",
    "generic_type",
    "nested_type_identifier",
    "export_specifier",
    "type_predicate",
)
